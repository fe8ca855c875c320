//! Whole lifetimes of transactions: every answer and every notification is as
//! the document says.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use std::time::Duration;

use midtrans_openapi_tests::{Answer, Caller, Document};
use midtrans_simulator::gateway::{Choice, Fault, Outcome};
use midtrans_simulator::{BlockingSimulator, Simulator, Time};
use serde_json::{Value, json};

/// The calls that take the client key, in the query.
const CLIENT_KEYED: [&str; 2] = ["/v2/token", "/v2/card/register"];
const PAYMENT_TYPES: [&str; 2] = ["akulaku", "kredivo"];

/// A merchant that reads the document.
struct Merchant {
    simulator: BlockingSimulator,
    caller: Caller,
    document: Document,
}

impl Merchant {
    fn open() -> Self {
        let time = Time::Manual("2026-11-22 10:00:00".parse().unwrap());
        let builder = Simulator::builder()
            .time(time)
            .deliver_by_hand()
            .notification_url("http://127.0.0.1:3000/notify");
        let simulator = builder.serve_blocking().unwrap();
        let caller = Caller::new(simulator.url());
        let document = Document::new(caller.get("/openapi.json").unwrap().json).closed();
        Self {
            simulator,
            caller,
            document,
        }
    }

    /// An answer that is as the document says.
    fn call(
        &self,
        method: &str,
        path: &str,
        id: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut address = path.replace("{id}", id);
        if CLIENT_KEYED.contains(&path) {
            address += "?client_key=SB-Mid-client-simulator";
        }
        let answer = self.caller.call(method, &address, headers, body).unwrap();
        self.document.check_answer(method, path, &answer).unwrap();
        answer
    }

    fn post(&self, operation: &str, id: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.call("POST", &format!("/v2/{{id}}/{operation}"), id, &[], &body)
    }

    fn charge(&self, body: &Value) -> Answer {
        self.document
            .check_request("POST", "/v2/charge", body)
            .unwrap();
        self.call("POST", "/v2/charge", "", &[], &body.to_string())
    }

    fn refund(&self, operation: &str, id: &str, body: &Value) -> Answer {
        self.document
            .check_request("POST", &format!("/v2/{{id}}/{operation}"), body)
            .unwrap();
        self.post(operation, id, body)
    }

    /// Asks for the status and returns it and its code. Akulaku and Kredivo have no transactions of
    /// business customers.
    fn status(&self, id: &str) -> (String, String) {
        let answer = self.call("GET", "/v2/{id}/status", id, &[], "");
        let text = |name: &str| answer.json[name].as_str().unwrap_or_default().to_owned();
        let all = self.call("GET", "/v2/{id}/status/b2b", id, &[], "");
        assert_eq!(all.code(), "404");
        (text("transaction_status"), answer.code().to_owned())
    }

    /// Takes what the gateway has to tell, and returns statuses and codes.
    fn told(&self) -> Vec<(String, String)> {
        let mut told = Vec::new();
        self.simulator.deliver(|delivery| {
            let body: Value = serde_json::from_str(&delivery.body).unwrap();
            self.document.check_notification(&body).unwrap();
            let text = |name: &str| body[name].as_str().unwrap().to_owned();
            told.push((text("transaction_status"), text("status_code")));
            Outcome::answered(200)
        });
        told
    }
}

fn charge(payment_type: &str, order_id: &str) -> Value {
    let place = json!({"first_name": "Siti", "last_name": "Rahma", "phone": "0812", "address": "Jl. Melati 1",
        "city": "Jakarta", "postal_code": 12_190, "country_code": "IDN"});
    let item = json!({"id": "A", "price": "44000.00", "quantity": "1", "name": "Sepatu", "category": "Shoes",
        "url": "https://shop.example/a"});
    json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": 44_000, "currency": "IDR"},
        "item_details": [item],
        "customer_details": {"first_name": "Siti", "last_name": "Rahma", "email": "s@example.com", "phone": "0812",
            "shipping_address": place},
        "seller_details": [{"id": "S", "name": "Toko", "email": "t@example.com", "url": "https://t.example",
            "address": place}],
        "custom_field1": "till 7",
        "metadata": {"tags": ["a", 1]},
    })
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(status, code)| ((*status).to_owned(), (*code).to_owned()))
        .collect()
}

fn pair(status: &str, code: &str) -> (String, String) {
    (status.to_owned(), code.to_owned())
}

#[test]
fn paid_and_given_back_in_two_parts() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        let charged = merchant.charge(&charge(payment_type, "order-1"));
        assert_eq!(charged.code(), "201");
        let by_transaction = charged.json["transaction_id"].as_str().unwrap();
        assert_eq!(merchant.status(by_transaction), pair("pending", "201"));

        merchant
            .simulator
            .choose("order-1", Choice::Approve)
            .unwrap();
        assert_eq!(merchant.status("order-1"), pair("settlement", "200"));
        assert_eq!(
            merchant.told(),
            pairs(&[("pending", "201"), ("settlement", "200")])
        );

        let part = json!({"refund_key": "r-1", "amount": "14000", "reason": "too small"});
        let refunded = merchant.refund("refund", "order-1", &part);
        assert_eq!(
            (refunded.code(), &refunded.json["refund_amount"]),
            ("200", &json!("14000.00"))
        );
        assert_eq!(merchant.status("order-1"), pair("partial_refund", "200"));
        assert_eq!(merchant.refund("refund", "order-1", &part).code(), "406");
        assert_eq!(
            merchant
                .refund("refund", "order-1", &json!({"amount": 30_001}))
                .code(),
            "414"
        );

        assert_eq!(
            merchant
                .post("refund/online/direct", "order-1", &Value::Null)
                .code(),
            "200"
        );
        assert_eq!(merchant.status("order-1"), pair("refund", "200"));
        assert_eq!(
            merchant.post("refund", "order-1", &Value::Null).code(),
            "412"
        );
        // The bank confirms after some seconds, and that is told as well.
        assert_eq!(
            merchant.told(),
            pairs(&[("partial_refund", "200"), ("refund", "200")])
        );
        merchant.simulator.advance(Duration::from_secs(10));
        assert_eq!(
            merchant.told(),
            pairs(&[("refund", "200"), ("refund", "200")])
        );
        assert_eq!(merchant.status("order-1"), pair("refund", "200"));
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
    }
}

#[test]
fn cancelled_expired_and_charged_again() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        let again = || {
            assert_eq!(
                merchant.charge(&charge(payment_type, "order-1")).code(),
                "201"
            )
        };
        again();
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
        assert_eq!(
            merchant.post("cancel", "order-1", &Value::Null).code(),
            "200"
        );
        assert_eq!(merchant.status("order-1"), pair("cancel", "200"));
        again();
        assert_eq!(
            merchant.post("expire", "order-1", &Value::Null).code(),
            "407"
        );
        assert_eq!(merchant.status("order-1"), pair("expire", "407"));
        again();
        merchant.simulator.advance(Duration::from_secs(25 * 3_600));
        assert_eq!(merchant.status("order-1"), pair("expire", "407"));
        for operation in [
            "cancel",
            "expire",
            "approve",
            "deny",
            "refund",
            "refund/online/direct",
        ] {
            assert_eq!(
                merchant.post(operation, "order-1", &Value::Null).code(),
                "412",
                "{operation}"
            );
            assert_eq!(
                merchant.post(operation, "order-2", &Value::Null).code(),
                "404",
                "{operation}"
            );
        }
        assert_eq!(merchant.status("order-2"), pair("", "404"));
        let one = [("pending", "201"), ("cancel", "202"), ("pending", "201")];
        let two = [("expire", "202"), ("pending", "201"), ("expire", "202")];
        assert_eq!(merchant.told(), pairs(&[&one[..], &two[..]].concat()));
    }
}

#[test]
fn denied_and_not_charged_again() {
    for payment_type in PAYMENT_TYPES {
        let merchant = Merchant::open();
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "201"
        );
        merchant
            .simulator
            .choose("order-1", Choice::Decline)
            .unwrap();
        assert_eq!(merchant.status("order-1"), pair("deny", "202"));
        assert_eq!(
            merchant.charge(&charge(payment_type, "order-1")).code(),
            "406"
        );
        assert_eq!(
            merchant.told(),
            pairs(&[("pending", "201"), ("deny", "202")])
        );
    }
}

/// A charge of a wallet, a QR code or a bank's page.
fn simple(payment_type: &str, order_id: &str, object: &Value) -> Value {
    let mut body = json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": 44_000},
        "custom_field2": "till 7",
    });
    if !object.is_null() {
        body[payment_type] = object.clone();
    }
    body
}

#[test]
fn wallets_and_banks_pages_are_paid_given_back_cancelled_and_expire() {
    let merchant = Merchant::open();
    let mut count = 0;
    let mut next = || {
        count += 1;
        format!("order-{count}")
    };
    let link = json!({"callback_url": "https://shop.example/back"});
    let user = json!({"description": "Sepatu", "user_id": "siti1"});
    let words = json!({"description": "Sepatu"});
    let phone = json!({"payer_phone_number": "081234567890"});
    let shopee = json!({"acquirer": "airpay shopee"});
    for (payment_type, object) in [
        ("gopay", &Value::Null),
        ("gopay", &json!({"enable_callback": true})),
        ("qris", &Value::Null),
        ("qris", &shopee),
        ("shopeepay", &link),
        ("dana", &link),
        ("ovo", &phone),
        ("bca_klikpay", &words),
        ("bca_klikbca", &user),
        ("cimb_clicks", &words),
        ("bri_epay", &Value::Null),
        ("danamon_online", &Value::Null),
        ("uob_ezpay", &link),
    ] {
        for choice in [
            Choice::Approve,
            Choice::OtherWallet,
            Choice::Decline,
            Choice::Leave,
        ] {
            let order_id = next();
            let charged = merchant.charge(&simple(payment_type, &order_id, object));
            assert_eq!(charged.code(), "201", "{payment_type}");
            let id = charged.json["transaction_id"].as_str().unwrap();
            let (pending, _) = merchant.status(id);
            assert!(pending.eq_ignore_ascii_case("pending"), "{payment_type}");
            merchant.simulator.choose(&order_id, choice).unwrap();
            merchant.status(id);
            merchant.post("refund/online/direct", id, &Value::Null);
            merchant.post("refund", id, &Value::Null);
            merchant.status(id);
            merchant.post("cancel", id, &Value::Null);
            merchant.status(id);
            assert!(!merchant.told().is_empty());
            merchant.simulator.advance(Duration::from_secs(10));
            merchant.status(id);
            merchant.told();
        }
        let charged = merchant.charge(&simple(payment_type, &next(), object));
        let id = charged.json["transaction_id"].as_str().unwrap();
        let expected = if payment_type == "ovo" { "412" } else { "407" };
        assert_eq!(merchant.post("expire", id, &Value::Null).code(), expected);
    }
    let unknown = json!({"payer_phone_number": "+628249134000"});
    assert_eq!(
        merchant.charge(&simple("ovo", "order-0", &unknown)).code(),
        "404"
    );
    let linked = simple(
        "gopay",
        "order-0",
        &json!({"account_id": "a", "payment_option_token": "t"}),
    );
    assert_eq!(merchant.charge(&linked).code(), "404");
}

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
