//! Events that wait for their commit.

use std::time::SystemTime;

use crate::Event;

/// An event that a worker reports after the commit that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "stores make them")]
pub enum PendingEvent {
    /// An order needs review by a person.
    Review {
        /// The order.
        order_id: String,
        /// The reason.
        why: String,
    },
    /// The gateway gave no usable answer.
    Unanswered {
        /// The order.
        order_id: String,
        /// The time of the next question.
        check_at: SystemTime,
        /// The reason.
        why: String,
    },
    /// A notification of an order that was not expected.
    Unexpected {
        /// The order id in it.
        order_id: String,
    },
}

impl PendingEvent {
    /// Returns the event to report.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        match self {
            Self::Review { order_id, why } => Event::Review { order_id, why },
            Self::Unanswered {
                order_id,
                check_at,
                why,
            } => Event::Unanswered {
                order_id,
                check_at: *check_at,
                why,
            },
            Self::Unexpected { order_id } => Event::Unexpected { order_id },
        }
    }
}
