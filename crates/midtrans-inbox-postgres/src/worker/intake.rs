//! Adding notifications to the records of their orders, and claiming the orders that are due.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use midtrans_inbox::protocol::Rupiah;
use midtrans_inbox::store::{Check, PendingEvent, StoredChange, from_millis, later};
use midtrans_inbox::{Error, Wake};
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use super::Worker;
use crate::change;
use crate::fault::fault;
use crate::order::{self, Claim, Stored};
use crate::pool::BEGIN_BY_INDEX;

/// A wake as a row.
struct StoredWake {
    id: i64,
    order_id: String,
    wake: Wake,
    notification_id: Option<i64>,
}

/// The limits of one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Only wakes with an id above this.
    pub(super) after: i64,
    /// The most wakes.
    pub(super) wakes: u32,
    /// The most orders.
    pub(super) orders: usize,
}

/// The results of one batch.
#[derive(Default)]
pub(super) struct Processed {
    /// The claimed orders, which are to be asked about.
    pub(super) claimed: Vec<Check>,
    /// The number of wakes read, including those whose order another transaction has locked.
    pub(super) wakes: usize,
    /// The number of wakes processed.
    pub(super) done: usize,
    /// The id of the last wake read.
    pub(super) last: Option<i64>,
    /// True if more orders may be due than there was room for.
    pub(super) has_more_due: bool,
    /// True if there are changes to act on.
    pub(super) has_changes: bool,
    events: Vec<PendingEvent>,
}

/// The writes of one transaction.
#[derive(Default)]
struct Writes {
    /// The processed wakes.
    wakes: Vec<i64>,
    unexpected: Vec<i64>,
    orders: Vec<Stored>,
    changes: Vec<StoredChange>,
    /// Orders whose rows cannot be read, with the reason.
    unreadable: Vec<(String, String)>,
}

impl<T> Worker<T> {
    /// Adds notifications to their orders and claims orders, in one short transaction that waits
    /// for no other.
    pub(super) async fn process_wakes(&self, limits: Limits) -> Result<Processed, Error> {
        let shared = self.inbox.shared();
        let mut connection = shared.pool.take().await?;
        let mut transaction = connection.begin_with(BEGIN_BY_INDEX).await.map_err(fault)?;
        let processed = self.process_within(&mut transaction, limits).await?;
        transaction.commit().await.map_err(fault)?;
        connection.release();
        if processed.has_changes {
            shared.notify_change();
        }
        for event in &processed.events {
            self.emit(&event.event());
        }
        Ok(processed)
    }

    async fn process_within(
        &self,
        connection: &mut PgConnection,
        limits: Limits,
    ) -> Result<Processed, Error> {
        let now = self.now();
        let wakes = wakes(connection, limits).await?;
        let mut processed = Processed {
            wakes: wakes.len(),
            last: wakes.last().map(|wake| wake.id),
            ..Processed::default()
        };
        let mut writes = Writes::default();
        let by_order = by_order(&wakes);
        let order_ids: Vec<&str> = by_order.keys().copied().collect();
        let orders = if order_ids.is_empty() {
            Vec::new()
        } else {
            order::lock_free(connection, &order_ids).await?
        };
        // A share of the room is reserved for orders that are due already.
        let room = limits.orders - limits.orders / 4;
        for stored in &orders {
            let wakes = by_order
                .get(stored.row.order_id.as_str())
                .map_or(&[][..], Vec::as_slice);
            let may_claim = processed.claimed.len() < room;
            processed
                .claimed
                .extend(self.notify(stored, wakes, may_claim, now, &mut writes)?);
        }
        mark_unexpected(
            connection,
            &by_order,
            &orders,
            &mut writes,
            &mut processed.events,
        )
        .await?;
        processed.done = writes.wakes.len();
        processed.has_changes = !writes.changes.is_empty();
        let room = limits.orders.saturating_sub(processed.claimed.len());
        writes
            .write(connection, later(now, self.policy.max_pause))
            .await?;
        let mut unreadable = std::mem::take(&mut writes.unreadable);
        if room > 0 {
            let due = order::claim(connection, room, &self.policy, now).await?;
            processed.has_more_due = due.len() == room;
            for stored in due {
                match self.check(&stored, now) {
                    Ok(check) => processed.claimed.push(check),
                    Err(error) => {
                        let why = error.to_string();
                        let until = later(now, self.policy.max_pause);
                        order::set_aside(connection, &stored.row.order_id, &why, until).await?;
                        unreadable.push((stored.row.order_id, why));
                    }
                }
            }
        } else {
            processed.has_more_due = true;
        }
        processed.events.extend(
            unreadable
                .into_iter()
                .map(|(order_id, why)| PendingEvent::Review { order_id, why }),
        );
        Ok(processed)
    }

    /// Returns the id of the first wake after this one.
    pub(super) async fn next_wake(&self, after: i64) -> Result<Option<i64>, Error> {
        let mut connection = self.inbox.shared().pool.take().await?;
        let next =
            sqlx::query_scalar("SELECT id FROM midtrans_wake WHERE id > $1 ORDER BY id LIMIT 1");
        let next = next
            .bind(after)
            .fetch_optional(&mut *connection)
            .await
            .map_err(fault)?;
        connection.release();
        Ok(next)
    }

    /// Adds notifications to the record of their order, and claims it if it is due.
    fn notify(
        &self,
        stored: &Stored,
        wakes: &[&StoredWake],
        may_claim: bool,
        now: SystemTime,
        writes: &mut Writes,
    ) -> Result<Option<Check>, Error> {
        writes.wakes.extend(wakes.iter().map(|wake| wake.id));
        let before = match stored.row.record() {
            Ok(record) => record,
            Err(error) => {
                writes
                    .unreadable
                    .push((stored.row.order_id.clone(), error.to_string()));
                return Ok(None);
            }
        };
        let mut record = before.clone();
        for wake in wakes {
            let (after, change) = record.notified(&wake.wake, &self.policy, now);
            writes
                .changes
                .extend(StoredChange::of(change.as_slice(), &after, now)?);
            record = after;
        }
        let is_due =
            record.check_at.is_some_and(|at| at <= now) && !stored.is_leased(&self.policy, now);
        if is_due && may_claim {
            let after = stored.with(&record, Claim::Begun(self.policy.lease_until(now)))?;
            let check = self.check(&after, now)?;
            writes.orders.push(after);
            return Ok(Some(check));
        }
        if record != before {
            writes.orders.push(stored.with(&record, Claim::Kept)?);
        }
        Ok(None)
    }

    /// Returns the check of a claimed order.
    fn check(&self, claimed: &Stored, now: SystemTime) -> Result<Check, Error> {
        let leased_until = claimed
            .leased_until
            .map_or_else(|| self.policy.lease_until(now), from_millis);
        Ok(Check {
            record: claimed.row.record()?,
            fence: claimed.fence,
            leased_until,
            answers: Vec::new(),
        })
    }
}

async fn wakes(connection: &mut PgConnection, limits: Limits) -> Result<Vec<StoredWake>, Error> {
    let rows = sqlx::query(
        "SELECT id, order_id, status_code, amount, transaction_id, received_at, notification_id FROM midtrans_wake
         WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
    );
    let rows = rows
        .bind(limits.after)
        .bind(i64::from(limits.wakes))
        .fetch_all(connection)
        .await
        .map_err(fault)?;
    rows.iter()
        .map(read)
        .collect::<sqlx::Result<_>>()
        .map_err(fault)
}

fn read(row: &PgRow) -> sqlx::Result<StoredWake> {
    let amount: Option<i64> = row.try_get("amount")?;
    Ok(StoredWake {
        id: row.try_get("id")?,
        order_id: row.try_get("order_id")?,
        wake: Wake {
            status_code: row.try_get("status_code")?,
            amount: amount
                .and_then(|amount| u64::try_from(amount).ok())
                .map(Rupiah::new),
            transaction_id: row.try_get("transaction_id")?,
            received_at: from_millis(row.try_get("received_at")?),
        },
        notification_id: row.try_get("notification_id")?,
    })
}

fn by_order(wakes: &[StoredWake]) -> BTreeMap<&str, Vec<&StoredWake>> {
    let mut by_order: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for wake in wakes {
        by_order
            .entry(wake.order_id.as_str())
            .or_default()
            .push(wake);
    }
    by_order
}

/// Marks notifications of orders that are not expected. They are kept for them. Those of orders
/// that another transaction has locked, or is about to insert, stay in the queue.
async fn mark_unexpected(
    connection: &mut PgConnection,
    by_order: &BTreeMap<&str, Vec<&StoredWake>>,
    orders: &[Stored],
    writes: &mut Writes,
    events: &mut Vec<PendingEvent>,
) -> Result<(), Error> {
    let known: BTreeSet<&str> = orders
        .iter()
        .map(|stored| stored.row.order_id.as_str())
        .collect();
    let missing: Vec<&str> = by_order
        .keys()
        .copied()
        .filter(|order_id| !known.contains(order_id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for order_id in order::unknown(connection, &missing).await? {
        for wake in by_order.get(order_id.as_str()).into_iter().flatten() {
            writes.wakes.push(wake.id);
            writes.unexpected.extend(wake.notification_id);
        }
        events.push(PendingEvent::Unexpected { order_id });
    }
    Ok(())
}

impl Writes {
    async fn write(
        &self,
        connection: &mut PgConnection,
        aside_until: SystemTime,
    ) -> Result<(), Error> {
        order::save(connection, &self.orders).await?;
        change::insert(connection, &self.changes).await?;
        for (order_id, why) in &self.unreadable {
            order::set_aside(connection, order_id, why, aside_until).await?;
        }
        if !self.unexpected.is_empty() {
            let mark = sqlx::query(
                "UPDATE midtrans_notification SET unexpected = TRUE WHERE id = ANY ($1)",
            );
            mark.bind(&self.unexpected)
                .execute(&mut *connection)
                .await
                .map_err(fault)?;
        }
        if !self.wakes.is_empty() {
            let delete = sqlx::query("DELETE FROM midtrans_wake WHERE id = ANY ($1)");
            delete
                .bind(&self.wakes)
                .execute(connection)
                .await
                .map_err(fault)?;
        }
        Ok(())
    }
}
