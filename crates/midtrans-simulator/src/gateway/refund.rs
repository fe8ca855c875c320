//! Refund requests of a merchant.
//! ([Refund](https://docs.midtrans.com/reference/refund-transaction))

use midtrans_protocol::Rupiah;
use serde_json::Value;

use super::number::whole;
use super::refusal::Refusal;

/// A refund request.
#[derive(Debug, Default)]
pub(super) struct RefundRequest {
    pub(super) key: Option<String>,
    /// The amount; without one, all that is left.
    pub(super) amount: Option<Amount>,
    pub(super) reason: String,
}

/// An amount that may be none.
#[derive(Debug)]
pub(super) enum Amount {
    Some(Rupiah),
    /// Zero or less: refused only after the state of the transaction was looked at.
    NotPositive,
}

pub(super) fn read(body: &[u8]) -> Result<RefundRequest, Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(RefundRequest::default());
    }
    let json: Value = serde_json::from_slice(body).map_err(|_| Refusal::Malformed)?;
    if !json.is_object() {
        return Err(Refusal::Malformed);
    }
    let mut problems = Vec::new();
    let key = match &json["refund_key"] {
        Value::Null => None,
        // The official client for Go always sends the key, empty where the merchant named none.
        Value::String(key) if key.is_empty() => None,
        // No page names a longest one.
        Value::String(key) if key.bytes().all(is_of_a_key) => Some(key.clone()),
        _ => {
            problems.push("refund_key is invalid");
            None
        }
    };
    let amount = match (&json["amount"], whole(&json["amount"])) {
        (Value::Null, _) => None,
        (_, Some(amount)) => Some(match u64::try_from(amount) {
            Ok(amount) if amount > 0 => Amount::Some(Rupiah::new(amount)),
            _ => Amount::NotPositive,
        }),
        (_, None) => {
            problems.push("amount is not an integer");
            None
        }
    };
    let reason = match &json["reason"] {
        Value::Null => "",
        Value::String(reason) if reason.chars().count() <= 255 => reason,
        _ => {
            problems.push("reason must be a string of at most 255 characters");
            ""
        }
    };
    if problems.is_empty() {
        Ok(RefundRequest {
            key,
            amount,
            reason: reason.to_owned(),
        })
    } else {
        Err(Refusal::Invalid(
            problems.into_iter().map(str::to_owned).collect(),
        ))
    }
}

const fn is_of_a_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
