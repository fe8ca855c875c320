//! Storing what was notified, and what is expected.

use std::time::SystemTime;

use midtrans_inbox::protocol::{IdempotencyKey, Notification};
use midtrans_inbox::{Accepted, Arrival, Expectation, Expecting, Outcome, Record, to_millis};
use rusqlite::{Connection, params};

use crate::{Error, record};

/// Stores a verified notification, or finds that it was stored before. When this returns, and its transaction is
/// committed if it has one, the gateway may forget it: answer 200. After an error answer 503, which a `Result` that is
/// turned into an [`Acknowledge`](midtrans_inbox::protocol::Acknowledge) does by itself.
///
/// Do nothing else before the answer: the worker does the rest.
///
/// # Errors
/// [`Error`] when the database fails; then nothing is stored.
pub fn accept(connection: &Connection, notification: &Notification, now: SystemTime) -> Result<Accepted, Error> {
    store(connection, &Arrival::of(notification, now))
}

pub(crate) fn store(connection: &Connection, arrival: &Arrival) -> Result<Accepted, Error> {
    // Without a conflict target it would also swallow other constraints.
    let mut statement = connection.prepare_cached(
        "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
            fraud_status, gross_amount, received_at, state, due_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (dedupe_key) DO NOTHING",
    )?;
    let inserted = statement.execute(params![
        arrival.key.as_bytes(),
        arrival.order_id,
        arrival.transaction_id,
        arrival.status_code,
        arrival.transaction_status,
        arrival.fraud_status,
        arrival.gross_amount,
        arrival.received_at,
        arrival.state.code(),
        arrival.due_at,
        arrival.body,
    ])?;
    Ok(if inserted == 0 { Accepted::Repeat } else { Accepted::New })
}

/// Writes down what is about to be charged. Do it in the transaction that stores the order, commit, and then send the
/// charge with the expectation's idempotency key. Call it before you touch the order's own row, which for an order that is
/// charged again belongs to its earlier life until [`Expecting::Recorded`] is the answer.
///
/// In a transaction that reads before it writes, begin with
/// [`TransactionBehavior::Immediate`](rusqlite::TransactionBehavior), or SQLite refuses to write when somebody else has.
///
/// # Errors
/// [`Error`] when the database fails; then don't charge.
pub fn expect(connection: &Connection, expectation: &Expectation, now: SystemTime) -> Result<Expecting, Error> {
    let new = Record::new(expectation.clone(), now);
    loop {
        if record::insert(connection, &new)? {
            return Ok(Expecting::Recorded);
        }
        let Some(stored) = record::load(connection, expectation.order_id.as_str())? else { continue };
        match stored.renewed(expectation, now) {
            Ok(renewed) if record::renew(connection, &stored, &renewed)? => return Ok(Expecting::Recorded),
            // The order has changed since it was read: look again.
            Ok(_) => {}
            Err(answer) => return Ok(answer),
        }
    }
}

/// Has the reconciler ask about an order no later than then: when the customer is back and the settlement should have
/// been notified, see [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER), or when a charge ended with
/// an unknown outcome. Does nothing for an order of which there is a last word, or none at all.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn ask_by(connection: &Connection, order_id: &str, when: SystemTime) -> Result<(), Error> {
    let mut statement =
        connection.prepare_cached("UPDATE midtrans_order SET ask_at = ?2 WHERE order_id = ?1 AND ask_at > ?2")?;
    statement.execute(params![order_id, to_millis(when)])?;
    Ok(())
}

/// Notes that the gateway has refused a charge for certain (an error without an unknown outcome), so that the order may be
/// charged again at once instead of when the reconciler has asked. The handler is not called: whoever calls this knows.
/// Counts only for the charge with this idempotency key, and only while nothing was heard of it; returns whether it did.
/// The reconciler asks all the same, once: should an earlier attempt have arrived after all, it is found.
///
/// # Errors
/// [`Error`] when the database fails; the reconciler finds out by itself then.
pub fn not_charged(connection: &Connection, order_id: &str, key: &IdempotencyKey) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_order SET outcome = ?3
         WHERE order_id = ?1 AND idempotency_key = ?2 AND outcome IS NULL",
    )?;
    Ok(statement.execute([order_id, key.as_str(), Outcome::NotCharged.as_str()])? == 1)
}
