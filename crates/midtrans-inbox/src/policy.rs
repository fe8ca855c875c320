//! Settings and schedules: the time of a check, of a retry, and of a review by a person.

use std::time::{Duration, SystemTime};

use midtrans_protocol::ServerKeys;

use crate::expectation::EXPIRY_IS_TOLD_AFTER;
use crate::moment::later;
use crate::{Outcome, Record};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Retry, lease and verification settings of an inbox. The defaults suit a shop whose customers
/// wait for their goods.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The server keys that verify notifications.
    pub keys: ServerKeys,
    /// True if a signed 200 for the expected amount counts as
    /// [`Outcome::Paid`](crate::Outcome::Paid) before the gateway has confirmed it. Default: false.
    ///
    /// An order is then reported as paid at once, even while the gateway limits questions; a
    /// question confirms it when the rate allows. This applies only to payment methods without
    /// authorisation, where only settlements, refunds and disputes carry that code. You trade
    /// certainty for speed: it is safe only if answers of Get Status are never shown to strangers,
    /// because the answer about a cancelled order carries a signed 200 too. If an answer says
    /// otherwise, the order becomes a review, and by then you may have shipped.
    pub paid_by_signature: bool,
    /// The shortest time between two checks of one order. Default: ten seconds, which the gateway
    /// asks for. ([Get Status](https://docs.midtrans.com/reference/get-transaction-status))
    pub between_questions: Duration,
    /// The lease of a claimed order. After it, another worker takes over the orders of a worker
    /// that died. All questions of one check are asked within it. Default: 30 seconds.
    pub lease: Duration,
    /// The pause after the first failure. It doubles with each further one. Default: ten seconds.
    pub pause: Duration,
    /// The longest pause after a failure of the handler. Default: one hour.
    pub max_pause: Duration,
    /// The number of failures of the handler after which a change is a dead letter. Default: 10,
    /// which is reached after an hour and a half. An unreachable gateway or database does not
    /// count.
    pub max_failures: u32,
    /// The number of successive answers behind what was signed after which the order becomes a
    /// review. Default: 6, which is reached after five minutes.
    pub max_lag: u32,
}

impl Policy {
    /// Returns the defaults, for notifications that are signed with these keys.
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

    /// Returns the end of a lease that begins now.
    #[must_use]
    pub fn lease_until(&self, now: SystemTime) -> SystemTime {
        later(now, self.lease)
    }

    /// Returns the next retry of a change after so many successive failures; `None` if it is a dead
    /// letter.
    #[must_use]
    pub fn retry_at(&self, failures: u32, now: SystemTime) -> Option<SystemTime> {
        (failures < self.max_failures)
            .then(|| later(now, self.pause_after(failures).min(self.max_pause)))
    }

    /// Returns the record after a question without a usable answer: the gateway did not answer, or
    /// about something else. This says nothing about the payment, so it may happen any number of
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

    /// Returns the earliest time at which a notification may have the order checked. The pause
    /// grows while notifications bring nothing new.
    pub(crate) fn check_after_notification(&self, record: &Record, now: SystemTime) -> SystemTime {
        let pause = doubled(self.between_questions, record.quiet).min(HOUR);
        record
            .asked_at
            .map_or(now, |asked_at| later(asked_at, pause))
            .clamp(now, later(now, pause))
    }

    /// Returns the pause after so many successive answers that were behind what is known.
    pub(crate) fn pause_while_lagging(&self, lag: u32) -> Duration {
        doubled(self.between_questions, lag.saturating_sub(1)).min(HOUR)
    }

    /// Returns the time of the next check after an answer; `None` if the order is settled.
    ///
    /// An open order is checked after half its age, but after at least a minute and at most an hour
    /// (a day, long after it should have expired), and always when its expiry should have been
    /// notified. So is an order without money while its page of Snap is open, because the customer
    /// may try again there. An order under review, or with an unconfirmed refund, is checked every
    /// hour to every day. After thirty days no check is scheduled.
    pub(crate) fn next_check(&self, record: &Record, now: SystemTime) -> Option<SystemTime> {
        let age = now.duration_since(record.recorded_at).unwrap_or_default();
        let has_expired = now >= later(record.expectation.expires_at, 2 * DAY);
        let waits =
            record.review.is_some() || record.refunds.iter().any(|refund| !refund.confirmed);
        let may_try_again = record.expectation.has_open_page(now)
            && !record.outcome.is_some_and(Outcome::had_money);
        let is_open = record.is_open() || record.is_unconfirmed || may_try_again;
        let (shortest, longest) = match (is_open, waits) {
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
        let expiry_notified = later(record.expectation.expires_at, EXPIRY_IS_TOLD_AFTER);
        Some(if expiry_notified > later(now, self.between_questions) {
            next.min(expiry_notified)
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
