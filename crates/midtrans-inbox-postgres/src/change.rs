//! The rows of changes that wait to be acted on.

use std::time::SystemTime;

use midtrans_inbox::store::{StoredChange, from_millis, to_millis};
use midtrans_inbox::{Error, Waiting};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::fault::fault;
use crate::text::{text, texts};

/// A change that is locked for the handler until the end of the transaction.
pub(crate) struct LockedChange {
    pub(crate) id: i64,
    pub(crate) failures: u32,
    pub(crate) stored: StoredChange,
    pub(crate) transaction: TransactionId,
}

/// The server process and transaction that locked a change, to find that transaction from another
/// one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransactionId {
    /// The id of the server process.
    pid: i32,
    /// The id of the transaction.
    id: i64,
}

/// The end of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionEnd {
    Committed,
    RolledBack,
    /// It is too long ago, or still open.
    Unknown,
}

/// A failure of the handler to store.
pub(crate) struct Failure {
    pub(crate) id: i64,
    pub(crate) order_id: String,
    /// The number of failures before this one. It is stored only if that still matches.
    pub(crate) before: u32,
    /// The number of failures including this one.
    pub(crate) failures: u32,
    /// The time of the retry; `None` for a dead letter.
    pub(crate) retry_at: Option<SystemTime>,
    pub(crate) why: String,
}

/// Stores changes, in this order.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    changes: &[StoredChange],
) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let texts = |of: fn(&StoredChange) -> Option<&str>| texts(changes, of);
    sqlx::query(
        "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds,
            notified_at, changed_at)
         SELECT order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds, notified_at, changed_at
         FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
            $9::bigint[]) WITH ORDINALITY AS new (order_id, amount, payment_type, transaction_id, outcome,
                outcome_before, refunds, notified_at, changed_at, place)
         ORDER BY place",
    )
    .bind(texts(|change| Some(&change.order_id)))
    .bind(changes.iter().map(|change| change.amount).collect::<Vec<_>>())
    .bind(texts(|change| Some(&change.payment_type)))
    .bind(texts(|change| Some(&change.transaction_id)))
    .bind(texts(|change| Some(&change.outcome)))
    .bind(texts(|change| change.outcome_before.as_deref()))
    .bind(texts(|change| Some(&change.refunds)))
    .bind(changes.iter().map(|change| change.notified_at).collect::<Vec<_>>())
    .bind(changes.iter().map(|change| change.changed_at).collect::<Vec<_>>())
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Locks at most so many changes that are due: new ones first, at most one of each order. It waits
/// for no other transaction; changes that another one has locked are skipped.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    at_most: u32,
    now: SystemTime,
) -> Result<Vec<LockedChange>, Error> {
    let rows = sqlx::query(
        "SELECT order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds, notified_at, changed_at,
            id, failures, pg_backend_pid() AS pid, txid_current() AS transaction
         FROM midtrans_next_change WHERE retry_at <= $1 ORDER BY retry_at, id LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(to_millis(now))
    .bind(i64::from(at_most))
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    rows.iter()
        .map(read_locked)
        .collect::<sqlx::Result<_>>()
        .map_err(fault)
}

fn read_locked(row: &PgRow) -> sqlx::Result<LockedChange> {
    Ok(LockedChange {
        id: row.try_get("id")?,
        failures: count(row)?,
        stored: read(row)?,
        transaction: TransactionId {
            pid: row.try_get("pid")?,
            id: row.try_get("transaction")?,
        },
    })
}

/// Ends another connection that is still in the transaction that locked a change. PostgreSQL
/// notices a lost client only after its present statement, and would hold the change's lock until
/// then.
pub(crate) async fn terminate(
    connection: &mut PgConnection,
    transaction: TransactionId,
) -> Result<(), Error> {
    // Process ids are reused, and a connection pooler may have given the process to another client.
    // The id of a transaction that writes is unique.
    let end = sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
         WHERE pid = $1 AND backend_xid::text = ($2 % 4294967296)::text",
    );
    end.bind(transaction.pid)
        .bind(transaction.id)
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Returns how the transaction that locked a change has ended.
pub(crate) async fn end_of(
    connection: &mut PgConnection,
    transaction: TransactionId,
) -> Result<TransactionEnd, Error> {
    let status = sqlx::query_scalar("SELECT txid_status($1)")
        .bind(transaction.id)
        .fetch_one(connection)
        .await;
    let status: Option<String> = status.map_err(fault)?;
    Ok(match status.as_deref() {
        Some("committed") => TransactionEnd::Committed,
        Some("aborted") => TransactionEnd::RolledBack,
        _ => TransactionEnd::Unknown,
    })
}

/// Stores failures. Changes that are gone, or that another program has tried meanwhile, are
/// skipped.
pub(crate) async fn store_failures(
    connection: &mut PgConnection,
    failed: &[Failure],
) -> Result<(), Error> {
    if failed.is_empty() {
        return Ok(());
    }
    let numbers = |of: fn(&Failure) -> u32| {
        failed
            .iter()
            .map(|one| integer(of(one)))
            .collect::<Vec<_>>()
    };
    sqlx::query(
        "UPDATE midtrans_change AS change SET failures = new.failures, retry_at = new.retry_at, reason = new.reason
         FROM UNNEST($1::bigint[], $2::integer[], $3::integer[], $4::bigint[], $5::text[])
            AS new (id, before, failures, retry_at, reason)
         WHERE change.id = new.id AND change.failures = new.before AND change.retry_at IS NOT NULL",
    )
    .bind(failed.iter().map(|failure| failure.id).collect::<Vec<_>>())
    .bind(numbers(|failure| failure.before))
    .bind(numbers(|failure| failure.failures))
    .bind(failed.iter().map(|failure| failure.retry_at.map(to_millis)).collect::<Vec<_>>())
    .bind(failed.iter().map(|failure| text(&failure.why)).collect::<Vec<_>>())
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

/// PostgreSQL has no unsigned integers.
fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Makes the dead letters of an order due at once. Returns their number.
pub(crate) async fn retry(connection: &mut PgConnection, order_id: &str) -> Result<u64, Error> {
    let retried = sqlx::query(
        "UPDATE midtrans_change SET retry_at = 0, failures = 0 WHERE order_id = $1 AND retry_at IS NULL",
    );
    Ok(retried
        .bind(text(order_id))
        .execute(connection)
        .await
        .map_err(fault)?
        .rows_affected())
}

/// Returns all changes of an order that are not acted on yet, oldest first.
pub(crate) async fn waiting(
    connection: &mut PgConnection,
    order_id: &str,
) -> Result<Vec<Waiting>, Error> {
    let rows = sqlx::query(
        "SELECT order_id, amount, payment_type, transaction_id, outcome, outcome_before, refunds, notified_at, changed_at,
            id, failures, retry_at, reason
         FROM midtrans_change WHERE order_id = $1 ORDER BY id",
    );
    let rows = rows
        .bind(text(order_id))
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in &rows {
        let change = read(row).map_err(fault)?.change()?;
        waiting.push(read_waiting(row, change).map_err(fault)?);
    }
    Ok(waiting)
}

fn read_waiting(row: &PgRow, change: midtrans_inbox::Change) -> sqlx::Result<Waiting> {
    Ok(Waiting {
        id: row.try_get("id")?,
        change,
        failures: count(row)?,
        retry_at: row.try_get::<Option<i64>, _>("retry_at")?.map(from_millis),
        reason: row.try_get("reason")?,
    })
}

fn read(row: &PgRow) -> sqlx::Result<StoredChange> {
    Ok(StoredChange {
        order_id: row.try_get(0)?,
        amount: row.try_get(1)?,
        payment_type: row.try_get(2)?,
        transaction_id: row.try_get(3)?,
        outcome: row.try_get(4)?,
        outcome_before: row.try_get(5)?,
        refunds: row.try_get(6)?,
        notified_at: row.try_get(7)?,
        changed_at: row.try_get(8)?,
    })
}

/// Returns the number of failures. PostgreSQL has no unsigned integers.
fn count(row: &PgRow) -> sqlx::Result<u32> {
    row.try_get::<i32, _>("failures")
        .map(|failures| u32::try_from(failures).unwrap_or(0))
}
