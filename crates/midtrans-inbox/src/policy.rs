//! When to ask, when to ask again, and when to call a person.

use std::time::{Duration, SystemTime};

use midtrans_protocol::ServerKeys;

use crate::expectation::EXPIRY_IS_TOLD_AFTER;
use crate::moment::later;
use crate::{Outcome, Record};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Retry, lease and verification settings of an inbox. The defaults suit a shop whose customers ask
/// when the order ships.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The keys that notifications are signed with.
    pub keys: ServerKeys,
    /// Whether a signed 200 for the expected amount counts as [`Outcome::Paid`] before the gateway
    /// has confirmed it. Default: no.
    ///
    /// With it, an order is told as paid at once, also while the gateway limits questions; a
    /// question confirms it when the rate allows. It counts only for payment methods that have no
    /// authorisation, where only settlements, refunds and disputes carry that code. You trade
    /// certainty for speed: it rests on answers of Get Status never being shown to strangers,
    /// because the answer about a cancelled order carries a signed 200 too. Where an answer says
    /// otherwise, the order becomes a review, and by then you may have shipped.
    pub paid_by_signature: bool,
    /// The shortest time between two checks of one order. The gateway asks for ten seconds, the
    /// default. ([Get Status](https://docs.midtrans.com/reference/get-transaction-status))
    pub between_questions: Duration,
    /// The time after which another worker takes over the orders of a worker that died. All
    /// questions of one check are asked within it. Default: half a minute.
    pub lease: Duration,
    /// The pause after the first failure; it doubles with each further one. Default: ten seconds.
    pub pause: Duration,
    /// The longest pause after a failure of the handler. Default: one hour.
    pub max_pause: Duration,
    /// The number of failures of the handler after which a change is a dead letter. Default: 10,
    /// which is after an hour and a half. An unreachable gateway or database is no failure of the
    /// handler.
    pub max_failures: u32,
    /// The number of answers in a row that are behind what was signed after which a person has to
    /// look. Default: 6, which is after five minutes.
    pub max_lag: u32,
}

impl Policy {
    /// The defaults, for notifications that are signed with these keys.
    #[must_use]
    pub fn new(keys: impl Into<ServerKeys>) -> Self {
        Self {
            keys: keys.into(),
            paid_by_signature: false,
            between_questions: Duration::from_secs(10),
            lease: Duration::from_secs(30),
            pause: Duration::from_secs(10),
            max_pause: HOUR,
            max_failures: 10,
            max_lag: 6,
        }
    }

    /// The moment at which a lease ends that begins now.
    #[must_use]
    pub fn lease_until(&self, now: SystemTime) -> SystemTime {
        later(now, self.lease)
    }

    /// The moment at which a change is tried again that has failed so often in a row; `None` when
    /// it is a dead letter.
    #[must_use]
    pub fn retry_at(&self, failures: u32, now: SystemTime) -> Option<SystemTime> {
        (failures < self.max_failures)
            .then(|| later(now, self.pause_after(failures).min(self.max_pause)))
    }

    /// The record after a question that brought no usable answer: the gateway did not answer, or
    /// about something else. It says nothing about the payment, so it may happen any number of
    /// times.
    #[must_use]
    pub fn unanswered(&self, record: &Record, now: SystemTime) -> Record {
        let failures = record.failures.saturating_add(1);
        let pause = self.pause_after(failures).min(5 * MINUTE);
        Record {
            failures,
            check_at: Some(later(now, pause)),
            ..record.clone()
        }
    }

    /// The earliest moment at which the order may be checked because of a notification: pauses grow
    /// while notifications bring nothing new.
    pub(crate) fn check_after_notification(&self, record: &Record, now: SystemTime) -> SystemTime {
        let pause = doubled(self.between_questions, record.quiet).min(HOUR);
        record
            .asked_at
            .map_or(now, |asked_at| later(asked_at, pause))
            .clamp(now, later(now, pause))
    }

    /// The pause after so many answers in a row that were behind what is known.
    pub(crate) fn pause_while_lagging(&self, lag: u32) -> Duration {
        doubled(self.between_questions, lag.saturating_sub(1)).min(HOUR)
    }

    /// The moment of the next check of an order after an answer; `None` when the order is settled.
    ///
    /// An open order is asked about after half its age, but after a minute at least and an hour at
    /// most (a day, long after it should have expired), and in any case when its expiry should have
    /// been told. One that a person has to look at, or of which a refund is not confirmed, is asked
    /// about each hour to each day. After thirty days no order is asked about by itself.
    pub(crate) fn next_check(&self, record: &Record, now: SystemTime) -> Option<SystemTime> {
        let age = now.duration_since(record.recorded_at).unwrap_or_default();
        let is_open = record
            .outcome
            .is_none_or(|outcome| outcome == Outcome::Pending);
        let has_expired = now >= later(record.expectation.expires_at, 2 * DAY);
        let waits =
            record.review.is_some() || record.refunds.iter().any(|refund| !refund.confirmed);
        let (shortest, longest) = match (is_open || record.is_unconfirmed, waits) {
            (true, false) if !has_expired => (MINUTE, HOUR),
            (true, _) | (false, true) => (HOUR, DAY),
            (false, false) => return None,
        };
        if now >= later(record.expectation.expires_at, 30 * DAY) {
            return None;
        }
        let next = later(
            now,
            (age / 2)
                .clamp(shortest, longest)
                .max(self.between_questions),
        );
        let told = later(record.expectation.expires_at, EXPIRY_IS_TOLD_AFTER);
        Some(if told > later(now, self.between_questions) {
            next.min(told)
        } else {
            next
        })
    }

    fn pause_after(&self, failures: u32) -> Duration {
        doubled(self.pause, failures.saturating_sub(1))
    }
}

fn doubled(pause: Duration, times: u32) -> Duration {
    pause.saturating_mul(1_u32.checked_shl(times.min(31)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
