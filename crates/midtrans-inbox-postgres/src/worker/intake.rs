//! Adding notifications to the records of their orders, and claiming the orders that are due.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use midtrans_inbox::protocol::Rupiah;
use midtrans_inbox::store::{Check, StoredChange, from_millis, later};
use midtrans_inbox::{Error, Event, Wake};
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use super::Worker;
use crate::change;
use crate::fault::fault;
use crate::keeper::BEGIN_BY_INDEX;
use crate::order::{self, Claim, Stored};

/// A wake as a row.
struct StoredWake {
    id: i64,
    order_id: String,
    wake: Wake,
    notification_id: Option<i64>,
}

/// The limits of one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Helping {
    /// Only wakes with an id above this.
    pub(super) after: i64,
    /// The most wakes.
    pub(super) wakes: u32,
    /// The most orders.
    pub(super) orders: usize,
}

/// The results of one batch.
#[derive(Default)]
pub(super) struct Taken {
    /// The claimed orders, which are to be asked about.
    pub(super) claimed: Vec<Check>,
    /// The number of wakes read, including those whose order another transaction has locked.
    pub(super) wakes: usize,
    /// The number of wakes processed.
    pub(super) done: usize,
    /// The id of the last wake read.
    pub(super) last: Option<i64>,
    /// True if more orders may be due than there was room for.
    pub(super) is_hungry: bool,
    /// True if there are changes to act on.
    pub(super) has_changes: bool,
    notes: Vec<Note>,
}

/// An event that is reported after its commit.
enum Note {
    Review { order_id: String, why: String },
    Unexpected { order_id: String },
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
    aside: Vec<(String, String)>,
}

impl<T> Worker<T> {
    /// Adds notifications to their orders and claims orders, in one short transaction that waits
    /// for no other.
    pub(super) async fn take_in(&self, helping: Helping) -> Result<Taken, Error> {
        let shared = self.inbox.shared();
        let mut held = shared.keeper.take().await?;
        let mut transaction = held.begin_with(BEGIN_BY_INDEX).await.map_err(fault)?;
        let taken = self.take_within(&mut transaction, helping).await?;
        transaction.commit().await.map_err(fault)?;
        held.done();
        if taken.has_changes {
            shared.tell_change();
        }
        for note in &taken.notes {
            self.tell(&match note {
                Note::Review { order_id, why } => Event::Review { order_id, why },
                Note::Unexpected { order_id } => Event::Unexpected { order_id },
            });
        }
        Ok(taken)
    }

    async fn take_within(
        &self,
        connection: &mut PgConnection,
        helping: Helping,
    ) -> Result<Taken, Error> {
        let now = self.now();
        let wakes = wakes(connection, helping).await?;
        let mut taken = Taken {
            wakes: wakes.len(),
            last: wakes.last().map(|wake| wake.id),
            ..Taken::default()
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
        let room = helping.orders - helping.orders / 4;
        for stored in &orders {
            let wakes = by_order
                .get(stored.row.order_id.as_str())
                .map_or(&[][..], Vec::as_slice);
            let may_claim = taken.claimed.len() < room;
            taken
                .claimed
                .extend(self.notify(stored, wakes, may_claim, now, &mut writes)?);
        }
        strangers(
            connection,
            &by_order,
            &orders,
            &mut writes,
            &mut taken.notes,
        )
        .await?;
        taken.done = writes.wakes.len();
        taken.has_changes = !writes.changes.is_empty();
        let room = helping.orders.saturating_sub(taken.claimed.len());
        writes
            .write(connection, later(now, self.policy.max_pause))
            .await?;
        let mut aside = std::mem::take(&mut writes.aside);
        if room > 0 {
            let due = order::claim(connection, room, &self.policy, now).await?;
            taken.is_hungry = due.len() == room;
            for stored in due {
                match self.check(&stored, now) {
                    Ok(check) => taken.claimed.push(check),
                    Err(error) => {
                        let why = error.to_string();
                        let until = later(now, self.policy.max_pause);
                        order::set_aside(connection, &stored.row.order_id, &why, until).await?;
                        aside.push((stored.row.order_id, why));
                    }
                }
            }
        } else {
            taken.is_hungry = true;
        }
        taken.notes.extend(
            aside
                .into_iter()
                .map(|(order_id, why)| Note::Review { order_id, why }),
        );
        Ok(taken)
    }

    /// Returns the id of the first wake after this one.
    pub(super) async fn next_wake(&self, after: i64) -> Result<Option<i64>, Error> {
        let mut held = self.inbox.shared().keeper.take().await?;
        let next =
            sqlx::query_scalar("SELECT id FROM midtrans_wake WHERE id > $1 ORDER BY id LIMIT 1");
        let next = next
            .bind(after)
            .fetch_optional(&mut *held)
            .await
            .map_err(fault)?;
        held.done();
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
                    .aside
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

async fn wakes(connection: &mut PgConnection, helping: Helping) -> Result<Vec<StoredWake>, Error> {
    let rows = sqlx::query(
        "SELECT id, order_id, status_code, amount, transaction_id, received_at, notification_id FROM midtrans_wake
         WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
    );
    let rows = rows
        .bind(helping.after)
        .bind(i64::from(helping.wakes))
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
async fn strangers(
    connection: &mut PgConnection,
    by_order: &BTreeMap<&str, Vec<&StoredWake>>,
    orders: &[Stored],
    writes: &mut Writes,
    notes: &mut Vec<Note>,
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
    for order_id in order::strangers(connection, &missing).await? {
        for wake in by_order.get(order_id.as_str()).into_iter().flatten() {
            writes.wakes.push(wake.id);
            writes.unexpected.extend(wake.notification_id);
        }
        notes.push(Note::Unexpected { order_id });
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
        for (order_id, why) in &self.aside {
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
