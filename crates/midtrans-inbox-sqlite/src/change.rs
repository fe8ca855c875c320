//! The rows of changes that wait to be acted on.

use std::time::SystemTime;

use midtrans_inbox::store::{StoredChange, from_millis, to_millis};
use midtrans_inbox::{Error, Policy, Waiting};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::fault::fault;

/// The reason of a dead letter whose handler has ended the transaction by a COMMIT. Its row is
/// marked as a dead letter before the handler is called, so that such a COMMIT commits the mark as
/// well, and the handler's writes are not repeated automatically.
const COMMITTED: &str = "the handler committed the inbox's transaction itself, which it must not: what it wrote may be stored in part";

/// Stores changes.
pub(crate) fn insert(transaction: &Transaction<'_>, changes: &[StoredChange]) -> Result<(), Error> {
    for change in changes {
        let mut statement = transaction
            .prepare_cached(
                "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, outcome_before,
                    refunds, notified_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .map_err(fault)?;
        let inserted = statement.execute(params![
            change.order_id,
            change.amount,
            change.payment_type,
            change.transaction_id,
            change.outcome,
            change.outcome_before,
            change.refunds,
            change.notified_at,
            change.changed_at,
        ]);
        inserted.map_err(fault)?;
    }
    Ok(())
}

/// Returns the ids of at most so many changes that are due: new ones first, at most one of each
/// order.
pub(crate) fn due(
    connection: &Connection,
    at_most: u32,
    now: SystemTime,
) -> Result<Vec<i64>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM midtrans_next_change WHERE retry_at <= ?1 ORDER BY retry_at, id LIMIT ?2")
        .map_err(fault)?;
    let ids = statement.query_map([to_millis(now), i64::from(at_most)], |row| row.get(0));
    ids.and_then(Iterator::collect).map_err(fault)
}

/// Marks a change as a dead letter until [`done`], or until it is restored after a failure. Returns
/// `None` if it is no longer due.
pub(crate) fn mark(
    transaction: &Transaction<'_>,
    id: i64,
    now: SystemTime,
) -> Result<Option<StoredChange>, Error> {
    let mut statement = transaction
        .prepare_cached(
            "SELECT order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds, notified_at,
                changed_at
             FROM midtrans_next_change WHERE id = ?1 AND retry_at <= ?2",
        )
        .map_err(fault)?;
    let stored = statement
        .query_row([id, to_millis(now)], read)
        .optional()
        .map_err(fault)?;
    if stored.is_some() {
        let mut update = transaction
            .prepare_cached("UPDATE midtrans_change SET retry_at = NULL, reason = ?2 WHERE id = ?1")
            .map_err(fault)?;
        update.execute(params![id, COMMITTED]).map_err(fault)?;
    }
    Ok(stored)
}

/// Deletes a change, in the transaction that acted on it.
pub(crate) fn done(transaction: &Transaction<'_>, id: i64) -> Result<(), Error> {
    let mut statement = transaction
        .prepare_cached("DELETE FROM midtrans_change WHERE id = ?1")
        .map_err(fault)?;
    statement.execute([id]).map(drop).map_err(fault)
}

/// The retry of a change after its handler has failed.
pub(crate) struct Retry {
    pub(crate) order_id: String,
    /// The time of the retry; `None` for a dead letter.
    pub(crate) retry_at: Option<SystemTime>,
}

/// Counts a failure. Returns `None` if the change is gone: another program has acted on it.
pub(crate) fn failed(
    transaction: &Transaction<'_>,
    id: i64,
    why: &str,
    policy: &Policy,
    now: SystemTime,
) -> Result<Option<Retry>, Error> {
    let mut stored = transaction
        .prepare_cached("SELECT order_id, failures, retry_at FROM midtrans_change WHERE id = ?1")
        .map_err(fault)?;
    let found = stored.query_row([id], |row| {
        Ok((
            row.get(0)?,
            row.get::<_, u32>(1)?,
            row.get::<_, Option<i64>>(2)?,
        ))
    });
    let Some((order_id, failures, retry_at)) = found.optional().map_err(fault)? else {
        return Ok(None);
    };
    if retry_at.is_none() {
        return Ok(Some(Retry {
            order_id,
            retry_at: None,
        }));
    }
    let failures = failures.saturating_add(1);
    let retry_at = policy.retry_at(failures, now);
    let mut statement = transaction
        .prepare_cached(
            "UPDATE midtrans_change SET failures = ?2, retry_at = ?3, reason = ?4 WHERE id = ?1",
        )
        .map_err(fault)?;
    statement
        .execute(params![id, failures, retry_at.map(to_millis), why])
        .map_err(fault)?;
    Ok(Some(Retry { order_id, retry_at }))
}

/// Makes the dead letters of an order due at once. Returns their number.
pub(crate) fn retry(connection: &Connection, order_id: &str) -> Result<u64, Error> {
    let mut statement = connection
        .prepare_cached(
            "UPDATE midtrans_change SET retry_at = 0, failures = 0 WHERE order_id = ?1 AND retry_at IS NULL",
        )
        .map_err(fault)?;
    Ok(statement.execute([order_id]).map_err(fault)? as u64)
}

/// Returns all changes of an order that are not acted on yet, oldest first.
pub(crate) fn waiting(connection: &Connection, order_id: &str) -> Result<Vec<Waiting>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds, notified_at,
                changed_at, id, failures, retry_at, reason
             FROM midtrans_change WHERE order_id = ?1 ORDER BY id",
        )
        .map_err(fault)?;
    let mut rows = statement.query([order_id]).map_err(fault)?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let change = read(row).map_err(fault)?.change()?;
        waiting.push(read_waiting(row, change).map_err(fault)?);
    }
    Ok(waiting)
}

fn read_waiting(row: &Row<'_>, change: midtrans_inbox::Change) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        id: row.get(9)?,
        change,
        failures: row.get(10)?,
        retry_at: row.get::<_, Option<i64>>(11)?.map(from_millis),
        reason: row.get(12)?,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredChange> {
    Ok(StoredChange {
        order_id: row.get(0)?,
        amount: row.get(1)?,
        payment_type: row.get(2)?,
        transaction_id: row.get(3)?,
        outcome: row.get(4)?,
        outcome_before: row.get(5)?,
        refunds: row.get(6)?,
        notified_at: row.get(7)?,
        changed_at: row.get(8)?,
    })
}
