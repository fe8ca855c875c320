//! Everything about one order, as a report and as JSON.

use midtrans_inbox::{Entry, History, Record, Waiting};
use serde_json::{Map, Value, json};

use super::{Again, again_at, moment};
use crate::report::Report;
use crate::terminal::{Tone, quoted};

pub(in crate::commands::inbox) fn history(
    report: &mut Report,
    order: &str,
    history: &History,
    again: Again<'_>,
) {
    report.field("order_id", order);
    match &history.record {
        Some(stored) => record(report, stored),
        None => drop(
            report
                .row("expected", "never written down", Tone::Careful)
                .data("expected", Value::Null),
        ),
    }
    report.data(
        "notifications",
        history
            .notifications
            .iter()
            .map(entry_json)
            .collect::<Vec<_>>(),
    );
    if history.notifications.is_empty() {
        report.line("no notification came");
    } else {
        let columns = vec![
            "notification",
            "received (WIB)",
            "status",
            "code",
            "amount",
            "remark",
        ];
        report.table(
            columns,
            history.notifications.iter().map(entry_line).collect(),
        );
    }
    report.data(
        "changes",
        history.changes.iter().map(waiting_json).collect::<Vec<_>>(),
    );
    if !history.changes.is_empty() {
        let columns = vec!["change", "outcome", "failures", "again at (WIB)", "why"];
        report.table(columns, history.changes.iter().map(waiting_line).collect());
    }
    if history.needs_attention() {
        report.line(&format!(
            "next: {}",
            again(&format!("retry {}", quoted(order)))
        ));
    }
}

fn record(report: &mut Report, record: &Record) {
    let outcome = record
        .outcome
        .map_or("open, nothing was heard", |outcome| outcome.as_str());
    report
        .row(
            "amount",
            &record.expectation.amount.get().to_string(),
            Tone::Neutral,
        )
        .row(
            "payment type",
            record.expectation.payment_type.as_str(),
            Tone::Neutral,
        )
        .row("outcome", outcome, Tone::Neutral);
    if let Some(review) = &record.review {
        report.row("review", review, Tone::Bad);
    }
    for (label, at) in [
        ("written down", Some(record.recorded_at)),
        ("expires", Some(record.expectation.expires_at)),
        ("asked last", record.asked_at),
        ("asks next", record.check_at),
    ] {
        if let Some(at) = at {
            report.row(label, &format!("{} WIB", moment(at)), Tone::Neutral);
        }
    }
    for payment in &record.payments {
        let id = if payment.transaction_id.is_empty() {
            "without an id"
        } else {
            &payment.transaction_id
        };
        let words = format!("{id}: {}, {} rupiah", payment.outcome, payment.amount.get());
        report.row("transaction", &words, Tone::Neutral);
    }
    for refund in &record.refunds {
        let named = refund
            .refund_key
            .as_deref()
            .or(refund.refund_chargeback_uuid.as_deref());
        let key = named
            .or(refund.refund_chargeback_id.as_deref())
            .unwrap_or("no key");
        let word = if refund.confirmed {
            "confirmed"
        } else {
            "not confirmed"
        };
        report.row(
            "refund",
            &format!("{} rupiah, {key}, {word}", refund.amount.get()),
            Tone::Neutral,
        );
    }
    for (name, value) in record_json(record) {
        report.data(&name, value);
    }
}

/// The state of an order: no key, no pay page, and nothing about the customer.
pub(in crate::commands::inbox) fn record_json(record: &Record) -> Map<String, Value> {
    let payments = record.payments.iter().map(|payment| {
        json!({
            "transaction_id": payment.transaction_id,
            "transaction_status": payment.stage.status.as_str(),
            "outcome": payment.outcome.as_str(),
            "amount": payment.amount.get(),
        })
    });
    let refunds = record.refunds.iter().map(|refund| {
        json!({
            "transaction_id": refund.transaction_id,
            "amount": refund.amount.get(),
            "refund_key": refund.refund_key,
            "refund_chargeback_id": refund.refund_chargeback_id,
            "refund_chargeback_uuid": refund.refund_chargeback_uuid,
            "confirmed": refund.confirmed,
        })
    });
    let fields = [
        ("amount", json!(record.expectation.amount.get())),
        (
            "payment_type",
            json!(record.expectation.payment_type.as_str()),
        ),
        (
            "outcome",
            json!(record.outcome.map(|outcome| outcome.as_str())),
        ),
        ("review", json!(record.review)),
        ("recorded_at", json!(moment(record.recorded_at))),
        ("expires_at", json!(moment(record.expectation.expires_at))),
        ("asked_at", json!(record.asked_at.map(moment))),
        ("check_at", json!(record.check_at.map(moment))),
        ("payments", Value::from(payments.collect::<Vec<_>>())),
        ("refunds", Value::from(refunds.collect::<Vec<_>>())),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn entry_line(entry: &Entry) -> Vec<String> {
    vec![
        entry.id.to_string(),
        moment(entry.received_at),
        entry
            .transaction_status
            .clone()
            .unwrap_or_else(|| "?".to_owned()),
        entry.status_code.clone(),
        entry.gross_amount.clone(),
        if entry.is_unexpected {
            "unexpected".to_owned()
        } else {
            String::new()
        },
    ]
}

fn entry_json(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "received_at": moment(entry.received_at),
        "transaction_id": entry.transaction_id,
        "transaction_status": entry.transaction_status,
        "status_code": entry.status_code,
        "gross_amount": entry.gross_amount,
        "unexpected": entry.is_unexpected,
        "has_body": entry.has_body,
    })
}

fn waiting_line(waiting: &Waiting) -> Vec<String> {
    vec![
        waiting.id.to_string(),
        waiting.change.outcome.as_str().to_owned(),
        waiting.failures.to_string(),
        retry_words(waiting),
        waiting.reason.clone().unwrap_or_default(),
    ]
}

fn retry_words(waiting: &Waiting) -> String {
    let is_dead = waiting.retry_at.is_none();
    again_at(waiting.retry_at)
        .unwrap_or_else(|| if is_dead { "dead letter" } else { "at once" }.to_owned())
}

pub(in crate::commands::inbox) fn waiting_json(waiting: &Waiting) -> Value {
    json!({
        "id": waiting.id,
        "outcome": waiting.change.outcome.as_str(),
        "outcome_before": waiting.change.before.map(|outcome| outcome.as_str()),
        "failures": waiting.failures,
        "retry_at": again_at(waiting.retry_at),
        "is_dead_letter": waiting.retry_at.is_none(),
        "reason": waiting.reason,
    })
}
