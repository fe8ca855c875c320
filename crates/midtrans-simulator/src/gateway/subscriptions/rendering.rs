//! Bodies about subscriptions. Answers have local times without a zone, and notifications have UTC.

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::Subscription;
use super::schedule::Retry;
use crate::gateway::body::Body;
use crate::gateway::product::utc;

/// The answer to a creation.
pub(super) fn created(subscription: &Subscription) -> String {
    let body = head(subscription).raw("schedule", &schedule(subscription, false));
    let body = match &subscription.retry {
        Some(retry) => body.raw("retry_schedule", &retries(retry)),
        None => body,
    };
    tail(body, subscription, false).finish()
}

/// The answer to Get.
pub(super) fn read(subscription: &Subscription) -> String {
    let body = head(subscription).raw("schedule", &schedule(subscription, true));
    let body = match &subscription.retry {
        Some(retry) => body.raw("retry_schedule", &retries(retry)),
        None => body,
    };
    tail(body, subscription, true).finish()
}

/// The subscription in a notification.
pub(super) fn told(subscription: &Subscription, merchant_id: &str) -> Body {
    let schedule = &subscription.schedule;
    let next = schedule.next.or(schedule.previous);
    let calendar = Body::default()
        .text("start_time", &in_utc(schedule.start))
        .maybe_text("next_execution_at", next.map(in_utc).as_deref())
        .text("interval_unit", schedule.unit.as_str())
        .raw("interval", &schedule.interval.to_string())
        .raw("current_interval", &schedule.current.to_string());
    let body = Body::default()
        .text("token", &subscription.token)
        .text("status", subscription.status())
        .raw("schedule", &calendar.finish())
        .text("payment_type", &subscription.payment_type)
        .text("name", &subscription.name)
        .maybe_json("metadata", subscription.metadata.as_ref())
        .text("merchant_id", merchant_id)
        .text("id", &subscription.id)
        .maybe_json("customer_details", subscription.customer.as_ref())
        .text("currency", "IDR")
        .text("amount", &subscription.amount);
    account(body, subscription)
}

/// A charge in a notification.
pub(super) fn charged(transaction: Body, subscription: &Subscription, merchant: &str) -> String {
    Body::default()
        .raw("transaction", &transaction.finish())
        .raw("subscription", &told(subscription, merchant).finish())
        .text("event_name", "subscription.charge")
        .finish()
}

fn head(subscription: &Subscription) -> Body {
    Body::default()
        .text("id", &subscription.id)
        .text("name", &subscription.name)
        .text("amount", &subscription.amount)
        .text("currency", "IDR")
        .text("created_at", &local(subscription.made))
}

fn tail(body: Body, subscription: &Subscription, has_transactions: bool) -> Body {
    let body = body
        .text("status", subscription.status())
        .text("token", &subscription.token)
        .text("payment_type", &subscription.payment_type);
    let body = match has_transactions {
        true => body.json(
            "transaction_ids",
            &Value::from(subscription.transactions.clone()),
        ),
        false => body,
    };
    let body = body
        .maybe_json("metadata", subscription.metadata.as_ref())
        .maybe_json("customer_details", subscription.customer.as_ref());
    account(body, subscription)
}

fn account(body: Body, subscription: &Subscription) -> Body {
    match &subscription.account_id {
        Some(id) => body.raw("gopay", &Body::default().text("account_id", id).finish()),
        None => body,
    }
}

fn schedule(subscription: &Subscription, has_count: bool) -> String {
    let schedule = &subscription.schedule;
    let number = |count: u64| Value::from(count);
    let mut body = Body::default()
        .raw("interval", &schedule.interval.to_string())
        .text("interval_unit", schedule.unit.as_str());
    if has_count {
        body = body.raw("current_interval", &schedule.current.to_string());
    }
    let previous = schedule.previous.map(local);
    let next = schedule.next.map(local);
    body.maybe_json("max_interval", schedule.max_interval.map(number).as_ref())
        .text("start_time", &local(schedule.start))
        .maybe_text("previous_execution_at", previous.as_deref())
        .maybe_text("next_execution_at", next.as_deref())
        .finish()
}

fn retries(retry: &Retry) -> String {
    Body::default()
        .raw("interval", &retry.interval.to_string())
        .text("interval_unit", retry.unit.as_str())
        .raw("max_interval", &retry.max_interval.to_string())
        .finish()
}

fn local(at: WibTime) -> String {
    format!("{}.000000", at.to_string().replace(' ', "T"))
}

fn in_utc(at: WibTime) -> String {
    format!("{}.000000Z", utc(at))
}
