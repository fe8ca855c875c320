//! The body of `PUT /orders/{id}`.

use std::time::{Duration, SystemTime};

use midtrans_inbox::store::later;
use midtrans_inbox::{CHARGE_ARRIVES_WITHIN, Expectation};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::{PaymentType, Terms};
use midtrans_protocol::{OrderId, Rupiah};
use serde_json::{Map, Value};

use crate::payment_type;

/// An order that a shop is about to charge.
pub(super) struct ExpectRequest {
    order_id: OrderId,
    amount: Rupiah,
    payment_type: PaymentType,
    idempotency_key: Option<IdempotencyKey>,
    expires_in: Option<Duration>,
}

const FIELDS: [&str; 4] = [
    "amount",
    "payment_type",
    "idempotency_key",
    "expires_in_seconds",
];

/// A hundred years.
const LONGEST: u64 = 100 * 365 * 24 * 3_600;

impl ExpectRequest {
    /// Reads the body. An error names the field and never shows its value.
    pub(super) fn read(order: &str, body: &[u8]) -> Result<Self, String> {
        let order_id = OrderId::new(order).map_err(|error| error.to_string())?;
        let fields: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| "the body: expected a JSON object".to_owned())?;
        if fields.keys().any(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!(
                "the body: expected no fields but {}",
                FIELDS.join(", ")
            ));
        }
        Ok(Self {
            order_id,
            amount: amount(fields.get("amount"))?,
            payment_type: payment_type_of(fields.get("payment_type"))?,
            idempotency_key: given(&fields, "idempotency_key").map(key).transpose()?,
            expires_in: given(&fields, "expires_in_seconds")
                .map(expiry)
                .transpose()?,
        })
    }

    /// The expectation, with a new key where none is wanted.
    pub(super) fn expectation(
        self,
        new_key: impl FnOnce() -> std::io::Result<IdempotencyKey>,
        now: SystemTime,
    ) -> std::io::Result<Expectation> {
        let expires_in = self
            .expires_in
            .unwrap_or(Terms::of(&self.payment_type).default_expiry);
        Ok(Expectation {
            order_id: self.order_id,
            amount: self.amount,
            payment_type: self.payment_type,
            idempotency_key: self.idempotency_key.map_or_else(new_key, Ok)?,
            charge_until: later(now, CHARGE_ARRIVES_WITHIN),
            expires_at: later(now, expires_in),
        })
    }
}

fn given<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

fn amount(value: Option<&Value>) -> Result<Rupiah, String> {
    let amount = value
        .and_then(Value::as_u64)
        .filter(|amount| *amount > 0 && i64::try_from(*amount).is_ok());
    amount
        .map(Rupiah::new)
        .ok_or_else(|| "amount: expected the price in whole rupiah, such as 40000".to_owned())
}

fn payment_type_of(value: Option<&Value>) -> Result<PaymentType, String> {
    let word = value.and_then(Value::as_str).unwrap_or_default();
    payment_type::read(word).map_err(|expected| format!("payment_type: {expected}"))
}

fn key(value: &Value) -> Result<IdempotencyKey, String> {
    let text = value
        .as_str()
        .ok_or_else(|| "idempotency_key: expected a text".to_owned())?;
    IdempotencyKey::new(text).map_err(|error| error.to_string())
}

fn expiry(value: &Value) -> Result<Duration, String> {
    let seconds = value
        .as_u64()
        .filter(|seconds| (1..=LONGEST).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        "expires_in_seconds: expected a number of seconds, such as 7200".to_owned()
    })?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::method::{Akulaku, Cstore, Method, Store};

    use super::*;

    fn problem(order: &str, body: &str) -> String {
        ExpectRequest::read(order, body.as_bytes())
            .map(|_| ())
            .unwrap_err()
    }

    #[test]
    fn a_wrong_field_is_named_and_not_shown() {
        for (body, field) in [
            ("MARKER", "the body"),
            (
                r#"{"amount":1,"payment_type":"gopay","MARKER":1}"#,
                "the body",
            ),
            (r#"{"payment_type":"gopay"}"#, "amount"),
            (r#"{"amount":0,"payment_type":"gopay"}"#, "amount"),
            (r#"{"amount":1.5,"payment_type":"gopay"}"#, "amount"),
            (r#"{"amount":"40000","payment_type":"gopay"}"#, "amount"),
            (
                r#"{"amount":18446744073709551615,"payment_type":"gopay"}"#,
                "amount",
            ),
            (r#"{"amount":1}"#, "payment_type"),
            (r#"{"amount":1,"payment_type":"MARKER"}"#, "payment_type"),
            (
                r#"{"amount":1,"payment_type":"gopay","idempotency_key":7}"#,
                "idempotency_key",
            ),
            (
                r#"{"amount":1,"payment_type":"gopay","expires_in_seconds":0}"#,
                "expires_in_seconds",
            ),
        ] {
            let problem = problem("order-101", body);
            assert!(
                problem.starts_with(field) && !problem.contains("MARKER"),
                "{body}: {problem}"
            );
        }
        assert!(
            problem("order 101 MARKER", r#"{"amount":1,"payment_type":"gopay"}"#)
                .contains("order_id")
        );
    }

    #[test]
    fn an_order_expires_when_its_payment_type_does_and_may_be_charged_for_four_minutes() {
        let now = SystemTime::UNIX_EPOCH;
        for method in [
            Method::from(Akulaku),
            Method::from(Cstore::new(Store::Alfamart)),
        ] {
            let payment_type = method.payment_type();
            let body = format!(r#"{{"amount":40000,"payment_type":"{payment_type}"}}"#);
            let wanted = ExpectRequest::read("order-101", body.as_bytes()).unwrap();
            let key = || Ok(IdempotencyKey::new("key-1").unwrap());
            let expectation = wanted.expectation(key, now).unwrap();
            assert_eq!(expectation.charge_until, now + Duration::from_secs(240));
            let expiry = Terms::of(&payment_type).default_expiry;
            assert_eq!(expectation.expires_at, now + expiry, "{payment_type}");
        }
    }
}
