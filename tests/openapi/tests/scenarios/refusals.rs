//! Refused calls, and calls that come again.

use std::time::Duration;

use midtrans_openapi_tests::Caller;
use midtrans_simulator::gateway::{Choice, Fault};
use serde_json::{Value, json};

use crate::merchant::{Merchant, charge};

#[test]
fn refused_for_what_was_sent() {
    let merchant = Merchant::open();
    let post = |path: &str, body: &str| merchant.call("POST", path, "order-1", &[], body);
    for (body, http_status, code) in [
        ("", 200, "413"),
        ("[]", 200, "413"),
        ("null", 500, ""),
        ("{}", 500, ""),
        (r#"{"payment_type": 1}"#, 400, "400"),
        (r#"{"payment_type": "mandiri_clickpay"}"#, 400, "400"),
        (
            charge("mandiri_clickpay", "order-2").to_string().as_str(),
            200,
            "402",
        ),
        (charge("shells", "order-2").to_string().as_str(), 200, "402"),
        (
            r#"{"payment_type": "kredivo", "item_details": [{}], "metadata": 1}"#,
            400,
            "400",
        ),
    ] {
        let answer = post("/v2/charge", body);
        assert_eq!(
            (answer.http_status, answer.code()),
            (http_status, code),
            "{body}"
        );
    }
    let mut numbered = charge("akulaku", "");
    numbered["transaction_details"]["order_id"] = json!(20_261_122);
    assert_eq!(merchant.charge(&numbered).json["order_id"], "20261122");
    for path in ["/v2/{id}/refund", "/v2/{id}/refund/online/direct"] {
        assert_eq!(post(path, "{").code(), "413");
        assert_eq!(post(path, r#"{"amount": 1.5, "reason": 1}"#).code(), "400");
        assert_eq!(post(path, r#"{"amount": 1}"#).code(), "404");
    }
    let large = " ".repeat((1 << 20) + 1);
    for (method, path) in merchant.document.operations() {
        if method == "POST" {
            let answer = post(&path, &large);
            assert_eq!((answer.http_status, answer.code()), (413, "413"), "{path}");
        }
        let stranger = Caller::stranger(merchant.simulator.url());
        let answer = stranger
            .call(&method, &path.replace("{id}", "order-1"), &[], "")
            .unwrap();
        // The answer about a bank is a plain text.
        let code = if path == "/v1/bins/{id}" { "" } else { "401" };
        assert_eq!((answer.http_status, answer.code()), (401, code), "{path}");
        merchant
            .document
            .check_answer(&method, &path, &answer)
            .unwrap();
    }
}

#[test]
fn refused_by_the_bank_or_by_a_fault() {
    let merchant = Merchant::open();
    assert_eq!(merchant.charge(&charge("kredivo", "order-1")).code(), "201");
    merchant
        .simulator
        .choose("order-1", Choice::Approve)
        .unwrap();
    merchant.simulator.fail_next(Fault::RefundDenied);
    assert_eq!(
        merchant
            .post("refund/online/direct", "order-1", &Value::Null)
            .code(),
        "202"
    );
    for (method, path) in merchant.document.operations() {
        for code in [403, 408, 409, 410, 411, 429, 500, 501, 502, 503, 504, 505] {
            merchant.simulator.fail_next(Fault::Status(code));
            assert_eq!(
                merchant.call(&method, &path, "order-1", &[], "").code(),
                code.to_string(),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn a_repeated_key_brings_the_first_answer_and_meanwhile_patience() {
    let merchant = Merchant::open();
    let body = charge("akulaku", "order-1").to_string();
    let with_key = || {
        merchant.call(
            "POST",
            "/v2/charge",
            "",
            &[("idempotency-key", "k-1")],
            &body,
        )
    };
    let first = with_key();
    assert_eq!((first.code(), &with_key().json), ("201", &first.json));

    // The first call of a pair takes half a second of real time, and the other comes meanwhile. On
    // a busy machine they may miss each other; then another pair is tried.
    for attempt in 0..20 {
        merchant
            .simulator
            .fail_next(Fault::Latency(Duration::from_millis(500)));
        let key = format!("pair-{attempt}");
        let ask = || {
            merchant
                .caller
                .call(
                    "POST",
                    "/v2/order-1/cancel",
                    &[("idempotency-key", &key)],
                    "",
                )
                .unwrap()
        };
        let answers = std::thread::scope(|scope| {
            let other = scope.spawn(ask);
            [ask(), other.join().unwrap()]
        });
        for answer in &answers {
            merchant
                .document
                .check_answer("POST", "/v2/{id}/cancel", answer)
                .unwrap();
        }
        if answers.iter().any(|answer| answer.http_status == 202) {
            return;
        }
    }
    panic!("no repeat was told that the first call is running");
}
