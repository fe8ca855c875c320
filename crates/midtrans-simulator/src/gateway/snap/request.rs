//! The body of `POST /snap/v1/transactions`: checks and defaults.
//! ([Request body](https://docs.midtrans.com/reference/request-body-json-parameter))

use std::time::Duration;

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use serde_json::Value;

use crate::gateway::card::mask;
use crate::gateway::charge::MAX_ORDER_ID;
use crate::gateway::expiry::moment;
use crate::gateway::limits;
use crate::gateway::number::{price, whole};

/// A request that passed validation.
#[derive(Debug)]
pub(in crate::gateway) struct Read {
    pub(in crate::gateway) json: Value,
    pub(in crate::gateway) order_id: String,
    pub(in crate::gateway) amount: Rupiah,
    /// The end of the page.
    pub(in crate::gateway) expires: WibTime,
}

impl Read {
    /// A session for a payment of a link, whose request was checked.
    pub(in crate::gateway) fn of_link(
        json: Value,
        order_id: String,
        amount: u64,
        expires: Option<WibTime>,
        now: WibTime,
    ) -> Self {
        let latest = now.checked_add(DEFAULT_PAGE).unwrap_or(now);
        Self {
            json,
            order_id,
            amount: Rupiah::new(amount),
            expires: expires.map_or(latest, |expires| expires.min(latest)),
        }
    }
}

/// Reads a request and lists everything that is wrong with it at once.
///
/// # Errors
/// The messages. A body that is no object lacks everything.
pub(super) fn read(body: &[u8], now: WibTime) -> Result<Read, Vec<String>> {
    let mut json: Value = serde_json::from_slice(body).unwrap_or_default();
    without_card(&mut json);
    let mut problems = Vec::new();
    let details = &json["transaction_details"];
    let amount = amount(&details["gross_amount"], &mut problems);
    let order_id = order_id(&details["order_id"], &mut problems);
    items(&json["item_details"], amount, &mut problems);
    objects(&json, &mut problems);
    texts(&json, &mut problems);
    payments(&json["enabled_payments"], &mut problems);
    let expires = page_end(&json, now, &mut problems);
    match (amount, order_id) {
        (Some(amount), Some(order_id)) if problems.is_empty() => Ok(Read {
            json,
            order_id,
            amount,
            expires,
        }),
        _ => Err(problems),
    }
}

/// Masks card data that a merchant has sent by mistake, because requests are kept.
pub(in crate::gateway) fn without_card(json: &mut Value) {
    if let Some(card) = json.get_mut("credit_card") {
        let _ = mask::mask_fields(card);
    }
}

/// The gateway says of a missing amount that it is no number, too.
fn amount(value: &Value, problems: &mut Vec<String>) -> Option<Rupiah> {
    if value.is_null() {
        problems.push("transaction_details.gross_amount is required".to_owned());
    }
    match price(value) {
        Some(..=0) => {
            problems.push(
                "transaction_details.gross_amount must be greater than or equal to 0.01".to_owned(),
            );
            None
        }
        // The gateway's type is Java's `Long`.
        Some(amount) if i64::try_from(amount).is_ok() => {
            u64::try_from(amount).ok().map(Rupiah::new)
        }
        _ => {
            problems.push("transaction_details.gross_amount is not a number".to_owned());
            None
        }
    }
}

/// Spaces and colons are taken, unlike on the Core API: the official client for Python sends them.
fn order_id(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let (id, problem) = match value {
        Value::Null => (None, "is required"),
        Value::String(id) if id.trim().is_empty() => (None, "is required"),
        Value::String(id) if id.chars().count() > MAX_ORDER_ID => (None, "too long"),
        Value::String(id) if id.chars().any(char::is_control) => (None, "is invalid"),
        Value::String(id) => (Some(id.clone()), ""),
        Value::Number(id) if id.is_u64() => (Some(id.to_string()), ""),
        _ => (None, "must be a string"),
    };
    if id.is_none() {
        problems.push(format!("transaction_details.order_id {problem}"));
    }
    id
}

fn items(list: &Value, amount: Option<Rupiah>, problems: &mut Vec<String>) {
    let Value::Array(list) = list else {
        if !list.is_null() {
            problems.push("item_details must be an array".to_owned());
        }
        return;
    };
    if list.is_empty() {
        return;
    }
    let mut sum = 0i128;
    for (at, item) in list.iter().enumerate() {
        match (price(&item["price"]), whole(&item["quantity"])) {
            (Some(price), Some(quantity)) => {
                sum = sum.saturating_add(price.saturating_mul(quantity));
            }
            (price, _) => {
                let name = if price.is_none() { "price" } else { "quantity" };
                return problems.push(format!("item_details[{at}].{name} is not a number"));
            }
        }
    }
    if amount.is_some_and(|amount| sum != i128::from(amount.get())) {
        let sum = "transaction_details.gross_amount is not equal to the sum of item_details";
        problems.push(sum.to_owned());
    }
}

fn objects(json: &Value, problems: &mut Vec<String>) {
    for name in ["customer_details", "credit_card", "callbacks", "gopay"] {
        if !json[name].is_null() && !json[name].is_object() {
            problems.push(format!("{name} must be an object"));
        }
    }
}

fn texts(json: &Value, problems: &mut Vec<String>) {
    let custom = ["custom_field1", "custom_field2", "custom_field3", "user_id"];
    let custom = custom.map(|name| (name.to_owned(), &json[name]));
    let back = ["finish", "error"];
    let back = back.map(|name| (format!("callbacks.{name}"), &json["callbacks"][name]));
    for (name, value) in custom.into_iter().chain(back) {
        if !value.is_null() && !limits::is_text(value, limits::LONG) {
            problems.push(format!("{name} too long"));
        }
    }
}

/// Names that the gateway does not know, and those that it has dropped, are taken.
fn payments(list: &Value, problems: &mut Vec<String>) {
    let is_list = list
        .as_array()
        .is_some_and(|list| list.iter().all(Value::is_string));
    if !list.is_null() && !is_list {
        problems.push("enabled_payments must be an array of strings".to_owned());
    }
}

/// `page_expiry` counts before `expiry`. Without a start, and before a method is chosen, the time
/// counts from the creation of the session. The end may be past: the official clients' own tests
/// have such a start.
fn page_end(json: &Value, now: WibTime, problems: &mut Vec<String>) -> WibTime {
    let page = lasts(&json["page_expiry"], "page_expiry", problems);
    let both = lasts(&json["expiry"], "expiry", problems);
    let start = match &json["expiry"]["start_time"] {
        Value::Null => Some(now),
        Value::String(text) => moment(text),
        _ => None,
    };
    if start.is_none() {
        problems.push("expiry.start_time format is invalid".to_owned());
    }
    let start = start.unwrap_or(now);
    let latest = now.checked_add(LONGEST_PAGE).unwrap_or(now);
    let end = match (page, both) {
        (Some(page), _) => now.checked_add(page),
        (None, Some(both)) => start.checked_add(both),
        (None, None) => now.checked_add(DEFAULT_PAGE),
    };
    end.unwrap_or(latest).min(latest)
}

/// The length of an expiry object.
fn lasts(expiry: &Value, name: &str, problems: &mut Vec<String>) -> Option<Duration> {
    if expiry.is_null() {
        return None;
    }
    let unit = expiry["unit"].as_str().and_then(seconds_of);
    if unit.is_none() {
        problems.push(format!("{name}.unit is invalid"));
    }
    let duration = whole(&expiry["duration"]).and_then(|duration| u64::try_from(duration).ok());
    if duration.is_none() {
        problems.push(format!("{name}.duration is not a number"));
    }
    let lasts = Duration::from_secs(unit?.saturating_mul(duration?));
    if lasts < SHORTEST {
        problems.push(format!("{name}.duration must be at least 20 seconds"));
    }
    Some(lasts)
}

/// The seconds of a unit, whose name may be in the plural.
pub(in crate::gateway) fn seconds_of(unit: &str) -> Option<u64> {
    match unit.strip_suffix('s').unwrap_or(unit) {
        "second" => Some(1),
        "minute" => Some(60),
        "hour" => Some(3_600),
        "day" => Some(86_400),
        _ => None,
    }
}

const SHORTEST: Duration = Duration::from_secs(20);
const DEFAULT_PAGE: Duration = Duration::from_secs(24 * 3_600);
const LONGEST_PAGE: Duration = Duration::from_secs(7 * 24 * 3_600);
