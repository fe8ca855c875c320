//! The bytes of the operations on a transaction on the wire.

use std::time::SystemTime;

use http::{Method, Request};
use midtrans_protocol::ids::{IdempotencyKey, PaymentId, RefundKey};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::transaction::{Approve, Cancel, Deny, DirectRefund, Expire, Refund};
use midtrans_protocol::{
    Environment, GetStatus, Merchant, OrderId, RequestOptions, Rupiah, ServerKey, encode,
};

fn order() -> OrderId {
    OrderId::new("kebaya-0417").expect("a valid order id")
}

fn refund_key() -> RefundKey {
    RefundKey::new("kebaya-0417_r1").expect("a valid refund key")
}

fn sent<O: Operation<Account = Merchant>>(operation: &O) -> Request<Vec<u8>> {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").expect("a well-formed key");
    let merchant = Merchant::new(Environment::Sandbox, key).expect("a sandbox key");
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::new("once-only").expect("a valid key"));
    encode(operation, &merchant, &options, SystemTime::UNIX_EPOCH)
}

/// Method, path below the host, body; and whether an idempotency key goes along, as it must for all
/// but reading.
fn assert_sent<O: Operation<Account = Merchant>>(
    operation: &O,
    method: &Method,
    path: &str,
    body: &str,
) {
    let request = sent(operation);
    assert_eq!(request.method(), method);
    assert_eq!(
        request.uri().to_string(),
        format!("https://api.sandbox.midtrans.com{path}")
    );
    assert_eq!(String::from_utf8_lossy(request.body()), body);
    let headers = request.headers();
    assert_eq!(headers["accept"], "application/json");
    assert_eq!(
        headers["authorization"],
        "Basic U0ItTWlkLXNlcnZlci1hYmMxMjNjZGU0NTY6"
    );
    assert_eq!(headers.contains_key("content-type"), !body.is_empty());
    let keyed = operation.replay() == Replay::Keyed;
    assert_eq!(headers.contains_key("idempotency-key"), keyed);
    assert_eq!(keyed, *method == Method::POST);
    assert_eq!(operation.target(), Some("kebaya-0417"));
    assert_eq!(headers.len(), if body.is_empty() { 2 } else { 4 });
}

#[test]
fn get_status() {
    assert_sent(
        &GetStatus::new(order()),
        &Method::GET,
        "/v2/kebaya-0417/status",
        "",
    );
}

#[test]
fn cancel() {
    assert_sent(
        &Cancel::new(order()),
        &Method::POST,
        "/v2/kebaya-0417/cancel",
        "{}",
    );
}

#[test]
fn expire() {
    assert_sent(
        &Expire::new(order()),
        &Method::POST,
        "/v2/kebaya-0417/expire",
        "{}",
    );
}

#[test]
fn approve() {
    assert_sent(
        &Approve::new(order()),
        &Method::POST,
        "/v2/kebaya-0417/approve",
        "{}",
    );
}

#[test]
fn deny() {
    assert_sent(
        &Deny::new(order()),
        &Method::POST,
        "/v2/kebaya-0417/deny",
        "{}",
    );
}

#[test]
fn refund_in_full() {
    let body = r#"{"refund_key":"kebaya-0417_r1"}"#;
    assert_sent(
        &Refund::full(order(), refund_key()),
        &Method::POST,
        "/v2/kebaya-0417/refund",
        body,
    );
}

#[test]
fn refund_in_part_with_a_reason() {
    let refund = Refund::part(order(), refund_key(), Rupiah::new(5_000)).unwrap();
    let refund = refund.because("salah ukuran \"L\"").unwrap();
    let body = r#"{"refund_key":"kebaya-0417_r1","amount":5000,"reason":"salah ukuran \"L\""}"#;
    assert_sent(&refund, &Method::POST, "/v2/kebaya-0417/refund", body);
}

#[test]
fn direct_refund_in_full_and_in_part() {
    let path = "/v2/kebaya-0417/refund/online/direct";
    let full = DirectRefund::from(Refund::full(order(), refund_key()));
    assert_sent(
        &full,
        &Method::POST,
        path,
        r#"{"refund_key":"kebaya-0417_r1"}"#,
    );
    let part = DirectRefund::from(Refund::part(order(), refund_key(), Rupiah::new(5_000)).unwrap());
    assert_sent(
        &part,
        &Method::POST,
        path,
        r#"{"refund_key":"kebaya-0417_r1","amount":5000}"#,
    );
}

#[test]
fn a_refund_of_nothing_or_with_an_essay_is_refused() {
    let field = |result: Result<Refund, midtrans_protocol::InvalidInput>| {
        result.unwrap_err().field().to_owned()
    };
    assert_eq!(
        field(Refund::part(order(), refund_key(), Rupiah::new(0))),
        "amount"
    );
    assert_eq!(
        field(Refund::full(order(), refund_key()).because("x".repeat(256))),
        "reason"
    );
    assert!(
        Refund::full(order(), refund_key())
            .because("é".repeat(255))
            .is_ok()
    );
}

#[test]
fn an_id_that_was_received_cannot_leave_its_place_in_the_path() {
    for (id, segment) in [
        (
            "A120260203080000abCDefGHijID",
            "A120260203080000abCDefGHijID",
        ),
        ("a/b", "a%2Fb"),
        ("../v1/x", "..%2Fv1%2Fx"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b%20", "a%20b%2520"),
        ("a\r\nb\\", "a%0D%0Ab%5C"),
        ("toko é", "toko%20%C3%A9"),
        ("~.-_", "~.-_"),
    ] {
        let id = || PaymentId::received(id).unwrap();
        for (request, action) in [
            (sent(&GetStatus::new(id())), "status"),
            (sent(&Cancel::new(id())), "cancel"),
            (sent(&Refund::full(id(), refund_key())), "refund"),
            (
                sent(&DirectRefund::from(Refund::full(id(), refund_key()))),
                "refund/online/direct",
            ),
        ] {
            assert_eq!(request.uri().path(), format!("/v2/{segment}/{action}"));
            assert_eq!(
                (request.uri().host(), request.uri().query()),
                (Some("api.sandbox.midtrans.com"), None)
            );
        }
    }
}

#[test]
fn every_order_id_is_its_own_path_segment() {
    let id = "Az09-_~.".repeat(6);
    let request = sent(&GetStatus::new(OrderId::new(&id).unwrap()));
    assert_eq!(request.uri().path(), format!("/v2/{id}/status"));
}

#[test]
fn without_an_idempotency_key_none_is_made_up() {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let merchant = Merchant::new(Environment::Sandbox, key).unwrap();
    let request = encode(
        &Cancel::new(order()),
        &merchant,
        &RequestOptions::default(),
        SystemTime::UNIX_EPOCH,
    );
    assert!(!request.headers().contains_key("idempotency-key"));
}
