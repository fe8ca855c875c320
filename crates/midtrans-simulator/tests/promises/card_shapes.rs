//! The bodies of card payments, letter by letter, in the shapes and the key order of the gateway's
//! newer samples; the values are ours.
//! ([Cards](https://docs.midtrans.com/reference/charge-transactions-on-card),
//! [notifications](https://docs.midtrans.com/docs/https-notification-webhooks),
//! [status](https://docs.midtrans.com/reference/get-transaction-status))

use midtrans_simulator::gateway::Choice;
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;
use crate::cards::{ACCEPTED, pay};
use crate::shapes::compact;

/// A sample with the values that only the simulator knows, taken from its text.
fn filled(sample: &str, text: &str) -> String {
    let json: Value = serde_json::from_str(text).unwrap();
    let names = [
        ("<id>", "transaction_id"),
        ("<approval>", "approval_code"),
        ("<saved>", "saved_token_id"),
        ("<signature>", "signature_key"),
    ];
    names.iter().fold(compact(sample), |text, (place, name)| {
        text.replace(place, json[name].as_str().unwrap_or_default())
    })
}

#[test]
fn a_captured_card_with_a_saved_token() {
    let mut api = ApiCaller::new();
    let reply = pay(
        &mut api,
        "order-101",
        "4617006959746656",
        json!({"save_token_id": true}),
    );
    let sample = r#"{
        "status_code": "200",
        "status_message": "Success, Credit Card transaction is successful",
        "transaction_id": "<id>",
        "order_id": "order-101",
        "merchant_id": "G000000000",
        "gross_amount": "145000.00",
        "currency": "IDR",
        "payment_type": "credit_card",
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "capture",
        "fraud_status": "accept",
        "approval_code": "<approval>",
        "eci": "07",
        "masked_card": "46170069-6656",
        "bank": "mandiri",
        "card_type": "credit",
        "saved_token_id": "<saved>",
        "saved_token_id_expired_at": "2030-12-31 07:00:00",
        "channel_response_code": "00",
        "channel_response_message": "Approved",
        "on_us": true,
        "expiry_time": "2026-11-30 10:00:00"
    }"#;
    assert_eq!(
        (reply.http, reply.text.as_str()),
        (200, filled(sample, &reply.text).as_str())
    );
    assert_eq!(reply.text_of("approval_code").len(), 13);
}

#[test]
fn a_card_that_needs_3_d_secure() {
    let mut api = ApiCaller::new();
    let reply = pay(
        &mut api,
        "order-101",
        ACCEPTED,
        json!({"authentication": true}),
    );
    let sample = r#"{
        "status_code": "201",
        "status_message": "Success, Credit Card transaction is successful",
        "transaction_id": "<id>",
        "order_id": "order-101",
        "redirect_url": "http://127.0.0.1:8180/v2/3ds/redirect/<id>",
        "merchant_id": "G000000000",
        "gross_amount": "145000.00",
        "currency": "IDR",
        "payment_type": "credit_card",
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "pending",
        "masked_card": "48111111-1114",
        "card_type": "credit",
        "three_ds_version": "2",
        "on_us": true,
        "expiry_time": "2026-11-22 10:10:00"
    }"#;
    assert_eq!(reply.text, filled(sample, &reply.text));
}

#[test]
fn a_refused_card() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-101", "4911111111111113", json!({}));
    let sample = r#"{
        "status_code": "202",
        "status_message": "Deny by Bank [BNI] with code [05] and message [Do not honor]",
        "transaction_id": "<id>",
        "order_id": "order-101",
        "merchant_id": "G000000000",
        "gross_amount": "145000.00",
        "currency": "IDR",
        "payment_type": "credit_card",
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "deny",
        "fraud_status": "accept",
        "approval_code": "      ",
        "eci": "07",
        "masked_card": "49111111-1113",
        "bank": "bni",
        "card_type": "credit",
        "channel_response_code": "05",
        "channel_response_message": "Do not honor",
        "on_us": true,
        "expiry_time": "2026-11-30 10:00:00"
    }"#;
    assert_eq!(reply.text, filled(sample, &reply.text));
}

#[test]
fn the_notifications_of_a_capture_and_its_settlement() {
    let mut api = ApiCaller::new();
    pay(
        &mut api,
        "order-101",
        ACCEPTED,
        json!({"authentication": true}),
    );
    api.choose("order-101", Choice::Approve);
    let told = api.notifications().pop().unwrap();
    let sample = r#"{
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "capture",
        "transaction_id": "<id>",
        "three_ds_version": "2",
        "three_ds_challenge_completion": true,
        "status_message": "midtrans payment notification",
        "status_code": "200",
        "signature_key": "<signature>",
        "payment_type": "credit_card",
        "order_id": "order-101",
        "on_us": true,
        "merchant_id": "G000000000",
        "masked_card": "48111111-1114",
        "gross_amount": "145000.00",
        "fraud_status": "accept",
        "expiry_time": "2026-11-22 10:10:00",
        "eci": "05",
        "currency": "IDR",
        "channel_response_message": "Approved",
        "channel_response_code": "00",
        "card_type": "credit",
        "bank": "bni",
        "approval_code": "<approval>"
    }"#;
    let sample = sample.replace(": true", ":true");
    assert_eq!(told, filled(&sample, &told));
    api.wait(30 * 3_600);
    let settled = api.notifications().pop().unwrap();
    let expected = told.replace("\"capture\"", "\"settlement\"").replace(
        "\"payment_type\"",
        "\"settlement_time\":\"2026-11-23 16:00:00\",\"payment_type\"",
    );
    assert_eq!(
        settled, expected,
        "one signature, since code and amount are the same"
    );
}

#[test]
fn the_status_of_a_captured_card() {
    let mut api = ApiCaller::new();
    pay(
        &mut api,
        "order-101",
        ACCEPTED,
        json!({"authentication": true}),
    );
    api.choose("order-101", Choice::Approve);
    let reply = api.status("order-101");
    let sample = r#"{
        "masked_card": "48111111-1114",
        "approval_code": "<approval>",
        "bank": "bni",
        "eci": "05",
        "channel_response_code": "00",
        "channel_response_message": "Approved",
        "three_ds_version": "2",
        "on_us": true,
        "transaction_time": "2026-11-22 10:00:00",
        "gross_amount": "145000.00",
        "currency": "IDR",
        "order_id": "order-101",
        "payment_type": "credit_card",
        "signature_key": "<signature>",
        "status_code": "200",
        "transaction_id": "<id>",
        "transaction_status": "capture",
        "fraud_status": "accept",
        "expiry_time": "2026-11-22 10:10:00",
        "status_message": "Success, Credit Card transaction is successful",
        "merchant_id": "G000000000",
        "card_type": "credit",
        "challenge_completion": true
    }"#;
    assert_eq!(reply.text, filled(sample, &reply.text));
}
