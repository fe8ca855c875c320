//! How an inbox is doing, in numbers: for an operator's eyes and for metrics.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::State;

/// How an inbox is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Snapshot {
    /// Notifications by state.
    pub notifications: BTreeMap<State, u64>,
    /// How long the oldest notification has been waiting that is neither done nor dead.
    pub oldest_waiting: Option<Duration>,
    /// Orders by what became of them; those that nothing was heard of are `open`.
    pub orders: BTreeMap<String, u64>,
    /// Orders that the reconciler should have asked about by now.
    pub overdue_questions: u64,
    /// How long the longest of them is overdue.
    pub longest_overdue: Option<Duration>,
    /// Orders that a person has to look at.
    pub reviews: u64,
}

/// The word for orders of which nothing was heard.
pub const OPEN: &str = "open";

/// One number of a snapshot, under the name that metrics systems expect.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "three plain values")]
pub struct Metric {
    /// The name, such as `midtrans_inbox_notifications`.
    pub name: &'static str,
    /// The label that tells it from others of that name, such as `("state", "dead")`.
    pub label: Option<(&'static str, String)>,
    /// The number. Durations are in seconds.
    pub value: u64,
}

impl Snapshot {
    /// The age of something that has been there since then.
    #[must_use]
    pub fn age(since: SystemTime, now: SystemTime) -> Duration {
        now.duration_since(since).unwrap_or_default()
    }

    /// Whether a person has to do something: there are dead letters, or orders to review.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        self.reviews > 0 || self.notifications.get(&State::Dead).is_some_and(|dead| *dead > 0)
    }

    /// All numbers by name. What is not there is zero, so that an alert on a name always has something to look at.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let plain = |name, value| Metric { name, label: None, value };
        let seconds = |duration: Option<Duration>| duration.unwrap_or_default().as_secs();
        let by_state = State::ALL.map(|state| Metric {
            name: "midtrans_inbox_notifications",
            label: Some(("state", state.as_str().to_owned())),
            value: self.notifications.get(&state).copied().unwrap_or_default(),
        });
        let by_outcome = self.orders.iter().map(|(outcome, count)| Metric {
            name: "midtrans_inbox_orders",
            label: Some(("outcome", outcome.clone())),
            value: *count,
        });
        let totals = [
            plain("midtrans_inbox_oldest_waiting_seconds", seconds(self.oldest_waiting)),
            plain("midtrans_inbox_overdue_questions", self.overdue_questions),
            plain("midtrans_inbox_longest_overdue_seconds", seconds(self.longest_overdue)),
            plain("midtrans_inbox_reviews", self.reviews),
        ];
        by_state.into_iter().chain(by_outcome).chain(totals).collect()
    }
}

/// One metric a line, in the text format that Prometheus reads.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for metric in self.metrics() {
            match &metric.label {
                // Labels are words of ours, without quotes and backslashes.
                Some((label, value)) => writeln!(f, "{}{{{label}=\"{value}\"}} {}", metric.name, metric.value)?,
                None => writeln!(f, "{} {}", metric.name, metric.value)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_reads_as_metrics() {
        let snapshot = Snapshot {
            notifications: [(State::Dead, 2), (State::Done, 7)].into(),
            oldest_waiting: Some(Duration::from_millis(3_900)),
            orders: [("paid".to_owned(), 5), (OPEN.to_owned(), 1)].into(),
            overdue_questions: 1,
            longest_overdue: None,
            reviews: 0,
        };
        assert!(snapshot.needs_attention());
        assert_eq!(
            snapshot.to_string(),
            "midtrans_inbox_notifications{state=\"waiting\"} 0\n\
             midtrans_inbox_notifications{state=\"working\"} 0\n\
             midtrans_inbox_notifications{state=\"done\"} 7\n\
             midtrans_inbox_notifications{state=\"dead\"} 2\n\
             midtrans_inbox_orders{outcome=\"open\"} 1\n\
             midtrans_inbox_orders{outcome=\"paid\"} 5\n\
             midtrans_inbox_oldest_waiting_seconds 3\n\
             midtrans_inbox_overdue_questions 1\n\
             midtrans_inbox_longest_overdue_seconds 0\n\
             midtrans_inbox_reviews 0\n"
        );
        assert!(!Snapshot::default().needs_attention());
    }
}
