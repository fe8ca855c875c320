//! What the worker loops of all stores share: their settings, their events, and their counters.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::Outcome;

/// Settings of a worker loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerSettings {
    /// The most questions that are under way at the same time. 45 of them make 300 a second at 150
    /// milliseconds each. Default: 64.
    pub questions_in_flight: u32,
    /// The most questions in a second; 0 counts as 1. The rate starts at fifty and finds itself
    /// below this bound. Default: 500.
    pub questions_per_second: u32,
    /// The longest that one question may take. Default: ten seconds.
    pub question_deadline: Duration,
    /// The most orders, and the most changes, that share one commit; 1 is one commit each. Default:
    /// 64.
    pub batch: u32,
    /// The longest that an answer waits for others to share its commit. Default: 50 milliseconds.
    pub commit_delay: Duration,
    /// The longest that the handler may take for one change, where the store can end it. Default:
    /// 30 seconds.
    pub handler_deadline: Duration,
    /// How long to wait when there is nothing to do. A webhook of the same program ends the wait at
    /// once. Default: a quarter of a second.
    pub idle: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            questions_in_flight: 64,
            questions_per_second: 500,
            question_deadline: Duration::from_secs(10),
            batch: 64,
            commit_delay: Duration::from_millis(50),
            handler_deadline: Duration::from_secs(30),
            idle: Duration::from_millis(250),
        }
    }
}

/// An event of a worker loop. It never holds a body, a key or a customer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An order's change was acted on and committed.
    Acted {
        /// The order.
        order_id: &'a str,
        /// Its new outcome.
        outcome: Outcome,
    },
    /// The handler failed for a change. It is tried again.
    HandlerFailed {
        /// The order.
        order_id: &'a str,
        /// When it is tried again; `None` where the change is a dead letter now.
        retry_at: Option<SystemTime>,
        /// Why.
        why: &'a str,
    },
    /// A person has to look at an order.
    Review {
        /// The order.
        order_id: &'a str,
        /// Why.
        why: &'a str,
    },
    /// The gateway did not answer a question usefully. It is asked again.
    Unanswered {
        /// The order.
        order_id: &'a str,
        /// When it is asked again.
        check_at: SystemTime,
        /// Why.
        why: &'a str,
    },
    /// A notification came of an order that was not expected. It is kept.
    Unexpected {
        /// The order that it names.
        order_id: &'a str,
    },
    /// The database did not do what it was asked to. The loop goes on after a pause; claims end by
    /// themselves.
    StoreFailed {
        /// The error.
        error: &'a (dyn Error + 'static),
    },
}

impl Event<'_> {
    /// How serious it is.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Acted { .. } => Level::Info,
            Self::HandlerFailed {
                retry_at: Some(_), ..
            }
            | Self::Unanswered { .. }
            | Self::Unexpected { .. } => Level::Warn,
            Self::HandlerFailed { retry_at: None, .. }
            | Self::Review { .. }
            | Self::StoreFailed { .. } => Level::Error,
        }
    }

    /// Writes it to `tracing`, under the target `midtrans_inbox`. Workers do this with every event.
    pub fn trace(&self) {
        match self.level() {
            Level::Info => tracing::info!(target: "midtrans_inbox", "{self}"),
            Level::Warn => tracing::warn!(target: "midtrans_inbox", "{self}"),
            Level::Error => tracing::error!(target: "midtrans_inbox", "{self}"),
        }
    }
}

/// How serious an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the usual three")]
pub enum Level {
    /// Business as usual.
    Info,
    /// It mends itself.
    Warn,
    /// It needs a person, or a database.
    Error,
}

/// A line for a log.
impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acted { order_id, outcome } => write!(f, "{order_id} is {outcome}"),
            Self::HandlerFailed {
                order_id,
                retry_at: Some(_),
                why,
            } => {
                write!(
                    f,
                    "the handler failed for {order_id} and is tried again: {why}"
                )
            }
            Self::HandlerFailed {
                order_id,
                retry_at: None,
                why,
            } => {
                write!(
                    f,
                    "the handler failed for {order_id} too often, which is a dead letter now: {why}"
                )
            }
            Self::Review { order_id, why } => write!(f, "{order_id} needs a person: {why}"),
            Self::Unanswered { order_id, why, .. } => {
                write!(f, "{order_id} is asked about again: {why}")
            }
            Self::Unexpected { order_id } => write!(
                f,
                "a notification came of {order_id}, which was not expected"
            ),
            Self::StoreFailed { error } => write!(f, "the inbox cannot work: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_as_a_line() {
        let review = Event::Review {
            order_id: "order-1",
            why: "paid twice",
        };
        assert_eq!(review.to_string(), "order-1 needs a person: paid twice");
        assert_eq!(review.level(), Level::Error);
        assert_eq!(
            Event::Acted {
                order_id: "order-1",
                outcome: Outcome::Paid
            }
            .to_string(),
            "order-1 is paid"
        );
    }
}
