//! Money back.

use midtrans_simulator::gateway::{BANK_CONFIRMS_AFTER, Choice, Fault};
use serde_json::Value;

use crate::api_caller::{ApiCaller, pairs};

fn refund(api: &mut ApiCaller, body: &str) -> (String, String, String) {
    let reply = api.post("/v2/order-1/refund", body);
    let words = ["status_code", "transaction_status", "refund_amount"]
        .map(|key| reply.text_of(key).to_owned());
    let [code, status, amount] = words;
    (code, status, amount)
}

fn triple(code: &str, status: &str, amount: &str) -> (String, String, String) {
    (code.to_owned(), status.to_owned(), amount.to_owned())
}

#[test]
fn parts_add_up_to_the_whole_and_no_further() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    let part = |amount: u64| format!("{{\"amount\":{amount}}}");
    assert_eq!(
        refund(&mut api, &part(4_000)),
        triple("200", "partial_refund", "4000.00")
    );
    assert_eq!(
        refund(&mut api, &part(10_000)),
        triple("200", "partial_refund", "14000.00")
    );
    assert_eq!(refund(&mut api, &part(30_001)), triple("414", "", ""));
    assert_eq!(refund(&mut api, &part(0)), triple("414", "", ""));
    assert_eq!(
        refund(&mut api, "{\"amount\":\"30000\"}"),
        triple("200", "refund", "44000.00")
    );
    assert_eq!(refund(&mut api, &part(1)), triple("412", "", ""));
    assert_eq!(
        api.status("order-1").json["refunds"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn without_an_amount_all_that_is_left_goes_back() {
    for body in ["", "{}", "  "] {
        let mut api = ApiCaller::new();
        api.paid("kredivo", "order-1", 600_000);
        assert_eq!(refund(&mut api, "{\"amount\":1}").0, "200");
        assert_eq!(refund(&mut api, body), triple("200", "refund", "600000.00"));
    }
}

#[test]
fn a_refund_key_is_booked_once() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    let body = r#"{"refund_key":"r-1","amount":4000}"#;
    assert_eq!(refund(&mut api, body).0, "200");
    let reply = api.post("/v2/order-1/refund/online/direct", body);
    assert_eq!((reply.http, reply.code()), (200, "406"));
    assert_eq!(
        reply.text,
        r#"{"status_code":"406","status_message":"Duplicate refund ID"}"#
    );
    assert_eq!(refund(&mut api, r#"{"refund_key":"r-2"}"#).0, "200");
    assert_eq!(refund(&mut api, body).0, "406", "also when nothing is left");
}

#[test]
fn a_refund_key_may_have_any_length() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    let key = "k".repeat(200);
    let reply = api.post(
        "/v2/order-1/refund",
        &format!(r#"{{"refund_key":"{key}","amount":1}}"#),
    );
    assert_eq!(
        (reply.code(), reply.text_of("refund_key")),
        ("200", key.as_str())
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    for body in [
        r#"{"refund_key":"a.b"}"#,
        r#"{"refund_key":5}"#,
        r#"{"amount":1.5}"#,
        r#"{"reason":[]}"#,
    ] {
        assert_eq!(refund(&mut api, body).0, "400", "{body}");
    }
    assert_eq!(refund(&mut api, "{").0, "413");
    assert_eq!(api.post("/v2/order-2/refund", "{}").code(), "404");
}

#[test]
fn kredivo_refunds_for_fourteen_days_and_akulaku_longer() {
    for (payment_type, late) in [("kredivo", "412"), ("akulaku", "200")] {
        let mut api = ApiCaller::new();
        api.paid(payment_type, "order-1", 600_000);
        api.wait(14 * 86_400);
        assert_eq!(refund(&mut api, "{\"amount\":1}").0, "200");
        api.wait(1);
        assert_eq!(refund(&mut api, "{\"amount\":1}").0, late, "{payment_type}");
    }
}

#[test]
fn a_refund_is_told_twice_the_second_time_with_the_banks_word() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    api.notifications();
    refund(
        &mut api,
        r#"{"refund_key":"r-1","amount":4000,"reason":"rusak"}"#,
    );
    let first: Value = serde_json::from_str(&api.notifications()[0]).unwrap();
    assert_eq!(first["refund_amount"], "4000.00");
    assert!(first["refunds"][0].get("bank_confirmed_at").is_none());
    api.wait(BANK_CONFIRMS_AFTER.as_secs() - 1);
    assert_eq!(api.notified(), pairs(&[]));
    api.wait(1);
    let second: Value = serde_json::from_str(&api.notifications()[0]).unwrap();
    let refund = &second["refunds"][0];
    assert_eq!(refund["refund_key"], "r-1");
    assert_eq!(refund["reason"], "rusak");
    assert_eq!(refund["bank_confirmed_at"], api.now.to_string());
    assert!(refund["refund_chargeback_id"].is_u64());
    assert_eq!(api.notified(), pairs(&[]));
}

#[test]
fn a_bank_may_refuse_a_direct_refund_and_nothing_is_sent() {
    let mut api = ApiCaller::new();
    api.paid("akulaku", "order-1", 44_000);
    api.notifications();
    api.gateway.fail_next(Fault::RefundDenied);
    let reply = api.post(
        "/v2/order-1/refund/online/direct",
        r#"{"refund_key":"r-1","amount":4000}"#,
    );
    assert_eq!((reply.http, reply.code()), (200, "202"));
    assert_eq!(reply.text_of("status_message"), "Refund denied by the bank");
    assert_eq!(reply.text_of("transaction_status"), "settlement");
    assert_eq!(reply.text_of("refund_amount"), "0.00");
    api.wait(3_600);
    assert_eq!(api.notified(), pairs(&[]));
    assert_eq!(
        refund(&mut api, r#"{"refund_key":"r-1"}"#).0,
        "200",
        "the key is still free"
    );
}

#[test]
fn what_was_not_paid_cannot_be_given_back() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    assert_eq!(refund(&mut api, "{}").0, "412");
    api.choose("order-1", Choice::Decline);
    let reply = api.post("/v2/order-1/refund", "{}");
    assert_eq!(
        reply.text_of("status_message"),
        "Merchant cannot modify the status of the transaction"
    );
}
