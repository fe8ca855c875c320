//! The requests of customers' browsers: the finish page, and the way to the pay page.

use super::{Body, Row};
use crate::request::{Payload, Request};
use crate::shop::{FINISH, PAY, PAY_PAGE, SNAP, SNAP_PAGE};

pub(super) fn rows() -> Vec<Row> {
    let departures = vec![
        leaves(
            "the way to the pay page",
            PAY,
            &[("location", PAY_PAGE), NO_STORE],
        ),
        leaves(
            "the way to Snap's page",
            SNAP,
            &[("location", SNAP_PAGE), NO_STORE],
        ),
    ];
    [
        akulaku(),
        kredivo(),
        snap(),
        elsewhere(),
        unreadable(),
        departures,
    ]
    .concat()
}

fn shows(name: &'static str, request: Request, words: &'static str) -> Row {
    Row {
        name,
        request,
        status: 200,
        headers: &[],
        body: Body::Shows(words),
        keeps_alive: false,
    }
}

fn form(body: impl Into<Vec<u8>>) -> Request {
    typed_form("application/x-www-form-urlencoded", body)
}

fn typed_form(content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", FINISH)
        .header("Content-Type", content_type)
        .payload(Payload::Sized(body.into()))
}

/// The shape of the gateway's sample: spaces as `+`, everything else escaped, the client key beside
/// it.
const FORM: &str = "response=%7B%22transaction_time%22%3A%222026-11-22+15%3A54%3A11%22%2C%22gross_amount%22%3A%22\
    20000.00%22%2C%22order_id%22%3A%22order-101%22%2C%22status_code%22%3A%22200%22%2C%22transaction_status%22%3A%22\
    settlement%22%7D&callback_key=SB-Mid-client-abc";

fn akulaku() -> Vec<Row> {
    let chunked = form("").payload(Payload::Chunked(FORM.into(), 10));
    let charset = "application/x-www-form-urlencoded; charset=utf-8";
    vec![
        shows(
            "Akulaku's form",
            form(FORM),
            "order order-101. It looks paid.",
        ),
        shows(
            "Akulaku's form in chunks",
            chunked,
            "order order-101. It looks paid.",
        ),
        shows(
            "Akulaku's form with a charset",
            typed_form(charset, FORM),
            "order order-101. It looks paid.",
        ),
        shows(
            "Akulaku's form with hostile HTML",
            form("response=%7B%22order_id%22%3A%22%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%7D"),
            "your order",
        ),
        shows(
            "Akulaku's form with a hostile status",
            form(
                "response=%7B%22order_id%22%3A%22a%22%2C%22transaction_status%22%3A%22%3Cscript%3E%22%7D",
            ),
            "order a.",
        ),
    ]
}

fn kredivo() -> Vec<Row> {
    let query = |query: &str| Request::new("GET", format!("{FINISH}{query}"));
    let all = "?order_id=order-101&transaction_status=expire&status_code=407";
    vec![
        shows(
            "Kredivo with all parameters",
            query(all),
            "order order-101. It looks expired.",
        ),
        shows(
            "Kredivo with one parameter",
            query("?order_id=order-101"),
            "order order-101.",
        ),
        shows(
            "Kredivo with another parameter",
            query("?transaction_status=settlement"),
            "your order. It looks paid.",
        ),
        shows("Kredivo without parameters", query(""), "your order."),
        shows("Kredivo with an empty query", query("?"), "your order."),
        shows(
            "Kredivo with strange parameters",
            query("?order_id=&theirs=1&%zz"),
            "your order.",
        ),
        shows(
            "Kredivo with two orders",
            query("?order_id=a&order_id=b"),
            "your order.",
        ),
        shows(
            "Kredivo with one order twice",
            query("?order_id=a&order_id=a"),
            "order a.",
        ),
        shows(
            "Kredivo with hostile HTML",
            query("?order_id=%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
            "your order.",
        ),
        Row {
            body: Body::Any,
            ..shows(
                "a probe of the finish page",
                Request::new("HEAD", FINISH),
                "",
            )
        },
    ]
}

/// Snap's page leads to its finish URL, also by the button that goes back, and to the error URL.
/// ([Redirect](https://docs.midtrans.com/docs/snap-snap-integration-guide))
fn snap() -> Vec<Row> {
    let query = |query: &str| Request::new("GET", format!("{FINISH}?{query}"));
    let long = format!("order_id=order-101&x={}", "y".repeat(8 * 1024));
    vec![
        shows(
            "Snap after a card",
            query("order_id=order-101&status_code=200&transaction_status=capture"),
            "order order-101. It looks paid.",
        ),
        shows(
            "Snap before the transfer",
            query("order_id=order-101&status_code=201&transaction_status=pending"),
            "order order-101.",
        ),
        shows(
            "Snap without a choice",
            query("order_id=order-101&status_code=404"),
            "order order-101.",
        ),
        shows(
            "Snap with two orders",
            query("order_id=a&order_id=b&status_code=200&transaction_status=settlement"),
            "your order. It looks paid.",
        ),
        shows(
            "Snap after GoPay",
            query("order_id=order-101&result=success"),
            "order order-101.",
        ),
        shows(
            "Snap with eight kilobytes",
            query(&long),
            "order order-101.",
        ),
        shows(
            "Snap with garbage",
            query("%ff%00&=&order_id=%"),
            "your order.",
        ),
    ]
}

/// Returns that no page of the gateway describes, and that occur all the same.
fn elsewhere() -> Vec<Row> {
    let query = |query: &str| Request::new("GET", format!("{FINISH}{query}"));
    let all = "order_id=order-101&status_code=200&transaction_status=settlement";
    let to_query = |body: &str| Request {
        target: format!("{FINISH}?order_id=order-101"),
        ..form(body)
    };
    let multipart = typed_form("multipart/form-data; boundary=x", "--x--");
    vec![
        shows(
            "two question marks",
            query(&format!("?shop=1?{all}")),
            "order order-101. It looks paid.",
        ),
        shows(
            "a transaction id alone",
            query("?id=57d5293c-e65f-4a29-95e4-5959c3fa335b"),
            "your order.",
        ),
        shows(
            "a form of plain fields",
            form(all),
            "order order-101. It looks paid.",
        ),
        shows(
            "a form that calls itself text",
            typed_form("text/plain", FORM),
            "order order-101. It looks paid.",
        ),
        shows(
            "a form that calls itself JSON",
            typed_form("application/json", FORM),
            "order order-101. It looks paid.",
        ),
        shows(
            "an empty form to an address with a query",
            to_query(""),
            "order order-101.",
        ),
        shows(
            "an unreadable form to an address with a query",
            to_query("response=%7B"),
            "order order-101.",
        ),
        shows(
            "a form of several parts to an address with a query",
            Request {
                target: format!("{FINISH}?order_id=order-101"),
                ..multipart
            },
            "order order-101.",
        ),
        shows(
            "a form and another order in the address",
            to_query("response=%7B%22order_id%22%3A%22a%22%7D"),
            "order a.",
        ),
    ]
}

/// Returns that cannot be read: the customer waits for the page all the same.
fn unreadable() -> Vec<Row> {
    let sized = |length: usize| form("").payload(Payload::Announced(length));
    let compressed = form(FORM).header("Content-Encoding", "gzip");
    let mut rows = vec![
        shows(
            "a form announced as too long",
            sized(64 * 1024 + 1),
            "your order.",
        ),
        shows(
            "a form announced as far too long",
            sized(1 << 40),
            "your order.",
        ),
        shows(
            "a form too long in chunks",
            form("").payload(Payload::Chunked(vec![b'x'; 64 * 1024 + 1], 4096)),
            "your order.",
        ),
        shows(
            "a form that says that it is compressed",
            compressed,
            "order order-101. It looks paid.",
        ),
        shows(
            "no form at all",
            Request {
                payload: Payload::None,
                ..form("")
            },
            "your order.",
        ),
    ];
    let bodies = [
        "",
        "callback_key=x",
        "response=",
        "response=%7B",
        "response=null",
        "order_id=a&order_id=b",
    ];
    rows.extend(bodies.map(|body| shows("a form that cannot be read", form(body), "your order.")));
    rows
}

const NO_STORE: (&str, &str) = ("cache-control", "no-store");

/// A redirect to a page of the gateway's.
fn leaves(name: &'static str, from: &str, headers: &'static [(&str, &str)]) -> Row {
    Row {
        name,
        request: Request::new("POST", from).payload(Payload::Sized(Vec::new())),
        status: 303,
        headers,
        body: Body::Is(""),
        keeps_alive: true,
    }
}
