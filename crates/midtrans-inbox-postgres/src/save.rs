//! The rows about one order, written from a [`Record`].

use std::time::SystemTime;

use midtrans_inbox::protocol::Rupiah;
use midtrans_inbox::{Outcome, Payment, Record, Refund, to_millis};
use sqlx::PgConnection;

use crate::Error;
use crate::text::text;

/// Writes a new order down. Returns whether it was not there yet.
pub(crate) async fn insert(connection: &mut PgConnection, record: &Record) -> Result<bool, Error> {
    let expectation = &record.expectation;
    let inserted = sqlx::query(
        "INSERT INTO midtrans_order (order_id, amount, provider, idempotency_key, ask_from, expires_at, recorded_at, ask_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (order_id) DO NOTHING",
    )
    .bind(expectation.order_id.as_str())
    .bind(number(expectation.amount)?)
    .bind(text(expectation.provider.as_str()))
    .bind(expectation.idempotency_key.as_str())
    .bind(to_millis(expectation.ask_from))
    .bind(to_millis(expectation.expires_at))
    .bind(to_millis(record.recorded_at))
    .bind(record.ask_at.map(to_millis))
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Begins another life of an order. Returns whether it is still as it was when it was read: a late payment, or another
/// connection that charges the order again, may have come in between.
pub(crate) async fn renew(connection: &mut PgConnection, stored: &Record, renewed: &Record) -> Result<bool, Error> {
    let expectation = &renewed.expectation;
    let updated = sqlx::query(
        "UPDATE midtrans_order SET amount = $4, provider = $5, idempotency_key = $6, ask_from = $7, expires_at = $8,
            recorded_at = $9, ask_at = $10, outcome = NULL, acted_paid = FALSE, asked = asked + 1,
            failures = 0, review = NULL
         WHERE order_id = $1 AND idempotency_key = $2 AND outcome IS NOT DISTINCT FROM $3",
    )
    .bind(expectation.order_id.as_str())
    .bind(stored.expectation.idempotency_key.as_str())
    .bind(stored.outcome.map(Outcome::as_str))
    .bind(number(expectation.amount)?)
    .bind(text(expectation.provider.as_str()))
    .bind(expectation.idempotency_key.as_str())
    .bind(to_millis(expectation.ask_from))
    .bind(to_millis(expectation.expires_at))
    .bind(to_millis(renewed.recorded_at))
    .bind(renewed.ask_at.map(to_millis))
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Writes what differs between two states of one order, whose row is locked.
pub(crate) async fn save(connection: &mut PgConnection, before: &Record, after: &Record) -> Result<(), Error> {
    if order_row(before) != order_row(after) {
        save_order(connection, after).await?;
    }
    let payments: Vec<_> = after.payments.iter().filter(|payment| !before.payments.contains(payment)).collect();
    if !payments.is_empty() {
        save_payments(connection, after, &payments).await?;
    }
    let is_gone =
        |payment: &&Payment| after.payments.iter().all(|other| other.transaction_id != payment.transaction_id);
    let gone: Vec<_> = before.payments.iter().filter(is_gone).map(|payment| text(&payment.transaction_id)).collect();
    if !gone.is_empty() {
        sqlx::query("DELETE FROM midtrans_payment WHERE order_id = $1 AND transaction_id = ANY ($2)")
            .bind(after.expectation.order_id.as_str())
            .bind(gone)
            .execute(&mut *connection)
            .await?;
    }
    if before.refunds != after.refunds {
        save_refunds(connection, after).await?;
    }
    Ok(())
}

type OrderRow<'a> = (Option<Outcome>, bool, Option<SystemTime>, Option<SystemTime>, u32, &'a Option<String>);

fn order_row(record: &Record) -> OrderRow<'_> {
    (record.outcome, record.acted_paid, record.asked_at, record.ask_at, record.failures, &record.review)
}

async fn save_order(connection: &mut PgConnection, record: &Record) -> Result<(), Error> {
    sqlx::query(
        "UPDATE midtrans_order SET outcome = $2, acted_paid = $3, asked_at = $4, ask_at = $5, failures = $6, review = $7
         WHERE order_id = $1",
    )
    .bind(record.expectation.order_id.as_str())
    .bind(record.outcome.map(Outcome::as_str))
    .bind(record.acted_paid)
    .bind(record.asked_at.map(to_millis))
    .bind(record.ask_at.map(to_millis))
    .bind(i64::from(record.failures))
    .bind(record.review.as_deref().map(text))
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_payments(connection: &mut PgConnection, record: &Record, payments: &[&Payment]) -> Result<(), Error> {
    let refunded: Result<Vec<_>, Error> =
        payments.iter().map(|payment| payment.stage.refunded.map(number).transpose()).collect();
    sqlx::query(
        "INSERT INTO midtrans_payment (order_id, transaction_id, status, refunded, outcome, confirmed)
         SELECT $1, * FROM UNNEST($2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[])
         ON CONFLICT (order_id, transaction_id) DO UPDATE
         SET status = excluded.status, refunded = excluded.refunded, outcome = excluded.outcome,
            confirmed = excluded.confirmed",
    )
    .bind(record.expectation.order_id.as_str())
    .bind(payments.iter().map(|payment| text(&payment.transaction_id)).collect::<Vec<_>>())
    .bind(payments.iter().map(|payment| text(payment.stage.status.as_str())).collect::<Vec<_>>())
    .bind(refunded?)
    .bind(payments.iter().map(|payment| payment.outcome.as_str()).collect::<Vec<_>>())
    .bind(payments.iter().map(|payment| payment.confirmed).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// All of them anew: they are few, and one that is confirmed or gets its key keeps nothing that it could be found by.
async fn save_refunds(connection: &mut PgConnection, record: &Record) -> Result<(), Error> {
    let refunds = &record.refunds;
    let texts = |of: fn(&Refund) -> Option<&str>| refunds.iter().map(|row| of(row).map(text)).collect::<Vec<_>>();
    let amounts: Result<Vec<_>, Error> = refunds.iter().map(|refund| number(refund.amount)).collect();
    sqlx::query(
        "WITH gone AS (DELETE FROM midtrans_refund WHERE order_id = $1)
         INSERT INTO midtrans_refund (order_id, transaction_id, refund_key, refund_chargeback_id, amount, confirmed)
         SELECT $1, * FROM UNNEST($2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[])",
    )
    .bind(record.expectation.order_id.as_str())
    .bind(texts(|refund| Some(&refund.transaction_id)))
    .bind(texts(|refund| refund.refund_key.as_deref()))
    .bind(texts(|refund| refund.refund_chargeback_id.as_deref()))
    .bind(amounts?)
    .bind(refunds.iter().map(|refund| refund.confirmed).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// PostgreSQL's numbers end at 2^63; a larger amount is no price.
fn number(amount: Rupiah) -> Result<i64, Error> {
    i64::try_from(amount.get()).map_err(|_| Error::row("amount"))
}
