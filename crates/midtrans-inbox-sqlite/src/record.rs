//! The rows about one order, read and written as one [`Record`].

use std::time::SystemTime;

use midtrans_inbox::protocol::{IdempotencyKey, OrderId, PaymentType, Rupiah, Stage, TransactionStatus};
use midtrans_inbox::{Expectation, Outcome, Payment, Record, Refund, from_millis, to_millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Error;

/// What is stored about an order; `None` if it was never written down.
///
/// # Errors
/// [`Error`] when the database fails, or holds what it cannot hold.
pub fn load(connection: &Connection, order_id: &str) -> Result<Option<Record>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id, amount, provider, idempotency_key, ask_from, expires_at, recorded_at, outcome, acted_paid,
            asked_at, asked, failures, ask_at, review
         FROM midtrans_order WHERE order_id = ?1",
    )?;
    let Some(found) = statement.query_row([order_id], |row| Ok(read(row))).optional()? else { return Ok(None) };
    let mut record = found?;
    record.payments = payments(connection, order_id)?;
    record.refunds = refunds(connection, order_id)?;
    Ok(Some(record))
}

fn read(row: &Row<'_>) -> Result<Record, Error> {
    let text = |at| row.get::<_, String>(at);
    let moment = |at| row.get::<_, Option<i64>>(at).map(|millis| millis.map(from_millis));
    let outcome: Option<String> = row.get(7)?;
    let outcome = match outcome {
        Some(word) => Some(Outcome::from_word(&word).ok_or_else(|| Error::row("outcome"))?),
        None => None,
    };
    Ok(Record {
        expectation: Expectation {
            order_id: OrderId::new(text(0)?).map_err(|_| Error::row("order_id"))?,
            amount: rupiah(row.get(1)?)?,
            provider: PaymentType::from(text(2)?.as_str()),
            idempotency_key: IdempotencyKey::new(text(3)?).map_err(|_| Error::row("idempotency_key"))?,
            ask_from: from_millis(row.get(4)?),
            expires_at: from_millis(row.get(5)?),
        },
        recorded_at: from_millis(row.get(6)?),
        outcome,
        acted_paid: row.get(8)?,
        payments: Vec::new(),
        refunds: Vec::new(),
        asked_at: moment(9)?,
        asked: row.get(10)?,
        failures: row.get(11)?,
        ask_at: moment(12)?,
        review: row.get(13)?,
    })
}

fn payments(connection: &Connection, order_id: &str) -> Result<Vec<Payment>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT transaction_id, status, refunded, outcome, confirmed FROM midtrans_payment
         WHERE order_id = ?1 ORDER BY rowid",
    )?;
    let mut rows = statement.query([order_id])?;
    let mut payments = Vec::new();
    while let Some(row) = rows.next()? {
        let refunded: Option<i64> = row.get(2)?;
        payments.push(Payment {
            transaction_id: row.get(0)?,
            stage: Stage {
                status: TransactionStatus::from(row.get::<_, String>(1)?.as_str()),
                refunded: refunded.map(rupiah).transpose()?,
            },
            outcome: Outcome::from_word(&row.get::<_, String>(3)?).ok_or_else(|| Error::row("outcome"))?,
            confirmed: row.get(4)?,
        });
    }
    Ok(payments)
}

fn refunds(connection: &Connection, order_id: &str) -> Result<Vec<Refund>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT transaction_id, refund_key, refund_chargeback_id, amount, confirmed FROM midtrans_refund
         WHERE order_id = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([order_id])?;
    let mut refunds = Vec::new();
    while let Some(row) = rows.next()? {
        refunds.push(Refund {
            transaction_id: row.get(0)?,
            refund_key: row.get(1)?,
            refund_chargeback_id: row.get(2)?,
            amount: rupiah(row.get(3)?)?,
            confirmed: row.get(4)?,
        });
    }
    Ok(refunds)
}

/// Writes a new order down. Returns whether it was not there yet.
pub(crate) fn insert(connection: &Connection, record: &Record) -> Result<bool, Error> {
    let expectation = &record.expectation;
    let mut statement = connection.prepare_cached(
        "INSERT INTO midtrans_order (order_id, amount, provider, idempotency_key, ask_from, expires_at, recorded_at, ask_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (order_id) DO NOTHING",
    )?;
    let inserted = statement.execute(params![
        expectation.order_id.as_str(),
        number(expectation.amount)?,
        expectation.provider.as_str(),
        expectation.idempotency_key.as_str(),
        to_millis(expectation.ask_from),
        to_millis(expectation.expires_at),
        to_millis(record.recorded_at),
        record.ask_at.map(to_millis),
    ])?;
    Ok(inserted == 1)
}

/// Begins another life of an order. Returns whether it is still as it was when it was read: a late payment, or another
/// connection that charges the order again, may have come in between.
pub(crate) fn renew(connection: &Connection, stored: &Record, renewed: &Record) -> Result<bool, Error> {
    let expectation = &renewed.expectation;
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_order SET amount = ?3, provider = ?4, idempotency_key = ?5, ask_from = ?6, expires_at = ?7,
            recorded_at = ?8, ask_at = ?9, outcome = NULL, acted_paid = 0, asked = asked + 1,
            failures = 0, review = NULL
         WHERE order_id = ?1 AND idempotency_key = ?2 AND outcome IS ?10",
    )?;
    let updated = statement.execute(params![
        expectation.order_id.as_str(),
        stored.expectation.idempotency_key.as_str(),
        number(expectation.amount)?,
        expectation.provider.as_str(),
        expectation.idempotency_key.as_str(),
        to_millis(expectation.ask_from),
        to_millis(expectation.expires_at),
        to_millis(renewed.recorded_at),
        renewed.ask_at.map(to_millis),
        stored.outcome.map(Outcome::as_str),
    ])?;
    Ok(updated == 1)
}

/// Writes what differs between two states of one order.
pub(crate) fn save(connection: &Connection, before: &Record, after: &Record) -> Result<(), Error> {
    let order_id = after.expectation.order_id.as_str();
    if order_row(before) != order_row(after) {
        let mut statement = connection.prepare_cached(
            "UPDATE midtrans_order SET outcome = ?2, acted_paid = ?3, asked_at = ?4, ask_at = ?5, failures = ?6, review = ?7
             WHERE order_id = ?1",
        )?;
        let (outcome, acted_paid, asked_at, ask_at, failures, review) = order_row(after);
        let outcome = outcome.map(Outcome::as_str);
        statement.execute(params![
            order_id,
            outcome,
            acted_paid,
            asked_at.map(to_millis),
            ask_at.map(to_millis),
            failures,
            review
        ])?;
    }
    for payment in after.payments.iter().filter(|payment| !before.payments.contains(payment)) {
        save_payment(connection, order_id, payment)?;
    }
    let is_gone =
        |payment: &&Payment| after.payments.iter().all(|other| other.transaction_id != payment.transaction_id);
    for payment in before.payments.iter().filter(is_gone) {
        let mut statement =
            connection.prepare_cached("DELETE FROM midtrans_payment WHERE order_id = ?1 AND transaction_id = ?2")?;
        statement.execute([order_id, payment.transaction_id.as_str()])?;
    }
    if before.refunds != after.refunds {
        connection.prepare_cached("DELETE FROM midtrans_refund WHERE order_id = ?1")?.execute([order_id])?;
        for refund in &after.refunds {
            save_refund(connection, order_id, refund)?;
        }
    }
    Ok(())
}

type OrderRow<'a> = (Option<Outcome>, bool, Option<SystemTime>, Option<SystemTime>, u32, &'a Option<String>);

fn order_row(record: &Record) -> OrderRow<'_> {
    (record.outcome, record.acted_paid, record.asked_at, record.ask_at, record.failures, &record.review)
}

fn save_payment(connection: &Connection, order_id: &str, payment: &Payment) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO midtrans_payment (order_id, transaction_id, status, refunded, outcome, confirmed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (order_id, transaction_id) DO UPDATE
         SET status = excluded.status, refunded = excluded.refunded, outcome = excluded.outcome,
            confirmed = excluded.confirmed",
    )?;
    statement.execute(params![
        order_id,
        payment.transaction_id,
        payment.stage.status.as_str(),
        payment.stage.refunded.map(number).transpose()?,
        payment.outcome.as_str(),
        payment.confirmed
    ])?;
    Ok(())
}

fn save_refund(connection: &Connection, order_id: &str, refund: &Refund) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO midtrans_refund (order_id, transaction_id, refund_key, refund_chargeback_id, amount, confirmed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    statement.execute(params![
        order_id,
        refund.transaction_id,
        refund.refund_key,
        refund.refund_chargeback_id,
        number(refund.amount)?,
        refund.confirmed
    ])?;
    Ok(())
}

fn rupiah(number: i64) -> Result<Rupiah, Error> {
    u64::try_from(number).map(Rupiah::new).map_err(|_| Error::row("amount"))
}

/// SQLite's numbers end at 2^63; a larger amount is no price.
fn number(amount: Rupiah) -> Result<i64, Error> {
    i64::try_from(amount.get()).map_err(|_| Error::row("amount"))
}
