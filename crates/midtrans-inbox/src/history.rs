//! Everything that is known about one order, for the operator.

use std::time::SystemTime;

use midtrans_protocol::TransactionStatus;

use crate::{Change, NamedId, Notified, Outcome, Payment, Reach, Record};

/// Everything that a store knows about one order.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct History {
    /// What was expected and what became of it; `None` if the order was never written down.
    pub record: Option<Record>,
    /// Its raw notifications, oldest first.
    pub notifications: Vec<Entry>,
    /// Changes that were not acted on yet, oldest first.
    pub changes: Vec<Waiting>,
}

impl History {
    /// Whether a person has to look at this order.
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
    /// The store's number of it.
    pub id: i64,
    /// When it came first.
    pub received_at: SystemTime,
    /// The transaction that it names.
    pub transaction_id: Option<String>,
    /// Its status code.
    pub status_code: String,
    /// The status that it tells, as written.
    pub transaction_status: Option<String>,
    /// Its amount, as written.
    pub gross_amount: String,
    /// Whether it came while its order was not expected.
    pub is_unexpected: bool,
    /// Whether its body is still there; see `prune`.
    pub has_body: bool,
}

/// A change that waits to be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Waiting {
    /// The store's number of it.
    pub id: i64,
    /// The change.
    pub change: Change,
    /// How often the handler failed for it.
    pub failures: u32,
    /// When it is tried next; `None` for a dead letter.
    pub retry_at: Option<SystemTime>,
    /// Why it failed last.
    pub reason: Option<String>,
}

/// Something that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct DeadLetter {
    /// The order.
    pub order_id: String,
    /// The number of the change that the handler failed for; `None` where the order itself is to be
    /// reviewed.
    pub change: Option<i64>,
    /// When the order was written down, or the change stored.
    pub since: SystemTime,
    /// Why.
    pub reason: String,
}

/// Notifications of an order that was not expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Unexpected {
    /// The order that they name.
    pub order_id: String,
    /// How many there are.
    pub notifications: u64,
    /// When the latest one came.
    pub latest: SystemTime,
}

impl Record {
    /// The record after a person has looked at it: what the gateway answers now counts, whatever it
    /// answered before. The order is checked at once.
    ///
    /// Paid is told again only where the order was told as not paid in between. A signed code still
    /// counts where the gateway never answered anything, and no earlier life can have had that
    /// signature: no person can see that it is not true.
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
        // Whatever is answered follows from an open one. It is known of which life they are, and of
        // what amount.
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
