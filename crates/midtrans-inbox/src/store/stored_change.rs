//! A change as a row that waits to be acted on.

use std::time::SystemTime;

use midtrans_protocol::method::PaymentType;
use midtrans_protocol::{OrderId, Rupiah};

use super::Error;
use crate::moment::{from_millis, to_millis};
use crate::{Change, Outcome, Record, Refund};

/// A row of `midtrans_change`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is the schema")]
pub struct StoredChange {
    /// The order.
    pub order_id: String,
    /// Its price, in whole rupiah.
    pub amount: i64,
    /// The payment method, in the gateway's word.
    pub payment_type: String,
    /// The transaction id; empty if none is known.
    pub transaction_id: String,
    /// The new outcome, as [`Outcome::as_str`] writes it.
    pub outcome: String,
    /// The outcome before it.
    pub outcome_before: Option<String>,
    /// The refunds, as a JSON list.
    pub refunds: String,
    /// The time of the notification that caused it, in milliseconds; `None` if there was none.
    pub notified_at: Option<i64>,
    /// The time at which it was stored, in milliseconds.
    pub changed_at: i64,
}

impl StoredChange {
    /// Creates the rows of changes that were made from a record.
    ///
    /// # Errors
    /// [`Error`] for an amount beyond the range of a database.
    pub fn of(changes: &[Change], before: &Record, now: SystemTime) -> Result<Vec<Self>, Error> {
        changes
            .iter()
            .map(|change| Self::of_one(change, before, now))
            .collect()
    }

    fn of_one(change: &Change, before: &Record, now: SystemTime) -> Result<Self, Error> {
        Ok(Self {
            order_id: change.order_id.as_str().to_owned(),
            amount: i64::try_from(change.amount.get()).map_err(|_| Error::row("amount"))?,
            payment_type: change.payment_type.as_str().to_owned(),
            transaction_id: change.transaction_id.clone(),
            outcome: change.outcome.as_str().to_owned(),
            outcome_before: change.before.map(|before| before.as_str().to_owned()),
            refunds: serde_json::to_string(&change.refunds).map_err(|_| Error::row("refunds"))?,
            notified_at: before.notified_at.map(to_millis),
            changed_at: to_millis(now),
        })
    }

    /// Returns the change of a row.
    ///
    /// # Errors
    /// [`Error`] when a column holds a value that is not valid.
    pub fn change(&self) -> Result<Change, Error> {
        let outcome = |word: &str| Outcome::from_word(word).ok_or_else(|| Error::row("outcome"));
        let refunds: Vec<Refund> =
            serde_json::from_str(&self.refunds).map_err(|_| Error::row("refunds"))?;
        Ok(Change {
            order_id: OrderId::existing(self.order_id.as_str())
                .map_err(|_| Error::row("order_id"))?,
            amount: u64::try_from(self.amount)
                .map(Rupiah::new)
                .map_err(|_| Error::row("amount"))?,
            payment_type: PaymentType::from(self.payment_type.as_str()),
            transaction_id: self.transaction_id.clone(),
            outcome: outcome(&self.outcome)?,
            before: self.outcome_before.as_deref().map(outcome).transpose()?,
            refunds,
        })
    }

    /// Returns the start of the latency measurement: the time of the notification, else its own.
    #[must_use]
    pub fn since(&self) -> SystemTime {
        from_millis(self.notified_at.unwrap_or(self.changed_at))
    }
}
