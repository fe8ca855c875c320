//! What an inbox says, as a report.

use std::time::{Duration, SystemTime};

use midtrans_inbox::{DeadLetter, Entry, History, Record, Snapshot, State};
use midtrans_protocol::WibTime;
use serde_json::{Map, Value, json};

use crate::report::Report;
use crate::terminal::{Tone, quoted};

/// Makes the next command to the same inbox out of its last words.
type Again<'a> = &'a dyn Fn(&str) -> String;

pub(crate) fn counts(report: &mut Report, snapshot: &Snapshot, again: Again<'_>) {
    let (words, tone) = match snapshot.needs_attention() {
        true => (format!("a person has to look: {}", again("dead")), Tone::Bad),
        false => ("nothing needs a person".to_owned(), Tone::Good),
    };
    report.row("inbox", &words, tone).data("needs_attention", snapshot.needs_attention());
    let count = |state: State| snapshot.notifications.get(&state).copied().unwrap_or_default();
    let states = State::ALL.map(|state| (state.as_str().to_owned(), Value::from(count(state))));
    report.group("notifications", "notifications", states);
    let orders = snapshot.orders.iter().map(|(outcome, count)| (outcome.clone(), Value::from(*count)));
    report.group("orders", "orders", orders.collect::<Vec<_>>());
    report.row("to be reviewed", &snapshot.reviews.to_string(), Tone::Neutral).data("reviews", snapshot.reviews);
    let overdue = snapshot.overdue_questions;
    report.row("questions overdue", &overdue.to_string(), Tone::Neutral).data("overdue_questions", overdue);
    for (label, name, age) in [
        ("oldest waiting", "oldest_waiting_seconds", snapshot.oldest_waiting),
        ("longest overdue", "longest_overdue_seconds", snapshot.longest_overdue),
    ] {
        report.data(name, age.map(|age| age.as_secs()));
        if let Some(age) = age {
            report.row(label, &span(age), Tone::Neutral);
        }
    }
}

pub(crate) fn dead(report: &mut Report, letters: &[DeadLetter], again: Again<'_>) {
    let json = letters.iter().map(|letter| {
        json!({
            "order_id": letter.order_id,
            "notification": letter.notification,
            "since": moment(letter.since),
            "reason": letter.reason,
        })
    });
    report.data("dead_letters", json.collect::<Vec<_>>());
    if letters.is_empty() {
        report.line("nothing needs a person");
        return;
    }
    let number = |letter: &DeadLetter| letter.notification.map_or("question".to_owned(), |number| number.to_string());
    let line = |letter: &DeadLetter| {
        vec![letter.order_id.clone(), number(letter), moment(letter.since), letter.reason.clone()]
    };
    report.table(vec!["order", "notification", "since (WIB)", "why"], letters.iter().map(line).collect());
    if let Some(first) = letters.first() {
        let order = quoted(&first.order_id);
        report.line(&format!("next: {}", again(&format!("history {order}"))));
        report.line(&format!("then: {}", again(&format!("retry {order}"))));
    }
}

pub(crate) fn history(report: &mut Report, order: &str, history: &History, again: Again<'_>) {
    report.field("order_id", order);
    match &history.record {
        Some(stored) => record(report, stored),
        None => drop(report.row("expected", "never written down", Tone::Careful).data("expected", Value::Null)),
    }
    report.data("notifications", history.notifications.iter().map(entry_json).collect::<Vec<_>>());
    if history.notifications.is_empty() {
        report.line("no notification came");
    } else {
        let columns = vec!["notification", "received (WIB)", "status", "code", "amount", "state", "tries", "why"];
        report.table(columns, history.notifications.iter().map(entry_line).collect());
    }
    if history.needs_attention() {
        report.line(&format!("next: {}", again(&format!("retry {}", quoted(order)))));
    }
}

fn record(report: &mut Report, record: &Record) {
    let outcome = record.outcome.map_or("open, nothing was heard", |outcome| outcome.as_str());
    report
        .field("amount", record.expectation.amount.get())
        .field("provider", record.expectation.provider.as_str())
        .row("outcome", outcome, Tone::Neutral)
        .data("outcome", record.outcome.map(|outcome| outcome.as_str()))
        .toned("review", record.review.clone(), Tone::Bad);
    for (label, name, at) in [
        ("written down", "recorded_at", Some(record.recorded_at)),
        ("expires", "expires_at", Some(record.expectation.expires_at)),
        ("asked last", "asked_at", record.asked_at),
        ("asks next", "ask_at", record.ask_at),
    ] {
        report.data(name, at.map(moment));
        if let Some(at) = at {
            report.row(label, &format!("{} WIB", moment(at)), Tone::Neutral);
        }
    }
    for payment in &record.payments {
        let whose = if payment.confirmed { "the gateway said so" } else { "only notified" };
        let id = if payment.transaction_id.is_empty() { "without an id" } else { &payment.transaction_id };
        report.row("transaction", &format!("{id}: {}, {whose}", payment.outcome), Tone::Neutral);
    }
    for refund in &record.refunds {
        let key = refund.refund_key.as_deref().or(refund.refund_chargeback_id.as_deref()).unwrap_or("no key");
        let word = if refund.confirmed { "confirmed" } else { "not confirmed" };
        report.row("refund", &format!("{} rupiah, {key}, {word}", refund.amount.get()), Tone::Neutral);
    }
    let payments = record.payments.iter().map(|payment| {
        json!({
            "transaction_id": payment.transaction_id,
            "outcome": payment.outcome.as_str(),
            "confirmed": payment.confirmed,
        })
    });
    report.data("payments", payments.collect::<Vec<_>>());
    let refunds = record.refunds.iter().map(|refund| {
        json!({
            "amount": refund.amount.get(),
            "refund_key": refund.refund_key,
            "refund_chargeback_id": refund.refund_chargeback_id,
            "confirmed": refund.confirmed,
        })
    });
    report.data("refunds", refunds.collect::<Vec<_>>());
}

fn entry_line(entry: &Entry) -> Vec<String> {
    vec![
        entry.id.to_string(),
        moment(entry.received_at),
        entry.transaction_status.clone().unwrap_or_else(|| "?".to_owned()),
        entry.status_code.clone(),
        entry.gross_amount.clone(),
        entry.state.as_str().to_owned(),
        entry.tries.to_string(),
        entry.reason.clone().unwrap_or_default(),
    ]
}

fn entry_json(entry: &Entry) -> Value {
    let fields = [
        ("id", json!(entry.id)),
        ("received_at", json!(moment(entry.received_at))),
        ("transaction_id", json!(entry.transaction_id)),
        ("transaction_status", json!(entry.transaction_status)),
        ("status_code", json!(entry.status_code)),
        ("gross_amount", json!(entry.gross_amount)),
        ("state", json!(entry.state.as_str())),
        ("tries", json!(entry.tries)),
        ("failures", json!(entry.failures)),
        ("due_at", json!(entry.due_at.map(moment))),
        ("reason", json!(entry.reason)),
        ("has_body", json!(entry.has_body)),
    ];
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// At UTC+7, as everything of the gateway's.
fn moment(at: SystemTime) -> String {
    WibTime::try_from(at).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

fn span(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
