//! Reports of subscriptions.

use midtrans_protocol::subscription::{Subscription, SubscriptionId, Updated};
use serde_json::json;

use super::get;
use crate::account::Account;
use crate::context::Context;
use crate::report::Report;
use crate::terminal::Tone;

/// Adds the fields of a subscription. Its token and its customer are left out.
pub(super) fn describe(report: &mut Report, subscription: &Subscription) {
    let id = subscription.id();
    let status = subscription.status();
    report
        .field("subscription_id", id.as_ref().map(SubscriptionId::as_str))
        .field("name", subscription.name())
        .amount("amount", subscription.amount().as_ref())
        .field("status", status.as_ref().map(|status| status.as_str()));
    let (interval, unit) = (subscription.interval(), subscription.interval_unit());
    if let (Some(interval), Some(unit)) = (interval, &unit) {
        let unit = unit.as_str();
        let every = match interval {
            1 => unit.to_owned(),
            other => format!("{other} {unit}s"),
        };
        report.row("every", &every, Tone::Neutral);
    }
    let times = subscription.times();
    report
        .data("interval", interval)
        .data("interval_unit", unit.as_ref().map(|unit| unit.as_str()))
        .field("charges_made", subscription.current_interval())
        .field("charges_at_most", subscription.max_interval())
        .time("created_at", subscription.created_at())
        .time("start_time", times.start)
        .time("last_charge", times.previous)
        .time("next_charge", times.next);
    let transactions = subscription.transaction_ids();
    for id in &transactions {
        report.row("transaction", id, Tone::Neutral);
    }
    report.data("transaction_ids", json!(transactions));
}

/// Prints the confirmation of a change.
pub(super) fn print_change(
    context: &Context,
    account: &Account,
    id: &SubscriptionId,
    done: &Updated,
) {
    let ask = get(context, id);
    let mut report = account.report();
    report
        .field("subscription_id", id.as_str())
        .field("gateway_says", done.message())
        .line(&format!("next: {ask}"))
        .data("next", json!([ask]));
    context.print(&report);
}
