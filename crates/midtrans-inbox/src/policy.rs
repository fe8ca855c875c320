//! How patient, how polite and how trusting an inbox is: all the arithmetic of when to do what again.

use std::time::{Duration, SystemTime};

use midtrans_protocol::ServerKeys;

use crate::expectation::EXPIRY_IS_TOLD_AFTER;
use crate::moment::later;
use crate::{Case, Record, Step};

/// How an inbox works. The defaults suit a shop that is asked by its customers when the order is shipped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The keys that stored notifications are verified with once more before they count.
    pub keys: ServerKeys,
    /// When to ask Get Status before acting. Default: [`Asking::Always`].
    pub asking: Asking,
    /// The shortest time between two questions about one order. The gateway asks for ten seconds, the default.
    /// ([Get Status](https://docs.midtrans.com/reference/get-transaction-status))
    pub between_questions: Duration,
    /// How long a claim counts; when a worker dies, another one takes its work over after this time. Default: one minute.
    pub lease: Duration,
    /// The pause after the first failure; it doubles with each further one. Default: ten seconds.
    pub pause: Duration,
    /// The longest pause. Default: one hour.
    pub max_pause: Duration,
    /// After so many failures a person has to look: the case ends as dead letter. An unreachable gateway is no failure.
    /// Default: 10, which is after an hour and a half.
    pub max_failures: u32,
}

/// When to ask Get Status before acting on a notification, whose status is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no more and no less trust than these")]
pub enum Asking {
    /// Before every act: nothing but the gateway's own answer over TLS moves an order, except that it is pending.
    Always,
    /// Only where a notification is doubtful.
    Doubtful,
    /// Never. What is doubtful becomes a dead letter.
    Never,
}

impl Policy {
    /// The defaults, for notifications that are signed with these keys.
    #[must_use]
    pub fn new(keys: impl Into<ServerKeys>) -> Self {
        Self {
            keys: keys.into(),
            asking: Asking::Always,
            between_questions: Duration::from_secs(10),
            lease: Duration::from_secs(60),
            pause: Duration::from_secs(10),
            max_pause: Duration::from_secs(3_600),
            max_failures: 10,
        }
    }

    /// What to do with a case that failed: the handler said no, or the gateway's words leave a doubt.
    #[must_use]
    pub fn failed(&self, case: &Case, why: impl Into<String>, now: SystemTime) -> Step {
        let failures = case.failures().saturating_add(1);
        if failures >= self.max_failures {
            return Step::Dead { why: why.into() };
        }
        Step::GiveBack { until: later(now, self.pause_after(failures)), failures, why: why.into() }
    }

    /// What to do with a case that could not be looked at, because the gateway or the database did not answer. That says
    /// nothing about the case, so it may happen any number of times.
    #[must_use]
    pub fn postponed(&self, case: &Case, why: impl Into<String>, now: SystemTime) -> Step {
        let until = later(now, self.pause_after(case.tries()).min(Duration::from_secs(300)));
        Step::GiveBack { until, failures: case.failures(), why: why.into() }
    }

    /// When a claim that is made now ends.
    #[must_use]
    pub fn lease_until(&self, now: SystemTime) -> SystemTime {
        later(now, self.lease)
    }

    /// An order that was asked about after this moment is not asked about again yet; `None` before anything was asked.
    #[must_use]
    pub fn asked_before(&self, now: SystemTime) -> Option<SystemTime> {
        now.checked_sub(self.between_questions)
    }

    /// When the reconciler asks next about an order without a last word: after half as long as the order is old, but after
    /// a minute at least and an hour at most, and in any case when the gateway should have told that it expired.
    #[must_use]
    pub fn next_question(&self, record: &Record, now: SystemTime) -> Option<SystemTime> {
        if record.outcome.is_some_and(crate::Outcome::is_final) {
            return None;
        }
        let age = now.duration_since(record.recorded_at).unwrap_or_default();
        let pause = (age / 2).clamp(Duration::from_secs(60), Duration::from_secs(3_600));
        let next = later(now, pause.max(self.between_questions));
        let told = later(record.expectation.expires_at, EXPIRY_IS_TOLD_AFTER);
        Some(if told > later(now, self.between_questions) { next.min(told) } else { next })
    }

    fn pause_after(&self, failures: u32) -> Duration {
        doubled(self.pause, failures.saturating_sub(1), self.max_pause)
    }
}

fn doubled(pause: Duration, times: u32, at_most: Duration) -> Duration {
    let factor = 1_u32.checked_shl(times.min(31)).unwrap_or(u32::MAX);
    pause.saturating_mul(factor).min(at_most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{keys, record};
    use crate::{Claimed, Outcome, from_millis};

    fn case(failures: u32, tries: u32) -> Case {
        let claimed = Claimed { id: 1, body: String::new(), tries, failures, received_at: from_millis(0) };
        Case {
            order_id: "order-1".to_owned(),
            notifications: vec![claimed],
            question: None,
            lease_until: from_millis(0),
        }
    }

    #[test]
    fn pauses_grow_up_to_an_hour_and_the_last_failure_is_a_dead_letter() {
        let (policy, now) = (Policy::new(keys()), from_millis(0));
        let pauses: Vec<_> = (0..9)
            .map(|failures| match policy.failed(&case(failures, 1), "no", now) {
                Step::GiveBack { until, failures: after, .. } => {
                    assert_eq!(after, failures + 1);
                    until.duration_since(now).unwrap().as_secs()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
        assert!(matches!(policy.failed(&case(9, 1), "no", now), Step::Dead { why } if why == "no"));
    }

    #[test]
    fn an_unreachable_gateway_never_makes_a_dead_letter() {
        let (policy, now) = (Policy::new(keys()), from_millis(0));
        for tries in [0, 1, 7, 1_000, u32::MAX] {
            match policy.postponed(&case(9, tries), "no network", now) {
                Step::GiveBack { until, failures, .. } => {
                    assert_eq!(failures, 9);
                    assert!(until > now && until <= now + Duration::from_secs(300));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn an_open_order_is_asked_about_ever_less_often_and_when_its_expiry_should_have_been_told() {
        let policy = Policy::new(keys());
        let mut record = record("order-1");
        let told = record.expectation.expires_at + EXPIRY_IS_TOLD_AFTER;
        let mut now = record.expectation.ask_from;
        let mut times = Vec::new();
        while now <= told + Duration::from_secs(3_600) {
            times.push(now);
            now = policy.next_question(&record, now).unwrap();
        }
        assert!(times.contains(&told));
        assert!(times.windows(2).all(|pair| pair[1] >= pair[0] + policy.between_questions));
        assert!(times.len() < 12, "{}", times.len());
        record.outcome = Some(Outcome::Paid);
        assert_eq!(policy.next_question(&record, now), None);
    }
}
