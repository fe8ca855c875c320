//! The rows of orders.

use std::time::SystemTime;

use midtrans_inbox::store::{OrderRow, to_millis};
use midtrans_inbox::{Error, Policy, Record};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction, params};

use crate::fault::fault;

/// A row of an order, and its claim.
pub(crate) struct Stored {
    pub(crate) row: OrderRow,
    pub(crate) leased_until: Option<i64>,
    pub(crate) fence: i64,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let stored = OrderRow {
            order_id: row.get(0)?,
            amount: row.get(1)?,
            payment_type: row.get(2)?,
            idempotency_key: row.get(3)?,
            charge_until: row.get(4)?,
            expires_at: row.get(5)?,
            recorded_at: row.get(6)?,
            outcome: row.get(7)?,
            check_at: row.get(8)?,
            notified_at: row.get(9)?,
            review: row.get(10)?,
            state: row.get(11)?,
        };
        Ok(Self {
            row: stored,
            leased_until: row.get(12)?,
            fence: row.get(13)?,
        })
    }
}

/// The change of the claim when a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The worker's claim continues.
    Kept,
    /// The claim ends: its answers are in the row.
    Ended,
    /// The claim is void: its answers are about an earlier life of the order.
    Void,
}

pub(crate) fn load(connection: &Connection, order_id: &str) -> Result<Option<Stored>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, outcome,
                check_at, notified_at, review, state, leased_until, fence
             FROM midtrans_order WHERE order_id = ?1",
        )
        .map_err(fault)?;
    statement
        .query_row([order_id], Stored::read)
        .optional()
        .map_err(fault)
}

/// Inserts a new order. Returns whether it is new.
pub(crate) fn insert(connection: &Connection, record: &Record) -> Result<bool, Error> {
    let row = OrderRow::of(record)?;
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO midtrans_order (order_id, amount, payment_type, idempotency_key, charge_until, expires_at,
                recorded_at, outcome, check_at, notified_at, review, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (order_id) DO NOTHING",
        )
        .map_err(fault)?;
    let inserted = statement.execute(values(&row).as_slice());
    Ok(inserted.map_err(fault)? == 1)
}

/// Updates an order.
pub(crate) fn update(connection: &Connection, record: &Record, claim: Claim) -> Result<(), Error> {
    let row = OrderRow::of(record)?;
    let mut statement = connection
        .prepare_cached(
            "UPDATE midtrans_order SET amount = ?2, payment_type = ?3, idempotency_key = ?4, charge_until = ?5,
                expires_at = ?6, recorded_at = ?7, outcome = ?8, check_at = ?9, notified_at = ?10, review = ?11,
                state = ?12, leased_until = CASE WHEN ?13 THEN leased_until END, fence = fence + ?14
             WHERE order_id = ?1",
        )
        .map_err(fault)?;
    let (keeps_lease, fence_step) = (claim == Claim::Kept, i64::from(claim == Claim::Void));
    let mut values = values(&row).to_vec();
    values.extend([&keeps_lease as &dyn ToSql, &fence_step]);
    let updated = statement.execute(values.as_slice());
    updated.map(drop).map_err(fault)
}

/// Returns the values of a row, in the order in which statements bind them.
fn values(row: &OrderRow) -> [&dyn ToSql; 12] {
    [
        &row.order_id,
        &row.amount,
        &row.payment_type,
        &row.idempotency_key,
        &row.charge_until,
        &row.expires_at,
        &row.recorded_at,
        &row.outcome,
        &row.check_at,
        &row.notified_at,
        &row.review,
        &row.state,
    ]
}

/// Claims at most so many orders that are due, the longest due first, until a given time. Each
/// claim has its own fencing token, so that answers to an earlier claim no longer count.
///
/// A lease that ends much later than one that begins now was set by a clock that is ahead, and does
/// not count.
pub(crate) fn claim(
    transaction: &Transaction<'_>,
    at_most: usize,
    policy: &Policy,
    now: SystemTime,
) -> Result<Vec<Stored>, Error> {
    let mut due = transaction
        .prepare_cached(
            "SELECT order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, outcome,
                check_at, notified_at, review, state, leased_until, fence
             FROM midtrans_order
             WHERE check_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1 OR leased_until > ?2)
             ORDER BY check_at LIMIT ?3",
        )
        .map_err(fault)?;
    let leased_until = to_millis(policy.lease_until(now));
    let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
    let mut claimed: Vec<Stored> = due
        .query_map([to_millis(now), ahead(policy, now), at_most], Stored::read)
        .and_then(Iterator::collect)
        .map_err(fault)?;
    let mut claim = transaction
        .prepare_cached(
            "UPDATE midtrans_order SET check_at = ?2, leased_until = ?2, fence = fence + 1 WHERE order_id = ?1",
        )
        .map_err(fault)?;
    for stored in &mut claimed {
        claim
            .execute(params![stored.row.order_id, leased_until])
            .map_err(fault)?;
        (stored.row.check_at, stored.leased_until) = (Some(leased_until), Some(leased_until));
        stored.fence = stored.fence.saturating_add(1);
    }
    Ok(claimed)
}

/// Returns whether there is an order that [`claim`] would take. Reads only.
pub(crate) fn is_due(
    connection: &Connection,
    policy: &Policy,
    now: SystemTime,
) -> Result<bool, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT 1 FROM midtrans_order
             WHERE check_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?1 OR leased_until > ?2) LIMIT 1",
        )
        .map_err(fault)?;
    statement
        .exists([to_millis(now), ahead(policy, now)])
        .map_err(fault)
}

/// Returns the latest end of a lease that a correct clock can have set.
fn ahead(policy: &Policy, now: SystemTime) -> i64 {
    to_millis(policy.lease_until(policy.lease_until(now)))
}

/// Returns whether an order has unprocessed notifications. The table is as short as the backlog.
pub(crate) fn has_unread(connection: &Connection, order_id: &str) -> Result<bool, Error> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM midtrans_wake WHERE order_id = ?1 LIMIT 1")
        .map_err(fault)?;
    statement.exists([order_id]).map_err(fault)
}

/// Makes an order that was not asked about due at once.
pub(crate) fn release(
    transaction: &Transaction<'_>,
    order_id: &str,
    fence: i64,
    now: SystemTime,
) -> Result<(), Error> {
    let mut statement = transaction
        .prepare_cached(
            "UPDATE midtrans_order SET check_at = min(check_at, ?3), leased_until = NULL
             WHERE order_id = ?1 AND fence = ?2 AND leased_until IS NOT NULL",
        )
        .map_err(fault)?;
    statement
        .execute(params![order_id, fence, to_millis(now)])
        .map(drop)
        .map_err(fault)
}

/// Puts an order under review whose row cannot be read or written, and postpones its check.
pub(crate) fn set_aside(
    transaction: &Transaction<'_>,
    order_id: &str,
    why: &str,
    until: SystemTime,
) -> Result<(), Error> {
    let mut statement = transaction
        .prepare_cached("UPDATE midtrans_order SET review = ?2, check_at = ?3, leased_until = NULL WHERE order_id = ?1")
        .map_err(fault)?;
    statement
        .execute(params![order_id, why, to_millis(until)])
        .map(drop)
        .map_err(fault)
}
