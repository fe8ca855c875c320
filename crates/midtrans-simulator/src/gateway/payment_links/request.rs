//! The body of `POST /v1/payment-links`.

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use crate::gateway::charge::{MAX_ORDER_ID, Source};
use crate::gateway::expiry::moment;
use crate::gateway::limits;
use crate::gateway::number::{price, whole};
use crate::gateway::snap::{seconds_of, without_card};

/// A request that passed validation.
#[derive(Debug)]
pub(in crate::gateway) struct Read {
    pub(in crate::gateway) json: Value,
    pub(in crate::gateway) order_id: String,
    pub(in crate::gateway) link_id: Option<String>,
    pub(in crate::gateway) amount: Option<u64>,
    pub(in crate::gateway) usage_limit: u64,
    pub(in crate::gateway) expires: Option<WibTime>,
}

/// Reads a request and lists everything that is wrong with it at once.
pub(super) fn read(body: &[u8], now: WibTime) -> Result<Read, Vec<String>> {
    let mut json: Value = serde_json::from_slice(body).unwrap_or_default();
    without_card(&mut json);
    if !json.is_object() {
        return Err(vec!["Invalid JSON data provided.".to_owned()]);
    }
    let mut problems = Vec::new();
    let details = &json["transaction_details"];
    let order_id = order_id(&details["order_id"], &mut problems);
    let link_id = link_id(&details["payment_link_id"], &mut problems);
    let amount = amount(&json, &mut problems);
    items(&json["item_details"], amount, &mut problems);
    let usage_limit = usage(&json["usage_limit"], &mut problems);
    if !json["title"].is_null() && !limits::is_text(&json["title"], limits::LONG) {
        problems.push(limits::text_problem("title", limits::LONG));
    }
    let expires = expires(&json["expiry"], now, &mut problems);
    match order_id.filter(|_| problems.is_empty()) {
        Some(order_id) => Ok(Read {
            json,
            order_id,
            link_id,
            amount,
            usage_limit,
            expires,
        }),
        None => Err(problems),
    }
}

fn order_id(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => {
            problems.push("transaction_details.order_id is required".to_owned());
            return None;
        }
    };
    // A suffix has to fit behind it.
    if id.len() > MAX_ORDER_ID || !Source::Core.takes(&id) {
        problems.push("transaction_details.order_id is invalid".to_owned());
        return None;
    }
    Some(id)
}

fn link_id(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let id = match value {
        Value::Null => return None,
        Value::String(id) => id.as_str(),
        _ => "",
    };
    let is_of_it = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || id.len() > 50 || !id.bytes().all(is_of_it) {
        let problem =
            "payment_link_id must only contain alphanumeric characters [a-z, 0-9] and hyphens [-]";
        problems.push(problem.to_owned());
        return None;
    }
    Some(id.to_owned())
}

/// The amount of a link that has one.
fn amount(json: &Value, problems: &mut Vec<String>) -> Option<u64> {
    match json["payment_link_type"].as_str() {
        None | Some("FIXED_AMOUNT") => {}
        Some("DYNAMIC_AMOUNT") => {
            for name in ["min_amount", "max_amount", "preset_amount"] {
                let value = &json["dynamic_amount"][name];
                if !value.is_null() && whole(value).is_none_or(|amount| amount <= 0) {
                    problems.push(format!("dynamic_amount.{name} is not a number"));
                }
            }
            return None;
        }
        Some(_) => problems.push("payment_link_type is invalid".to_owned()),
    }
    let amount = price(&json["transaction_details"]["gross_amount"]);
    let amount = amount.and_then(|amount| u64::try_from(amount).ok());
    let amount = amount.filter(|amount| *amount > 0);
    if amount.is_none() {
        problems.push("transaction_details.gross_amount is required".to_owned());
    }
    amount
}

fn items(list: &Value, amount: Option<u64>, problems: &mut Vec<String>) {
    let items = list.as_array().into_iter().flatten();
    let mut sum = Some(0i128);
    let mut count = 0;
    for item in items {
        count += 1;
        let line = price(&item["price"]).zip(whole(&item["quantity"]));
        let line = line.and_then(|(price, quantity)| price.checked_mul(quantity));
        sum = sum.zip(line).and_then(|(sum, line)| sum.checked_add(line));
    }
    if sum.is_none() {
        problems.push("item_details price or quantity is not a number".to_owned());
    } else if count > 0 && amount.is_some_and(|amount| sum != Some(amount.into())) {
        let problem = "transaction_details.gross_amount is not equal to the sum of item_details";
        problems.push(problem.to_owned());
    }
}

/// No page says what holds without a limit; here it is one use.
fn usage(value: &Value, problems: &mut Vec<String>) -> u64 {
    if value.is_null() {
        return 1;
    }
    let limit = whole(value).and_then(|limit| u64::try_from(limit).ok());
    let limit = limit.filter(|limit| (1..=1_000_000).contains(limit));
    if limit.is_none() {
        problems.push("usage_limit must be between 1 and 1000000".to_owned());
    }
    limit.unwrap_or(1)
}

/// The end of a link: none without an expiry. A month has 30 days.
fn expires(expiry: &Value, now: WibTime, problems: &mut Vec<String>) -> Option<WibTime> {
    if expiry.is_null() {
        return None;
    }
    let unit = match expiry["unit"].as_str() {
        Some("month" | "months") => Some(30 * 86_400),
        Some(unit) => seconds_of(unit),
        None => None,
    };
    let duration = whole(&expiry["duration"]).and_then(|length| u64::try_from(length).ok());
    let start = match &expiry["start_time"] {
        Value::Null => Some(now),
        Value::String(text) => with_seconds(text),
        _ => None,
    };
    let (Some(unit), Some(duration), Some(start)) = (unit, duration, start) else {
        problems.push("expiry is invalid".to_owned());
        return None;
    };
    start.checked_add(Duration::from_secs(unit.saturating_mul(duration)))
}

/// The seconds of a start may be missing.
fn with_seconds(text: &str) -> Option<WibTime> {
    moment(text).or_else(|| {
        let (local, zone) = text.rsplit_once(' ')?;
        moment(&format!("{local}:00 {zone}"))
    })
}
