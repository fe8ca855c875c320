//! The rows about one order, read as one [`Record`].

use std::time::SystemTime;

use midtrans_inbox::protocol::{IdempotencyKey, OrderId, PaymentType, Rupiah, Stage, TransactionStatus};
use midtrans_inbox::{Expectation, Outcome, Payment, Record, Refund, from_millis};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::Error;
use crate::text::text;

/// What is stored about an order; `None` if it was never written down.
///
/// # Errors
/// [`Error`] when the database fails, or holds what it cannot hold.
pub async fn load(connection: &mut PgConnection, order_id: &str) -> Result<Option<Record>, Error> {
    // All in one statement, which sees all of it at one moment. A part with a status is a payment, one without is a refund.
    let rows = sqlx::query(
        "SELECT o.order_id, o.amount, provider, idempotency_key, ask_from, expires_at, recorded_at, o.outcome, acted_paid,
            asked_at, asked, failures, ask_at, review, part.id AS part_id, part.transaction_id, part.status,
            part.amount AS part_amount, part.outcome AS part_outcome, part.confirmed, part.refund_key,
            part.refund_chargeback_id
         FROM midtrans_order o LEFT JOIN (
            SELECT id, transaction_id, status, refunded AS amount, outcome, confirmed, NULL::text AS refund_key,
                NULL::text AS refund_chargeback_id
            FROM midtrans_payment WHERE order_id = $1
            UNION ALL
            SELECT id, transaction_id, NULL, amount, NULL, confirmed, refund_key, refund_chargeback_id
            FROM midtrans_refund WHERE order_id = $1
         ) part ON TRUE
         WHERE o.order_id = $1 ORDER BY part.id",
    )
    .bind(text(order_id))
    .fetch_all(connection)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut record = order(first)?;
    for row in &rows {
        if row.try_get::<Option<i64>, _>("part_id")?.is_none() {
            break;
        }
        match row.try_get::<Option<String>, _>("status")? {
            Some(status) => record.payments.push(payment(row, &status)?),
            None => record.refunds.push(refund(row)?),
        }
    }
    Ok(Some(record))
}

fn order(row: &PgRow) -> Result<Record, Error> {
    let word = |column| row.try_get::<String, _>(column);
    let moment = |column| row.try_get::<i64, _>(column).map(from_millis);
    Ok(Record {
        expectation: Expectation {
            order_id: OrderId::new(word("order_id")?).map_err(|_| Error::row("order_id"))?,
            amount: rupiah(row.try_get("amount")?)?,
            provider: PaymentType::from(word("provider")?.as_str()),
            idempotency_key: IdempotencyKey::new(word("idempotency_key")?)
                .map_err(|_| Error::row("idempotency_key"))?,
            ask_from: moment("ask_from")?,
            expires_at: moment("expires_at")?,
        },
        recorded_at: moment("recorded_at")?,
        outcome: row.try_get::<Option<String>, _>("outcome")?.as_deref().map(outcome).transpose()?,
        acted_paid: row.try_get("acted_paid")?,
        payments: Vec::new(),
        refunds: Vec::new(),
        asked_at: optional_moment(row, "asked_at")?,
        asked: count(row, "asked")?,
        failures: count(row, "failures")?,
        ask_at: optional_moment(row, "ask_at")?,
        review: row.try_get("review")?,
    })
}

fn payment(row: &PgRow, status: &str) -> Result<Payment, Error> {
    Ok(Payment {
        transaction_id: row.try_get("transaction_id")?,
        stage: Stage {
            status: TransactionStatus::from(status),
            refunded: row.try_get::<Option<i64>, _>("part_amount")?.map(rupiah).transpose()?,
        },
        outcome: outcome(&row.try_get::<String, _>("part_outcome")?)?,
        confirmed: row.try_get("confirmed")?,
    })
}

fn refund(row: &PgRow) -> Result<Refund, Error> {
    Ok(Refund {
        transaction_id: row.try_get("transaction_id")?,
        refund_key: row.try_get("refund_key")?,
        refund_chargeback_id: row.try_get("refund_chargeback_id")?,
        amount: rupiah(row.try_get("part_amount")?)?,
        confirmed: row.try_get("confirmed")?,
    })
}

/// How often something happened. PostgreSQL has no unsigned numbers.
pub(crate) fn count(row: &PgRow, column: &'static str) -> Result<u32, Error> {
    u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::row(column))
}

pub(crate) fn optional_moment(row: &PgRow, column: &'static str) -> Result<Option<SystemTime>, Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(from_millis))
}

fn outcome(word: &str) -> Result<Outcome, Error> {
    Outcome::from_word(word).ok_or_else(|| Error::row("outcome"))
}

fn rupiah(number: i64) -> Result<Rupiah, Error> {
    u64::try_from(number).map(Rupiah::new).map_err(|_| Error::row("amount"))
}
