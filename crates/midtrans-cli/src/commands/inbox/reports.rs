//! Reports of an inbox.

pub(super) mod history;

use std::time::{Duration, SystemTime};

use midtrans_inbox::{DeadLetter, Snapshot, Unexpected};
use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::store::ChangeRow;
use crate::report::Report;
use crate::terminal::{Tone, quoted};

/// Returns the next command for the same inbox, given its last words.
pub(super) type Again<'a> = &'a dyn Fn(&str) -> String;

pub(super) fn counts(report: &mut Report, snapshot: &Snapshot, again: Again<'_>) {
    let (words, tone) = match snapshot.needs_attention() {
        true => (
            format!("a person has to look: {}", again("dead")),
            Tone::Bad,
        ),
        false => ("nothing needs a person".to_owned(), Tone::Good),
    };
    report
        .row("inbox", &words, tone)
        .data("needs_attention", snapshot.needs_attention());
    let orders = snapshot
        .orders
        .iter()
        .map(|(outcome, count)| (outcome.clone(), Value::from(*count)));
    report.group("orders", "orders", orders.collect::<Vec<_>>());
    for (label, name, count, tone) in [
        (
            "changes waiting",
            "changes",
            snapshot.changes,
            Tone::Neutral,
        ),
        (
            "dead letters",
            "dead_letters",
            snapshot.dead_letters,
            if_any(snapshot.dead_letters, Tone::Bad),
        ),
        (
            "to be reviewed",
            "reviews",
            snapshot.reviews,
            if_any(snapshot.reviews, Tone::Bad),
        ),
        ("questions due", "due", snapshot.due, Tone::Neutral),
        (
            "notifications",
            "notifications",
            snapshot.notifications,
            Tone::Neutral,
        ),
        (
            "not read yet",
            "notifications_unread",
            snapshot.unread,
            Tone::Neutral,
        ),
        (
            "unexpected",
            "notifications_unexpected",
            snapshot.unexpected,
            if_any(snapshot.unexpected, Tone::Careful),
        ),
    ] {
        report
            .row(label, &count.to_string(), tone)
            .data(name, count);
    }
    for (label, name, age) in [
        (
            "oldest change",
            "oldest_change_seconds",
            snapshot.oldest_change,
        ),
        ("longest due", "longest_due_seconds", snapshot.longest_due),
    ] {
        report.data(name, age.map(|age| age.as_secs()));
        if let Some(age) = age {
            report.row(label, &span(age), Tone::Neutral);
        }
    }
}

fn if_any(count: u64, tone: Tone) -> Tone {
    if count > 0 { tone } else { Tone::Neutral }
}

pub(super) fn changes(
    report: &mut Report,
    changes: &[ChangeRow],
    now: SystemTime,
    again: Again<'_>,
) {
    let json = changes.iter().map(|change| {
        json!({
            "id": change.id,
            "order_id": change.order_id,
            "outcome": change.outcome,
            "outcome_before": change.outcome_before,
            "changed_at": moment(change.changed_at),
            "failures": change.failures,
            "retry_at": again_at(change.retry_at),
            "is_dead_letter": change.retry_at.is_none(),
            "waits_for_an_earlier_one": change.is_behind,
            "reason": change.reason,
        })
    });
    report.data("changes", json.collect::<Vec<_>>());
    if changes.is_empty() {
        report.line("no change waits");
        return;
    }
    let line = |change: &ChangeRow| {
        vec![
            change.id.to_string(),
            change.order_id.clone(),
            change.outcome.clone(),
            moment(change.changed_at),
            change.failures.to_string(),
            standing(change, now),
            change.reason.clone().unwrap_or_default(),
        ]
    };
    let columns = vec![
        "change",
        "order",
        "outcome",
        "since (WIB)",
        "failures",
        "state",
        "why",
    ];
    report.table(columns, changes.iter().map(line).collect());
    if let Some(dead) = changes.iter().find(|change| change.retry_at.is_none()) {
        report.line(&format!(
            "next: {}",
            again(&format!("retry {}", quoted(&dead.order_id)))
        ));
    }
}

fn standing(change: &ChangeRow, now: SystemTime) -> String {
    match change.retry_at {
        None => "dead letter".to_owned(),
        Some(_) if change.is_behind => "behind an earlier one".to_owned(),
        Some(at) if at > now => format!("again at {}", moment(at)),
        Some(_) => "ready".to_owned(),
    }
}

pub(super) fn dead(report: &mut Report, letters: &[DeadLetter], again: Again<'_>) {
    let json = letters.iter().map(|letter| {
        json!({
            "order_id": letter.order_id,
            "change": letter.change,
            "since": moment(letter.since),
            "reason": letter.reason,
        })
    });
    report.data("dead_letters", json.collect::<Vec<_>>());
    if letters.is_empty() {
        report.line("nothing needs a person");
        return;
    }
    let what = |letter: &DeadLetter| {
        letter
            .change
            .map_or("review".to_owned(), |number| format!("change {number}"))
    };
    let line = |letter: &DeadLetter| {
        vec![
            letter.order_id.clone(),
            what(letter),
            moment(letter.since),
            letter.reason.clone(),
        ]
    };
    report.table(
        vec!["order", "what", "since (WIB)", "why"],
        letters.iter().map(line).collect(),
    );
    if let Some(first) = letters.first() {
        let order = quoted(&first.order_id);
        report.line(&format!("next: {}", again(&format!("history {order}"))));
        report.line(&format!("then: {}", again(&format!("retry {order}"))));
    }
}

pub(super) fn unexpected(report: &mut Report, unexpected: &[Unexpected], again: Again<'_>) {
    let json = unexpected.iter().map(|order| {
        json!({
            "order_id": order.order_id,
            "notifications": order.notifications,
            "latest": moment(order.latest),
        })
    });
    report.data("unexpected", json.collect::<Vec<_>>());
    let Some(first) = unexpected.first() else {
        report.line("every notification was of an order that was expected");
        return;
    };
    let line = |order: &Unexpected| {
        vec![
            order.order_id.clone(),
            order.notifications.to_string(),
            moment(order.latest),
        ]
    };
    report.table(
        vec!["order", "notifications", "latest (WIB)"],
        unexpected.iter().map(line).collect(),
    );
    report.line("They are kept, and taken in when their order is expected.");
    report.line(&format!(
        "next: {}",
        again(&format!("history {}", quoted(&first.order_id)))
    ));
}

/// The time of the next attempt; `None` where that is at once or never.
pub(super) fn again_at(retry_at: Option<SystemTime>) -> Option<String> {
    retry_at
        .filter(|at| *at > SystemTime::UNIX_EPOCH)
        .map(moment)
}

/// A time at UTC+7, as the gateway writes it.
pub(super) fn moment(at: SystemTime) -> String {
    WibTime::try_from(at).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

pub(super) fn span(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
