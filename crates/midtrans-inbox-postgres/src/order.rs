//! The rows of orders.

use std::time::SystemTime;

use midtrans_inbox::store::{OrderRow, to_millis};
use midtrans_inbox::{Error, Policy, Record};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::fault::fault;
use crate::text::{text, texts};

/// A row of an order, and its claim.
pub(crate) struct Stored {
    pub(crate) row: OrderRow,
    pub(crate) leased_until: Option<i64>,
    pub(crate) fence: i64,
}

/// The change of the claim when a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The worker's claim continues.
    Kept,
    /// The order is claimed until then.
    Begun(SystemTime),
    /// The claim ends: its answers are in the row.
    Ended,
    /// The claim is void: its answers are about an earlier life of the order.
    Void,
}

/// The columns of a row, in the order in which statements bind them.
macro_rules! columns {
    () => {
        "order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, outcome, check_at, \
         notified_at, review, state"
    };
}

impl Stored {
    fn read(row: &PgRow) -> Result<Self, Error> {
        Self::try_read(row).map_err(fault)
    }

    fn try_read(row: &PgRow) -> sqlx::Result<Self> {
        let stored = OrderRow {
            order_id: row.try_get(0)?,
            amount: row.try_get(1)?,
            payment_type: row.try_get(2)?,
            idempotency_key: row.try_get(3)?,
            charge_until: row.try_get(4)?,
            expires_at: row.try_get(5)?,
            recorded_at: row.try_get(6)?,
            outcome: row.try_get(7)?,
            check_at: row.try_get(8)?,
            notified_at: row.try_get(9)?,
            review: row.try_get(10)?,
            state: row.try_get(11)?,
        };
        Ok(Self {
            row: stored,
            leased_until: row.try_get(12)?,
            fence: row.try_get(13)?,
        })
    }

    /// Returns the row to write for this record.
    pub(crate) fn with(&self, record: &Record, claim: Claim) -> Result<Self, Error> {
        let mut row = OrderRow::of(record)?;
        let (leased_until, fence) = match claim {
            Claim::Kept => (self.leased_until, self.fence),
            Claim::Begun(until) => (Some(to_millis(until)), self.fence.saturating_add(1)),
            Claim::Ended => (None, self.fence),
            Claim::Void => (None, self.fence.saturating_add(1)),
        };
        if let Claim::Begun(until) = claim {
            row.check_at = Some(to_millis(until));
        }
        Ok(Self {
            row,
            leased_until,
            fence,
        })
    }

    /// Returns whether a worker is asking about the order now. A lease that ends much later than
    /// one that begins now was set by a clock that is ahead, and does not count.
    pub(crate) fn is_leased(&self, policy: &Policy, now: SystemTime) -> bool {
        self.leased_until
            .is_some_and(|until| until > to_millis(now) && until <= ahead(policy, now))
    }
}

/// Returns the latest end of a lease that a correct clock can have set.
fn ahead(policy: &Policy, now: SystemTime) -> i64 {
    to_millis(policy.lease_until(policy.lease_until(now)))
}

/// Reads an order.
pub(crate) async fn load(
    connection: &mut PgConnection,
    order_id: &str,
) -> Result<Option<Stored>, Error> {
    let load = concat!(
        "SELECT ",
        columns!(),
        ", leased_until, fence FROM midtrans_order WHERE order_id = $1"
    );
    find(connection, load, order_id).await
}

/// Reads an order and locks it, waiting for the lock.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    order_id: &str,
) -> Result<Option<Stored>, Error> {
    let lock = concat!(
        "SELECT ",
        columns!(),
        ", leased_until, fence FROM midtrans_order WHERE order_id = $1 FOR UPDATE"
    );
    find(connection, lock, order_id).await
}

async fn find(
    connection: &mut PgConnection,
    select: &'static str,
    order_id: &str,
) -> Result<Option<Stored>, Error> {
    let found = sqlx::query(select)
        .bind(text(order_id))
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    found.as_ref().map(Stored::read).transpose()
}

/// Reads orders and locks them. Orders that another transaction has locked are skipped.
pub(crate) async fn lock_free(
    connection: &mut PgConnection,
    order_ids: &[&str],
) -> Result<Vec<Stored>, Error> {
    let lock = concat!(
        "SELECT ",
        columns!(),
        ", leased_until, fence FROM midtrans_order WHERE order_id = ANY ($1) ORDER BY order_id FOR UPDATE SKIP LOCKED"
    );
    let rows = sqlx::query(lock)
        .bind(order_ids)
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    rows.iter().map(Stored::read).collect()
}

/// Inserts a new order. Returns whether it is new.
pub(crate) async fn insert(connection: &mut PgConnection, record: &Record) -> Result<bool, Error> {
    let row = OrderRow::of(record)?;
    // The lock prevents a worker from marking the order's notifications as unexpected meanwhile:
    // see `unknown`.
    let insert = concat!(
        "INSERT INTO midtrans_order (",
        columns!(),
        ") SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
           FROM (SELECT pg_advisory_xact_lock($13, hashtext($1))) AS locked
           ON CONFLICT (order_id) DO NOTHING"
    );
    let inserted = sqlx::query(insert)
        .bind(&row.order_id)
        .bind(row.amount)
        .bind(text(&row.payment_type))
        .bind(&row.idempotency_key)
        .bind(row.charge_until)
        .bind(row.expires_at)
        .bind(row.recorded_at)
        .bind(&row.outcome)
        .bind(row.check_at)
        .bind(row.notified_at)
        .bind(row.review.as_deref().map(text))
        .bind(&row.state)
        .bind(LOCK)
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(inserted.rows_affected() == 1)
}

/// The class of the inbox's advisory locks in a database: the first bytes of "midtrans".
const LOCK: i32 = i32::from_be_bytes(*b"midt");

/// Returns those of these orders that have unprocessed notifications. The table is as short as the
/// backlog.
pub(crate) async fn unread(
    connection: &mut PgConnection,
    order_ids: &[&str],
) -> Result<Vec<String>, Error> {
    let unread =
        sqlx::query_scalar("SELECT DISTINCT order_id FROM midtrans_wake WHERE order_id = ANY ($1)");
    unread
        .bind(order_ids)
        .fetch_all(connection)
        .await
        .map_err(fault)
}

/// Returns those of these orders that are certainly not stored until the end of the transaction. An
/// order that another transaction is about to insert is not returned.
pub(crate) async fn unknown(
    connection: &mut PgConnection,
    order_ids: &[&str],
) -> Result<Vec<String>, Error> {
    let locked: Vec<String> = sqlx::query_scalar(
        "SELECT order_id FROM UNNEST($1::text[]) AS wanted (order_id)
         WHERE pg_try_advisory_xact_lock($2, hashtext(order_id))",
    )
    .bind(order_ids)
    .bind(LOCK)
    .fetch_all(&mut *connection)
    .await
    .map_err(fault)?;
    // A statement of its own after the lock, which sees what was committed before it.
    let unknown = sqlx::query_scalar(
        "SELECT order_id FROM UNNEST($1::text[]) AS wanted (order_id)
         WHERE NOT EXISTS (SELECT FROM midtrans_order stored WHERE stored.order_id = wanted.order_id)",
    );
    unknown
        .bind(locked)
        .fetch_all(connection)
        .await
        .map_err(fault)
}

/// Updates locked orders.
pub(crate) async fn save(connection: &mut PgConnection, orders: &[Stored]) -> Result<(), Error> {
    if orders.is_empty() {
        return Ok(());
    }
    let each = || orders.iter().map(|stored| &stored.row);
    let numbers = |of: fn(&OrderRow) -> Option<i64>| each().map(of).collect::<Vec<_>>();
    let texts = |of: fn(&OrderRow) -> Option<&str>| texts(each(), of);
    sqlx::query(
        "UPDATE midtrans_order AS stored SET amount = new.amount, payment_type = new.payment_type,
            idempotency_key = new.idempotency_key, charge_until = new.charge_until, expires_at = new.expires_at,
            recorded_at = new.recorded_at, outcome = new.outcome, check_at = new.check_at,
            notified_at = new.notified_at, review = new.review, state = new.state, leased_until = new.leased_until,
            fence = new.fence
         FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::bigint[], $14::bigint[])
            AS new (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, outcome,
                check_at, notified_at, review, state, leased_until, fence)
         WHERE stored.order_id = new.order_id AND stored.order_id = ANY ($1)",
    )
    .bind(texts(|row| Some(&row.order_id)))
    .bind(numbers(|row| Some(row.amount)))
    .bind(texts(|row| Some(&row.payment_type)))
    .bind(texts(|row| Some(&row.idempotency_key)))
    .bind(numbers(|row| Some(row.charge_until)))
    .bind(numbers(|row| Some(row.expires_at)))
    .bind(numbers(|row| Some(row.recorded_at)))
    .bind(texts(|row| row.outcome.as_deref()))
    .bind(numbers(|row| row.check_at))
    .bind(numbers(|row| row.notified_at))
    .bind(texts(|row| row.review.as_deref()))
    .bind(texts(|row| Some(&row.state)))
    .bind(orders.iter().map(|stored| stored.leased_until).collect::<Vec<_>>())
    .bind(orders.iter().map(|stored| stored.fence).collect::<Vec<_>>())
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Claims at most so many orders that are due, the longest due first, until a given time. Each
/// claim has its own fencing token, so that answers to an earlier claim no longer count.
pub(crate) async fn claim(
    connection: &mut PgConnection,
    at_most: usize,
    policy: &Policy,
    now: SystemTime,
) -> Result<Vec<Stored>, Error> {
    // An array, because it is evaluated once and estimated as short. Joined with `due`, PostgreSQL
    // would read the whole table where it plans without knowing the limit.
    let claim = concat!(
        "UPDATE midtrans_order SET check_at = $3, leased_until = $3, fence = fence + 1
         WHERE order_id = ANY (ARRAY(
            SELECT order_id FROM midtrans_order
            WHERE check_at <= $1 AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $4)
            ORDER BY check_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ))
         RETURNING ",
        columns!(),
        ", leased_until, fence"
    );
    let rows = sqlx::query(claim)
        .bind(to_millis(now))
        .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
        .bind(to_millis(policy.lease_until(now)))
        .bind(ahead(policy, now))
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    rows.iter().map(Stored::read).collect()
}

/// Returns whether there is a notification to process or an order to claim. Reads only.
pub(crate) async fn is_due(
    connection: &mut PgConnection,
    policy: &Policy,
    now: SystemTime,
) -> Result<bool, Error> {
    // By index, not by EXISTS, which would read all dead rows of the table before it finds no live
    // one.
    let is_due = sqlx::query_scalar(
        "SELECT (SELECT id FROM midtrans_wake ORDER BY id LIMIT 1) IS NOT NULL OR (
            SELECT check_at FROM midtrans_order
            WHERE check_at <= $1 AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2)
            ORDER BY check_at LIMIT 1) IS NOT NULL",
    );
    is_due
        .bind(to_millis(now))
        .bind(ahead(policy, now))
        .fetch_one(connection)
        .await
        .map_err(fault)
}

/// Puts an order under review whose row cannot be read or written, and postpones its check.
pub(crate) async fn set_aside(
    connection: &mut PgConnection,
    order_id: &str,
    why: &str,
    until: SystemTime,
) -> Result<(), Error> {
    sqlx::query("UPDATE midtrans_order SET review = $2, check_at = $3, leased_until = NULL WHERE order_id = $1")
        .bind(text(order_id))
        .bind(text(why))
        .bind(to_millis(until))
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}
