//! Storing what was notified, and what is expected.

use std::collections::{BTreeMap, HashSet};
use std::time::SystemTime;

use midtrans_inbox::protocol::{IdempotencyKey, Notification};
use midtrans_inbox::{Accepted, Arrival, DedupeKey, Expectation, Expecting, Outcome, Record, to_millis};
use sqlx::PgConnection;

use crate::text::text;
use crate::{Error, record, save};

/// Stores a verified notification, or finds that it was stored before. When this returns, and its transaction is
/// committed if it has one, the gateway may forget it: answer 200. After an error answer 503, which a `Result` that is
/// turned into an [`Acknowledge`](midtrans_inbox::protocol::Acknowledge) does by itself.
///
/// Do nothing else before the answer: the worker does the rest. Committed means durable unless `synchronous_commit` was
/// turned off, which no inbox survives.
///
/// # Errors
/// [`Error`] when the database fails; then nothing is stored, unless the connection broke during the commit.
pub async fn accept(
    connection: &mut PgConnection,
    notification: &Notification,
    now: SystemTime,
) -> Result<Accepted, Error> {
    let arrival = Arrival::of(notification, now);
    // Without a conflict target it would also swallow other constraints.
    let stored: i64 = sqlx::query_scalar(
        "WITH stored AS (
            INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, received_at, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
         ), due AS (
            INSERT INTO midtrans_due (id, state, due_at) SELECT id, 0, $10 FROM stored WHERE $10 IS NOT NULL
         )
         SELECT count(*) FROM stored",
    )
    .bind(arrival.key.as_bytes().as_slice())
    .bind(text(&arrival.order_id))
    .bind(arrival.transaction_id.as_deref().map(text))
    .bind(text(&arrival.status_code))
    .bind(arrival.transaction_status.as_deref().map(text))
    .bind(arrival.fraud_status.as_deref().map(text))
    .bind(text(&arrival.gross_amount))
    .bind(arrival.received_at)
    .bind(text(&arrival.body))
    .bind(arrival.due_at)
    // Reads on until the server is ready again, which is after its commit; the row comes before that.
    .fetch_one(connection)
    .await?;
    Ok(if stored == 0 { Accepted::Repeat } else { Accepted::New })
}

/// Stores all of them or none of them, in one statement, and says what became of each.
pub(crate) async fn store(connection: &mut PgConnection, arrivals: &[Arrival]) -> Result<Vec<Accepted>, Error> {
    // By key and so in one order for everybody: two groups with the same keys would else wait for each other.
    let unique: BTreeMap<DedupeKey, &Arrival> = arrivals.iter().map(|arrival| (arrival.key, arrival)).collect();
    let each = || unique.values().copied();
    let texts = |of: fn(&Arrival) -> Option<&str>| each().map(|row| of(row).map(text)).collect::<Vec<_>>();
    let inserted: Vec<Vec<u8>> = sqlx::query_scalar(
        "WITH stored AS (
            INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, received_at, body)
            SELECT * FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::bigint[], $9::text[])
            ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, dedupe_key
         ), due AS (
            INSERT INTO midtrans_due (id, state, due_at)
            SELECT stored.id, 0, arrived.due_at FROM stored
            JOIN UNNEST($1::bytea[], $10::bigint[]) AS arrived (dedupe_key, due_at) USING (dedupe_key)
            WHERE arrived.due_at IS NOT NULL
         )
         SELECT dedupe_key FROM stored",
    )
    .bind(each().map(|row| row.key.as_bytes().as_slice()).collect::<Vec<_>>())
    .bind(texts(|row| Some(&row.order_id)))
    .bind(texts(|row| row.transaction_id.as_deref()))
    .bind(texts(|row| Some(&row.status_code)))
    .bind(texts(|row| row.transaction_status.as_deref()))
    .bind(texts(|row| row.fraud_status.as_deref()))
    .bind(texts(|row| Some(&row.gross_amount)))
    .bind(each().map(|row| row.received_at).collect::<Vec<_>>())
    .bind(texts(|row| Some(&row.body)))
    .bind(each().map(|row| row.due_at).collect::<Vec<_>>())
    // Reads on until the server is ready again, which is after its commit; its rows come before that.
    .fetch_all(connection)
    .await?;
    // The first of several equal ones takes the key out; the others are repeats.
    let mut new: HashSet<Vec<u8>> = inserted.into_iter().collect();
    let accepted = |arrival: &Arrival| match new.remove(arrival.key.as_bytes().as_slice()) {
        true => Accepted::New,
        false => Accepted::Repeat,
    };
    Ok(arrivals.iter().map(accepted).collect())
}

/// Writes down what is about to be charged. Do it in the transaction that stores the order, commit, and then send the
/// charge with the expectation's idempotency key.
///
/// Call it before you touch the order's own row, which for an order that is charged again belongs to its earlier life until
/// [`Expecting::Recorded`] is the answer. The worker, too, locks the inbox's row first and calls your handler then; in the
/// other order the two can wait for each other, which PostgreSQL ends after a second by failing one of them.
///
/// # Errors
/// [`Error`] when the database fails; then don't charge.
pub async fn expect(
    connection: &mut PgConnection,
    expectation: &Expectation,
    now: SystemTime,
) -> Result<Expecting, Error> {
    let new = Record::new(expectation.clone(), now);
    loop {
        if save::insert(connection, &new).await? {
            return Ok(Expecting::Recorded);
        }
        let Some(stored) = record::load(connection, expectation.order_id.as_str()).await? else { continue };
        match stored.renewed(expectation, now) {
            Ok(renewed) if save::renew(connection, &stored, &renewed).await? => return Ok(Expecting::Recorded),
            // The order has changed since it was read: look again.
            Ok(_) => {}
            Err(answer) => return Ok(answer),
        }
    }
}

/// Has the reconciler ask about an order no later than then: when the customer is back and the settlement should have
/// been notified, see [`SETTLEMENT_IS_TOLD_AFTER`](midtrans_inbox::SETTLEMENT_IS_TOLD_AFTER), or when a charge ended with
/// an unknown outcome. Does nothing for an order of which there is a last word, or none at all.
///
/// # Errors
/// [`Error`] when the database fails.
pub async fn ask_by(connection: &mut PgConnection, order_id: &str, when: SystemTime) -> Result<(), Error> {
    sqlx::query("UPDATE midtrans_order SET ask_at = $2 WHERE order_id = $1 AND ask_at > $2")
        .bind(text(order_id))
        .bind(to_millis(when))
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the gateway has refused a charge for certain (an error without an unknown outcome), so that the order may be
/// charged again at once instead of when the reconciler has asked. The handler is not called: whoever calls this knows.
/// Counts only for the charge with this idempotency key, and only while nothing was heard of it; returns whether it did.
/// The reconciler asks all the same, once: should an earlier attempt have arrived after all, it is found.
///
/// # Errors
/// [`Error`] when the database fails; the reconciler finds out by itself then.
pub async fn not_charged(connection: &mut PgConnection, order_id: &str, key: &IdempotencyKey) -> Result<bool, Error> {
    let updated = sqlx::query(
        "UPDATE midtrans_order SET outcome = $3
         WHERE order_id = $1 AND idempotency_key = $2 AND outcome IS NULL",
    )
    .bind(text(order_id))
    .bind(key.as_str())
    .bind(Outcome::NotCharged.as_str())
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}
