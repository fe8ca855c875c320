//! Reads a card charge's object from the JSON that the gateway documents.
//!
//! By hand and not by a derive: a derived reader of this many fields costs a fifth of the crate's
//! build time, for everyone.

use serde_json::{Map, Value};

use super::words::as_truth;
use super::{CreditCard, DynamicDescriptor, FullPan, GooglePayToken};
use crate::card::{CardExpiry, CardNumber, CardToken, SecurityCode};
use crate::fields::Fields;

/// The object, if each of its fields has the documented shape; null is absent.
pub(super) fn read(mut fields: Fields) -> Option<CreditCard> {
    let mut take = |name: &str| fields.value(name);
    let card = CreditCard {
        token_id: each(take("token_id"), |value| CardToken::new(text(value)?).ok())?,
        card: each(take("card"), full_pan)?,
        google_pay_token: each(take("google_pay_token"), |value| {
            GooglePayToken::new(value).ok()
        })?,
        authentication: each(take("authentication"), |value| as_truth(&value))?,
        callback_type: word(take("callback_type"))?,
        bank: word(take("bank"))?,
        channel: each(take("channel"), text)?,
        installment_term: each(take("installment_term"), |value| {
            u32::try_from(value.as_u64()?).ok()
        })?,
        bins: each(take("bins"), texts)?.unwrap_or_default(),
        transaction_type: word(take("type"))?,
        save_token_id: each(take("save_token_id"), |value| value.as_bool())?,
        point_redeem_amount: each(take("point_redeem_amount"), |value| value.as_i64())?,
        initiated_by: word(take("initiated_by"))?,
        dynamic_descriptor: each(take("dynamic_descriptor"), descriptor)?,
        extra: Map::new(),
    };
    Some(CreditCard {
        extra: fields.rest(),
        ..card
    })
}

/// A field that may be absent: the outer `None` is one of another shape.
fn each<T>(value: Option<Value>, read: fn(Value) -> Option<T>) -> Option<Option<T>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(value) => read(value).map(Some),
    }
}

fn word<T: for<'w> From<&'w str>>(value: Option<Value>) -> Option<Option<T>> {
    each(value, |value| Some(T::from(value.as_str()?)))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.into_iter().map(text).collect(),
        _ => None,
    }
}

fn descriptor(value: Value) -> Option<DynamicDescriptor> {
    let Value::Object(mut fields) = value else {
        return None;
    };
    let mut take = |name: &str| each(fields.remove(name), text);
    let descriptor = DynamicDescriptor {
        merchant_name: take("merchant_name")?,
        city_name: take("city_name")?,
        country_code: take("country_code")?,
    };
    fields.is_empty().then_some(descriptor)
}

/// The gateway's table says "integer" for these and its samples have texts: both are read, and
/// texts are sent.
fn full_pan(value: Value) -> Option<FullPan> {
    let Value::Object(mut fields) = value else {
        return None;
    };
    let mut take = |name: &str| fields.remove(name).and_then(text_or_integer);
    let number = CardNumber::new(take("number")?).ok()?;
    let month = super::full_pan::month(&take("expiry_month")?);
    let expiry = CardExpiry::new(&month, &take("expiry_year")?).ok()?;
    let card = FullPan::new(number, expiry);
    Some(match take("cvv") {
        Some(code) => card.with_code(SecurityCode::new(code).ok()?),
        None => card,
    })
}

pub(super) fn text_or_integer(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    }
}
