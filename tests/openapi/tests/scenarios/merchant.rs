//! A merchant that holds every answer and every notification against the document.

use midtrans_openapi_tests::{Answer, Caller, Document};
use midtrans_simulator::gateway::Outcome;
use midtrans_simulator::{BlockingSimulator, Simulator, Time};
use serde_json::{Value, json};

/// The calls that take the client key, in the query.
const CLIENT_KEYED: [&str; 2] = ["/v2/token", "/v2/card/register"];
pub(crate) const PAYMENT_TYPES: [&str; 2] = ["akulaku", "kredivo"];

/// A merchant that reads the document.
pub(crate) struct Merchant {
    pub(crate) simulator: BlockingSimulator,
    pub(crate) caller: Caller,
    pub(crate) document: Document,
}

impl Merchant {
    pub(crate) fn open() -> Self {
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
    pub(crate) fn call(
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

    pub(crate) fn post(&self, operation: &str, id: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.call("POST", &format!("/v2/{{id}}/{operation}"), id, &[], &body)
    }

    pub(crate) fn charge(&self, body: &Value) -> Answer {
        self.document
            .check_request("POST", "/v2/charge", body)
            .unwrap();
        self.call("POST", "/v2/charge", "", &[], &body.to_string())
    }

    pub(crate) fn refund(&self, operation: &str, id: &str, body: &Value) -> Answer {
        self.document
            .check_request("POST", &format!("/v2/{{id}}/{operation}"), body)
            .unwrap();
        self.post(operation, id, body)
    }

    /// Asks for the status and returns it and its code. Akulaku and Kredivo have no transactions of
    /// business customers.
    pub(crate) fn status(&self, id: &str) -> (String, String) {
        let answer = self.call("GET", "/v2/{id}/status", id, &[], "");
        let text = |name: &str| answer.json[name].as_str().unwrap_or_default().to_owned();
        let all = self.call("GET", "/v2/{id}/status/b2b", id, &[], "");
        assert_eq!(all.code(), "404");
        (text("transaction_status"), answer.code().to_owned())
    }

    /// Takes what the gateway has to tell, and returns statuses and codes.
    pub(crate) fn told(&self) -> Vec<(String, String)> {
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

pub(crate) fn charge(payment_type: &str, order_id: &str) -> Value {
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

pub(crate) fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(status, code)| ((*status).to_owned(), (*code).to_owned()))
        .collect()
}

pub(crate) fn pair(status: &str, code: &str) -> (String, String) {
    (status.to_owned(), code.to_owned())
}
