//! Taking reserved money.

#[path = "support/bodies.rs"]
mod bodies;

use std::time::SystemTime;

use bodies::{answered, key, received, with};
use http::Method;
use midtrans_protocol::ids::{IdempotencyKey, PaymentId};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::transaction::{Capture, TransactionStatus};
use midtrans_protocol::{
    Decision, Environment, Expected, Merchant, OrderId, RequestOptions, Rupiah, decide, decode,
    encode,
};
use serde_json::{Value, json};

const ID: &str = "0d4c7a1e-58f0-4b0e-9b1c-6a2f1d3e4c5b";

fn id() -> PaymentId {
    PaymentId::received(ID).expect("an id")
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn authorized() -> Value {
    object(include_str!(
        "../fixtures/card--charge-response--authorize.json"
    ))
}

fn part(rupiah: u64) -> Capture {
    Capture::part(id(), Rupiah::new(rupiah)).expect("an amount")
}

#[test]
fn all_or_a_part_of_the_money_is_captured_by_transaction_id() {
    assert_eq!(
        Capture::full(id()).to_json(),
        format!(r#"{{"transaction_id":"{ID}"}}"#).into_bytes()
    );
    assert_eq!(
        part(100_000).to_json(),
        format!(r#"{{"transaction_id":"{ID}","gross_amount":100000}}"#).into_bytes()
    );
    let merchant = Merchant::new(Environment::Sandbox, key()).expect("a sandbox key");
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::new("once-only").expect("a key"));
    let request = encode(&part(100_000), &merchant, &options, SystemTime::UNIX_EPOCH);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://api.sandbox.midtrans.com/v2/capture");
    assert_eq!(request.headers()["idempotency-key"], "once-only");
    assert_eq!(part(1).replay(), Replay::Keyed);
    assert_eq!(part(1).target(), Some(ID));
    let error = Capture::part(id(), Rupiah::new(0)).unwrap_err();
    assert_eq!(error.field(), "gross_amount");
}

#[test]
fn a_capture_is_made_of_a_reserved_payment_and_of_no_more_than_is_reserved() {
    let transaction = answered(&authorized());
    let full = Capture::of(&transaction).expect("a reserved payment");
    assert_eq!(full, Capture::full(id()));
    let part = |rupiah| Capture::part_of(&transaction, Rupiah::new(rupiah));
    assert!(part(100_000).is_ok() && part(125_000).is_ok());
    for rupiah in [0, 125_001] {
        assert_eq!(part(rupiah).unwrap_err().field(), "gross_amount");
    }
    let nameless = answered(&with(authorized(), json!({"transaction_id": null})));
    let error = Capture::of(&nameless).unwrap_err();
    assert_eq!(error.field(), "transaction_id", "an order id is none");
}

#[test]
fn a_linked_gopay_payment_is_captured_in_whole_only() {
    let transaction = answered(&with(authorized(), json!({"payment_type": "gopay"})));
    let part = |rupiah| Capture::part_of(&transaction, Rupiah::new(rupiah));
    let error = part(100_000).unwrap_err();
    assert_eq!(error.field(), "gross_amount");
    assert!(error.expected().contains("no partial captures"), "{error}");
    assert!(part(125_000).is_ok(), "the whole amount by its number");
    assert!(Capture::of(&transaction).is_ok());
}

#[test]
fn a_method_that_takes_the_money_at_once_has_nothing_to_capture() {
    let transaction = answered(&with(
        authorized(),
        json!({"payment_type": "bank_transfer"}),
    ));
    let error = Capture::of(&transaction).unwrap_err();
    assert_eq!(error.field(), "payment_type");
    assert!(error.expected().contains("taken at once"), "{error}");
}

#[test]
fn a_captured_payment_is_paid() {
    let body = include_str!("../fixtures/capture--response--success.json");
    let transaction = decode(&Capture::full(id()), received(200, body)).expect("a capture");
    assert_eq!(
        transaction.transaction_status(),
        Some(&TransactionStatus::Capture)
    );
    let order = OrderId::new("kebaya-0417").expect("an id");
    let expected = Expected::new(order, Rupiah::new(125_000));
    assert_eq!(decide(&expected, &transaction), Decision::Paid);
}

#[test]
fn a_capture_that_the_bank_denies_is_a_refusal_that_says_try_again_or_cancel() {
    let body = include_str!("../fixtures/capture--response--deny.json");
    match decode(&part(125_000), received(200, body)) {
        Err(ReplyError::Api(error)) => {
            assert!(error.is_denied() && !error.outcome_unknown());
            let shown = error.to_string();
            assert!(shown.contains("stays reserved"), "{shown}");
            assert!(shown.contains("try again later"), "{shown}");
            assert!(shown.contains("or cancel"), "{shown}");
        }
        other => panic!("{other:?}"),
    }
    // Get Status says what is true: the money is still reserved, and the order not paid.
    let order = OrderId::new("kebaya-0417").expect("an id");
    let expected = Expected::new(order, Rupiah::new(125_000));
    assert_eq!(
        decide(&expected, &answered(&authorized())),
        Decision::Pending
    );
}

#[test]
fn a_reply_about_another_payment_or_in_another_state_is_no_capture() {
    let success = object(include_str!("../fixtures/capture--response--success.json"));
    for changes in [
        json!({"transaction_id": "another", "order_id": "another"}),
        json!({"transaction_status": "authorize"}),
        json!({"transaction_status": "pending", "status_code": "201"}),
        json!({"transaction_status": "frozen"}),
        json!({"status_code": "202"}),
    ] {
        let body = with(success.clone(), changes.clone()).to_string();
        match decode(&Capture::full(id()), received(200, body)) {
            Err(ReplyError::Decode(error)) => assert!(error.is_mismatch(), "{changes}"),
            other => panic!("{changes}: {other:?}"),
        }
    }
}
