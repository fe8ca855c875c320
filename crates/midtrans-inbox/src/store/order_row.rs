//! The row of an order: the columns that statements ask for, and the rest of the record as JSON.

use std::time::SystemTime;

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::lifecycle::Stage;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{OrderId, Rupiah};
use serde::{Deserialize, Serialize};

use super::Error;
use crate::charging::Charging;
use crate::moment::{from_millis, to_millis};
use crate::{
    Expectation, Instructions, NamedId, Notified, Outcome, Payment, Reach, Record, Refund, rupiah,
};

/// A row of `midtrans_order`, as all stores keep it. Times are milliseconds since 1970-01-01
/// 00:00:00 UTC; amounts are whole rupiah.
///
/// Claims are in two more columns, which belong to the store: `leased_until` and `fence`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is the schema")]
pub struct OrderRow {
    /// The order id.
    pub order_id: String,
    /// The price.
    pub amount: i64,
    /// The payment method, in the gateway's word.
    pub payment_type: String,
    /// The idempotency key of the charge.
    pub idempotency_key: String,
    /// The last moment at which the charge can arrive at the gateway.
    pub charge_until: i64,
    /// The latest moment at which the payment expires.
    pub expires_at: i64,
    /// The time at which the order was stored.
    pub recorded_at: i64,
    /// The outcome that was reported last.
    pub outcome: Option<String>,
    /// The time of the next check.
    pub check_at: Option<i64>,
    /// The time of the oldest notification, or of a person's retry, that no answer has explained
    /// yet.
    pub notified_at: Option<i64>,
    /// The reason why a person has to decide.
    pub review: Option<String>,
    /// The rest of the record, as a JSON object.
    pub state: String,
}

/// The JSON object of a row. Missing fields have defaults, so that a row may be inserted with `{}`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    life: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_sent_at: Option<i64>,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<Instructions>,
    paid: bool,
    unconfirmed: bool,
    payments: Vec<StoredPayment>,
    refunds: Vec<Refund>,
    reach: u8,
    unaccounted: i32,
    ids: Vec<(String, bool)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_at: Option<i64>,
    failures: u32,
    lag: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    lagged_at: Option<i64>,
    quiet: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredPayment {
    id: String,
    life: u32,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refunded: Option<u64>,
    outcome: String,
    #[serde(with = "rupiah")]
    amount: Rupiah,
}

const REACHES: [Reach; 5] = [
    Reach::Nothing,
    Reach::Open,
    Reach::Closed,
    Reach::Money,
    Reach::Reversed,
];

impl OrderRow {
    /// Creates the row of a record.
    ///
    /// # Errors
    /// [`Error`] for an amount beyond the range of a database.
    pub fn of(record: &Record) -> Result<Self, Error> {
        let expectation = &record.expectation;
        Ok(Self {
            order_id: expectation.order_id.as_str().to_owned(),
            amount: i64::try_from(expectation.amount.get()).map_err(|_| Error::row("amount"))?,
            payment_type: expectation.payment_type.as_str().to_owned(),
            idempotency_key: expectation.idempotency_key.as_str().to_owned(),
            charge_until: to_millis(expectation.charge_until),
            expires_at: to_millis(expectation.expires_at),
            recorded_at: to_millis(record.recorded_at),
            outcome: record.outcome.map(|outcome| outcome.as_str().to_owned()),
            check_at: record.check_at.map(to_millis),
            notified_at: record.notified_at.map(to_millis),
            review: record.review.clone(),
            state: serde_json::to_string(&State::of(record)).map_err(|_| Error::row("state"))?,
        })
    }

    /// Returns the record of a row.
    ///
    /// # Errors
    /// [`Error`] when a column holds a value that is not valid.
    pub fn record(&self) -> Result<Record, Error> {
        // A JSON list would be read as an object without fields.
        let object = Some(self.state.as_str()).filter(|state| state.trim_start().starts_with('{'));
        let state = object.and_then(|object| serde_json::from_str::<State>(object).ok());
        let state = state.ok_or_else(|| Error::row("state"))?;
        let amount = u64::try_from(self.amount).map_err(|_| Error::row("amount"))?;
        let reach = REACHES
            .get(usize::from(state.reach))
            .copied()
            .ok_or_else(|| Error::row("state"))?;
        let ids = state
            .ids
            .into_iter()
            .map(|(id, is_asked)| NamedId { id, is_asked })
            .collect();
        Ok(Record {
            expectation: Expectation {
                order_id: OrderId::existing(self.order_id.as_str())
                    .map_err(|_| Error::row("order_id"))?,
                amount: Rupiah::new(amount),
                payment_type: PaymentType::from(self.payment_type.as_str()),
                idempotency_key: IdempotencyKey::new(self.idempotency_key.as_str())
                    .map_err(|_| Error::row("idempotency_key"))?,
                charge_until: from_millis(self.charge_until),
                expires_at: from_millis(self.expires_at),
            },
            recorded_at: from_millis(self.recorded_at),
            life: state.life.unwrap_or(1),
            charging: Charging {
                first_sent_at: state.first_sent_at.map(from_millis),
                attempts: state.attempts,
                instructions: state.instructions,
            },
            outcome: self.outcome.as_deref().map(outcome).transpose()?,
            paid: state.paid,
            is_unconfirmed: state.unconfirmed,
            payments: state
                .payments
                .into_iter()
                .map(StoredPayment::payment)
                .collect::<Result<_, _>>()?,
            refunds: state.refunds,
            notified: Notified {
                reach,
                unaccounted: state.unaccounted,
                ids,
            },
            asked_at: state.asked_at.map(from_millis),
            failures: state.failures,
            lag: state.lag,
            lagged_at: state.lagged_at.map(from_millis),
            quiet: state.quiet,
            check_at: self.check_at.map(from_millis),
            notified_at: self.notified_at.map(from_millis),
            review: self.review.clone(),
        })
    }
}

impl State {
    fn of(record: &Record) -> Self {
        let reach = REACHES
            .iter()
            .position(|reach| *reach == record.notified.reach);
        Self {
            life: Some(record.life),
            first_sent_at: record.charging.first_sent_at.map(to_millis),
            attempts: record.charging.attempts,
            instructions: record.charging.instructions.clone(),
            paid: record.paid,
            unconfirmed: record.is_unconfirmed,
            payments: record.payments.iter().map(StoredPayment::of).collect(),
            refunds: record.refunds.clone(),
            reach: reach
                .and_then(|reach| u8::try_from(reach).ok())
                .unwrap_or_default(),
            unaccounted: record.notified.unaccounted,
            ids: record
                .notified
                .ids
                .iter()
                .map(|named| (named.id.clone(), named.is_asked))
                .collect(),
            asked_at: record.asked_at.map(to_millis),
            failures: record.failures,
            lag: record.lag,
            lagged_at: record.lagged_at.map(to_millis),
            quiet: record.quiet,
        }
    }
}

impl StoredPayment {
    fn of(payment: &Payment) -> Self {
        Self {
            id: payment.transaction_id.clone(),
            life: payment.life,
            status: payment.stage.status.as_str().to_owned(),
            refunded: payment.stage.refunded.map(Rupiah::get),
            outcome: payment.outcome.as_str().to_owned(),
            amount: payment.amount,
        }
    }

    fn payment(self) -> Result<Payment, Error> {
        let status = TransactionStatus::from(self.status.as_str());
        Ok(Payment {
            transaction_id: self.id,
            life: self.life,
            stage: Stage {
                status,
                refunded: self.refunded.map(Rupiah::new),
            },
            outcome: outcome(&self.outcome)?,
            amount: self.amount,
        })
    }
}

fn outcome(word: &str) -> Result<Outcome, Error> {
    Outcome::from_word(word).ok_or_else(|| Error::row("outcome"))
}

/// Returns the time at which a leased order is to be checked although its worker sets another one:
/// something has moved [`check_at`](OrderRow::check_at) forward since the claim, which had set it
/// to the end of the lease.
#[must_use]
pub fn moved_forward(check_at: Option<i64>, leased_until: Option<i64>) -> Option<SystemTime> {
    match (check_at, leased_until) {
        (Some(check_at), Some(leased_until)) if check_at < leased_until => {
            Some(from_millis(check_at))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
