//! The `tracing` feature: one span per call, with everything that an operator needs and nothing
//! else.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use midtrans_contract_tests::fake::Fake;
use midtrans_contract_tests::scenario::{self, Step};
use midtrans_protocol::Environment;
use midtrans_protocol::account::{ClientAccount, ClientKey};
use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode, Token};
use midtrans_transport::{BlockingClient, CallOptions, RetryPolicy};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down all spans, fields and events.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

struct Pen<'a>(&'a mut String);
impl Visit for Pen<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0, "{}={value:?}", field.name());
    }
}

impl Subscriber for Notes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut notes = self.0.lock().unwrap();
        let _ = writeln!(notes, "span {}", span.metadata().name());
        span.record(&mut Pen(&mut notes));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Pen(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Pen(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn notes_of(script: Vec<Step>) -> String {
    let notes = Notes::default();
    tracing::subscriber::with_default(notes.clone(), || {
        let client = BlockingClient::new(
            Fake::new(script),
            scenario::merchant("https://gateway.example"),
        );
        let _ = client.charge(&scenario::charge());
    });
    let notes = notes.0.lock().unwrap();
    notes.clone()
}

#[test]
fn a_call_is_one_span_with_its_order_attempts_statuses_and_duration() {
    let notes = notes_of(vec![Step::Silent, Step::charged()]);
    assert_eq!(notes.matches("span midtrans").count(), 1);
    for line in [
        "operation=\"charge\"",
        "order_id=\"contract-1\"",
        "attempt=2",
        "http_status=200",
        "gateway_code=\"201\"",
        "failure=Timeout",
        "duration_ms=",
    ] {
        assert!(notes.contains(line), "{line} is missing in:\n{notes}");
    }
}

#[test]
fn no_span_holds_a_body_a_key_or_a_customer() {
    for script in [
        vec![Step::charged()],
        vec![Step::refusal(400, "400")],
        vec![Step::Silent],
        vec![Step::Dead],
    ] {
        let notes = notes_of(script);
        for secret in [
            "Siti",
            "Rahma",
            "example.com",
            "0812",
            "Mid-server",
            "Basic",
            "pay.example",
            "Sepatu",
        ] {
            assert!(!notes.contains(secret), "{secret} leaked into:\n{notes}");
        }
    }
}

#[test]
fn no_span_holds_a_card_or_a_token() {
    let number = CardNumber::new("5211111111111117").unwrap();
    let code = SecurityCode::new("9173").unwrap();
    let expiry = CardExpiry::new("12", "2041").unwrap();
    let key = ClientKey::new("SB-Mid-client-PLANTED").unwrap();
    let account = ClientAccount::new(Environment::Sandbox, key).unwrap();
    let token = Token::of_card(number, expiry, code);
    for script in [
        vec![Step::refusal(411, "411")],
        vec![Step::Silent],
        vec![Step::Dead],
    ] {
        let notes = Notes::default();
        tracing::subscriber::with_default(notes.clone(), || {
            let client = BlockingClient::new(Fake::new(script), account.clone());
            let mut options = CallOptions::default();
            options.retry = Some(RetryPolicy::never());
            let _ = client.send_with(&token, &options);
        });
        let notes = notes.0.lock().unwrap();
        assert!(notes.contains("operation=\"token\""), "{notes}");
        for secret in ["5211111111111117", "9173", "2041", "PLANTED", "card_"] {
            assert!(!notes.contains(secret), "{secret} leaked into:\n{notes}");
        }
    }
}
