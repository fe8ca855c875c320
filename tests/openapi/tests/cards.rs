//! Cards: every answer and every notification is as the document says.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use std::time::Duration;

use midtrans_openapi_tests::{Answer, Caller, Document};
use midtrans_simulator::gateway::{Choice, Outcome};
use midtrans_simulator::{BlockingSimulator, Simulator, Time};
use serde_json::{Value, json};

const KEY: &str = "client_key=SB-Mid-client-simulator";
const ACCEPTED: &str = "4811111111111114";
const BNI: &str = "4105058689481467";
const CHALLENGED: &str = "5510111111111115";

/// A merchant with a page that takes cards.
struct Merchant {
    simulator: BlockingSimulator,
    caller: Caller,
    document: Document,
}

impl Merchant {
    fn open() -> Self {
        let time = Time::Manual("2026-11-22 10:00:00".parse().unwrap());
        let builder = Simulator::builder().time(time).deliver_by_hand();
        let builder = builder.notification_url("http://127.0.0.1:3000/notify");
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
    fn call(&self, method: &str, path: &str, address: &str, body: &Value) -> Answer {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = self.caller.call(method, address, &[], &body).unwrap();
        self.document.check_answer(method, path, &answer).unwrap();
        answer
    }

    fn get(&self, path: &str, address: &str) -> Answer {
        self.call("GET", path, address, &Value::Null)
    }

    fn card(&self, number: &str) -> String {
        let card = format!("card_number={number}&card_exp_month=12&card_exp_year=2030");
        let address = format!("/v2/token?{KEY}&{card}&card_cvv=123");
        let answer = self.get("/v2/token", &address);
        answer.json["token_id"].as_str().unwrap().to_owned()
    }

    fn charge(&self, order_id: &str, own: &Value) -> Answer {
        let body = json!({
            "payment_type": "credit_card",
            "transaction_details": {"order_id": order_id, "gross_amount": 145_000},
            "credit_card": own,
            "custom_field1": "till 7",
            "metadata": {"tags": ["a", 1]},
        });
        self.document
            .check_request("POST", "/v2/charge", &body)
            .unwrap();
        self.call("POST", "/v2/charge", "/v2/charge", &body)
    }

    fn post(&self, operation: &str, id: &str) -> Answer {
        let path = format!("/v2/{{id}}/{operation}");
        self.call("POST", &path, &path.replace("{id}", id), &Value::Null)
    }

    fn status(&self, id: &str) -> String {
        let answer = self.get("/v2/{id}/status", &format!("/v2/{id}/status"));
        answer.json["transaction_status"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The statuses of all notifications that are due, each as the document says.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        self.simulator.deliver(|delivery| {
            let body: Value = serde_json::from_str(&delivery.body).unwrap();
            self.document.check_notification(&body).unwrap();
            told.push(body["transaction_status"].as_str().unwrap().to_owned());
            Outcome::answered(200)
        });
        told
    }
}

#[test]
fn a_card_from_its_token_to_its_refund() {
    let merchant = Merchant::open();
    let own = json!({
        "token_id": merchant.card(BNI), "authentication": true, "save_token_id": true,
        "bank": "bni", "installment_term": 12, "point_redeem_amount": 80_000, "bins": ["bni"],
    });
    assert_eq!(merchant.charge("order-1", &own).code(), "201");
    assert_eq!(merchant.status("order-1"), "pending");
    merchant
        .simulator
        .choose("order-1", Choice::Approve)
        .unwrap();
    assert_eq!(merchant.status("order-1"), "capture");
    merchant.simulator.advance(Duration::from_secs(30 * 3_600));
    assert_eq!(merchant.status("order-1"), "settlement");
    assert_eq!(merchant.post("refund", "order-1").code(), "200");
    assert_eq!(merchant.status("order-1"), "refund");
    assert_eq!(
        merchant.told(),
        ["pending", "capture", "settlement", "refund"]
    );
}

#[test]
fn a_card_that_is_refused_left_cancelled_or_not_authenticated() {
    let merchant = Merchant::open();
    let secure = |number| json!({"token_id": merchant.card(number), "authentication": true});
    let at_once = |number| json!({"token_id": merchant.card(number)});
    let denied = [
        ("a", "4911111111111113"),
        ("b", "4611111111111116"),
        ("c", "4472429869996670"),
    ];
    for (order, number) in denied {
        assert_eq!(merchant.charge(order, &at_once(number)).code(), "202");
        assert_eq!(merchant.status(order), "deny");
    }
    merchant.charge("d", &secure(ACCEPTED));
    merchant.simulator.choose("d", Choice::Decline).unwrap();
    assert_eq!(merchant.status("d"), "deny");
    for (order, operation) in [("e", "cancel"), ("f", "expire")] {
        merchant.charge(order, &secure(ACCEPTED));
        merchant.post(operation, order);
        assert_eq!(merchant.status(order), operation);
    }
    merchant.charge("g", &at_once(ACCEPTED));
    assert_eq!(merchant.post("cancel", "g").code(), "200");
    merchant.charge("h", &secure("4024007176265022"));
    merchant.simulator.choose("h", Choice::Approve).unwrap();
    assert_eq!(merchant.status("h"), "pending");
    merchant.simulator.advance(Duration::from_secs(60));
    assert_eq!(merchant.status("h"), "capture");
    assert_eq!(
        merchant.charge("i", &json!({"token_id": "nothing"})).code(),
        "411"
    );
    assert_eq!(
        merchant.charge("i", &at_once("4723249479082225")).code(),
        "402"
    );
    assert_eq!(merchant.told().len(), 13);
}

#[test]
fn a_review_and_a_reserved_amount() {
    let merchant = Merchant::open();
    for (order, operation) in [("a", "approve"), ("b", "deny"), ("c", "cancel")] {
        merchant.charge(order, &json!({"token_id": merchant.card(CHALLENGED)}));
        assert_eq!(merchant.status(order), "capture");
        assert_eq!(merchant.post(operation, order).code(), "200");
        assert_eq!(merchant.post("approve", order).code(), "412");
        merchant.status(order);
    }
    let own = json!({"token_id": merchant.card(ACCEPTED), "type": "authorize"});
    let id = merchant.charge("d", &own).json["transaction_id"].clone();
    assert_eq!(merchant.status("d"), "authorize");
    let capture = |body: &Value| {
        let path = "/v2/capture";
        merchant.document.check_request("POST", path, body).unwrap();
        merchant.call("POST", path, path, body).code().to_owned()
    };
    assert_eq!(
        capture(&json!({"transaction_id": id, "gross_amount": 145_001})),
        "400"
    );
    assert_eq!(
        capture(&json!({"transaction_id": id, "gross_amount": 45_000})),
        "200"
    );
    assert_eq!(capture(&json!({"transaction_id": id})), "412");
    assert_eq!(capture(&json!({"transaction_id": "nothing"})), "404");
    // One that is not captured is free again after eight days.
    merchant.charge(
        "e",
        &json!({"token_id": merchant.card(ACCEPTED), "type": "authorize"}),
    );
    merchant.simulator.advance(Duration::from_secs(8 * 86_400));
    assert_eq!(merchant.status("e"), "expire");
    assert_eq!(merchant.status("d"), "settlement");
    assert!(merchant.told().len() > 8);
}

#[test]
fn tokens_saved_cards_points_and_banks() {
    let merchant = Merchant::open();
    let card = format!("card_number={BNI}&card_exp_month=12&card_exp_year=2030");
    let register = |query: &str| {
        let answer = merchant.get("/v2/card/register", &format!("/v2/card/register?{query}"));
        answer.code().to_owned()
    };
    assert_eq!(register(&format!("{KEY}&{card}")), "200");
    assert_eq!(register(KEY), "400");
    assert_eq!(register(&card), "401");
    let saved = format!("{KEY}&token_id=nothing&card_cvv=123");
    let answer = merchant.get("/v2/token", &format!("/v2/token?{saved}"));
    assert_eq!(answer.code(), "411");
    for (id, code) in [
        (merchant.card(BNI), "200"),
        (merchant.card(ACCEPTED), "402"),
        ("x".to_owned(), "411"),
    ] {
        let path = "/v2/point_inquiry/{id}";
        assert_eq!(merchant.get(path, &path.replace("{id}", &id)).code(), code);
    }
    for (bin, status) in [("45563300", 200), ("481111", 200), ("411111", 404)] {
        let answer = merchant.get("/v1/bins/{id}", &format!("/v1/bins/{bin}"));
        assert_eq!(answer.http_status, status, "{bin}");
    }
}
