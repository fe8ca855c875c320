//! A merchant in front of the bare state machine, with a clock to turn.

use std::time::Duration;

use http::Request;
use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::{
    Choice, FinishRedirect, Gateway, Outcome, Reply as AnyReply, Settings,
};
use serde_json::{Value, json};

/// `SB-Mid-server-simulator:` in base64.
pub(crate) const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6";
pub(crate) const START: &str = "2026-11-22 10:00:00";

pub(crate) struct ApiCaller {
    pub(crate) gateway: Gateway,
    pub(crate) now: WibTime,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) http: u16,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Reply {
    pub(crate) fn code(&self) -> &str {
        self.text_of("status_code")
    }

    pub(crate) fn text_of(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// Top-level keys in their order.
    pub(crate) fn keys(&self) -> Vec<String> {
        keys(&self.text)
    }
}

impl ApiCaller {
    pub(crate) fn new() -> Self {
        let mut settings = Settings::new("http://127.0.0.1:8180");
        settings.notification_url = Some("http://127.0.0.1:3000/notify".to_owned());
        settings.finish_url = Some("http://127.0.0.1:3000/finish".to_owned());
        Self {
            gateway: Gateway::new(settings),
            now: START.parse().unwrap(),
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now.checked_add(Duration::from_secs(seconds)).unwrap();
    }

    pub(crate) fn request(
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Request<Vec<u8>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", KEY);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.as_bytes().to_vec()).unwrap()
    }

    /// Makes a call and returns whatever comes of it, faults included.
    pub(crate) fn reply(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> AnyReply {
        self.gateway
            .handle(&Self::request(method, path, headers, body), self.now)
    }

    pub(crate) fn call_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let (head, body) = self
            .reply(method, path, headers, body)
            .into_response()
            .unwrap()
            .into_parts();
        assert_eq!(head.headers["content-type"], "application/json");
        let text = String::from_utf8(body).unwrap();
        Reply {
            http: head.status.as_u16(),
            json: serde_json::from_str(&text).unwrap(),
            text,
        }
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Reply {
        self.call_with("POST", path, &[], body)
    }

    pub(crate) fn charge(&mut self, payment_type: &str, order_id: &str, amount: u64) -> Reply {
        self.post(
            "/v2/charge",
            &charge(payment_type, order_id, amount).to_string(),
        )
    }

    /// `POST /v2/{id}/{operation}` without a body.
    pub(crate) fn ask(&mut self, id: &str, operation: &str) -> Reply {
        self.post(&format!("/v2/{id}/{operation}"), "")
    }

    pub(crate) fn status(&mut self, id: &str) -> Reply {
        self.call_with("GET", &format!("/v2/{id}/status"), &[], "")
    }

    pub(crate) fn choose(&mut self, id: &str, choice: Choice) -> FinishRedirect {
        self.gateway.choose(id, choice, self.now).unwrap()
    }

    /// A settled order.
    pub(crate) fn paid(&mut self, payment_type: &str, order_id: &str, amount: u64) {
        assert_eq!(self.charge(payment_type, order_id, amount).code(), "201");
        self.choose(order_id, Choice::Approve);
    }

    /// Takes every notification that is due, answering 200, and returns the bodies.
    pub(crate) fn notifications(&mut self) -> Vec<String> {
        let due = self.gateway.due(self.now);
        due.into_iter()
            .map(|delivery| {
                self.gateway
                    .delivered(delivery.id, Outcome::answered(200), self.now);
                delivery.body
            })
            .collect()
    }

    /// Status and code of every notification that is due.
    pub(crate) fn notified(&mut self) -> Vec<(String, String)> {
        let word = |json: &Value, key: &str| json[key].as_str().unwrap().to_owned();
        let notified = self
            .notifications()
            .into_iter()
            .map(|body| serde_json::from_str::<Value>(&body).unwrap());
        notified
            .map(|json| {
                (
                    word(&json, "transaction_status"),
                    word(&json, "status_code"),
                )
            })
            .collect()
    }
}

/// A charge with all that the reference requires.
pub(crate) fn charge(payment_type: &str, order_id: &str, amount: u64) -> Value {
    let mut charge = json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
        "item_details": [{"id": "A", "price": amount, "quantity": 1, "name": "Sepatu"}],
        "customer_details": {"first_name": "Siti", "last_name": "Rahma", "email": "s@example.com", "phone": "0812"},
    });
    if payment_type == "kredivo" {
        charge["item_details"][0]["category"] = json!("Shoes");
        charge["item_details"][0]["url"] = json!("https://shop.example/a");
        charge["customer_details"]["shipping_address"] = address();
    }
    charge
}

pub(crate) fn address() -> Value {
    json!({"first_name": "Siti", "last_name": "Rahma", "phone": "0812", "address": "Jl. Melati 1", "city": "Jakarta",
        "postal_code": "12190", "country_code": "IDN"})
}

pub(crate) fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(status, code)| ((*status).to_owned(), (*code).to_owned()))
        .collect()
}

/// Top-level keys of an object in their order, which `Value` does not keep.
pub(crate) fn keys(json: &str) -> Vec<String> {
    let (mut keys, mut depth, mut chars) = (Vec::new(), 0, json.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    text.push(c);
                    if c == '\\' {
                        text.extend(chars.next());
                    }
                }
                if depth == 1 && chars.peek() == Some(&':') {
                    keys.push(text);
                }
            }
            _ => {}
        }
    }
    keys
}
