//! What an operator asks for: how it is going, what needs a person, what happened to an order, and forgetting.

use std::time::SystemTime;

use midtrans_inbox::{DeadLetter, Entry, History, OPEN, Snapshot, State, from_millis, to_millis};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::record::{count, optional_moment};
use crate::text::text;
use crate::{Error, record};

/// How the inbox is doing. Counts all rows, which takes some seconds per ten million.
///
/// # Errors
/// [`Error`] when the database fails.
pub async fn snapshot(connection: &mut PgConnection, now: SystemTime) -> Result<Snapshot, Error> {
    // How many are done is what is left.
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM midtrans_notification) AS everything,
            (SELECT count(*) FROM midtrans_due WHERE state = 3) AS dead,
            open.open, open.working, open.oldest, overdue.overdue, overdue.first,
            (SELECT count(*) FROM midtrans_order WHERE review IS NOT NULL) AS reviews
         FROM (SELECT count(*) AS open, count(*) FILTER (WHERE state = 1) AS working, min(received_at) AS oldest
                FROM midtrans_due JOIN midtrans_notification USING (id) WHERE due_at IS NOT NULL) AS open,
            (SELECT count(*) AS overdue, min(ask_at) AS first FROM midtrans_order WHERE ask_at <= $1) AS overdue",
    )
    .bind(to_millis(now))
    .fetch_one(&mut *connection)
    .await?;
    let orders: Vec<(String, i64)> =
        sqlx::query_as("SELECT coalesce(outcome, $1), count(*) FROM midtrans_order GROUP BY outcome")
            .bind(OPEN)
            .fetch_all(connection)
            .await?;
    let number = |column| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    let age = |since: Option<SystemTime>| since.map(|since| Snapshot::age(since, now));
    let (all, open, working, dead) = (number("everything")?, number("open")?, number("working")?, number("dead")?);
    Ok(Snapshot {
        notifications: [
            (State::Waiting, open.saturating_sub(working)),
            (State::Working, working),
            (State::Done, all.saturating_sub(open).saturating_sub(dead)),
            (State::Dead, dead),
        ]
        .into(),
        oldest_waiting: age(optional_moment(&row, "oldest")?),
        orders: orders.into_iter().map(|(outcome, count)| (outcome, count.unsigned_abs())).collect(),
        overdue_questions: number("overdue")?,
        longest_overdue: age(optional_moment(&row, "first")?),
        reviews: number("reviews")?,
    })
}

/// What needs a person, oldest first: notifications that failed too often, and orders that the reconciler cannot settle.
///
/// # Errors
/// [`Error`] when the database fails.
pub async fn dead_letters(connection: &mut PgConnection, at_most: u32) -> Result<Vec<DeadLetter>, Error> {
    let rows = sqlx::query(
        "SELECT n.order_id, n.id, n.received_at AS since, due.reason
         FROM midtrans_due due JOIN midtrans_notification n ON n.id = due.id WHERE due.state = 3
         UNION ALL
         SELECT order_id, NULL, recorded_at, review FROM midtrans_order WHERE review IS NOT NULL
         ORDER BY since LIMIT $1",
    )
    .bind(i64::from(at_most))
    .fetch_all(connection)
    .await?;
    let letter = |row: &PgRow| {
        Ok(DeadLetter {
            order_id: row.try_get("order_id")?,
            notification: row.try_get("id")?,
            since: from_millis(row.try_get("since")?),
            reason: row.try_get::<Option<String>, _>("reason")?.unwrap_or_default(),
        })
    };
    rows.iter().map(letter).collect()
}

/// Has all dead letters about an order tried again from now on, with all their tries before them. Returns how many there
/// were. A notification that was pruned stays as it is.
///
/// # Errors
/// [`Error`] when the database fails.
pub async fn retry(connection: &mut PgConnection, order_id: &str, now: SystemTime) -> Result<u64, Error> {
    let questions = sqlx::query(
        "UPDATE midtrans_order SET ask_at = $2, review = NULL, failures = 0
         WHERE order_id = $1 AND review IS NOT NULL",
    )
    .bind(text(order_id))
    .bind(to_millis(now))
    .execute(&mut *connection)
    .await?;
    // A person does not wait for the end of a pause.
    sqlx::query("UPDATE midtrans_order SET asked_at = NULL WHERE order_id = $1")
        .bind(text(order_id))
        .execute(&mut *connection)
        .await?;
    let notifications = sqlx::query(
        "UPDATE midtrans_due due SET state = 0, due_at = $2, failures = 0
         FROM midtrans_notification n
         WHERE n.id = due.id AND n.order_id = $1 AND due.state = 3 AND n.body IS NOT NULL",
    )
    .bind(text(order_id))
    .bind(to_millis(now))
    .execute(connection)
    .await?;
    Ok(questions.rows_affected() + notifications.rows_affected())
}

/// Everything that is known about an order.
///
/// # Errors
/// [`Error`] when the database fails, or holds what it cannot hold.
pub async fn history(connection: &mut PgConnection, order_id: &str) -> Result<History, Error> {
    let rows = sqlx::query(
        "SELECT n.id, n.received_at, n.transaction_id, n.status_code, n.transaction_status, n.gross_amount,
            coalesce(due.state, 2::smallint) AS state, coalesce(due.tries, n.tries) AS tries,
            coalesce(due.failures, 0) AS failures, due.due_at, coalesce(due.reason, n.reason) AS reason,
            n.body IS NOT NULL AS has_body
         FROM midtrans_notification n LEFT JOIN midtrans_due due ON due.id = n.id
         WHERE n.order_id = $1 ORDER BY n.received_at, n.id",
    )
    .bind(text(order_id))
    .fetch_all(&mut *connection)
    .await?;
    let notifications = rows.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(History { record: record::load(connection, order_id).await?, notifications })
}

fn entry(row: &PgRow) -> Result<Entry, Error> {
    Ok(Entry {
        id: row.try_get("id")?,
        received_at: from_millis(row.try_get("received_at")?),
        transaction_id: row.try_get("transaction_id")?,
        status_code: row.try_get("status_code")?,
        transaction_status: row.try_get("transaction_status")?,
        gross_amount: row.try_get("gross_amount")?,
        state: State::from_code(row.try_get("state")?).ok_or_else(|| Error::row("state"))?,
        tries: count(row, "tries")?,
        failures: count(row, "failures")?,
        due_at: optional_moment(row, "due_at")?,
        reason: row.try_get("reason")?,
        has_body: row.try_get("has_body")?,
    })
}

/// Forgets the bodies, which hold personal data, of notifications that came before then and are done. What they told
/// stays: order, transaction, status, amount. Returns how many were forgotten.
///
/// It works in small steps and lets others write in between; don't call it inside a transaction. The bodies are off the
/// disk when PostgreSQL has vacuumed the table, which it does by itself.
///
/// # Errors
/// [`Error`] when the database fails; what was forgotten until then stays forgotten.
pub async fn prune(connection: &mut PgConnection, before: SystemTime) -> Result<u64, Error> {
    const STEP: i64 = 1_000;
    let (first, last): (Option<i64>, Option<i64>) = sqlx::query_as(
        "SELECT (SELECT id FROM midtrans_notification WHERE body IS NOT NULL ORDER BY id LIMIT 1),
            (SELECT max(id) FROM midtrans_notification)",
    )
    .fetch_one(&mut *connection)
    .await?;
    let mut pruned = 0;
    let mut from = first.unwrap_or(i64::MAX);
    while last.is_some_and(|last| from <= last) {
        let step = sqlx::query(
            "UPDATE midtrans_notification n SET body = NULL
             WHERE id BETWEEN $1 AND $2 AND body IS NOT NULL AND received_at < $3
                AND NOT EXISTS (SELECT FROM midtrans_due due WHERE due.id = n.id)",
        )
        .bind(from)
        .bind(from + STEP - 1)
        .bind(to_millis(before))
        .execute(&mut *connection)
        .await?;
        pruned += step.rows_affected();
        from += STEP;
    }
    Ok(pruned)
}
