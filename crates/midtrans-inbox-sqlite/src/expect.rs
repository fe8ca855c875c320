//! Writing down what is expected, and when to ask.

use std::time::SystemTime;

use midtrans_inbox::store::{MAX_PER_ORDER, to_millis};
use midtrans_inbox::{Error, ExpectResult, Expectation, Record};
use rusqlite::{Connection, Transaction, params};

use crate::accept::is_open;
use crate::bell;
use crate::fault::fault;
use crate::order::{self, Claim};

/// Writes down what is about to be charged, in the transaction that stores the order.
/// [`charge`](crate::charge) does this by itself; use this to send the charge yourself, or to write
/// an order down long before its charge, which is harmless.
///
/// Commit, and only then send the charge with the expectation's idempotency key. Call it before you
/// touch the order's own row, which for an order that is charged again belongs to its earlier life
/// until [`ExpectResult::Recorded`] is the result. Notifications that came of the order while it
/// was not expected are taken in now.
///
/// In a transaction that reads before this, begin with
/// [`Immediate`](rusqlite::TransactionBehavior::Immediate), or SQLite refuses to write when another
/// connection has written meanwhile.
///
/// # Errors
/// [`Error`] when the database fails, or the transaction has ended already; then don't charge.
pub fn expect_in(
    transaction: &Transaction<'_>,
    expectation: &Expectation,
    now: SystemTime,
) -> Result<ExpectResult, Error> {
    is_open(transaction)?;
    if insert(transaction, &Record::new(expectation.clone(), now))? {
        return Ok(ExpectResult::Recorded);
    }
    let stored = order::load(transaction, expectation.order_id.as_str())?;
    let stored = stored.ok_or_else(|| Error::row("order_id"))?.row.record()?;
    match (stored.renewed(expectation, now), stored.outcome) {
        // What has come and was not looked at may say that the order did not end as it was told.
        (Ok(_), Some(outcome))
            if order::has_unread(transaction, expectation.order_id.as_str())? =>
        {
            Ok(ExpectResult::Decided(outcome))
        }
        (Ok(renewed), _) => {
            order::update(transaction, &renewed, Claim::Void)?;
            Ok(ExpectResult::Recorded)
        }
        (Err(result), _) => Ok(result),
    }
}

/// Writes a new order down, and takes in what came of it before. Returns whether it was not there
/// yet.
pub(crate) fn insert(transaction: &Transaction<'_>, record: &Record) -> Result<bool, Error> {
    let is_new = order::insert(transaction, record)?;
    if is_new {
        wake_unexpected(transaction, record.expectation.order_id.as_str())?;
    }
    Ok(is_new)
}

fn wake_unexpected(transaction: &Transaction<'_>, order_id: &str) -> Result<(), Error> {
    let mut wake = transaction
        .prepare_cached(
            "INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
             SELECT order_id, status_code, amount, transaction_id, received_at, id
             FROM midtrans_notification WHERE order_id = ?1 AND unexpected ORDER BY id LIMIT ?2",
        )
        .map_err(fault)?;
    if wake
        .execute(params![order_id, MAX_PER_ORDER])
        .map_err(fault)?
        > 0
    {
        let sql =
            "UPDATE midtrans_notification SET unexpected = 0 WHERE order_id = ?1 AND unexpected";
        transaction.execute(sql, [order_id]).map_err(fault)?;
    }
    Ok(())
}

/// Has a worker ask about an order no later than then: when the customer is back and the settlement
/// should have been notified, see
/// [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER). It counts also while a
/// worker is asking. Does nothing for an order of which there is a last word, or none at all.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn ask_by(connection: &Connection, order_id: &str, when: SystemTime) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached(
            "UPDATE midtrans_order SET check_at = ?2 WHERE order_id = ?1 AND check_at > ?2",
        )
        .map_err(fault)?;
    statement
        .execute(params![order_id, to_millis(when)])
        .map_err(fault)?;
    bell::ring_workers();
    Ok(())
}
