//! Applying the gateway's answers to what is stored now: many orders in one commit.

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

use midtrans_inbox::store::{PendingEvent, StoredChange, later, moved_forward, to_millis};
use midtrans_inbox::{Applied, Error, Event, Record, apply};
use sqlx::{Connection, PgConnection};

use super::Worker;
use super::questions::{Claimed, End};
use crate::change;
use crate::fault::fault;
use crate::order::{self, Claim, Stored};
use crate::pool::BEGIN_BY_INDEX;

/// A valid claim and its result.
struct Concluded<'a, 's> {
    claimed: &'a Claimed,
    stored: &'s Stored,
    fresh: Record,
    applied: Applied,
}

/// The writes of one transaction.
#[derive(Default)]
struct Writes<'a> {
    orders: Vec<Stored>,
    changes: Vec<StoredChange>,
    unreadable: Vec<(&'a str, String)>,
    events: Vec<PendingEvent>,
}

impl<T> Worker<T> {
    /// Ends claims: the gateway's answers are applied to what is stored now, under the order's
    /// lock. Claims that are no longer valid are skipped. Returns the positions of those whose
    /// order another transaction has locked.
    pub(super) async fn store(&self, claims: &[Claimed]) -> Result<Vec<usize>, Error> {
        let shared = self.inbox.shared();
        let mut connection = shared.pool.take().await?;
        let mut transaction = connection.begin_with(BEGIN_BY_INDEX).await.map_err(fault)?;
        let (writes, locked) = self.store_within(&mut transaction, claims).await?;
        transaction.commit().await.map_err(fault)?;
        connection.release();
        if !writes.changes.is_empty() {
            shared.notify_change();
        }
        for event in &writes.events {
            self.emit(&event.event());
        }
        Ok(locked)
    }

    async fn store_within<'a>(
        &self,
        connection: &mut PgConnection,
        claims: &'a [Claimed],
    ) -> Result<(Writes<'a>, Vec<usize>), Error> {
        let now = self.now();
        let order_ids: Vec<&str> = claims.iter().map(Claimed::order_id).collect();
        let stored = order::lock_free(connection, &order_ids).await?;
        let stored: BTreeMap<&str, &Stored> = stored
            .iter()
            .map(|stored| (stored.row.order_id.as_str(), stored))
            .collect();
        let (mut writes, mut locked) = (Writes::default(), Vec::new());
        let mut concluded = Vec::new();
        for (at, claimed) in claims.iter().enumerate() {
            match stored.get(claimed.order_id()) {
                Some(stored) if is_valid(claimed, stored) => {
                    concluded.extend(self.conclude(claimed, stored, now, &mut writes));
                }
                Some(_) => {}
                None if claimed.until > Instant::now() => locked.push(at),
                // Another worker takes it over.
                None => {}
            }
        }
        let to_verify = concluded
            .iter()
            .filter(|concluded| concluded.applied.needs_all_read());
        let to_verify: Vec<&str> = to_verify
            .map(|concluded| concluded.claimed.order_id())
            .collect();
        let unread = if to_verify.is_empty() {
            Vec::new()
        } else {
            order::unread(connection, &to_verify).await?
        };
        for mut concluded in concluded {
            if unread
                .iter()
                .any(|order_id| order_id == concluded.claimed.order_id())
            {
                concluded.applied = again(&concluded.fresh, now);
            }
            self.write(concluded, now, &mut writes)?;
        }
        order::save(connection, &writes.orders).await?;
        change::insert(connection, &writes.changes).await?;
        for (order_id, why) in &writes.unreadable {
            order::set_aside(connection, order_id, why, later(now, self.policy.max_pause)).await?;
        }
        Ok((writes, locked))
    }

    /// Returns the result of a claim; `None` if the order's row cannot be read.
    fn conclude<'a, 's>(
        &self,
        claimed: &'a Claimed,
        stored: &'s Stored,
        now: SystemTime,
        writes: &mut Writes<'a>,
    ) -> Option<Concluded<'a, 's>> {
        match stored.row.record() {
            Ok(fresh) => Some(Concluded {
                applied: self.conclusion(claimed, &fresh, now),
                claimed,
                stored,
                fresh,
            }),
            Err(error) => {
                let (order_id, why) = (claimed.order_id(), error.to_string());
                writes.unreadable.push((order_id, why.clone()));
                let order_id = order_id.to_owned();
                writes.events.push(PendingEvent::Review { order_id, why });
                None
            }
        }
    }

    fn write<'a>(
        &self,
        concluded: Concluded<'a, '_>,
        now: SystemTime,
        writes: &mut Writes<'a>,
    ) -> Result<(), Error> {
        let Concluded {
            claimed,
            stored,
            fresh,
            applied: Applied {
                mut record,
                changes,
            },
        } = concluded;
        // If something moved the check forward while the gateway was asked, that still counts,
        // after the shortest pause.
        let moved = moved_forward(stored.row.check_at, stored.leased_until);
        let pause = match claimed.end {
            End::Answered | End::Unanswered(_) => later(now, self.policy.between_questions),
            End::Unasked => now,
        };
        record.check_at = record
            .check_at
            .into_iter()
            .chain(moved.map(|at| at.max(pause)))
            .min();
        writes.orders.push(stored.with(&record, Claim::Ended)?);
        writes
            .changes
            .extend(StoredChange::of(&changes, &fresh, now)?);
        if let (End::Unanswered(why), Some(check_at)) = (&claimed.end, record.check_at) {
            writes.events.push(PendingEvent::Unanswered {
                order_id: claimed.order_id().to_owned(),
                check_at,
                why: why.clone(),
            });
        }
        if record.review != fresh.review {
            let order_id = claimed.order_id().to_owned();
            let review = record
                .review
                .map(|why| PendingEvent::Review { order_id, why });
            writes.events.extend(review);
        }
        Ok(())
    }

    fn conclusion(&self, claimed: &Claimed, fresh: &Record, now: SystemTime) -> Applied {
        match &claimed.end {
            End::Answered => apply(fresh, &claimed.check.answers, &self.policy, now),
            End::Unanswered(_) => unchanged(self.policy.unanswered(fresh, now)),
            End::Unasked => again(fresh, now),
        }
    }

    /// Puts an order under review whose answer cannot be stored.
    pub(super) async fn set_aside(&self, claimed: &Claimed, error: &Error) -> Result<(), Error> {
        let (order_id, now) = (claimed.order_id(), self.now());
        let why = format!("the gateway's answer cannot be stored: {error}");
        let mut connection = self.inbox.shared().pool.take().await?;
        order::set_aside(
            &mut connection,
            order_id,
            &why,
            later(now, self.policy.max_pause),
        )
        .await?;
        connection.release();
        self.emit(&Event::Review {
            order_id,
            why: &why,
        });
        Ok(())
    }
}

/// Returns a record without changes that may be claimed again at once.
fn again(fresh: &Record, now: SystemTime) -> Applied {
    unchanged(Record {
        check_at: Some(now),
        ..fresh.clone()
    })
}

fn unchanged(record: Record) -> Applied {
    Applied {
        record,
        changes: Vec::new(),
    }
}

/// Returns whether the claim is still valid. A claim that has ended has left no lease, even if its
/// commit was not seen.
fn is_valid(claimed: &Claimed, stored: &Stored) -> bool {
    stored.fence == claimed.check.fence
        && stored.leased_until == Some(to_millis(claimed.check.leased_until))
}
