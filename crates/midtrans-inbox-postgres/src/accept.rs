//! Storing notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::store::{MAX_PER_ORDER, NewNotification, to_millis};
use midtrans_inbox::{Accepted, DedupeKey, Error};
use sqlx::PgConnection;

use crate::fault::fault;
use crate::text;

/// Stores a verified notification in your own transaction. Your commit is the acknowledgement:
/// answer 200 only after it.
///
/// [`Inbox::accept`](crate::Inbox::accept) is faster and safer: it uses no connection of yours, so
/// the end of your transaction does not matter to it.
///
/// # Errors
/// [`Error`] when the database fails. Then roll back, and answer 503.
pub async fn accept_in(
    connection: &mut PgConnection,
    notification: &Notification,
    now: SystemTime,
) -> Result<Accepted, Error> {
    let accepted = store(connection, &[NewNotification::of(notification, now)]).await?;
    Ok(accepted.first().copied().unwrap_or(Accepted::Duplicate))
}

/// Stores all notifications or none, in one statement, and returns the result of each.
///
/// It waits for no order. Duplicates are found before anything is written, so that each costs one
/// index lookup.
pub(crate) async fn store(
    connection: &mut PgConnection,
    new: &[NewNotification],
) -> Result<Vec<Accepted>, Error> {
    // Sorted by key, and so in the same order everywhere: otherwise two groups with the same keys
    // could deadlock.
    let unique: BTreeMap<DedupeKey, &NewNotification> =
        new.iter().rev().map(|row| (row.key, row)).collect();
    let each = || unique.values().copied();
    let texts = |of: fn(&NewNotification) -> Option<&str>| text::texts(each(), of);
    let inserted: Vec<Vec<u8>> = sqlx::query_scalar(STORE)
        .bind(
            each()
                .map(|row| row.key.as_bytes().as_slice())
                .collect::<Vec<_>>(),
        )
        .bind(texts(|row| Some(&row.order_id)))
        .bind(texts(|row| row.transaction_id.as_deref()))
        .bind(texts(|row| Some(&row.status_code)))
        .bind(texts(|row| row.transaction_status.as_deref()))
        .bind(texts(|row| row.fraud_status.as_deref()))
        .bind(texts(|row| Some(&row.gross_amount)))
        // No order has an amount beyond the range of the database.
        .bind(
            each()
                .map(|row| {
                    row.amount
                        .and_then(|amount| i64::try_from(amount.get()).ok())
                })
                .collect::<Vec<_>>(),
        )
        .bind(
            each()
                .map(|row| to_millis(row.received_at))
                .collect::<Vec<_>>(),
        )
        .bind(texts(|row| Some(&row.body)))
        .bind(each().map(|row| row.is_about_an_order).collect::<Vec<_>>())
        .bind(i64::from(MAX_PER_ORDER))
        .bind(each().map(|row| row.may_repeat).collect::<Vec<_>>())
        .bind(texts(|row| Some(row.contradicts)))
        // Reads until the server is ready again, which is after its commit; the rows come before
        // that.
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    // The first of several equal ones removes the key; the others are duplicates.
    let mut inserted: BTreeSet<Vec<u8>> = inserted.into_iter().collect();
    let is_inserted = new
        .iter()
        .map(|row| inserted.remove(row.key.as_bytes().as_slice()));
    Ok(is_inserted
        .map(|is_new| {
            if is_new {
                Accepted::New
            } else {
                Accepted::Duplicate
            }
        })
        .collect())
}

/// `fresh` holds the notifications that are not stored yet, each with its position among all of its
/// order. One that is not stored, because it is a duplicate or beyond the limit, wakes its order
/// only if needed: one per code if it is beyond the limit, if a repeated notification may be news
/// or contradicts what was told, or if a person waits for news.
///
/// Rows are found by scalar subqueries, one by one and so by index. With EXISTS, a plan that
/// PostgreSQL made while the table was small would read all of it each time, until it is analysed.
///
/// Arrays are selected, so that PostgreSQL does not know their length. Otherwise it makes a plan
/// for just these values each time, which takes longer than the statement.
///
/// The conflict has no target, because the table may be partitioned by month, where the key alone
/// cannot be unique.
const STORE: &str = "
    WITH arrived AS (
        SELECT * FROM UNNEST((SELECT $1::bytea[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::text[]),
            (SELECT $5::text[]), (SELECT $6::text[]), (SELECT $7::text[]), (SELECT $8::bigint[]), (SELECT $9::bigint[]),
            (SELECT $10::text[]), (SELECT $11::boolean[]), (SELECT $13::boolean[]),
            (SELECT $14::text[]))
            AS arrived (dedupe_key, order_id, transaction_id, status_code, transaction_status, fraud_status, gross_amount,
                amount, received_at, body, is_about_an_order, may_repeat, contradicts)
    ), fresh AS (
        SELECT arrived.*, row_number() OVER (PARTITION BY order_id ORDER BY dedupe_key) + (
            SELECT count(*) FROM (
                SELECT FROM midtrans_notification stored WHERE stored.order_id = arrived.order_id LIMIT $12
            ) AS kept) AS place
        FROM arrived
        WHERE (
            SELECT id FROM midtrans_notification stored WHERE stored.dedupe_key = arrived.dedupe_key LIMIT 1) IS NULL
    ), stored AS (
        INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
            fraud_status, gross_amount, amount, received_at, body)
        SELECT dedupe_key, order_id, transaction_id, status_code, transaction_status, fraud_status, gross_amount, amount,
            received_at, body
        FROM fresh WHERE place <= $12 ORDER BY dedupe_key
        ON CONFLICT DO NOTHING RETURNING id, dedupe_key
    ), woken AS (
        INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
        SELECT order_id, status_code, amount, transaction_id, received_at, stored.id
        FROM fresh JOIN stored USING (dedupe_key) WHERE is_about_an_order
    ), woken_again AS (
        INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at)
        SELECT DISTINCT ON (order_id, status_code) order_id, status_code, arrived.amount, transaction_id, received_at
        FROM arrived
        WHERE is_about_an_order
            AND CASE WHEN dedupe_key IN (SELECT dedupe_key FROM fresh WHERE place <= $12) THEN FALSE
                WHEN dedupe_key IN (SELECT dedupe_key FROM fresh) THEN TRUE
                ELSE may_repeat OR (SELECT review IS NOT NULL OR position(',' || outcome || ',' IN contradicts) > 0
                    FROM midtrans_order WHERE midtrans_order.order_id = arrived.order_id)
                END
            AND NOT EXISTS (SELECT FROM midtrans_wake waiting WHERE waiting.order_id = arrived.order_id
                AND waiting.status_code = arrived.status_code AND waiting.notification_id IS NULL)
        ORDER BY order_id, status_code
    )
    SELECT dedupe_key FROM stored";
