//! Reserved amounts of cards, and their captures.
//! ([Capture](https://docs.midtrans.com/reference/capture-transaction))

use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, pairs};
use crate::cards::{ACCEPTED, CHALLENGED, pay, state};

fn capture(api: &mut ApiCaller, id: &str, amount: Value) -> Reply {
    let mut body = json!({"transaction_id": id});
    if !amount.is_null() {
        body["gross_amount"] = amount;
    }
    api.post("/v2/capture", &body.to_string())
}

#[test]
fn a_reserved_amount_is_captured_once_whole_or_in_part() {
    for (wanted, taken) in [
        (Value::Null, "145000.00"),
        (json!(45_000), "45000.00"),
        (json!("45000.00"), "45000.00"),
    ] {
        let mut api = ApiCaller::new();
        let reply = pay(&mut api, "order-1", ACCEPTED, json!({"type": "authorize"}));
        assert_eq!(state(&reply), ["200", "authorize", "accept"]);
        let id = reply.text_of("transaction_id").to_owned();
        assert_eq!(capture(&mut api, &id, json!(145_001)).code(), "400");
        assert_eq!(
            capture(&mut api, "order-1", Value::Null).code(),
            "404",
            "not by its order"
        );
        let captured = capture(&mut api, &id, wanted);
        assert_eq!(state(&captured), ["200", "capture", "accept"]);
        assert_eq!(
            captured.text_of("status_message"),
            "Success, Credit Card capture transaction is successful"
        );
        let keys = "status_code status_message transaction_id masked_card order_id payment_type \
                    transaction_time transaction_status fraud_status bank gross_amount";
        assert_eq!(captured.keys().join(" "), keys);
        assert_eq!(captured.text_of("gross_amount"), taken);
        assert_eq!(capture(&mut api, &id, Value::Null).code(), "412", "once");
        api.wait(2 * 86_400);
        let told = [
            ("authorize", "200"),
            ("capture", "200"),
            ("settlement", "200"),
        ];
        assert_eq!(api.notified(), pairs(&told));
    }
}

#[test]
fn a_reserved_amount_is_free_again_after_eight_days_or_a_cancellation() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-1", ACCEPTED, json!({"type": "authorize"}));
    let id = reply.text_of("transaction_id").to_owned();
    assert_eq!(reply.text_of("expiry_time"), "2026-11-30 10:00:00");
    for operation in ["expire", "refund", "approve"] {
        assert_eq!(api.ask("order-1", operation).code(), "412", "{operation}");
    }
    api.wait(8 * 86_400 - 1);
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "authorize"
    );
    api.wait(1);
    assert_eq!(state(&api.status("order-1")), ["407", "expire", "accept"]);
    assert_eq!(
        api.notified(),
        pairs(&[("authorize", "200"), ("expire", "202")])
    );
    assert_eq!(capture(&mut api, &id, Value::Null).code(), "412");

    pay(&mut api, "order-2", ACCEPTED, json!({"type": "authorize"}));
    assert_eq!(api.ask("order-2", "cancel").code(), "200");
    assert_eq!(
        api.status("order-2").text_of("transaction_status"),
        "cancel"
    );
}

#[test]
fn a_capture_names_what_is_wrong_with_it() {
    let mut api = ApiCaller::new();
    for (body, code) in [
        ("", "413"),
        ("[]", "413"),
        ("{}", "400"),
        (r#"{"transaction_id":1}"#, "400"),
        // As the official client for Java sends it.
        (
            r#"{"transaction_id":"nothing","gross_amount":"265.000"}"#,
            "404",
        ),
    ] {
        assert_eq!(api.post("/v2/capture", body).code(), code, "{body}");
    }
    let reply = pay(
        &mut api,
        "order-1",
        ACCEPTED,
        json!({"type": "authorize", "authentication": true}),
    );
    assert_eq!(reply.code(), "201");
    let id = reply.text_of("transaction_id").to_owned();
    assert_eq!(capture(&mut api, &id, Value::Null).code(), "412", "pending");
    // A challenged one is approved first.
    let reply = pay(
        &mut api,
        "order-2",
        CHALLENGED,
        json!({"type": "authorize"}),
    );
    assert_eq!(state(&reply), ["201", "authorize", "challenge"]);
    let id = reply.text_of("transaction_id").to_owned();
    assert_eq!(capture(&mut api, &id, Value::Null).code(), "412");
    assert_eq!(
        state(&api.ask("order-2", "approve")),
        ["200", "authorize", "accept"]
    );
    assert_eq!(capture(&mut api, &id, Value::Null).code(), "200");
}
