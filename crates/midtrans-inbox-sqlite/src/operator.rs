//! Queries for operators: numbers, what needs a person, and the history of an order.

use std::time::SystemTime;

use midtrans_inbox::store::{from_millis, to_millis};
use midtrans_inbox::{DeadLetter, Entry, Error, History, OPEN, Snapshot, Unexpected};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use crate::fault::fault;
use crate::order::{self, Claim};
use crate::{bell, change};

/// Returns the state of the inbox in numbers. It counts all orders and notifications, which takes
/// about a second per ten million; pending work is counted by index.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn snapshot(connection: &Connection, now: SystemTime) -> Result<Snapshot, Error> {
    read_snapshot(connection, now).map_err(fault)
}

fn read_snapshot(connection: &Connection, now: SystemTime) -> rusqlite::Result<Snapshot> {
    let number = |sql: &str| connection.query_row(sql, [], |row| count(row, 0));
    let mut orders = connection
        .prepare("SELECT coalesce(outcome, ?1), count(*) FROM midtrans_order GROUP BY outcome")?;
    let orders = orders
        .query_map([OPEN], |row| Ok((row.get(0)?, count(row, 1)?)))?
        .collect::<Result<_, _>>()?;
    let due = "SELECT count(*), min(check_at) FROM midtrans_order WHERE check_at <= ?1";
    let (due, first_due) = connection.query_row(due, [to_millis(now)], count_and_moment)?;
    let changes =
        "SELECT count(*), min(changed_at) FROM midtrans_change WHERE retry_at IS NOT NULL";
    let (changes, oldest_change) = connection.query_row(changes, [], count_and_moment)?;
    Ok(Snapshot {
        notifications: number("SELECT count(*) FROM midtrans_notification")?,
        unexpected: number("SELECT count(*) FROM midtrans_notification WHERE unexpected")?,
        unread: number("SELECT count(*) FROM midtrans_wake")?,
        orders,
        due,
        longest_due: first_due.map(|first| Snapshot::age(first, now)),
        reviews: number("SELECT count(*) FROM midtrans_order WHERE review IS NOT NULL")?,
        changes,
        oldest_change: oldest_change.map(|oldest| Snapshot::age(oldest, now)),
        dead_letters: number("SELECT count(*) FROM midtrans_change WHERE retry_at IS NULL")?,
    })
}

fn count_and_moment(row: &Row<'_>) -> rusqlite::Result<(u64, Option<SystemTime>)> {
    Ok((
        count(row, 0)?,
        row.get::<_, Option<i64>>(1)?.map(from_millis),
    ))
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::unsigned_abs)
}

/// Returns what needs a person, oldest first: orders under review, and dead letters.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn dead_letters(connection: &Connection, at_most: u32) -> Result<Vec<DeadLetter>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT order_id, id, changed_at AS since, reason FROM midtrans_change WHERE retry_at IS NULL
             UNION ALL
             SELECT order_id, NULL, recorded_at, review FROM midtrans_order WHERE review IS NOT NULL
             ORDER BY since LIMIT ?1",
        )
        .map_err(fault)?;
    let dead_letters = statement.query_map([at_most], |row| {
        Ok(DeadLetter {
            order_id: row.get(0)?,
            change: row.get(1)?,
            since: from_millis(row.get(2)?),
            reason: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        })
    });
    dead_letters.and_then(Iterator::collect).map_err(fault)
}

/// Returns the notifications of orders that were not expected, by order, latest first. They are
/// kept, and added to their order when it is expected.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn unexpected(connection: &Connection, at_most: u32) -> Result<Vec<Unexpected>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT order_id, count(*), max(received_at) AS latest FROM midtrans_notification WHERE unexpected
             GROUP BY order_id ORDER BY latest DESC LIMIT ?1",
        )
        .map_err(fault)?;
    let unexpected = statement.query_map([at_most], |row| {
        Ok(Unexpected {
            order_id: row.get(0)?,
            notifications: count(row, 1)?,
            latest: from_millis(row.get(2)?),
        })
    });
    unexpected.and_then(Iterator::collect).map_err(fault)
}

/// Retries everything of an order that waits for a person: the gateway's next answer counts,
/// whatever it answered before, and the handler is called again for its dead letters. Returns the
/// number of retries; an order under review counts as one.
///
/// # Errors
/// [`Error`] when the database fails, or a value in the order's row is not valid.
pub fn retry(connection: &Connection, order_id: &str, now: SystemTime) -> Result<u64, Error> {
    if !connection.is_autocommit() {
        return retry_in(connection, order_id, now);
    }
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fault)?;
    let retried = retry_in(&transaction, order_id, now)?;
    transaction.commit().map_err(fault)?;
    bell::ring_workers();
    Ok(retried)
}

fn retry_in(connection: &Connection, order_id: &str, now: SystemTime) -> Result<u64, Error> {
    let changes = change::retry(connection, order_id)?;
    let stored = order::load(connection, order_id)?.filter(|stored| stored.row.review.is_some());
    let Some(stored) = stored else {
        return Ok(changes);
    };
    order::update(connection, &stored.row.record()?.reviewed(now), Claim::Kept)?;
    Ok(changes + 1)
}

/// Returns everything that is known about an order.
///
/// # Errors
/// [`Error`] when the database fails, or a stored value is not valid.
pub fn history(connection: &Connection, order_id: &str) -> Result<History, Error> {
    let record = order::load(connection, order_id)?
        .map(|stored| stored.row.record())
        .transpose()?;
    Ok(History {
        record,
        notifications: notifications(connection, order_id).map_err(fault)?,
        changes: change::waiting(connection, order_id)?,
    })
}

fn notifications(connection: &Connection, order_id: &str) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, received_at, transaction_id, status_code, transaction_status, gross_amount, unexpected,
            body IS NOT NULL
         FROM midtrans_notification WHERE order_id = ?1 ORDER BY received_at, id",
    )?;
    let entries = statement.query_map([order_id], |row| {
        Ok(Entry {
            id: row.get(0)?,
            received_at: from_millis(row.get(1)?),
            transaction_id: row.get(2)?,
            status_code: row.get(3)?,
            transaction_status: row.get(4)?,
            gross_amount: row.get(5)?,
            is_unexpected: row.get(6)?,
            has_body: row.get(7)?,
        })
    })?;
    entries.collect()
}

/// Deletes the bodies, which hold personal data, of notifications received before then, unless
/// their order is open or under review. Order, transaction, status and amount are kept. Returns the
/// number of deleted bodies.
///
/// It works in small steps, between which others can write. Don't call it inside a transaction.
///
/// # Errors
/// [`Error`] when the database fails. What was deleted before that stays deleted.
pub fn prune(connection: &Connection, before: SystemTime) -> Result<u64, Error> {
    let mut until = connection.prepare_cached(PRUNED_UNTIL).map_err(fault)?;
    let mut prune = connection.prepare_cached(PRUNE).map_err(fault)?;
    let mut pruned = 0;
    let mut from = (i64::MIN, i64::MIN);
    loop {
        let step = until
            .query_row(params![to_millis(before), from.0, from.1], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(fault)?;
        let Some(until) = step else {
            return Ok(pruned);
        };
        let step = params![from.0, from.1, until.0, until.1];
        pruned += prune.execute(step).map_err(fault)? as u64;
        from = until;
    }
}

/// The last of the next thousand notifications that may be pruned, as far as their time says.
const PRUNED_UNTIL: &str = "
    SELECT received_at, id FROM (
        SELECT received_at, id FROM midtrans_notification
        WHERE body IS NOT NULL AND received_at < ?1 AND (received_at, id) > (?2, ?3)
        ORDER BY received_at, id LIMIT 1000
    ) ORDER BY received_at DESC, id DESC LIMIT 1";

const PRUNE: &str = "
    UPDATE midtrans_notification AS old SET body = NULL
    WHERE body IS NOT NULL AND (received_at, id) > (?1, ?2) AND (received_at, id) <= (?3, ?4)
        AND NOT EXISTS (SELECT 1 FROM midtrans_order WHERE order_id = old.order_id
            AND (outcome IS NULL OR outcome = 'pending' OR review IS NOT NULL))";
