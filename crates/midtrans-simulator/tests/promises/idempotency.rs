//! Repeats with an `Idempotency-Key`.

use midtrans_simulator::gateway::{Choice, Fault, Started};

use crate::desk::{Desk, Reply, charge, pairs};

fn charge_with(desk: &mut Desk, key: &str, order_id: &str) -> Reply {
    desk.call_with(
        "POST",
        "/v2/charge",
        &[("idempotency-key", key)],
        &charge("akulaku", order_id, 44_000).to_string(),
    )
}

#[test]
fn a_success_is_replayed_for_five_minutes_whatever_the_body_says() {
    let mut desk = Desk::open();
    let first = charge_with(&mut desk, "k", "order-1");
    desk.wait(299);
    assert_eq!(charge_with(&mut desk, "k", "order-2").text, first.text);
    assert_eq!(desk.status("order-2").code(), "404", "nothing was charged");
    desk.wait(1);
    assert_eq!(
        charge_with(&mut desk, "k", "order-1").code(),
        "406",
        "the gateway has forgotten the key"
    );
}

#[test]
fn a_refusal_is_not_stored() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    assert_eq!(charge_with(&mut desk, "k", "order-1").code(), "406");
    assert_eq!(charge_with(&mut desk, "k", "order-2").code(), "201");
}

#[test]
fn one_key_space_serves_all_operations() {
    let mut desk = Desk::open();
    let first = charge_with(&mut desk, "k", "order-1");
    desk.choose("order-1", Choice::Approve);
    let reply = desk.call_with(
        "POST",
        "/v2/order-1/refund",
        &[("idempotency-key", "k")],
        "{}",
    );
    assert_eq!(reply.text, first.text, "the charge's answer, and no refund");
    assert_eq!(
        desk.status("order-1").text_of("transaction_status"),
        "settlement"
    );
}

#[test]
fn a_key_of_more_than_46_characters_protects_nothing_and_says_nothing() {
    let mut desk = Desk::open();
    let (long, longest) = ("k".repeat(47), "k".repeat(46));
    assert_eq!(charge_with(&mut desk, &long, "order-1").code(), "201");
    assert_eq!(charge_with(&mut desk, &long, "order-1").code(), "406");
    let first = charge_with(&mut desk, &longest, "order-2");
    assert_eq!(charge_with(&mut desk, &longest, "order-2").text, first.text);
}

#[test]
fn a_repeat_while_the_first_call_runs_is_http_202_and_says_nothing_of_the_transaction() {
    let mut desk = Desk::open();
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let request = Desk::request("POST", "/v2/charge", &[("idempotency-key", "k")], &body);
    let Started::Running(ticket) = desk.gateway.begin(&request, desk.now) else {
        panic!("answered")
    };
    let repeat = charge_with(&mut desk, "k", "order-1");
    assert_eq!(repeat.http, 202);
    assert_eq!(
        repeat.keys(),
        ["status_message"],
        "a `status_code` of 202 would mean that it was denied"
    );
    assert_eq!(
        desk.status("order-1").code(),
        "404",
        "the first call has not happened yet"
    );
    let first = desk
        .gateway
        .finish(ticket, &request, desk.now)
        .into_response()
        .unwrap();
    assert_eq!(
        charge_with(&mut desk, "k", "order-1").text.as_bytes(),
        first.body()
    );
    assert_eq!(desk.news().len(), 1);
}

#[test]
fn a_repeated_refund_is_replayed_before_its_refund_key_is_looked_at() {
    let mut desk = Desk::open();
    desk.paid("akulaku", "order-1", 44_000);
    let body = r#"{"refund_key":"r-1","amount":4000}"#;
    let mut refund = |key: &str| {
        desk.call_with(
            "POST",
            "/v2/order-1/refund",
            &[("idempotency-key", key)],
            body,
        )
    };
    let first = refund("a");
    assert_eq!(first.code(), "200");
    assert_eq!(refund("a").text, first.text);
    assert_eq!(refund("b").code(), "406");
}

#[test]
fn expire_succeeds_with_407_and_is_stored_too() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    let mut expire = || {
        desk.call_with(
            "POST",
            "/v2/order-1/expire",
            &[("idempotency-key", "k")],
            "",
        )
    };
    assert_eq!(
        (expire().text, expire().code().to_owned()),
        (expire().text, "407".to_owned())
    );
}

#[test]
fn a_denied_direct_refund_is_not_stored_and_the_same_key_tries_again() {
    let mut desk = Desk::open();
    desk.paid("akulaku", "order-1", 44_000);
    let body = r#"{"refund_key":"r-1","amount":4000}"#;
    let path = "/v2/order-1/refund/online/direct";
    desk.gateway.fail_next(Fault::RefundDenied);
    let mut refund = || desk.call_with("POST", path, &[("idempotency-key", "k")], body);
    assert_eq!(refund().code(), "202");
    let second = refund();
    assert_eq!(
        (second.code(), second.text_of("transaction_status")),
        ("200", "partial_refund")
    );
    assert_eq!(refund().text, second.text, "what succeeded is stored");
}

#[test]
fn an_expiry_that_comes_due_while_a_call_is_under_way_comes_first() {
    for operation in ["cancel", "expire"] {
        let mut desk = Desk::open();
        desk.charge("akulaku", "order-1", 44_000);
        desk.wait(2 * 3_600 - 1);
        let request = Desk::request("POST", &format!("/v2/order-1/{operation}"), &[], "");
        let Started::Running(ticket) = desk.gateway.begin(&request, desk.now) else {
            panic!("answered")
        };
        desk.wait(1);
        let reply = desk
            .gateway
            .finish(ticket, &request, desk.now)
            .into_response()
            .unwrap();
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body["status_code"], "412", "{operation}");
        assert_eq!(
            desk.status("order-1").text_of("transaction_status"),
            "expire"
        );
        assert_eq!(desk.news(), pairs(&[("pending", "201"), ("expire", "202")]));
    }
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    desk.wait(2 * 3_600 - 1);
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let request = Desk::request("POST", "/v2/charge", &[], &body);
    let Started::Running(ticket) = desk.gateway.begin(&request, desk.now) else {
        panic!("answered")
    };
    desk.wait(1);
    let reply = desk
        .gateway
        .finish(ticket, &request, desk.now)
        .into_response()
        .unwrap();
    let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(body["status_code"], "201", "the order is free by now");
}
