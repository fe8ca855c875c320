//! Storing notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use midtrans_inbox::protocol::Notification;
use midtrans_inbox::store::{MAX_PER_ORDER, NewNotification, to_millis};
use midtrans_inbox::{Accepted, DedupeKey, Error};
use sqlx::PgConnection;

use crate::fault::fault;
use crate::text::text;

/// Stores a verified notification in your own transaction. Your commit is the acknowledgement:
/// answer 200 only after it.
///
/// [`Inbox::accept`](crate::Inbox::accept) is faster and has fewer traps: it needs no connection of
/// yours, and nothing that becomes of yours matters to it.
///
/// # Errors
/// [`Error`] when the database fails; then roll back, and answer 503.
pub async fn accept_in(
    connection: &mut PgConnection,
    notification: &Notification,
    now: SystemTime,
) -> Result<Accepted, Error> {
    let accepted = store(connection, &[NewNotification::of(notification, now)]).await?;
    Ok(accepted.first().copied().unwrap_or(Accepted::Duplicate))
}

/// Stores all of them or none of them, in one statement, and says what became of each.
///
/// It waits for no order. Duplicates are found before anything is written, so that they cost one
/// look at an index.
pub(crate) async fn store(
    connection: &mut PgConnection,
    new: &[NewNotification],
) -> Result<Vec<Accepted>, Error> {
    // By key and so in the same order everywhere: two groups with the same keys would else wait for
    // each other.
    let unique: BTreeMap<DedupeKey, &NewNotification> =
        new.iter().rev().map(|row| (row.key, row)).collect();
    let each = || unique.values().copied();
    let texts = |of: fn(&NewNotification) -> Option<&str>| {
        each().map(|row| of(row).map(text)).collect::<Vec<_>>()
    };
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
        // An amount beyond what a database can keep is no order's.
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
        // Reads on until the server is ready again, which is after its commit; the rows come before
        // that.
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    // The first of several equal ones takes the key out; the others are duplicates.
    let mut inserted: BTreeSet<Vec<u8>> = inserted.into_iter().collect();
    let accepted = |row: &NewNotification| match inserted.remove(row.key.as_bytes().as_slice()) {
        true => Accepted::New,
        false => Accepted::Duplicate,
    };
    Ok(new.iter().map(accepted).collect())
}

/// `fresh` are those that are not stored yet, each with its place among all of its order. Of what
/// is not stored, because it is stored already or there are too many, an order is woken by only as
/// much as it takes: one per code where there are too many, where the same words may be news or
/// speak against what was told, or where a person waits for news.
///
/// Rows are looked for with scalar queries, one by one and so by index. With EXISTS, a plan that
/// PostgreSQL has made while the table was small reads all of it each time, until it is analysed.
///
/// Arrays are selected, so that their length is unknown to PostgreSQL: else it thinks that a plan
/// for just these is worth its while, and makes one each time, which takes longer than the
/// statement.
///
/// The conflict has no target, so that the table may be one of partitions by month, where the key
/// alone cannot be unique.
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
