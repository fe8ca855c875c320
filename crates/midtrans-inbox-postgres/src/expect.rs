//! Writing down what is expected.

use std::time::SystemTime;

use midtrans_inbox::store::MAX_PER_ORDER;
use midtrans_inbox::{Error, ExpectResult, Expectation, Record};
use sqlx::PgConnection;

use crate::fault::fault;
use crate::order::{self, Claim};

/// Writes down what is about to be charged, in your transaction that stores the order.
/// [`Inbox::charge`](crate::Inbox::charge) does this by itself; use this to send the charge
/// yourself, or to write an order down long before its charge, which is harmless.
///
/// Commit, and only then send the charge with the expectation's idempotency key. Call it before you
/// touch the order's own row, which for an order that is charged again belongs to its earlier life
/// until [`ExpectResult::Recorded`] is the result. Notifications that came of the order while it
/// was not expected are taken in now. At isolation levels above READ COMMITTED, those that come
/// during your transaction may wait until the order's first check, minutes later.
///
/// Each call holds an advisory lock until your transaction ends, for which a server has room for
/// some thousands (`max_locks_per_transaction`): write a backlog down in several transactions.
///
/// # Errors
/// [`Error`] when the database fails; then roll back, and don't charge.
pub async fn expect_in(
    connection: &mut PgConnection,
    expectation: &Expectation,
    now: SystemTime,
) -> Result<ExpectResult, Error> {
    let order_id = expectation.order_id.as_str();
    loop {
        if let Some(stored) = order::lock(connection, order_id).await? {
            let record = stored.row.record()?;
            return match (record.renewed(expectation, now), record.outcome) {
                // What has come and was not looked at may say that the order did not end as it was
                // told.
                (Ok(_), Some(outcome))
                    if !order::unread(connection, &[order_id]).await?.is_empty() =>
                {
                    Ok(ExpectResult::Decided(outcome))
                }
                (Ok(renewed), _) => {
                    order::save(connection, &[stored.with(&renewed, Claim::Void)?]).await?;
                    Ok(ExpectResult::Recorded)
                }
                (Err(result), _) => Ok(result),
            };
        }
        if insert(connection, &Record::new(expectation.clone(), now)).await? {
            return Ok(ExpectResult::Recorded);
        }
        // Another transaction was first, and has committed.
    }
}

/// Writes a new order down, and takes in what came of it before. Returns whether it was not there
/// yet.
pub(crate) async fn insert(connection: &mut PgConnection, record: &Record) -> Result<bool, Error> {
    if !order::insert(connection, record).await? {
        return Ok(false);
    }
    sqlx::query(
        "WITH expected AS (
            UPDATE midtrans_notification SET unexpected = FALSE WHERE order_id = $1 AND unexpected
            RETURNING id, order_id, status_code, amount, transaction_id, received_at
         )
         INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
         SELECT order_id, status_code, amount, transaction_id, received_at, id FROM expected ORDER BY id LIMIT $2",
    )
    .bind(record.expectation.order_id.as_str())
    .bind(i64::from(MAX_PER_ORDER))
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(true)
}
