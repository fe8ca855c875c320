//! A virtual account that is paid several times: Get Status B2B.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, expected, received, with};
use http::Method;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::transaction::{GetStatusB2b, TransactionPage};
use midtrans_protocol::{Decision, Environment, OrderId, decide, decode};
use serde_json::{Value, json};

const TWO: &str = include_str!("../fixtures/status-b2b--page-response--two.json");

fn status() -> GetStatusB2b {
    GetStatusB2b::new(OrderId::new(ORDER).expect("an order id"))
}

fn two() -> Value {
    serde_json::from_str(TWO).expect("JSON")
}

fn page(body: &Value) -> Result<TransactionPage, ReplyError> {
    decode(&status(), received(200, body.to_string()))
}

#[test]
fn the_payments_to_a_number_are_asked_for_page_by_page() {
    let request = |status: GetStatusB2b| {
        let request = status.request(&Environment::Sandbox);
        assert_eq!(request.method(), Method::GET);
        request.uri().to_string()
    };
    let start = "https://api.sandbox.midtrans.com/v2/kebaya-0417/status/b2b";
    assert_eq!(request(status()), start);
    assert_eq!(
        request(status().page(3, 25)),
        format!("{start}?page=3&per_page=25")
    );
    assert_eq!(status().replay(), Replay::Safe);
    assert_eq!(status().target(), Some(ORDER));
}

#[test]
fn each_payment_to_the_number_is_decided_on_by_itself() {
    let page = page(&two()).expect("a page");
    let payments = page.transactions();
    assert_eq!(payments.len(), 2);
    assert_ne!(payments[0].transaction_id(), payments[1].transaction_id());
    for payment in payments {
        assert_eq!(decide(&expected(ORDER, 125_000), payment), Decision::Paid);
    }
    assert_eq!(page.raw().as_str(), two().to_string());
}

#[test]
fn an_empty_page_is_the_end() {
    let empty = with(two(), json!({ "transactions": [] }));
    assert!(page(&empty).expect("a page").transactions().is_empty());
}

#[test]
fn a_page_with_a_payment_that_cannot_be_read_is_an_error_and_not_a_shorter_page() {
    for broken in [json!([{}]), json!([7]), json!({}), json!(null)] {
        let mut body = two();
        body["transactions"] = broken.clone();
        match page(&body) {
            Err(ReplyError::Decode(error)) => assert!(!error.is_mismatch(), "{broken}"),
            other => panic!("{broken}: {other:?}"),
        }
    }
    let twice = TWO.replace(
        "\"payment_type\": \"bank_transfer\",",
        "\"payment_type\": \"bank_transfer\", \"payment_type\": \"gopay\",",
    );
    assert!(decode(&status(), received(200, twice)).is_err());
}

#[test]
fn a_page_about_another_order_is_no_answer() {
    let other = TWO.replacen(ORDER, "sarung-0001", 1);
    match decode(&status(), received(200, other)) {
        Err(ReplyError::Decode(error)) => assert!(error.is_mismatch()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_ordinary_order_has_no_such_page() {
    let body = r#"{"status_code":"404","status_message":"Transaction doesn't exist.","id":"a417"}"#;
    match decode(&status(), received(404, body)) {
        Err(ReplyError::Api(error)) => assert!(error.is_not_found()),
        other => panic!("{other:?}"),
    }
}
