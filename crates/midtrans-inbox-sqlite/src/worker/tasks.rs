//! The writes of a worker: notifications into records, claims, and answers into records and
//! changes.

use std::collections::BTreeMap;
use std::time::SystemTime;

use midtrans_inbox::protocol::Rupiah;
use midtrans_inbox::store::{Check, PendingEvent, StoredChange, from_millis, later, moved_forward};
use midtrans_inbox::{Applied, Error, Record, Wake, apply};
use rusqlite::{Connection, Row, Transaction, params};

use super::Worker;
use crate::batch::{self, ItemResult};
use crate::change;
use crate::fault::fault;
use crate::order::{self, Claim, Stored};

/// One of the tasks of a commit.
pub(super) enum Task {
    /// Applies answers.
    Apply(Check),
    /// Postpones an order that the gateway did not answer about.
    Postpone { check: Check, why: String },
    /// Releases the claim of an order that was not asked about.
    Release(Check),
    /// Adds wakes of one order to its record.
    Notify { order_id: String, wakes: Vec<i64> },
    /// Claims at most so many orders.
    Claim(usize),
    /// Puts an order under review for which a task failed.
    SetAside {
        order_id: String,
        wakes: Vec<i64>,
        why: String,
    },
}

/// The result of a task.
#[derive(Default)]
pub(super) struct TaskResult {
    pub(super) events: Vec<PendingEvent>,
    pub(super) claimed: Vec<Check>,
}

impl Task {
    /// Returns the order of the task, if it has one.
    pub(super) fn order_id(&self) -> Option<&str> {
        match self {
            Self::Apply(check) | Self::Postpone { check, .. } | Self::Release(check) => {
                Some(check.record.expectation.order_id.as_str())
            }
            Self::Notify { order_id, .. } | Self::SetAside { order_id, .. } => Some(order_id),
            Self::Claim(_) => None,
        }
    }

    /// Returns the task that follows a failure of this one; `None` if the end of the lease is
    /// enough.
    pub(super) fn set_aside(self, error: &Error) -> Option<Self> {
        let why = |what: &str| format!("{what}: {error}");
        match self {
            Self::Apply(check) | Self::Postpone { check, .. } => {
                let order_id = check.record.expectation.order_id.as_str().to_owned();
                Some(Self::SetAside {
                    order_id,
                    wakes: Vec::new(),
                    why: why("the gateway's answer cannot be stored"),
                })
            }
            Self::Notify { order_id, wakes } => Some(Self::SetAside {
                order_id,
                wakes,
                why: why("a notification cannot be taken in"),
            }),
            Self::Release(_) | Self::Claim(_) | Self::SetAside { .. } => None,
        }
    }
}

/// Reads at most so many unprocessed notifications with an id above the given one. Returns their
/// number, the id of the last one, and the tasks, by order.
pub(super) fn wakes(
    connection: &Connection,
    after: i64,
    at_most: u32,
) -> Result<(usize, Option<i64>, Vec<Task>), Error> {
    let mut statement = connection
        .prepare_cached("SELECT order_id, id FROM midtrans_wake WHERE id > ?1 ORDER BY id LIMIT ?2")
        .map_err(fault)?;
    let rows = statement.query_map(params![after, at_most], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    let rows: Vec<(String, i64)> = rows.and_then(Iterator::collect).map_err(fault)?;
    let (count, last) = (rows.len(), rows.last().map(|(_, id)| *id));
    let mut by_order: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (order_id, id) in rows {
        by_order.entry(order_id).or_default().push(id);
    }
    let tasks = by_order
        .into_iter()
        .map(|(order_id, wakes)| Task::Notify { order_id, wakes })
        .collect();
    Ok((count, last, tasks))
}

impl Worker {
    /// Performs tasks in one commit, each behind a savepoint.
    pub(super) fn perform_all(
        &self,
        connection: &Connection,
        tasks: &[Task],
    ) -> Result<Vec<ItemResult<TaskResult>>, Error> {
        batch::each(connection, tasks, None, &mut |transaction, task| {
            self.perform(transaction, task)
        })
    }

    fn perform(&self, transaction: &Transaction<'_>, task: &Task) -> ItemResult<TaskResult> {
        let now = self.now();
        let result = match task {
            Task::Apply(check) => self.conclude(transaction, check, now, |fresh| {
                apply(fresh, &check.answers, &self.policy, now)
            })?,
            Task::Postpone { check, why } => self.postpone(transaction, check, why, now)?,
            Task::Release(check) => {
                let order_id = check.record.expectation.order_id.as_str();
                order::release(transaction, order_id, check.fence, now)?;
                TaskResult::default()
            }
            Task::Notify { order_id, wakes } => self.notify(transaction, order_id, wakes, now)?,
            Task::Claim(at_most) => self.claim(transaction, *at_most, now)?,
            Task::SetAside {
                order_id,
                wakes,
                why,
            } => {
                delete_wakes(transaction, order_id, wakes)?;
                self.set_aside(transaction, order_id, why.clone(), now)?
            }
        };
        Ok(result)
    }

    /// Adds notifications to the record of their order.
    fn notify(
        &self,
        transaction: &Transaction<'_>,
        order_id: &str,
        wakes: &[i64],
        now: SystemTime,
    ) -> Result<TaskResult, Error> {
        let wakes = delete_wakes(transaction, order_id, wakes)?;
        let Some(stored) = order::load(transaction, order_id)? else {
            return mark_unexpected(transaction, order_id, &wakes);
        };
        let before = match stored.row.record() {
            Ok(record) => record,
            Err(error) => return self.set_aside(transaction, order_id, error.to_string(), now),
        };
        let (mut record, mut changes) = (before.clone(), Vec::new());
        for (wake, _) in &wakes {
            let (after, change) = record.notified(wake, &self.policy, now);
            changes.extend(StoredChange::of(change.as_slice(), &after, now)?);
            record = after;
        }
        if record != before {
            order::update(transaction, &record, Claim::Kept)?;
        }
        change::insert(transaction, &changes)?;
        Ok(TaskResult::default())
    }

    fn claim(
        &self,
        transaction: &Transaction<'_>,
        at_most: usize,
        now: SystemTime,
    ) -> Result<TaskResult, Error> {
        let mut result = TaskResult::default();
        for Stored { row, fence, .. } in order::claim(transaction, at_most, &self.policy, now)? {
            match row.record() {
                Ok(record) => {
                    let leased_until = self.policy.lease_until(now);
                    result.claimed.push(Check {
                        record,
                        fence,
                        leased_until,
                        answers: Vec::new(),
                    });
                }
                Err(error) => {
                    result.events.extend(
                        self.set_aside(transaction, &row.order_id, error.to_string(), now)?
                            .events,
                    );
                }
            }
        }
        Ok(result)
    }

    fn postpone(
        &self,
        transaction: &Transaction<'_>,
        check: &Check,
        why: &str,
        now: SystemTime,
    ) -> Result<TaskResult, Error> {
        let mut check_at = None;
        let mut result = self.conclude(transaction, check, now, |fresh| {
            let record = self.policy.unanswered(fresh, now);
            check_at = record.check_at;
            Applied {
                record,
                changes: Vec::new(),
            }
        })?;
        if let Some(check_at) = check_at {
            let order_id = check.record.expectation.order_id.as_str().to_owned();
            result.events.push(PendingEvent::Unanswered {
                order_id,
                check_at,
                why: why.to_owned(),
            });
        }
        Ok(result)
    }

    /// Ends a claim: the result is applied to what is stored now. Does nothing if the claim is no
    /// longer valid.
    fn conclude(
        &self,
        transaction: &Transaction<'_>,
        check: &Check,
        now: SystemTime,
        conclusion: impl FnOnce(&Record) -> Applied,
    ) -> Result<TaskResult, Error> {
        let order_id = check.record.expectation.order_id.as_str();
        let stored =
            order::load(transaction, order_id)?.filter(|stored| stored.fence == check.fence);
        let Some(stored) = stored else {
            return Ok(TaskResult::default());
        };
        let fresh = match stored.row.record() {
            Ok(fresh) => fresh,
            Err(error) => return self.set_aside(transaction, order_id, error.to_string(), now),
        };
        let applied = conclusion(&fresh);
        if applied.needs_all_read() && order::has_unread(transaction, order_id)? {
            order::release(transaction, order_id, check.fence, now)?;
            return Ok(TaskResult::default());
        }
        let Applied {
            mut record,
            changes,
        } = applied;
        // If something moved the check forward while the gateway was asked, that still counts,
        // after the shortest pause.
        let moved = moved_forward(stored.row.check_at, stored.leased_until);
        let moved = moved.map(|at| at.max(later(now, self.policy.between_questions)));
        record.check_at = record.check_at.into_iter().chain(moved).min();
        order::update(transaction, &record, Claim::Ended)?;
        change::insert(transaction, &StoredChange::of(&changes, &fresh, now)?)?;
        let is_news = record.review != fresh.review;
        let review = record.review.filter(|_| is_news);
        let events = review
            .map(|why| PendingEvent::Review {
                order_id: order_id.to_owned(),
                why,
            })
            .into_iter()
            .collect();
        Ok(TaskResult {
            events,
            claimed: Vec::new(),
        })
    }

    fn set_aside(
        &self,
        transaction: &Transaction<'_>,
        order_id: &str,
        why: String,
        now: SystemTime,
    ) -> Result<TaskResult, Error> {
        order::set_aside(
            transaction,
            order_id,
            &why,
            later(now, self.policy.max_pause),
        )?;
        let events = vec![PendingEvent::Review {
            order_id: order_id.to_owned(),
            why,
        }];
        Ok(TaskResult {
            events,
            claimed: Vec::new(),
        })
    }
}

/// Deletes wakes. Those that are no longer there were processed by another worker.
fn delete_wakes(
    transaction: &Transaction<'_>,
    order_id: &str,
    wakes: &[i64],
) -> Result<Vec<(Wake, Option<i64>)>, Error> {
    let mut statement = transaction
        .prepare_cached(
            "DELETE FROM midtrans_wake WHERE id = ?1 AND order_id = ?2
             RETURNING status_code, amount, transaction_id, received_at, notification_id",
        )
        .map_err(fault)?;
    let mut deleted = Vec::with_capacity(wakes.len());
    for id in wakes {
        let rows = statement
            .query_map(params![id, order_id], read_wake)
            .map_err(fault)?;
        for wake in rows {
            deleted.push(wake.map_err(fault)?);
        }
    }
    Ok(deleted)
}

fn read_wake(row: &Row<'_>) -> rusqlite::Result<(Wake, Option<i64>)> {
    let amount: Option<i64> = row.get(1)?;
    let wake = Wake {
        status_code: row.get(0)?,
        amount: amount
            .and_then(|amount| u64::try_from(amount).ok())
            .map(Rupiah::new),
        transaction_id: row.get(2)?,
        received_at: from_millis(row.get(3)?),
    };
    Ok((wake, row.get(4)?))
}

/// Marks notifications of an order that is not expected. They are kept for it.
fn mark_unexpected(
    transaction: &Transaction<'_>,
    order_id: &str,
    wakes: &[(Wake, Option<i64>)],
) -> Result<TaskResult, Error> {
    let mut statement = transaction
        .prepare_cached("UPDATE midtrans_notification SET unexpected = 1 WHERE id = ?1")
        .map_err(fault)?;
    for (_, notification_id) in wakes {
        statement.execute([notification_id]).map_err(fault)?;
    }
    let events = if wakes.is_empty() {
        vec![]
    } else {
        vec![PendingEvent::Unexpected {
            order_id: order_id.to_owned(),
        }]
    };
    Ok(TaskResult {
        events,
        claimed: Vec::new(),
    })
}
