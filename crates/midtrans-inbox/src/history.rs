//! The history of one order, for the operator.

use std::time::SystemTime;

use midtrans_protocol::transaction::TransactionStatus;

use crate::{Change, NamedId, Notified, Outcome, Payment, Reach, Record};

/// Everything that a store knows about one order.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct History {
    /// The expectation and its result; `None` if the order was never stored.
    pub record: Option<Record>,
    /// Its notifications, oldest first.
    pub notifications: Vec<Entry>,
    /// Its changes that are not acted on yet, oldest first.
    pub changes: Vec<Waiting>,
}

impl History {
    /// Returns whether the order needs a person: it is under review, or one of its changes is a
    /// dead letter.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        let is_dead = |waiting: &Waiting| waiting.retry_at.is_none();
        self.record
            .as_ref()
            .is_some_and(|record| record.review.is_some())
            || self.changes.iter().any(is_dead)
    }
}

/// A stored notification, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Entry {
    /// The store's id of it.
    pub id: i64,
    /// The time of its first receipt.
    pub received_at: SystemTime,
    /// The transaction id in it.
    pub transaction_id: Option<String>,
    /// The status code.
    pub status_code: String,
    /// The transaction status, as written.
    pub transaction_status: Option<String>,
    /// The amount, as written.
    pub gross_amount: String,
    /// True if its order was not expected when it came.
    pub is_unexpected: bool,
    /// True if its body is still stored; see `prune`.
    pub has_body: bool,
}

/// A change that waits to be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Waiting {
    /// The store's id of it.
    pub id: i64,
    /// The change.
    pub change: Change,
    /// The number of failures of the handler for it.
    pub failures: u32,
    /// The time of its next retry; `None` for a dead letter.
    pub retry_at: Option<SystemTime>,
    /// The reason of its last failure.
    pub reason: Option<String>,
}

/// A dead letter or an order under review: it needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct DeadLetter {
    /// The order.
    pub order_id: String,
    /// The id of the change that the handler failed for; `None` if the order itself is under
    /// review.
    pub change: Option<i64>,
    /// The time at which the order was stored, or the change.
    pub since: SystemTime,
    /// The reason.
    pub reason: String,
}

/// The notifications of an order that was not expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Unexpected {
    /// The order id in them.
    pub order_id: String,
    /// Their number.
    pub notifications: u64,
    /// The time of receipt of the latest.
    pub latest: SystemTime,
}

impl Record {
    /// Returns the record after a person has reviewed it: what the gateway answers next counts,
    /// whatever it answered before. The order is checked at once.
    ///
    /// Paid is reported again only if the order was reported as not paid in between. A signed code
    /// still counts if the gateway never answered anything and no earlier life can have had that
    /// signature: no person can tell that it is false.
    #[must_use]
    pub fn reviewed(&self, now: SystemTime) -> Self {
        let mut ids: Vec<NamedId> = Vec::new();
        let of_this_life = |payment: &&Payment| payment.life == self.life;
        let known = self
            .payments
            .iter()
            .rev()
            .filter(of_this_life)
            .map(|payment| &payment.transaction_id);
        for id in known
            .chain(self.notified.ids.iter().map(|named| &named.id))
            .filter(|id| !id.is_empty())
        {
            if ids.len() < Notified::MAX_IDS && ids.iter().all(|named| named.id != *id) {
                ids.push(NamedId {
                    id: id.clone(),
                    is_asked: false,
                });
            }
        }
        let is_unheard = self
            .outcome
            .is_none_or(|outcome| outcome == Outcome::NotCharged);
        let is_sure = is_unheard
            && self
                .payments
                .iter()
                .all(|payment| payment.life == self.life);
        let reach = if is_sure {
            self.notified.reach
        } else {
            Reach::Nothing
        };
        // Every answer may follow an open payment. Its life and amount are known.
        let earlier = self
            .payments
            .iter()
            .filter(|payment| payment.life < self.life)
            .cloned();
        let reopened = |payment| Payment {
            stage: TransactionStatus::Pending.into(),
            outcome: Outcome::Pending,
            ..payment
        };
        Self {
            payments: earlier.map(reopened).collect(),
            notified: Notified {
                reach,
                unaccounted: 0,
                ids,
            },
            is_unconfirmed: false,
            lag: 0,
            lagged_at: None,
            quiet: 0,
            failures: 0,
            review: None,
            asked_at: None,
            check_at: Some(now),
            notified_at: Some(self.notified_at.unwrap_or(now)),
            ..self.clone()
        }
    }
}
