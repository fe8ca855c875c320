//! Repeats with an `Idempotency-Key`.

use midtrans_simulator::gateway::{Choice, Fault, Started};

use crate::api_caller::{ApiCaller, Reply, charge, pairs};

fn charge_with(api: &mut ApiCaller, key: &str, order_id: &str) -> Reply {
    api.call_with(
        "POST",
        "/v2/charge",
        &[("idempotency-key", key)],
        &charge("akulaku", order_id, 44_000).to_string(),
    )
}

#[test]
fn a_success_is_replayed_for_five_minutes_whatever_the_body_says() {
    let mut api = ApiCaller::new();
    let first = charge_with(&mut api, "k", "order-1");
    api.wait(299);
    assert_eq!(charge_with(&mut api, "k", "order-2").text, first.text);
    assert_eq!(api.status("order-2").code(), "404", "nothing was charged");
    api.wait(1);
    assert_eq!(
        charge_with(&mut api, "k", "order-1").code(),
        "406",
        "the gateway has forgotten the key"
    );
}

#[test]
fn a_refusal_is_not_stored() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    assert_eq!(charge_with(&mut api, "k", "order-1").code(), "406");
    assert_eq!(charge_with(&mut api, "k", "order-2").code(), "201");
}

#[test]
fn one_key_space_serves_all_operations() {
    let mut api = ApiCaller::new();
    let first = charge_with(&mut api, "k", "order-1");
    api.choose("order-1", Choice::Approve);
    let reply = api.call_with(
        "POST",
        "/v2/order-1/refund",
        &[("idempotency-key", "k")],
        "{}",
    );
    assert_eq!(reply.text, first.text, "the charge's answer, and no refund");
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "settlement"
    );
}

#[test]
fn a_key_of_more_than_46_characters_protects_nothing_and_says_nothing() {
    let mut api = ApiCaller::new();
    let (long, longest) = ("k".repeat(47), "k".repeat(46));
    assert_eq!(charge_with(&mut api, &long, "order-1").code(), "201");
    assert_eq!(charge_with(&mut api, &long, "order-1").code(), "406");
    let first = charge_with(&mut api, &longest, "order-2");
    assert_eq!(charge_with(&mut api, &longest, "order-2").text, first.text);
}

#[test]
fn a_repeat_while_the_first_call_runs_is_http_202_and_says_nothing_of_the_transaction() {
    let mut api = ApiCaller::new();
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let request = ApiCaller::request("POST", "/v2/charge", &[("idempotency-key", "k")], &body);
    let Started::Running(pending) = api.gateway.begin(&request, api.now) else {
        panic!("answered")
    };
    let repeat = charge_with(&mut api, "k", "order-1");
    assert_eq!(repeat.http, 202);
    assert_eq!(
        repeat.keys(),
        ["status_message"],
        "a `status_code` of 202 would mean that it was denied"
    );
    assert_eq!(
        api.status("order-1").code(),
        "404",
        "the first call has not happened yet"
    );
    let first = api
        .gateway
        .finish(pending, &request, api.now)
        .into_response()
        .unwrap();
    assert_eq!(
        charge_with(&mut api, "k", "order-1").text.as_bytes(),
        first.body()
    );
    assert_eq!(api.notified().len(), 1);
}

#[test]
fn a_repeated_refund_is_replayed_before_its_refund_key_is_looked_at() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    let body = r#"{"refund_key":"r-1","amount":4000}"#;
    let mut refund = |key: &str| {
        api.call_with(
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
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let mut expire = || {
        api.call_with(
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
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    let body = r#"{"refund_key":"r-1","amount":4000}"#;
    let path = "/v2/order-1/refund/online/direct";
    api.gateway.fail_next(Fault::RefundDenied);
    let mut refund = || api.call_with("POST", path, &[("idempotency-key", "k")], body);
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
        let mut api = ApiCaller::new();
        api.charge("akulaku", "order-1", 44_000);
        api.wait(2 * 3_600 - 1);
        let request = ApiCaller::request("POST", &format!("/v2/order-1/{operation}"), &[], "");
        let Started::Running(pending) = api.gateway.begin(&request, api.now) else {
            panic!("answered")
        };
        api.wait(1);
        let reply = api
            .gateway
            .finish(pending, &request, api.now)
            .into_response()
            .unwrap();
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body["status_code"], "412", "{operation}");
        assert_eq!(
            api.status("order-1").text_of("transaction_status"),
            "expire"
        );
        assert_eq!(
            api.notified(),
            pairs(&[("pending", "201"), ("expire", "202")])
        );
    }
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    api.wait(2 * 3_600 - 1);
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let request = ApiCaller::request("POST", "/v2/charge", &[], &body);
    let Started::Running(pending) = api.gateway.begin(&request, api.now) else {
        panic!("answered")
    };
    api.wait(1);
    let reply = api
        .gateway
        .finish(pending, &request, api.now)
        .into_response()
        .unwrap();
    let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(body["status_code"], "201", "the order is free by now");
}
