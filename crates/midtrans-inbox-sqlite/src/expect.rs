//! Storing expectations, and scheduling questions.

use std::time::SystemTime;

use midtrans_inbox::store::{MAX_PER_ORDER, to_millis};
use midtrans_inbox::{Error, ExpectResult, Expectation, Record};
use rusqlite::{Connection, Transaction, params};

use crate::accept::is_open;
use crate::bell;
use crate::fault::fault;
use crate::order::{self, Claim};

/// Stores an expectation in the transaction that stores the order. [`charge`](crate::charge) does
/// this by itself. Use this to send the charge yourself, or to store an order long before its
/// charge, which does no harm.
///
/// Commit first, and only then send the charge with the expectation's idempotency key. Call it
/// before you change the order's own row: for an order that is charged again, that row belongs to
/// the earlier life until the result is [`ExpectResult::Recorded`]. Earlier notifications of the
/// order, which were unexpected, are added to its record now.
///
/// If the transaction reads before this, begin it with
/// [`Immediate`](rusqlite::TransactionBehavior::Immediate). Otherwise SQLite refuses to write when
/// another connection has written meanwhile.
///
/// # Errors
/// [`Error`] when the database fails, or the transaction has ended already. Then don't charge.
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
        // Notifications that are not processed yet may say that the order ended otherwise than
        // reported.
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

/// Stores a new order, and adds its earlier notifications. Returns whether it is new.
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

/// Moves the next check of an order to `when` if it is later now. Use it when the customer is back
/// and the settlement should have been notified; see
/// [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER). It also works while a
/// worker is asking. It does nothing for an order that needs no further check or is unknown.
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
