//! The operations that each payment method has, in one table.
//! ([Cancel](https://docs.midtrans.com/reference/cancel-transaction),
//! [expire](https://docs.midtrans.com/reference/expire-transaction),
//! [refund](https://docs.midtrans.com/reference/refund-transaction),
//! [direct refund](https://docs.midtrans.com/reference/direct-refund-transaction))

use midtrans_simulator::gateway::Choice;
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;
use crate::sampled;

/// Payment type, and whether the gateway takes: cancel and expire while it is pending; after the
/// payment a refund, a refund in part, a direct refund.
type Row = (&'static str, bool, bool, bool, bool);

const TABLE: [Row; 17] = [
    ("akulaku", true, true, true, true),
    ("kredivo", true, true, true, true),
    ("bank_transfer", true, false, false, false),
    ("permata", true, false, false, false),
    ("echannel", true, false, false, false),
    ("cstore", true, false, false, false),
    ("gopay", true, true, true, true),
    ("qris", true, true, true, true),
    ("shopeepay", true, true, false, true),
    ("dana", true, true, true, false),
    ("ovo", false, true, false, false),
    ("bca_klikpay", true, false, false, false),
    ("bca_klikbca", true, false, false, false),
    ("cimb_clicks", true, false, false, false),
    ("bri_epay", true, false, false, false),
    ("danamon_online", true, false, false, false),
    ("uob_ezpay", true, false, false, false),
];

fn request(method: &str) -> Value {
    let mut body = match method {
        "akulaku" | "kredivo" => return crate::api_caller::charge(method, "order-101", 44_000),
        "bank_transfer" | "permata" | "echannel" | "cstore" => json!({
            "payment_type": method,
            "transaction_details": {"order_id": "order-101", "gross_amount": 44_000},
        }),
        _ => return sampled::request(method),
    };
    match method {
        "bank_transfer" => body["bank_transfer"] = json!({"bank": "bca"}),
        "echannel" => body["echannel"] = json!({"bill_info1": "a", "bill_info2": "b"}),
        "cstore" => body["cstore"] = json!({"store": "alfamart"}),
        _ => {}
    }
    body
}

fn charged(method: &str) -> (ApiCaller, String) {
    let mut api = ApiCaller::new();
    let reply = api.post("/v2/charge", &request(method).to_string());
    assert_eq!(reply.code(), "201", "{method}: {}", reply.text);
    let id = reply.text_of("transaction_id").to_owned();
    (api, id)
}

/// The codes of an operation on a pending transaction and on one that is paid.
fn codes(method: &str, operation: &str, body: &str) -> [String; 2] {
    [false, true].map(|is_paid| {
        let (mut api, id) = charged(method);
        if is_paid {
            api.choose("order-101", Choice::Approve);
            assert_eq!(api.status(&id).text_of("transaction_status"), "settlement");
        }
        let reply = api.post(&format!("/v2/{id}/{operation}"), body);
        reply.code().to_owned()
    })
}

#[test]
fn every_method_takes_the_operations_that_it_has_and_refuses_the_others() {
    for (method, ends, refunds, partly, directly) in TABLE {
        let code = |is_taken: bool, success: &str, refusal: &str| {
            if is_taken { success } else { refusal }.to_owned()
        };
        let never = "412".to_owned();
        let expected = [
            ("cancel", "", [code(ends, "200", "412"), never.clone()]),
            ("expire", "", [code(ends, "407", "412"), never.clone()]),
            ("refund", "", [never.clone(), code(refunds, "200", "412")]),
            (
                "refund",
                r#"{"amount":1000}"#,
                [
                    never.clone(),
                    // One that has refunds, and none in part, refuses the amount.
                    code(partly, "200", if refunds { "414" } else { "412" }),
                ],
            ),
            (
                "refund/online/direct",
                "",
                [never.clone(), code(directly, "200", "412")],
            ),
            ("approve", "", [never.clone(), never.clone()]),
            ("deny", "", [never.clone(), never]),
        ];
        for (operation, body, expected) in expected {
            assert_eq!(
                codes(method, operation, body),
                expected,
                "{method} {operation} {body}"
            );
        }
    }
}

#[test]
fn every_method_expires_by_itself_after_its_default_time() {
    for (method, seconds) in [
        ("gopay", 15 * 60),
        ("qris", 15 * 60),
        ("shopeepay", 15 * 60),
        ("dana", 15 * 60),
        ("ovo", 65),
        ("bca_klikpay", 2 * 3_600),
        ("bca_klikbca", 2 * 3_600),
        ("cimb_clicks", 2 * 3_600),
        ("bri_epay", 2 * 3_600),
        ("danamon_online", 2 * 3_600),
        ("uob_ezpay", 2 * 3_600),
    ] {
        let (mut api, id) = charged(method);
        api.wait(seconds - 1);
        let status =
            |api: &mut ApiCaller| api.status(&id).text_of("transaction_status").to_lowercase();
        assert_eq!(status(&mut api), "pending", "{method}");
        api.wait(1);
        assert_eq!(status(&mut api), "expire", "{method}");
        assert_eq!(api.status(&id).code(), "407", "{method}");
        let told = api.notified();
        assert_eq!(
            told.last().unwrap(),
            &("expire".to_owned(), "202".to_owned())
        );
    }
}

#[test]
fn a_charge_may_not_set_a_longer_expiry_than_its_method_has() {
    let five = 5 * 24 * 60;
    for (method, acquirer, minutes) in [
        ("gopay", None, 7 * 24 * 60),
        ("qris", None, 7 * 24 * 60),
        ("qris", Some("gopay"), 7 * 24 * 60),
        ("qris", Some("airpay shopee"), five),
        ("shopeepay", None, five),
        ("dana", None, 24 * 60),
        ("bri_epay", None, 180 * 24 * 60),
    ] {
        for (more, code) in [(0, "201"), (1, "400")] {
            let mut body = request(method);
            if let Some(acquirer) = acquirer {
                body["qris"] = json!({ "acquirer": acquirer });
            }
            body["custom_expiry"] = json!({"expiry_duration": minutes + more, "unit": "minute"});
            let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
            assert_eq!(reply.code(), code, "{method} {acquirer:?}: {}", reply.text);
        }
    }
    let mut body = request("ovo");
    body["custom_expiry"] = json!({"expiry_duration": 1, "unit": "day"});
    let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
    assert_eq!(
        reply.text_of("expiry_time"),
        "2026-11-22 10:01:05",
        "it is fixed"
    );
}

#[test]
fn a_charge_of_a_wallet_has_the_limits_of_its_method() {
    for (method, most) in [
        ("gopay", 20_000_000),
        ("qris", 10_000_000),
        ("shopeepay", 20_000_000),
        ("dana", 20_000_000),
        ("ovo", 99_999_999_u64),
    ] {
        for (amount, code) in [(1, "201"), (most, "201"), (most + 1, "400")] {
            let mut body = request(method);
            body["transaction_details"]["gross_amount"] = amount.into();
            let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
            assert_eq!(reply.code(), code, "{method} {amount}: {}", reply.text);
        }
    }
}

#[test]
fn the_repeat_of_a_charge_is_recognised_where_the_gateway_documents_no_exception() {
    for (method, code) in [
        ("gopay", "201"),
        ("qris", "201"),
        ("shopeepay", "201"),
        ("dana", "201"),
        ("ovo", "201"),
        ("bca_klikpay", "201"),
        ("bri_epay", "201"),
        ("danamon_online", "201"),
        ("uob_ezpay", "201"),
        ("cimb_clicks", "406"),
        ("bca_klikbca", "406"),
    ] {
        let mut api = ApiCaller::new();
        let body = request(method).to_string();
        let mut charge = || api.call_with("POST", "/v2/charge", &[("idempotency-key", "k")], &body);
        let first = charge();
        assert_eq!(first.code(), "201", "{method}");
        let repeat = charge();
        assert_eq!(repeat.code(), code, "{method}");
        if code == "201" {
            assert_eq!(repeat.text, first.text, "{method}");
        }
    }
}

#[test]
fn money_goes_back_until_the_last_second_of_the_methods_time() {
    const DAY: u64 = 24 * 3_600;
    let shopee = json!({"acquirer": "airpay shopee"});
    for (method, object, choice, days) in [
        ("gopay", None, Choice::Approve, 45),
        ("gopay", None, Choice::OtherWallet, 7),
        ("qris", None, Choice::Approve, 45),
        ("qris", None, Choice::OtherWallet, 7),
        ("qris", Some(&shopee), Choice::Approve, 365),
        ("qris", Some(&shopee), Choice::OtherWallet, 7),
        ("shopeepay", None, Choice::Approve, 365),
        ("dana", None, Choice::Approve, 45),
        ("ovo", None, Choice::Approve, 7),
    ] {
        for (seconds, code) in [(0, "200"), (1, "412")] {
            let mut api = ApiCaller::new();
            let mut body = request(method);
            if let Some(object) = object {
                body[method] = object.clone();
            }
            let reply = api.post("/v2/charge", &body.to_string());
            let id = reply.text_of("transaction_id").to_owned();
            api.choose("order-101", choice);
            api.wait(days * DAY + seconds);
            let refund = api.ask(&id, "refund");
            assert_eq!(refund.code(), code, "{method} {choice:?} {days} days");
        }
    }
}
