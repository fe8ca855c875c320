//! Queries for operators: numbers, what needs a person, and the history of an order.

use std::time::{Duration, SystemTime};

use midtrans_inbox::store::{from_millis, to_millis};
use midtrans_inbox::{DeadLetter, Entry, Error, History, OPEN, Snapshot, Unexpected};
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use crate::change;
use crate::fault::fault;
use crate::order::{self, Claim};
use crate::pool::BEGIN;
use crate::text::text;

pub(crate) async fn snapshot(
    connection: &mut PgConnection,
    now: SystemTime,
) -> Result<Snapshot, Error> {
    read_snapshot(connection, now).await.map_err(fault)
}

async fn read_snapshot(connection: &mut PgConnection, now: SystemTime) -> sqlx::Result<Snapshot> {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM midtrans_notification) AS notifications,
            (SELECT count(*) FROM midtrans_notification WHERE unexpected) AS unexpected,
            (SELECT count(*) FROM midtrans_wake) AS unread,
            (SELECT count(*) FROM midtrans_order WHERE check_at <= $1) AS due,
            (SELECT min(check_at) FROM midtrans_order WHERE check_at <= $1) AS first_due,
            (SELECT count(*) FROM midtrans_order WHERE review IS NOT NULL) AS reviews,
            (SELECT count(*) FROM midtrans_change WHERE retry_at IS NULL) AS dead_letters,
            count(*) AS changes, min(changed_at) AS oldest_change
         FROM midtrans_change WHERE retry_at IS NOT NULL",
    );
    let row = row.bind(to_millis(now)).fetch_one(&mut *connection).await?;
    let orders = sqlx::query_as(
        "SELECT coalesce(outcome, $1), count(*) FROM midtrans_order GROUP BY outcome",
    );
    let orders: Vec<(String, i64)> = orders.bind(OPEN).fetch_all(connection).await?;
    let number = |column| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    Ok(Snapshot {
        notifications: number("notifications")?,
        unexpected: number("unexpected")?,
        unread: number("unread")?,
        orders: orders
            .into_iter()
            .map(|(outcome, count)| (outcome, count.unsigned_abs()))
            .collect(),
        due: number("due")?,
        longest_due: age(&row, "first_due", now)?,
        reviews: number("reviews")?,
        changes: number("changes")?,
        oldest_change: age(&row, "oldest_change", now)?,
        dead_letters: number("dead_letters")?,
    })
}

fn age(row: &PgRow, column: &str, now: SystemTime) -> sqlx::Result<Option<Duration>> {
    let since = row.try_get::<Option<i64>, _>(column)?;
    Ok(since.map(|since| Snapshot::age(from_millis(since), now)))
}

pub(crate) async fn dead_letters(
    connection: &mut PgConnection,
    at_most: u32,
) -> Result<Vec<DeadLetter>, Error> {
    let rows = sqlx::query(
        "SELECT order_id, id, changed_at AS since, reason FROM midtrans_change WHERE retry_at IS NULL
         UNION ALL
         SELECT order_id, NULL, recorded_at, review FROM midtrans_order WHERE review IS NOT NULL
         ORDER BY since LIMIT $1",
    );
    let rows = rows
        .bind(i64::from(at_most))
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    rows.iter()
        .map(dead_letter)
        .collect::<sqlx::Result<_>>()
        .map_err(fault)
}

fn dead_letter(row: &PgRow) -> sqlx::Result<DeadLetter> {
    Ok(DeadLetter {
        order_id: row.try_get("order_id")?,
        change: row.try_get("id")?,
        since: from_millis(row.try_get("since")?),
        reason: row
            .try_get::<Option<String>, _>("reason")?
            .unwrap_or_default(),
    })
}

pub(crate) async fn unexpected(
    connection: &mut PgConnection,
    at_most: u32,
) -> Result<Vec<Unexpected>, Error> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT order_id, count(*), max(received_at) AS latest FROM midtrans_notification WHERE unexpected
         GROUP BY order_id ORDER BY latest DESC LIMIT $1",
    )
    .bind(i64::from(at_most))
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    let mut unexpected = Vec::with_capacity(rows.len());
    for (order_id, count, latest) in rows {
        unexpected.push(Unexpected {
            order_id,
            notifications: count.unsigned_abs(),
            latest: from_millis(latest),
        });
    }
    Ok(unexpected)
}

pub(crate) async fn retry(
    connection: &mut PgConnection,
    order_id: &str,
    now: SystemTime,
) -> Result<u64, Error> {
    let mut transaction = connection.begin_with(BEGIN).await.map_err(fault)?;
    let mut retried = change::retry(&mut transaction, order_id).await?;
    let stored = order::lock(&mut transaction, order_id)
        .await?
        .filter(|stored| stored.row.review.is_some());
    if let Some(stored) = stored {
        let record = stored.row.record()?.reviewed(now);
        order::save(&mut transaction, &[stored.with(&record, Claim::Kept)?]).await?;
        retried += 1;
    }
    transaction.commit().await.map_err(fault)?;
    Ok(retried)
}

pub(crate) async fn history(
    connection: &mut PgConnection,
    order_id: &str,
) -> Result<History, Error> {
    let record = order::load(connection, order_id)
        .await?
        .map(|stored| stored.row.record())
        .transpose()?;
    let rows = sqlx::query(
        "SELECT id, received_at, transaction_id, status_code, transaction_status, gross_amount, unexpected,
            body IS NOT NULL AS has_body
         FROM midtrans_notification WHERE order_id = $1 ORDER BY received_at, id",
    );
    let rows = rows
        .bind(text(order_id))
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?;
    let notifications = rows
        .iter()
        .map(entry)
        .collect::<sqlx::Result<_>>()
        .map_err(fault)?;
    Ok(History {
        record,
        notifications,
        changes: change::waiting(connection, order_id).await?,
    })
}

fn entry(row: &PgRow) -> sqlx::Result<Entry> {
    Ok(Entry {
        id: row.try_get("id")?,
        received_at: from_millis(row.try_get("received_at")?),
        transaction_id: row.try_get("transaction_id")?,
        status_code: row.try_get("status_code")?,
        transaction_status: row.try_get("transaction_status")?,
        gross_amount: row.try_get("gross_amount")?,
        is_unexpected: row.try_get("unexpected")?,
        has_body: row.try_get("has_body")?,
    })
}

/// The last of the next thousand notifications that may be pruned, as far as their time says.
const PRUNED_UNTIL: &str = "
    SELECT received_at, id FROM (
        SELECT received_at, id FROM midtrans_notification
        WHERE body IS NOT NULL AND received_at < $1 AND (received_at, id) > ($2, $3)
        ORDER BY received_at, id LIMIT 1000
    ) AS step ORDER BY received_at DESC, id DESC LIMIT 1";

const PRUNE: &str = "
    UPDATE midtrans_notification AS old SET body = NULL
    WHERE body IS NOT NULL AND (received_at, id) > ($1, $2) AND (received_at, id) <= ($3, $4)
        AND NOT EXISTS (SELECT FROM midtrans_order WHERE midtrans_order.order_id = old.order_id
            AND (outcome IS NULL OR outcome = 'pending' OR review IS NOT NULL))";

pub(crate) async fn prune(connection: &mut PgConnection, before: SystemTime) -> Result<u64, Error> {
    let mut pruned = 0;
    let mut from = (i64::MIN, i64::MIN);
    loop {
        let until: Option<(i64, i64)> = sqlx::query_as(PRUNED_UNTIL)
            .bind(to_millis(before))
            .bind(from.0)
            .bind(from.1)
            .fetch_optional(&mut *connection)
            .await
            .map_err(fault)?;
        let Some(until) = until else {
            return Ok(pruned);
        };
        let step = sqlx::query(PRUNE)
            .bind(from.0)
            .bind(from.1)
            .bind(until.0)
            .bind(until.1);
        let step = step.execute(&mut *connection).await.map_err(fault)?;
        pruned += step.rows_affected();
        from = until;
    }
}
