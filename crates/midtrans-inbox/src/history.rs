//! Everything that is known about one order, for the operator.

use std::time::SystemTime;

use crate::{Record, State};

/// Everything that a store knows about one order.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct History {
    /// What was expected and what became of it; `None` if the order was never written down.
    pub record: Option<Record>,
    /// What was notified, oldest first.
    pub notifications: Vec<Entry>,
}

impl History {
    /// Whether a person has to look at this order.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        let is_dead = |entry: &Entry| entry.state == State::Dead;
        self.record.as_ref().is_some_and(|record| record.review.is_some()) || self.notifications.iter().any(is_dead)
    }
}

/// A stored notification, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Entry {
    /// The store's number of it.
    pub id: i64,
    /// When it came first.
    pub received_at: SystemTime,
    /// The transaction it names.
    pub transaction_id: Option<String>,
    /// Its status code.
    pub status_code: String,
    /// The status it tells, as written.
    pub transaction_status: Option<String>,
    /// Its amount, as written.
    pub gross_amount: String,
    /// Where it is.
    pub state: State,
    /// How often it was claimed.
    pub tries: u32,
    /// How often in a row it failed.
    pub failures: u32,
    /// When it is looked at next, or a claim ends; `None` when it is over.
    pub due_at: Option<SystemTime>,
    /// What was last said about it, such as why it failed.
    pub reason: Option<String>,
    /// Whether its body is still there; see `prune`.
    pub has_body: bool,
}

/// What a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct DeadLetter {
    /// The order.
    pub order_id: String,
    /// The number of the notification; `None` where the reconciler's question about the order has failed.
    pub notification: Option<i64>,
    /// When it came, or when the order was written down.
    pub since: SystemTime,
    /// Why.
    pub reason: String,
}
