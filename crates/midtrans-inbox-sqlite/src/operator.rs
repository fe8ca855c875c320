//! What an operator asks for: how it is going, what needs a person, what happened to an order, and forgetting.

use std::time::SystemTime;

use midtrans_inbox::{DeadLetter, Entry, History, OPEN, Snapshot, State, from_millis, to_millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Error, record};

/// How the inbox is doing. Counts all rows, which takes a second per some ten million.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn snapshot(connection: &Connection, now: SystemTime) -> Result<Snapshot, Error> {
    let number = |sql: &str| -> Result<u64, Error> { Ok(connection.query_row(sql, [], |row| count(row, 0))?) };
    let since = |sql: &str| -> Result<Option<SystemTime>, Error> {
        let millis: Option<i64> = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(millis.map(from_millis))
    };
    let all = number("SELECT count(*) FROM midtrans_notification")?;
    let open = number("SELECT count(*) FROM midtrans_notification WHERE due_at IS NOT NULL")?;
    let working = number("SELECT count(*) FROM midtrans_notification WHERE due_at IS NOT NULL AND state = 1")?;
    let dead = number("SELECT count(*) FROM midtrans_notification WHERE state = 3")?;
    let mut orders =
        connection.prepare("SELECT coalesce(outcome, ?1), count(*) FROM midtrans_order GROUP BY outcome")?;
    let orders = orders.query_map([OPEN], |row| Ok((row.get(0)?, count(row, 1)?)))?.collect::<Result<_, _>>()?;
    let overdue = "FROM midtrans_order WHERE ask_at <= ?1";
    let (overdue_questions, first): (u64, Option<i64>) =
        connection.query_row(&format!("SELECT count(*), min(ask_at) {overdue}"), [to_millis(now)], |row| {
            Ok((count(row, 0)?, row.get(1)?))
        })?;
    Ok(Snapshot {
        notifications: [
            (State::Waiting, open.saturating_sub(working)),
            (State::Working, working),
            (State::Done, all.saturating_sub(open).saturating_sub(dead)),
            (State::Dead, dead),
        ]
        .into(),
        oldest_waiting: since("SELECT min(received_at) FROM midtrans_notification WHERE due_at IS NOT NULL")?
            .map(|since| Snapshot::age(since, now)),
        orders,
        overdue_questions,
        longest_overdue: first.map(|first| Snapshot::age(from_millis(first), now)),
        reviews: number("SELECT count(*) FROM midtrans_order WHERE review IS NOT NULL")?,
    })
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::unsigned_abs)
}

/// What needs a person, oldest first: notifications that failed too often, and orders that the reconciler cannot settle.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn dead_letters(connection: &Connection, at_most: u32) -> Result<Vec<DeadLetter>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id, id, received_at AS since, reason FROM midtrans_notification WHERE state = 3
         UNION ALL
         SELECT order_id, NULL, recorded_at, review FROM midtrans_order WHERE review IS NOT NULL
         ORDER BY since LIMIT ?1",
    )?;
    let letters = statement.query_map([at_most], |row| {
        Ok(DeadLetter {
            order_id: row.get(0)?,
            notification: row.get(1)?,
            since: from_millis(row.get(2)?),
            reason: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        })
    })?;
    Ok(letters.collect::<Result<_, _>>()?)
}

/// Has all dead letters about an order tried again from now on, with all their tries before them. Returns how many there
/// were. A notification that was pruned stays as it is.
///
/// # Errors
/// [`Error`] when the database fails.
pub fn retry(connection: &Connection, order_id: &str, now: SystemTime) -> Result<u64, Error> {
    let notifications = connection.execute(
        "UPDATE midtrans_notification SET state = 0, due_at = ?2, failures = 0
         WHERE order_id = ?1 AND state = 3 AND body IS NOT NULL",
        params![order_id, to_millis(now)],
    )?;
    let questions = connection.execute(
        "UPDATE midtrans_order SET ask_at = ?2, review = NULL, failures = 0
         WHERE order_id = ?1 AND review IS NOT NULL",
        params![order_id, to_millis(now)],
    )?;
    // A person does not wait for the end of a pause.
    connection.execute("UPDATE midtrans_order SET asked_at = NULL WHERE order_id = ?1", [order_id])?;
    Ok((notifications + questions) as u64)
}

/// Everything that is known about an order.
///
/// # Errors
/// [`Error`] when the database fails, or holds what it cannot hold.
pub fn history(connection: &Connection, order_id: &str) -> Result<History, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, received_at, transaction_id, status_code, transaction_status, gross_amount, state, tries, failures,
            due_at, reason, body IS NOT NULL
         FROM midtrans_notification WHERE order_id = ?1 ORDER BY received_at, id",
    )?;
    let mut rows = statement.query([order_id])?;
    let mut notifications = Vec::new();
    while let Some(row) = rows.next()? {
        notifications.push(entry(row)?);
    }
    Ok(History { record: record::load(connection, order_id)?, notifications })
}

fn entry(row: &Row<'_>) -> Result<Entry, Error> {
    Ok(Entry {
        id: row.get(0)?,
        received_at: from_millis(row.get(1)?),
        transaction_id: row.get(2)?,
        status_code: row.get(3)?,
        transaction_status: row.get(4)?,
        gross_amount: row.get(5)?,
        state: State::from_code(row.get(6)?).ok_or_else(|| Error::row("state"))?,
        tries: row.get(7)?,
        failures: row.get(8)?,
        due_at: row.get::<_, Option<i64>>(9)?.map(from_millis),
        reason: row.get(10)?,
        has_body: row.get(11)?,
    })
}

/// Forgets the bodies, which hold personal data, of notifications that came before then and are done. What they told
/// stays: order, transaction, status, amount. Returns how many were forgotten.
///
/// It works in small steps and lets others write in between; don't call it inside a transaction.
///
/// # Errors
/// [`Error`] when the database fails; what was forgotten until then stays forgotten.
pub fn prune(connection: &Connection, before: SystemTime) -> Result<u64, Error> {
    const STEP: i64 = 1_000;
    let last: Option<i64> = connection.query_row("SELECT max(id) FROM midtrans_notification", [], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_notification SET body = NULL
         WHERE id BETWEEN ?1 AND ?2 AND body IS NOT NULL AND state = 2 AND received_at < ?3",
    )?;
    let mut pruned = 0;
    let mut from = first_with_body(connection)?.unwrap_or(i64::MAX);
    while last.is_some_and(|last| from <= last) {
        pruned += statement.execute(params![from, from + STEP - 1, to_millis(before)])? as u64;
        from += STEP;
    }
    Ok(pruned)
}

fn first_with_body(connection: &Connection) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM midtrans_notification WHERE body IS NOT NULL ORDER BY id LIMIT 1";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?)
}
