//! Storing expectations.

use std::time::SystemTime;

use midtrans_inbox::store::MAX_PER_ORDER;
use midtrans_inbox::{Error, ExpectResult, Expectation, Record};
use sqlx::PgConnection;

use crate::fault::fault;
use crate::order::{self, Claim};

/// Stores an expectation in your transaction that stores the order.
/// [`Inbox::charge`](crate::Inbox::charge) does this by itself. Use this to send the charge
/// yourself, or to store an order long before its charge, which does no harm.
///
/// Commit first, and only then send the charge with the expectation's idempotency key. Call it
/// before you change the order's own row: for an order that is charged again, that row belongs to
/// the earlier life until the result is [`ExpectResult::Recorded`]. Earlier notifications of the
/// order, which were unexpected, are added to its record now. At isolation levels above READ
/// COMMITTED, those that come during your transaction may wait until the order's first check,
/// minutes later.
///
/// Each call holds an advisory lock until your transaction ends. A server has room for some
/// thousands of them (`max_locks_per_transaction`), so store a backlog in several transactions.
///
/// # Errors
/// [`Error`] when the database fails. Then roll back, and don't charge.
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
                // Notifications that are not processed yet may say that the order ended otherwise
                // than reported.
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

/// Stores a new order, and adds its earlier notifications. Returns whether it is new.
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
