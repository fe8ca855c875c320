//! Counters and latencies of a worker, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Metric;

/// The upper bounds of the latency buckets, in milliseconds.
const BOUNDS: [u64; 10] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000, 300_000,
];

/// Counters of one worker since it started. Reading them never blocks.
#[derive(Debug, Default)]
pub struct Stats {
    questions: AtomicU64,
    overloaded: AtomicU64,
    unusable: AtomicU64,
    acted: AtomicU64,
    handler_failures: AtomicU64,
    store_failures: AtomicU64,
    in_flight: AtomicU64,
    rate: AtomicU64,
    buckets: [AtomicU64; BOUNDS.len()],
    latency_millis: AtomicU64,
}

impl Stats {
    /// Counts a question that was sent. `in_flight` is the number under way, `rate` the questions a
    /// second.
    pub fn asked(&self, in_flight: usize, rate: u64) {
        self.questions.fetch_add(1, Ordering::Relaxed);
        self.in_flight.store(in_flight as u64, Ordering::Relaxed);
        self.rate.store(rate, Ordering::Relaxed);
    }

    /// Sets the number of questions under way and the rate, after an answer.
    pub fn answered(&self, in_flight: usize, rate: u64) {
        self.in_flight.store(in_flight as u64, Ordering::Relaxed);
        self.rate.store(rate, Ordering::Relaxed);
    }

    /// Counts a question that the gateway refused or did not answer.
    pub fn overloaded(&self) {
        self.overloaded.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an answer that cannot be used.
    pub fn unusable(&self) {
        self.unusable.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a change that was acted on, with the time since its notification was accepted.
    pub fn acted(&self, since: Duration) {
        let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        self.acted.fetch_add(1, Ordering::Relaxed);
        self.latency_millis.fetch_add(millis, Ordering::Relaxed);
        for (bucket, _) in self
            .buckets
            .iter()
            .zip(BOUNDS)
            .filter(|(_, bound)| millis <= *bound)
        {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a failure of the handler.
    pub fn handler_failed(&self) {
        self.handler_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a failure of the database.
    pub fn store_failed(&self) {
        self.store_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns all numbers by name. `midtrans_inbox_acted_within` counts changes by the time from
    /// their notification to the handler's commit; `le` is an upper bound in milliseconds.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let plain =
            |name, value: &AtomicU64| Metric::unlabelled(name, value.load(Ordering::Relaxed));
        let mut metrics = vec![
            plain("midtrans_inbox_questions_total", &self.questions),
            plain(
                "midtrans_inbox_questions_overloaded_total",
                &self.overloaded,
            ),
            plain("midtrans_inbox_answers_unusable_total", &self.unusable),
            plain("midtrans_inbox_questions_in_flight", &self.in_flight),
            plain("midtrans_inbox_questions_per_second_allowed", &self.rate),
            plain("midtrans_inbox_acted_total", &self.acted),
            plain(
                "midtrans_inbox_handler_failures_total",
                &self.handler_failures,
            ),
            plain("midtrans_inbox_store_failures_total", &self.store_failures),
            plain(
                "midtrans_inbox_acted_after_milliseconds_total",
                &self.latency_millis,
            ),
        ];
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            metrics.push(Metric {
                name: "midtrans_inbox_acted_within",
                label: Some(("le", bound.to_string())),
                value: bucket.load(Ordering::Relaxed),
            });
        }
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_in_every_bucket_that_it_was_fast_enough_for() {
        let stats = Stats::default();
        stats.acted(Duration::from_millis(120));
        stats.acted(Duration::from_secs(400));
        let metrics = stats.metrics();
        let within = |bound: &str| {
            let label = Some(("le", bound.to_owned()));
            metrics
                .iter()
                .find(|metric| metric.label == label)
                .map(|metric| metric.value)
        };
        assert_eq!(
            (within("100"), within("250"), within("300000")),
            (Some(0), Some(1), Some(1))
        );
        assert!(
            metrics
                .iter()
                .any(|metric| metric.name == "midtrans_inbox_acted_total" && metric.value == 2)
        );
    }
}
