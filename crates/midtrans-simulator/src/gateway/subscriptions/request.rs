//! Bodies of creations and updates of subscriptions.

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::Subscription;
use super::schedule::{Retry, Schedule, Unit};
use crate::gateway::expiry::moment;
use crate::gateway::limits;
use crate::gateway::number::{price, whole};
use crate::gateway::product;
use crate::gateway::refusal::Refusal;

/// Reads a creation and lists everything that is wrong with it at once.
pub(super) fn read(body: &[u8], id: String, now: WibTime) -> Result<Subscription, Refusal> {
    let json = object(body)?;
    let mut problems = Vec::new();
    let name = name(&json["name"], &mut problems);
    let amount = amount(&json["amount"], &mut problems);
    currency(&json["currency"], &mut problems);
    let payment_type = payment_type(&json["payment_type"], &mut problems);
    let token = text(&json["token"], "subscription.token", &mut problems);
    let account_id = json["gopay"]["account_id"].as_str().map(str::to_owned);
    if payment_type.as_deref() == Some("gopay") && account_id.is_none() {
        problems.push("Gopay.account_id is required".to_owned());
    }
    let schedule = schedule(&json["schedule"], now, &mut problems);
    let retry = retry(&json["retry_schedule"], &mut problems);
    let metadata = metadata(&json["metadata"], &mut problems);
    if !problems.is_empty() {
        return Err(invalid(&problems));
    }
    let (Some(name), Some(amount), Some(payment_type), Some(token), Some(schedule)) =
        (name, amount, payment_type, token, schedule)
    else {
        return Err(invalid(&problems));
    };
    Ok(Subscription {
        id,
        name,
        amount,
        payment_type,
        token,
        account_id,
        schedule,
        retry,
        retried: 0,
        is_active: true,
        is_canceled: false,
        metadata,
        customer: Some(json["customer_details"].clone()).filter(Value::is_object),
        made: now,
        transactions: Vec::new(),
    })
}

/// Changes the fields that a body has, all or none.
pub(super) fn update(
    body: &[u8],
    subscription: &mut Subscription,
    now: WibTime,
) -> Result<(), Refusal> {
    let json = object(body)?;
    let mut problems = Vec::new();
    let given = |name: &str| Some(&json[name]).filter(|value| !value.is_null());
    let new_name = given("name").and_then(|value| name(value, &mut problems));
    let new_amount = given("amount").and_then(|value| amount(value, &mut problems));
    currency(&json["currency"], &mut problems);
    let token = given("token").and_then(|value| text(value, "subscription.token", &mut problems));
    let mut calendar = subscription.schedule.clone();
    change(&json["schedule"], &mut calendar, now, &mut problems);
    let retry = retry(&json["retry_schedule"], &mut problems);
    let metadata = metadata(&json["metadata"], &mut problems);
    if !problems.is_empty() {
        return Err(invalid(&problems));
    }
    subscription.name = new_name.unwrap_or_else(|| subscription.name.clone());
    subscription.amount = new_amount.unwrap_or_else(|| subscription.amount.clone());
    subscription.token = token.unwrap_or_else(|| subscription.token.clone());
    subscription.retry = retry.or_else(|| subscription.retry.clone());
    subscription.metadata = metadata.or_else(|| subscription.metadata.clone());
    if let Some(customer) = given("customer_details").filter(|value| value.is_object()) {
        subscription.customer = Some(customer.clone());
    }
    subscription.schedule = calendar;
    Ok(())
}

/// The refusal with these messages.
pub(super) fn invalid(problems: &[String]) -> Refusal {
    let body = json!({
        "status_message": "Invalid parameter.",
        "validation_messages": problems,
    });
    Refusal::Ready(product::answered(400, body.to_string()))
}

/// Anything but an object is a bad request.
fn object(body: &[u8]) -> Result<Value, Refusal> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    if json.is_object() {
        return Ok(json);
    }
    let body = r#"{"status_message":"Bad request."}"#;
    Err(Refusal::Ready(product::answered(400, body.to_owned())))
}

fn name(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let name = text(value, "subscription.name", problems)?;
    if name.chars().count() > LONGEST_NAME {
        problems.push(limits::text_problem("subscription.name", LONGEST_NAME));
        return None;
    }
    Some(name)
}

/// A text or a number. The answer has a text.
fn amount(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    if value.is_null() {
        problems.push("subscription.amount is required".to_owned());
        return None;
    }
    match price(value) {
        Some(amount @ 1..=99_999_999_999) => Some(amount.to_string()),
        _ => {
            problems.push("subscription.amount must be between 0.01 - 99999999999.00".to_owned());
            None
        }
    }
}

fn currency(value: &Value, problems: &mut Vec<String>) {
    if !value.is_null() && value != "IDR" {
        problems.push("subscription.currency must be IDR".to_owned());
    }
}

fn payment_type(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let name = text(value, "subscription.payment_type", problems)?;
    if name == "credit_card" || name == "gopay" {
        return Some(name);
    }
    problems.push("subscription.payment_type is invalid".to_owned());
    None
}

fn text(value: &Value, place: &str, problems: &mut Vec<String>) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Null | Value::String(_) => {
            problems.push(format!("{place} is required"));
            None
        }
        _ => {
            problems.push(format!("{place} must be a string"));
            None
        }
    }
}

fn metadata(value: &Value, problems: &mut Vec<String>) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(_) if value.to_string().len() <= LONGEST_METADATA => Some(value.clone()),
        _ => {
            problems.push("subscription.metadata must be an object below 1 KB".to_owned());
            None
        }
    }
}

/// Without a start, it begins now and charges after one interval. A start that is past charges at
/// once.
fn schedule(json: &Value, now: WibTime, problems: &mut Vec<String>) -> Option<Schedule> {
    let interval = count(
        &json["interval"],
        "subscription.schedule.interval",
        problems,
    );
    let unit = match json["interval_unit"].as_str() {
        Some("day") => Some(Unit::Day),
        Some("week") => Some(Unit::Week),
        Some("month") => Some(Unit::Month),
        _ => {
            problems.push("subscription.schedule.interval_unit is invalid".to_owned());
            None
        }
    };
    let max_interval = most(&json["max_interval"], problems);
    let given = start(&json["start_time"], problems);
    let mut schedule = Schedule {
        interval: interval?,
        unit: unit?,
        max_interval,
        start: given.unwrap_or(now),
        current: 0,
        previous: None,
        next: given.map(|start| start.max(now)),
    };
    if given.is_none() {
        schedule.next = schedule.first_after(now);
    }
    Some(schedule)
}

fn change(json: &Value, schedule: &mut Schedule, now: WibTime, problems: &mut Vec<String>) {
    if !json["interval"].is_null() {
        let place = "subscription.schedule.interval";
        if let Some(interval) = count(&json["interval"], place, problems) {
            schedule.interval = interval;
        }
    }
    if let Some(most) = most(&json["max_interval"], problems) {
        schedule.max_interval = Some(most);
    }
    // Only before the first charge; the pages do not say that it can be changed at all.
    if let Some(start) = start(&json["start_time"], problems)
        && schedule.current == 0
    {
        schedule.start = start;
        schedule.next = Some(start.max(now));
    }
}

fn count(value: &Value, place: &str, problems: &mut Vec<String>) -> Option<u64> {
    let count = whole(value).and_then(|count| u64::try_from(count).ok());
    let count = count.filter(|count| *count > 0);
    if count.is_none() {
        problems.push(format!("{place} must be greater than 0"));
    }
    count
}

fn most(value: &Value, problems: &mut Vec<String>) -> Option<u64> {
    if value.is_null() {
        return None;
    }
    let most = whole(value).and_then(|most| u64::try_from(most).ok());
    if most.is_none() {
        problems.push("subscription.schedule.max_interval is invalid".to_owned());
    }
    most
}

fn start(value: &Value, problems: &mut Vec<String>) -> Option<WibTime> {
    let start = match value {
        Value::Null => return None,
        Value::String(text) => moment(text),
        _ => None,
    };
    if start.is_none() {
        problems.push("subscription.schedule.start_time format is invalid".to_owned());
    }
    start
}

fn retry(json: &Value, problems: &mut Vec<String>) -> Option<Retry> {
    if json.is_null() {
        return None;
    }
    let unit = match json["interval_unit"].as_str() {
        Some("minute") => Some(Unit::Minute),
        Some("hour") => Some(Unit::Hour),
        Some("day") => Some(Unit::Day),
        _ => {
            problems.push("subscription.retry_schedule.interval_unit is invalid".to_owned());
            None
        }
    };
    let interval = count(
        &json["interval"],
        "subscription.retry_schedule.interval",
        problems,
    );
    let most = whole(&json["max_interval"]).and_then(|most| u64::try_from(most).ok());
    let most = most.filter(|most| *most <= MOST_RETRIES);
    if most.is_none() {
        problems.push("subscription.retry_schedule.max_interval must be at most 3".to_owned());
    }
    Some(Retry {
        interval: interval?,
        unit: unit?,
        max_interval: most?,
    })
}

const LONGEST_NAME: usize = 40;
const LONGEST_METADATA: usize = 1_024;
const MOST_RETRIES: u64 = 3;
