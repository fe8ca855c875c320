//! Calling the handler: many changes in one commit, each behind a savepoint.

use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use midtrans_inbox::{Error, Event, Outcome};
use sqlx::{Connection, PgConnection};

use super::Worker;
use super::signal::{Stopped, changed, first_of};
use super::store_loop::AFTER_A_FAILURE;
use crate::Handler;
use crate::change::{self, Failure, LockedChange, TransactionEnd};
use crate::fault::{fault, fault_behind, is_of_an_item};
use crate::pool::{BEGIN_TO_ACT, with_timeout};

mod call;

use call::{Broken, HandlerResult};

/// The pause before the retry of a change that conflicted with another transaction.
const CONFLICT_PAUSE: Duration = Duration::from_secs(1);

/// The results of a batch.
#[derive(Default)]
struct Batch {
    acted: Vec<Acted>,
    failed: Vec<Failure>,
    /// The time at which the first change succeeded.
    since: Option<Instant>,
}

/// A change that was acted on.
struct Acted {
    order_id: String,
    outcome: Outcome,
    /// The time of its notification, or else the time at which it was stored.
    since: SystemTime,
}

/// The end of a batch.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// The number of changes that the handler was called for.
    tried: usize,
    /// True if there may be more.
    is_full: bool,
    /// True if all of it was committed. If not, smaller batches find the failing change.
    is_clean: bool,
}

impl<T> Worker<T> {
    /// Acts until the worker is stopped.
    pub(super) async fn act_until(&self, stopped: Stopped, handler: &(impl Handler + ?Sized)) {
        let loops =
            (0..self.handler_connections.max(1)).map(|at| self.act_on(at == 0, &stopped, handler));
        join_all(loops).await;
    }

    /// Runs one loop over one connection. The first loop polls; the others start when there is more
    /// than it can do at once.
    async fn act_on(&self, is_first: bool, stopped: &Stopped, handler: &(impl Handler + ?Sized)) {
        let shared = self.inbox.shared();
        let mut changes = shared.changes();
        let mut at_most = self.settings.batch.max(1);
        while !stopped.is_stopped() {
            let seen = *changes.borrow_and_update();
            match self.act(at_most, Some(stopped), handler).await {
                Ok(round) => {
                    at_most = self.next_size(at_most, round);
                    if round.is_full && is_first {
                        shared.notify_change();
                    }
                    if round.tried > 0 || *changes.borrow() != seen {
                        continue;
                    }
                }
                Err(error) => {
                    self.emit_failure(&error);
                    at_most = 1;
                    stopped.pause(AFTER_A_FAILURE).await;
                    continue;
                }
            }
            let idle = if is_first {
                self.settings.idle
            } else {
                Duration::MAX
            };
            first_of(&mut [
                Box::pin(tokio::time::sleep(idle)),
                Box::pin(changed(&mut changes)),
                Box::pin(stopped.stopped()),
            ])
            .await;
        }
    }

    /// Acts on all changes that are due. Returns the number of changes that the handler was called
    /// for.
    pub(super) async fn act_once(&self, handler: &(impl Handler + ?Sized)) -> Result<usize, Error> {
        let (mut tried, mut at_most) = (0, self.settings.batch.max(1));
        loop {
            let round = self.act(at_most, None, handler).await?;
            if round.tried == 0 {
                return Ok(tried);
            }
            if round.is_clean {
                tried += round.tried;
            }
            at_most = self.next_size(at_most, round);
        }
    }

    fn next_size(&self, size: u32, round: Round) -> u32 {
        if round.is_clean {
            size.saturating_mul(2).min(self.settings.batch.max(1))
        } else {
            1
        }
    }

    /// Locks changes and calls the handler for them, in one transaction. If the future is dropped,
    /// none is acted on.
    async fn act(
        &self,
        at_most: u32,
        stopped: Option<&Stopped>,
        handler: &(impl Handler + ?Sized),
    ) -> Result<Round, Error> {
        let mut connection = self.inbox.shared().pool.take().await?;
        // It has the handler's statements, so it runs at the shop's isolation level. And sqlx knows
        // of it: a transaction that the handler begins is a savepoint, and its commit does not
        // commit this one.
        let mut transaction =
            with_timeout(async { connection.begin_with(BEGIN_TO_ACT).await.map_err(fault) })
                .await?;
        let locked = with_timeout(change::lock(&mut transaction, at_most, self.now())).await?;
        if locked.is_empty() {
            with_timeout(async { transaction.rollback().await.map_err(fault) }).await?;
            connection.release();
            return Ok(Round {
                tried: 0,
                is_full: false,
                is_clean: true,
            });
        }
        let is_full = u32::try_from(locked.len()).is_ok_and(|count| count == at_most);
        let mut batch = Batch::default();
        if let Err(broken) = self
            .call_each(&mut transaction, &locked, stopped, handler, &mut batch)
            .await
        {
            let at_fault = &locked[batch.len()];
            if matches!(broken, Broken::TimedOut) {
                let mut other = self.inbox.shared().pool.take().await?;
                with_timeout(change::terminate(&mut other, at_fault.transaction)).await?;
                other.release();
            }
            drop(transaction);
            drop(connection);
            let round = Round {
                tried: batch.len() + 1,
                is_full,
                is_clean: false,
            };
            return self
                .after_broken(broken, at_fault, batch)
                .await
                .map(|()| round);
        }
        with_timeout(change::store_failures(&mut transaction, &batch.failed)).await?;
        match with_timeout(async { transaction.commit().await.map_err(fault) }).await {
            Ok(()) => connection.release(),
            Err(error) => {
                drop(connection);
                return self
                    .after_a_failed_commit(error, &locked[..batch.len()])
                    .await;
            }
        }
        let tried = batch.len();
        self.emit_batch(&batch);
        Ok(Round {
            tried,
            is_full,
            is_clean: true,
        })
    }

    /// Calls the handler for each change, until the first of them has waited long enough for the
    /// commit.
    async fn call_each(
        &self,
        connection: &mut PgConnection,
        locked: &[LockedChange],
        stopped: Option<&Stopped>,
        handler: &(impl Handler + ?Sized),
        batch: &mut Batch,
    ) -> Result<(), Broken> {
        call::begin(connection).await?;
        for one in locked {
            let result =
                call::call(connection, one, self.settings.handler_deadline, handler).await?;
            batch.add(self, one, result);
            let is_stopped = stopped.is_some_and(Stopped::is_stopped);
            let since = batch.since.get_or_insert_with(Instant::now);
            if is_stopped || since.elapsed() >= self.settings.commit_delay {
                break;
            }
        }
        Ok(())
    }

    /// Counts the failure after the connection broke or had to be closed.
    async fn after_broken(
        &self,
        broken: Broken,
        at_fault: &LockedChange,
        batch: Batch,
    ) -> Result<(), Error> {
        match broken {
            Broken::TimedOut => {
                let why = format!(
                    "the handler took longer than {:?}",
                    self.settings.handler_deadline
                );
                self.count_failure(at_fault, why, false).await
            }
            Broken::TransactionEnded => {
                let why = "the handler ended the inbox's transaction, which it must not".to_owned();
                self.after_transaction_end(at_fault, batch, self.failure(at_fault, why, 1))
                    .await
            }
            Broken::NotDeleted(error) => {
                let (count, why) = match HandlerResult::of(
                    fault_behind(&error),
                    call::cannot_be_committed(&error),
                ) {
                    HandlerResult::Conflicted(why) => (0, why),
                    HandlerResult::Failed(why) => (1, why),
                    HandlerResult::Acted(_) => return Ok(()),
                };
                self.after_transaction_end(at_fault, batch, self.failure(at_fault, why, count))
                    .await
            }
            Broken::Disconnected(error) => {
                self.inbox.shared().pool.forget_idle();
                // A handler that breaks its connection each time would otherwise block all others.
                // If the database is really gone, this cannot be stored either.
                let why = format!("the connection broke while the handler was called: {error}");
                self.count_failure(at_fault, why, false).await?;
                Err(error)
            }
        }
    }

    /// Counts the failure of a handler that ended the transaction. The changes acted on before it
    /// are committed or rolled back with it.
    async fn after_transaction_end(
        &self,
        at_fault: &LockedChange,
        batch: Batch,
        otherwise: Failure,
    ) -> Result<(), Error> {
        let mut connection = self.inbox.shared().pool.take().await?;
        let end = with_timeout(change::end_of(&mut connection, at_fault.transaction)).await?;
        connection.release();
        if end == TransactionEnd::Committed {
            self.emit_batch(&Batch {
                failed: Vec::new(),
                ..batch
            });
            // Some of its writes may be stored. Only a person can tell whether it may be called
            // again.
            let why = "the handler committed the inbox's transaction itself, which it must not: what it wrote may be \
                       stored in part";
            return self.count_failure(at_fault, why.to_owned(), true).await;
        }
        self.store_failure(otherwise).await
    }

    async fn after_a_failed_commit(
        &self,
        error: Error,
        tried: &[LockedChange],
    ) -> Result<Round, Error> {
        let round = Round {
            tried: tried.len(),
            is_full: true,
            is_clean: false,
        };
        match tried {
            [at_fault] if is_of_an_item(&error) => {
                self.count_failure(
                    at_fault,
                    format!("what the handler did cannot be committed: {error}"),
                    false,
                )
                .await?;
                Ok(round)
            }
            [_, _, ..] if is_of_an_item(&error) || error.is_conflict() => Ok(round),
            _ => Err(error),
        }
    }

    /// Counts a failure on another connection, after the transaction is gone.
    async fn count_failure(
        &self,
        at_fault: &LockedChange,
        why: String,
        is_dead: bool,
    ) -> Result<(), Error> {
        let mut failure = self.failure(at_fault, why, 1);
        if is_dead {
            failure.retry_at = None;
        }
        self.store_failure(failure).await
    }

    async fn store_failure(&self, failure: Failure) -> Result<(), Error> {
        let mut connection = self.inbox.shared().pool.take().await?;
        with_timeout(change::store_failures(
            &mut connection,
            std::slice::from_ref(&failure),
        ))
        .await?;
        connection.release();
        self.emit_batch(&Batch {
            failed: vec![failure],
            ..Batch::default()
        });
        Ok(())
    }

    fn failure(&self, locked: &LockedChange, why: String, count: u32) -> Failure {
        let failures = locked.failures.saturating_add(count);
        let now = self.now();
        let soon = midtrans_inbox::store::later(now, CONFLICT_PAUSE);
        Failure {
            id: locked.id,
            order_id: locked.stored.order_id.clone(),
            before: locked.failures,
            failures,
            retry_at: if count == 0 {
                Some(soon)
            } else {
                self.policy.retry_at(failures, now)
            },
            why,
        }
    }

    fn emit_batch(&self, batch: &Batch) {
        for acted in &batch.acted {
            self.stats
                .acted(self.now().duration_since(acted.since).unwrap_or_default());
            self.emit(&Event::Acted {
                order_id: &acted.order_id,
                outcome: acted.outcome,
            });
        }
        for Failure {
            order_id,
            retry_at,
            why,
            ..
        } in &batch.failed
        {
            self.stats.handler_failed();
            self.emit(&Event::HandlerFailed {
                order_id,
                retry_at: *retry_at,
                why,
            });
        }
    }
}

impl Batch {
    fn len(&self) -> usize {
        self.acted.len() + self.failed.len()
    }

    fn add<T>(&mut self, worker: &Worker<T>, locked: &LockedChange, result: HandlerResult) {
        match result {
            HandlerResult::Acted(outcome) => self.acted.push(Acted {
                order_id: locked.stored.order_id.clone(),
                outcome,
                since: locked.stored.since(),
            }),
            HandlerResult::Failed(why) => self.failed.push(worker.failure(locked, why, 1)),
            HandlerResult::Conflicted(why) => self.failed.push(worker.failure(locked, why, 0)),
        }
    }
}
