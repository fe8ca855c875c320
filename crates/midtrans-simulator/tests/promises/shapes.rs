//! The bodies, letter by letter, in the shapes and the key order of the gateway's own samples; the
//! values are ours. ([Akulaku and
//! Kredivo](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration),
//! [notifications](https://docs.midtrans.com/docs/https-notification-webhooks),
//! [codes](https://docs.midtrans.com/reference/code-4xx))

use midtrans_simulator::gateway::{Choice, FinishRedirect};

use crate::api_caller::{ApiCaller, keys};

/// A sample with its line breaks, made into the gateway's compact form.
pub(crate) fn compact(sample: &str) -> String {
    sample
        .lines()
        .map(str::trim)
        .collect::<String>()
        .replace("\": ", "\":")
}

/// Puts the values in that only the simulator knows.
fn filled(sample: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(compact(sample), |text, (name, value)| {
        text.replace(&format!("<{name}>"), value)
    })
}

#[test]
fn an_akulaku_charge() {
    let reply = ApiCaller::new().charge("akulaku", "order-101", 44_000);
    let sample = r#"{
        "status_code": "201",
        "status_message": "Success, Akulaku transaction is created",
        "transaction_id": "<id>",
        "order_id": "order-101",
        "redirect_url": "http://127.0.0.1:8180/v2/akulaku/redirect/<id>",
        "merchant_id": "G000000000",
        "gross_amount": "44000.00",
        "currency": "IDR",
        "payment_type": "akulaku",
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "pending",
        "fraud_status": "accept"
    }"#;
    let id = reply.text_of("transaction_id");
    assert_eq!(id.len(), 36, "a UUID");
    assert_eq!(
        (reply.http, reply.text.as_str()),
        (200, filled(sample, &[("id", id)]).as_str())
    );
}

#[test]
fn a_kredivo_charge() {
    let reply = ApiCaller::new().charge("kredivo", "order-101", 600_000);
    let sample = r#"{
        "status_code": "201",
        "status_message": "Kredivo transaction is created",
        "transaction_id": "<id>",
        "order_id": "order-101",
        "merchant_id": "G000000000",
        "gross_amount": "600000.00",
        "currency": "IDR",
        "payment_type": "kredivo",
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "pending",
        "fraud_status": "accept",
        "channel_response_code": "OK",
        "channel_response_message": "Checkout URL is created successfully.",
        "expiry_time": "2026-11-23 10:00:00",
        "redirect_url": "http://127.0.0.1:8180/v1/redirect?type=merchant&paymentType=kredivo&referenceId=<id>-1&merchantId=G000000000"
    }"#;
    let id = reply.text_of("transaction_id");
    assert!(
        id.starts_with("A120261122100000") && id.ends_with("ID") && id.len() == 28,
        "{id}"
    );
    assert_eq!(
        (reply.http, reply.text.as_str()),
        (200, filled(sample, &[("id", id)]).as_str())
    );
}

#[test]
fn a_settlement_notification() {
    let mut api = ApiCaller::new();
    let id = api
        .charge("akulaku", "order-101", 11_000)
        .text_of("transaction_id")
        .to_owned();
    api.wait(168);
    api.choose("order-101", Choice::Approve);
    // SHA-512 of "order-101" "200" "11000.00" "SB-Mid-server-simulator", computed with Python's
    // hashlib.
    let sample = r#"{
        "transaction_time": "2026-11-22 10:00:00",
        "transaction_status": "settlement",
        "transaction_id": "<id>",
        "status_message": "midtrans payment notification",
        "status_code": "200",
        "signature_key": "<signature>",
        "settlement_time": "2026-11-22 10:02:48",
        "payment_type": "akulaku",
        "order_id": "order-101",
        "merchant_id": "G000000000",
        "gross_amount": "11000.00",
        "fraud_status": "accept",
        "expiry_time": "2026-11-22 12:00:00",
        "currency": "IDR"
    }"#;
    assert_eq!(
        api.notifications()[1],
        filled(sample, &[("id", &id), ("signature", SIGNATURE)])
    );
}

#[test]
fn the_form_that_leaves_akulaku() {
    let mut api = ApiCaller::new();
    let id = api
        .charge("akulaku", "order-101", 11_000)
        .text_of("transaction_id")
        .to_owned();
    let FinishRedirect::Form {
        action,
        response,
        callback_key,
    } = api.choose("order-101", Choice::Approve)
    else {
        panic!("no form")
    };
    let sample = r#"{
        "transaction_time": "2026-11-22 10:00:00",
        "gross_amount": "11000.00",
        "currency": "IDR",
        "order_id": "order-101",
        "payment_type": "akulaku",
        "signature_key": "<signature>",
        "status_code": "200",
        "transaction_id": "<id>",
        "transaction_status": "settlement",
        "fraud_status": "accept",
        "expiry_time": "2026-11-22 12:00:00",
        "payment_channel": "VTWEB",
        "merchant_id": "G000000000",
        "redirect_url": "http://127.0.0.1:3000/finish"
    }"#;
    assert_eq!(
        response,
        filled(sample, &[("id", &id), ("signature", SIGNATURE)])
    );
    assert_eq!(
        (action.as_str(), callback_key.as_deref()),
        (
            "http://127.0.0.1:3000/finish",
            Some("SB-Mid-client-simulator")
        )
    );
}

#[test]
fn a_cancellation_an_expiry_and_refunds() {
    let mut api = ApiCaller::new();
    for order_id in ["a", "b"] {
        api.charge("akulaku", order_id, 11_000);
    }
    let cancelled = api.ask("a", "cancel");
    assert_eq!(
        cancelled.text_of("status_message"),
        "Success, transaction is canceled"
    );
    let words = "status_code status_message transaction_id order_id payment_type transaction_time transaction_status \
                 fraud_status gross_amount";
    assert_eq!(cancelled.keys().join(" "), words);

    let expired = api.ask("b", "expire");
    assert_eq!(
        expired.text_of("status_message"),
        "Success, transaction is expired"
    );
    let words = "status_code status_message transaction_id order_id merchant_id gross_amount currency payment_type \
                 transaction_time transaction_status fraud_status";
    assert_eq!(expired.keys().join(" "), words);

    api.paid("akulaku", "c", 11_000);
    let refund = api.post(
        "/v2/c/refund",
        r#"{"refund_key":"reference1","amount":5000,"reason":"rusak"}"#,
    );
    assert_eq!(
        refund.text_of("status_message"),
        "Success, refund request is approved"
    );
    let words = "status_code status_message transaction_id order_id payment_type transaction_time transaction_status \
                 gross_amount refund_chargeback_id refund_amount refund_key";
    assert_eq!(refund.keys().join(" "), words);
    assert_eq!(refund.text_of("refund_key"), "reference1");
    let direct = api.ask("c", "refund/online/direct");
    assert_eq!(
        direct.text_of("status_message"),
        "Success, refund request is approved by the bank"
    );
    let words = "status_code status_message transaction_id order_id gross_amount payment_type transaction_time \
                 transaction_status refund_chargeback_id refund_amount refund_key";
    assert_eq!(direct.keys().join(" "), words);

    let text = api.status("c").text;
    let list = &text[text.find("\"refunds\":[").unwrap() + 11..];
    let words = "refund_chargeback_id refund_amount created_at reason refund_key refund_method";
    assert_eq!(
        keys(list.split_inclusive('}').next().unwrap()).join(" "),
        words
    );
}

#[test]
fn refusals_have_the_documented_sentences() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "open", 11_000);
    api.paid("akulaku", "paid", 11_000);
    let conflict = "The request could not be completed due to a conflict with the current state of the target \
                    resource, please try again";
    let table = [
        (api.charge("akulaku", "open", 11_000), "406", conflict),
        (
            api.charge("akulaku", "paid", 11_000),
            "406",
            "order_id has been paid and utilized, please use another order ID",
        ),
        (api.status("none"), "404", "Transaction doesn't exist."),
        (
            api.ask("none", "cancel"),
            "404",
            "The requested resource is not found",
        ),
        (
            api.ask("paid", "cancel"),
            "412",
            "Transaction status cannot be updated.",
        ),
        (
            api.ask("open", "refund"),
            "412",
            "Merchant cannot modify the status of the transaction",
        ),
        (
            api.post("/v2/charge", "{"),
            "413",
            "The request cannot be processed due to malformed syntax in the request body",
        ),
        (
            api.post("/v2/paid/refund", "{\"amount\":11001}"),
            "414",
            "Refund request is rejected due to invalid amount",
        ),
    ];
    for (reply, code, sentence) in table {
        assert_eq!(
            (reply.http, reply.code(), reply.text_of("status_message")),
            (200, code, sentence)
        );
        let keys = reply.keys().join(" ");
        assert!(
            [
                "status_code status_message",
                "status_code status_message id"
            ]
            .contains(&keys.as_str()),
            "{keys}"
        );
    }
}

const SIGNATURE: &str = "e1cf2669bd0eb28fb589dba7ff6e36da3289cc939c6336ff87827809d0688c59\
    cb79a762cbf2af504afc887830530d2093e36da4af5fe2fcbf532d28a1ca356b";
