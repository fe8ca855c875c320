//! The gateway's notifications: all of them are genuine, and the handler decides.

use super::{Row, delivery, row};
use crate::message::{LIMIT, OTHER_FAMILIES, padded, settlement, settlement_of_batik};
use crate::request::{Payload, Request};
use crate::shop::{EXTRACTED, MERCHANTS, NOTIFICATION};

pub(super) fn rows() -> Vec<Row> {
    [ways(), ends(), merchants(), other_families()].concat()
}

fn typed(content_type: &str) -> Request {
    let bare = Request::new("POST", NOTIFICATION).header("Content-Type", content_type);
    bare.payload(Payload::Sized(settlement("order-101").into()))
}

/// Ways in which a genuine notification may arrive.
fn ways() -> Vec<Row> {
    let genuine = || delivery(NOTIFICATION, settlement("order-101"));
    let old = |headers: Request| Request {
        version: "1.0",
        ..headers
    };
    let untyped = Request {
        headers: Vec::new(),
        ..genuine()
    };
    let chunked = Payload::Chunked(settlement("order-101").into(), 100);
    vec![
        row("genuine", genuine(), 200).then_keeps_alive(),
        row("duplicate", genuine(), 200).then_keeps_alive(),
        row("without a content type", untyped, 200),
        row(
            "with a charset",
            typed("application/json; charset=utf-8"),
            200,
        ),
        row(
            "with a content type in other letters",
            typed("Application/JSON;Charset=\"UTF-8\""),
            200,
        ),
        row("with an old content type", typed("text/json"), 200),
        row(
            "with a content type of test tools",
            typed("text/plain; charset=utf-8"),
            200,
        ),
        row(
            "with a byte order mark",
            delivery(NOTIFICATION, format!("\u{feff}{}", settlement("order-101"))),
            200,
        ),
        row(
            "not compressed and says so",
            genuine().header("Content-Encoding", "identity"),
            200,
        ),
        row(
            "asks before it sends",
            genuine().header("Expect", "100-continue"),
            200,
        ),
        row(
            "with a query",
            delivery(format!("{NOTIFICATION}?a=b"), settlement("order-101")),
            200,
        ),
        row("in chunks", genuine().payload(chunked), 200).then_keeps_alive(),
        row(
            "slow",
            genuine().payload(Payload::Slow(settlement("order-101").into())),
            200,
        )
        .then_keeps_alive(),
        row("HTTP/1.0", old(genuine()), 200),
        row(
            "HTTP/1.0 that stays",
            old(genuine().header("Connection", "keep-alive")),
            200,
        ),
        row(
            "as long as the limit",
            genuine().payload(Payload::Sized(padded(LIMIT))),
            200,
        )
        .then_keeps_alive(),
        row(
            "to the extractor",
            delivery(EXTRACTED, settlement("order-101")),
            200,
        )
        .with_any_body(),
    ]
}

/// Ways in which the merchant's handler may end.
fn ends() -> Vec<Row> {
    let about = |order: &str| delivery(NOTIFICATION, settlement(order));
    vec![
        row("the store fails", about("order-error"), 503).then_keeps_alive(),
        row("the handler panics", about("order-panic"), 503).then_keeps_alive(),
        row("the handler is too slow", about("order-slow"), 503).then_keeps_alive(),
        row(
            "the body does not come",
            about("").payload(Payload::Announced(1000)),
            503,
        ),
        row(
            "the extractor's store fails",
            delivery(EXTRACTED, settlement("order-error")),
            503,
        )
        .with_any_body(),
    ]
}

/// Several merchants on one endpoint.
fn merchants() -> Vec<Row> {
    let to = |merchant: &str, body: String| delivery(format!("{MERCHANTS}{merchant}"), body);
    vec![
        row(
            "to one of several merchants",
            to("batik", settlement_of_batik("order-101")),
            200,
        )
        .then_keeps_alive(),
        row(
            "to a merchant whose key it is not",
            to("batik", settlement("order-101")),
            403,
        )
        .then_keeps_alive(),
        row(
            "to an unknown merchant",
            to("unknown", settlement("order-101")),
            404,
        ),
    ]
}

/// Notifications that a wrong setting of the dashboard sends here: the gateway must stop retrying,
/// and the handler must not see them.
fn other_families() -> Vec<Row> {
    let twice = OTHER_FAMILIES.iter().chain(OTHER_FAMILIES);
    let mut rows: Vec<Row> = twice
        .map(|(_, body)| {
            row("of another family", delivery(NOTIFICATION, *body), 200).then_keeps_alive()
        })
        .collect();
    let (_, linked) = OTHER_FAMILIES[0];
    rows.push(
        row(
            "of another family, to the extractor",
            delivery(EXTRACTED, linked),
            200,
        )
        .with_any_body(),
    );
    rows
}
