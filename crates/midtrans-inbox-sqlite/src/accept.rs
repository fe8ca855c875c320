//! Storing notifications.

use std::time::SystemTime;

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::store::{MAX_PER_ORDER, NewNotification, to_millis};
use midtrans_inbox::{Accepted, Error};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::bell;
use crate::fault::fault;

/// Stores a verified notification, or finds that it is a duplicate, in a transaction of its own.
/// When this returns, the row is committed: answer 200. After an error answer 503; a `Result` that
/// is converted to an [`Acknowledge`](midtrans_inbox::protocol::webhook::Acknowledge) does so by
/// itself.
///
/// Do nothing else before the answer: the worker does the rest. A worker of the same process starts
/// at once.
///
/// # Errors
/// [`Error`] when the database fails, or when the connection is inside a transaction, whose end
/// would decide what is stored. Nothing is stored then. For a transaction of your own, use
/// [`accept_in`].
pub fn accept(
    connection: &Connection,
    notification: &Notification,
    now: SystemTime,
) -> Result<Accepted, Error> {
    if !connection.is_autocommit() {
        return Err(Error::in_transaction());
    }
    let new = NewNotification::of(notification, now);
    if says_nothing(connection, &new)? {
        return Ok(Accepted::Duplicate);
    }
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fault)?;
    let accepted = store(&transaction, &new)?;
    transaction.commit().map_err(fault)?;
    bell::ring_workers();
    Ok(accepted)
}

/// Stores a verified notification in your own transaction. Your commit is the acknowledgement:
/// answer 200 only after it.
///
/// Begin the transaction with [`TransactionBehavior::Immediate`] if it reads before this. Otherwise
/// SQLite refuses to write when another connection has written meanwhile.
///
/// # Errors
/// [`Error`] when the database fails, or the transaction has ended already. Then roll back, and
/// answer 503.
pub fn accept_in(
    transaction: &Transaction<'_>,
    notification: &Notification,
    now: SystemTime,
) -> Result<Accepted, Error> {
    is_open(transaction)?;
    store(transaction, &NewNotification::of(notification, now))
}

/// Fails if a statement, such as a trigger's `RAISE(ROLLBACK)`, has ended the transaction: later
/// writes would be stored, or lost, piece by piece.
pub(crate) fn is_open(transaction: &Transaction<'_>) -> Result<(), Error> {
    if transaction.is_autocommit() {
        return Err(Error::failed(
            "the transaction has ended already, by a statement in it: begin another one",
        ));
    }
    Ok(())
}

/// Returns whether the notification is a duplicate without news that does not contradict what was
/// told of its order, and no person waits for news of it. Reads only, so that a duplicate needs no
/// lock.
fn says_nothing(connection: &Connection, new: &NewNotification) -> Result<bool, Error> {
    if new.may_repeat {
        return Ok(false);
    }
    let mut statement = connection
        .prepare_cached(
            "SELECT 1 FROM midtrans_notification WHERE dedupe_key = ?1
                AND NOT EXISTS (SELECT 1 FROM midtrans_order WHERE order_id = ?2
                    AND (review IS NOT NULL OR instr(?3, ',' || outcome || ',') > 0))",
        )
        .map_err(fault)?;
    statement
        .exists(params![new.key.as_bytes(), new.order_id, new.contradicts])
        .map_err(fault)
}

/// Stores a notification, and wakes its order.
pub(crate) fn store(
    transaction: &Transaction<'_>,
    new: &NewNotification,
) -> Result<Accepted, Error> {
    if insert(transaction, new)? {
        if new.is_about_an_order {
            wake(transaction, new, Some(transaction.last_insert_rowid()))?;
        }
        return Ok(Accepted::New);
    }
    // It is a duplicate, or beyond the limit of its order.
    if new.is_about_an_order && !says_nothing(transaction, new)? {
        wake(transaction, new, None)?;
    }
    Ok(Accepted::Duplicate)
}

/// Inserts a notification. Returns whether it was inserted.
fn insert(transaction: &Transaction<'_>, new: &NewNotification) -> Result<bool, Error> {
    // Without a conflict target it would also swallow other constraints.
    let mut statement = transaction
        .prepare_cached(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, amount, received_at, body)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
             WHERE (SELECT count(*) FROM (SELECT 1 FROM midtrans_notification WHERE order_id = ?2 LIMIT ?11)) < ?11
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .map_err(fault)?;
    let inserted = statement.execute(params![
        new.key.as_bytes(),
        new.order_id,
        new.transaction_id,
        new.status_code,
        new.transaction_status,
        new.fraud_status,
        new.gross_amount,
        amount(new),
        to_millis(new.received_at),
        new.body,
        MAX_PER_ORDER,
    ]);
    Ok(inserted.map_err(fault)? == 1)
}

/// Wakes the order of a stored notification, or of one that is not stored (`None`) unless a
/// notification with that code does so already.
fn wake(
    transaction: &Transaction<'_>,
    new: &NewNotification,
    notification_id: Option<i64>,
) -> Result<(), Error> {
    let mut statement = transaction
        .prepare_cached(
            "INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6
             WHERE ?6 IS NOT NULL OR NOT EXISTS (SELECT 1 FROM midtrans_wake
                WHERE order_id = ?1 AND status_code = ?2 AND notification_id IS NULL)",
        )
        .map_err(fault)?;
    let inserted = statement.execute(params![
        new.order_id,
        new.status_code,
        amount(new),
        new.transaction_id,
        to_millis(new.received_at),
        notification_id
    ]);
    inserted.map(drop).map_err(fault)
}

/// Returns the amount; no order has one beyond the range of the database.
fn amount(new: &NewNotification) -> Option<i64> {
    new.amount
        .and_then(|amount| i64::try_from(amount.get()).ok())
}
