//! Settings and events of a worker, shared by all stores.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::Outcome;

/// Settings of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerSettings {
    /// The most questions in flight at once. 45 make 300 a second at 150 milliseconds each.
    /// Default: 64.
    pub questions_in_flight: u32,
    /// The most questions a second; 0 counts as 1. The rate starts at fifty and adapts below this
    /// maximum. Default: 500.
    pub questions_per_second: u32,
    /// The deadline of one question. Default: ten seconds.
    pub question_deadline: Duration,
    /// The most orders, or changes, in one commit; 1 is one commit each. Default: 64.
    pub batch: u32,
    /// The longest time that an answer waits to share a commit. Default: 50 milliseconds.
    pub commit_delay: Duration,
    /// The deadline of the handler for one change, if the store can end it. Default: 30 seconds.
    pub handler_deadline: Duration,
    /// The pause when there is nothing to do. A webhook of the same program ends it at once.
    /// Default: 250 milliseconds.
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

/// An event of a worker. It never holds a body, a key or customer data.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A change was acted on and committed.
    Acted {
        /// The order.
        order_id: &'a str,
        /// Its new outcome.
        outcome: Outcome,
    },
    /// The handler failed for a change. It is retried.
    HandlerFailed {
        /// The order.
        order_id: &'a str,
        /// The time of the retry; `None` if the change is now a dead letter.
        retry_at: Option<SystemTime>,
        /// The reason.
        why: &'a str,
    },
    /// An order needs review by a person.
    Review {
        /// The order.
        order_id: &'a str,
        /// The reason.
        why: &'a str,
    },
    /// The gateway gave no usable answer. The question is repeated.
    Unanswered {
        /// The order.
        order_id: &'a str,
        /// The time of the next question.
        check_at: SystemTime,
        /// The reason.
        why: &'a str,
    },
    /// A notification of an order that was not expected. It is kept.
    Unexpected {
        /// The order id in it.
        order_id: &'a str,
    },
    /// The database failed. The worker continues after a pause; its leases expire by themselves.
    StoreFailed {
        /// The error.
        error: &'a (dyn Error + 'static),
    },
}

impl Event<'_> {
    /// Returns the severity.
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

    /// Writes the event to `tracing`, under the target `midtrans_inbox`. Workers do this with every
    /// event.
    pub fn trace(&self) {
        match self.level() {
            Level::Info => tracing::info!(target: "midtrans_inbox", "{self}"),
            Level::Warn => tracing::warn!(target: "midtrans_inbox", "{self}"),
            Level::Error => tracing::error!(target: "midtrans_inbox", "{self}"),
        }
    }
}

/// The severity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the usual three")]
pub enum Level {
    /// Normal operation.
    Info,
    /// It recovers by itself.
    Warn,
    /// It needs a person, or the database has failed.
    Error,
}

/// Writes one line for a log.
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
