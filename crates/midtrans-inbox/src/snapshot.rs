//! The state of an inbox in numbers, for operators and metrics.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The state of an inbox in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Snapshot {
    /// Stored notifications.
    pub notifications: u64,
    /// Notifications of orders that were not expected.
    pub unexpected: u64,
    /// Notifications that no worker has processed yet: the backlog.
    pub unread: u64,
    /// Orders by outcome; those without an outcome are `open`.
    pub orders: BTreeMap<String, u64>,
    /// Orders whose check is due.
    pub due: u64,
    /// The longest time for which one of them has been due.
    pub longest_due: Option<Duration>,
    /// Orders under review: a person has to decide.
    pub reviews: u64,
    /// Changes that wait to be acted on.
    pub changes: u64,
    /// The age of the oldest of them.
    pub oldest_change: Option<Duration>,
    /// Dead letters: changes that the handler failed for too often.
    pub dead_letters: u64,
}

/// The word for orders without an outcome.
pub const OPEN: &str = "open";

/// One number with the name that metrics systems expect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "three plain values")]
pub struct Metric {
    /// The name, such as `midtrans_inbox_notifications`.
    pub name: &'static str,
    /// The label that distinguishes it from others of that name, such as `("outcome", "paid")`.
    pub label: Option<(&'static str, String)>,
    /// The value. Durations are in seconds, unless the name says otherwise.
    pub value: u64,
}

impl Metric {
    pub(crate) const fn unlabelled(name: &'static str, value: u64) -> Self {
        Self {
            name,
            label: None,
            value,
        }
    }
}

impl Snapshot {
    /// Returns the time from `since` to `now`.
    #[must_use]
    pub fn age(since: SystemTime, now: SystemTime) -> Duration {
        now.duration_since(since).unwrap_or_default()
    }

    /// Returns whether a person has to act: there are reviews or dead letters.
    #[must_use]
    pub const fn needs_attention(&self) -> bool {
        self.reviews > 0 || self.dead_letters > 0
    }

    /// Returns all numbers by name. Missing ones are zero, so that an alert always finds its
    /// metric.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let seconds = |duration: Option<Duration>| duration.unwrap_or_default().as_secs();
        let by_outcome = self.orders.iter().map(|(outcome, count)| Metric {
            name: "midtrans_inbox_orders",
            label: Some(("outcome", outcome.clone())),
            value: *count,
        });
        let totals = [
            Metric::unlabelled("midtrans_inbox_notifications", self.notifications),
            Metric::unlabelled("midtrans_inbox_notifications_unexpected", self.unexpected),
            Metric::unlabelled("midtrans_inbox_notifications_unread", self.unread),
            Metric::unlabelled("midtrans_inbox_due", self.due),
            Metric::unlabelled(
                "midtrans_inbox_longest_due_seconds",
                seconds(self.longest_due),
            ),
            Metric::unlabelled("midtrans_inbox_reviews", self.reviews),
            Metric::unlabelled("midtrans_inbox_changes", self.changes),
            Metric::unlabelled(
                "midtrans_inbox_oldest_change_seconds",
                seconds(self.oldest_change),
            ),
            Metric::unlabelled("midtrans_inbox_dead_letters", self.dead_letters),
        ];
        totals.into_iter().chain(by_outcome).collect()
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.label {
            // Labels are our own words, without quotes and backslashes.
            Some((label, value)) => {
                write!(f, "{}{{{label}=\"{value}\"}} {}", self.name, self.value)
            }
            None => write!(f, "{} {}", self.name, self.value),
        }
    }
}

/// Writes one metric a line, in the Prometheus text format.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.metrics()
            .iter()
            .try_for_each(|metric| writeln!(f, "{metric}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_reads_as_metrics() {
        let snapshot = Snapshot {
            notifications: 9,
            orders: [("paid".to_owned(), 5), (OPEN.to_owned(), 1)].into(),
            due: 1,
            longest_due: Some(Duration::from_millis(3_900)),
            dead_letters: 2,
            ..Snapshot::default()
        };
        assert!(snapshot.needs_attention());
        assert_eq!(
            snapshot.to_string(),
            "midtrans_inbox_notifications 9\n\
             midtrans_inbox_notifications_unexpected 0\n\
             midtrans_inbox_notifications_unread 0\n\
             midtrans_inbox_due 1\n\
             midtrans_inbox_longest_due_seconds 3\n\
             midtrans_inbox_reviews 0\n\
             midtrans_inbox_changes 0\n\
             midtrans_inbox_oldest_change_seconds 0\n\
             midtrans_inbox_dead_letters 2\n\
             midtrans_inbox_orders{outcome=\"open\"} 1\n\
             midtrans_inbox_orders{outcome=\"paid\"} 5\n"
        );
        assert!(!Snapshot::default().needs_attention());
    }
}
