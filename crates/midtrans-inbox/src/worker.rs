//! What the two worker loops share: their settings, what they tell whoever watches, and how fast they may ask.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::Outcome;

/// How a worker loop works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// How many notifications, and how many orders to ask about, are claimed at once. All of them must be done within
    /// [`Policy::lease`](crate::Policy::lease). Default: 16.
    pub batch: u32,
    /// How long to wait when there is nothing to do. Default: half a second.
    pub idle: Duration,
    /// The longest that one question to the gateway may take, with all its attempts. Default: ten seconds.
    pub question_deadline: Duration,
    /// How many questions this worker asks in a second at most; 0 counts as 1. Default: 10.
    pub questions_per_second: u32,
    /// Whether it also reconciles: asks about orders of which there is no last word. Default: yes.
    pub reconciles: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch: 16,
            idle: Duration::from_millis(500),
            question_deadline: Duration::from_secs(10),
            questions_per_second: 10,
            reconciles: true,
        }
    }
}

/// What a worker loop tells whoever watches it. Never a body, a key or a customer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An order's change was acted on and committed.
    Acted {
        /// The order.
        order_id: &'a str,
        /// What has become of it.
        outcome: Outcome,
    },
    /// A case is left for later.
    GivenBack {
        /// The order.
        order_id: &'a str,
        /// When it is looked at again.
        until: SystemTime,
        /// Why.
        why: &'a str,
    },
    /// A person has to look.
    Dead {
        /// The order.
        order_id: &'a str,
        /// Why.
        why: &'a str,
    },
    /// The database did not do what it was asked to. The loop goes on after a pause; claims end by themselves.
    StoreFailed {
        /// What it said.
        error: &'a (dyn Error + 'static),
    },
}

/// A line for a log.
impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acted { order_id, outcome } => write!(f, "{order_id} is {outcome}"),
            Self::GivenBack { order_id, why, .. } => write!(f, "{order_id} is left for later: {why}"),
            Self::Dead { order_id, why } => write!(f, "{order_id} needs a person: {why}"),
            Self::StoreFailed { error } => write!(f, "the inbox cannot work: {error}"),
        }
    }
}

/// Spreads questions evenly.
#[derive(Debug)]
pub struct Pacer {
    gap: Duration,
    next: Duration,
}

impl Pacer {
    /// So many in a second.
    #[must_use]
    pub fn per_second(questions: u32) -> Self {
        Self { gap: Duration::from_secs(1) / questions.max(1), next: Duration::ZERO }
    }

    /// Takes the next turn; returns how long to wait for it. `elapsed` is the time since any moment that stays the same.
    #[must_use]
    pub fn turn(&mut self, elapsed: Duration) -> Duration {
        let at = self.next.max(elapsed);
        self.next = at.saturating_add(self.gap);
        at.saturating_sub(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_as_a_line() {
        let dead = Event::Dead { order_id: "order-1", why: "paid twice" };
        assert_eq!(dead.to_string(), "order-1 needs a person: paid twice");
        assert_eq!(Event::Acted { order_id: "order-1", outcome: Outcome::Paid }.to_string(), "order-1 is paid");
    }

    #[test]
    fn questions_come_evenly_and_a_pause_saves_none_up() {
        let (mut pacer, start) = (Pacer::per_second(10), Duration::from_secs(7));
        assert_eq!(pacer.turn(start), Duration::ZERO);
        assert_eq!(pacer.turn(start), Duration::from_millis(100));
        assert_eq!(pacer.turn(start), Duration::from_millis(200));
        let later = start + Duration::from_secs(5);
        assert_eq!(pacer.turn(later), Duration::ZERO);
        assert_eq!(pacer.turn(later), Duration::from_millis(100));
    }
}
