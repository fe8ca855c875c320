//! Requests of strangers, scanners and broken proxies to the webhook: none of them reaches the
//! handler.

use super::{Body, PROBED, Row, delivery, row};
use crate::message::{LIMIT, padded, settlement, settlement_of_batik};
use crate::request::{Payload, Request};
use crate::shop::{EXTRACTED, NOTIFICATION};

pub(super) fn rows() -> Vec<Row> {
    [
        forged(),
        unreadable(),
        unsuitable(),
        too_long(),
        probes(),
        extracted(),
    ]
    .concat()
}

fn sent(body: impl Into<Vec<u8>>) -> Request {
    delivery(NOTIFICATION, body)
}

/// A request that a web page may send without a CORS preflight.
fn plain(body: String) -> Request {
    let bare =
        Request::new("POST", NOTIFICATION).header("Content-Type", "text/plain;charset=UTF-8");
    bare.payload(Payload::Sized(body.into()))
}

fn cheaper() -> String {
    settlement("order-101").replace("11000.00", "11.00")
}

fn forged() -> Vec<Row> {
    vec![
        row("forged amount", sent(cheaper()), 403).then_keeps_alive(),
        row(
            "forged order",
            sent(settlement("order-101").replace("order-101", "order-102")),
            403,
        )
        .then_keeps_alive(),
        row(
            "signed with another merchant's key",
            sent(settlement_of_batik("order-101")),
            403,
        )
        .then_keeps_alive(),
        row("forged as plain text", plain(cheaper()), 403).then_keeps_alive(),
        row(
            "forged in chunks",
            sent("").payload(Payload::Chunked(cheaper().into(), 64)),
            403,
        )
        .then_keeps_alive(),
    ]
}

fn unreadable() -> Vec<Row> {
    let unsigned = settlement("order-101").replace("signature_key", "signature");
    let none = Request {
        payload: Payload::None,
        ..sent("")
    };
    let mut rows = vec![
        row("empty", sent(""), 400).then_keeps_alive(),
        row("without a body", none, 400).then_keeps_alive(),
        row("without a signature", sent(unsigned), 400).then_keeps_alive(),
        row("plain text that is no JSON", plain("hello".into()), 400).then_keeps_alive(),
        row(
            "two byte order marks",
            sent(format!("\u{feff}\u{feff}{}", settlement("order-101"))),
            400,
        ),
        row("not UTF-8", sent([b'"', 0xff, b'"']), 400).then_keeps_alive(),
        row(
            "breaks off between chunks",
            sent("").payload(Payload::Broken),
            400,
        )
        .with_any_body(),
    ];
    let bodies = [
        "{",
        "[]",
        "null",
        "order_id=order-101",
        "{}",
        r#"{"order_id":"a","order_id":"b"}"#,
    ];
    rows.extend(bodies.map(|body| row("malformed", sent(body), 400).then_keeps_alive()));
    rows
}

fn unsuitable() -> Vec<Row> {
    let typed = |content_type: &str| {
        let bare = Request::new("POST", NOTIFICATION).header("Content-Type", content_type);
        row(
            "another content type",
            bare.payload(Payload::Sized(settlement("order-101").into())),
            415,
        )
    };
    let encoded = |encoding: &str| {
        row(
            "compressed",
            sent(settlement("order-101")).header("Content-Encoding", encoding),
            415,
        )
    };
    let gzip = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0,
    ];
    vec![
        typed("application/x-www-form-urlencoded"),
        typed("text/html"),
        typed("multipart/form-data; boundary=x"),
        encoded("gzip"),
        encoded("br"),
        row(
            "really compressed",
            sent(gzip).header("Content-Encoding", "gzip"),
            415,
        ),
    ]
}

fn too_long() -> Vec<Row> {
    let sized = Payload::Sized(padded(LIMIT + 1));
    let chunked = Payload::Chunked(padded(LIMIT + 1), 8192);
    vec![
        row(
            "announced as too long",
            sent("").payload(Payload::Announced(LIMIT + 1)),
            413,
        ),
        row(
            "announced as far too long",
            sent("").payload(Payload::Announced(1 << 40)),
            413,
        ),
        row("too long", sent("").payload(sized), 413),
        row("too long in chunks", sent("").payload(chunked), 413),
    ]
}

fn probes() -> Vec<Row> {
    let probe = |method: &'static str, body: Body| Row {
        name: "a probe",
        request: Request::new(method, NOTIFICATION),
        status: 405,
        headers: PROBED,
        body,
        keeps_alive: true,
    };
    let friendly = Body::Is("This address works. It takes notifications by POST.");
    let mut rows: Vec<Row> = ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"]
        .map(|method| probe(method, friendly))
        .into();
    rows.push(probe("HEAD", Body::Is("")));
    rows
}

/// The extractor turns the same away; what the page says is the framework's.
fn extracted() -> Vec<Row> {
    let to = |body: Vec<u8>| delivery(EXTRACTED, body);
    let announced = to(Vec::new()).payload(Payload::Announced(LIMIT + 1));
    let gzip = to(settlement("order-101").into()).header("Content-Encoding", "gzip");
    [
        row("forged, to the extractor", to(cheaper().into()), 403),
        row("malformed, to the extractor", to(b"{".into()), 400),
        row("announced as too long, to the extractor", announced, 413),
        row(
            "too long in chunks, to the extractor",
            to(Vec::new()).payload(Payload::Chunked(padded(LIMIT + 1), 8192)),
            413,
        ),
        row("compressed, to the extractor", gzip, 415),
    ]
    .map(Row::with_any_body)
    .into()
}
