//! The loop of a worker: the only thread that writes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use midtrans_inbox::store::PendingEvent;
use midtrans_inbox::{Error, Event};
use rusqlite::Connection;

use super::questions::{Closing, Ended, Questions, Repeat};
use super::tasks::{self, Task};
use super::{Handler, Worker};
use crate::bell::Bell;
use crate::{Stop, order};

/// The pause after a failure of the database.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// The writer of one call of `run` or `round`.
pub(super) struct Writer<'w, 'scope, 'env, 'h> {
    worker: &'w Worker,
    connection: &'w Connection,
    questions: &'scope Questions<'w>,
    scope: &'scope Scope<'scope, 'env>,
    handler: Option<&'h mut Handler<'h>>,
    /// Tasks that could not be stored yet.
    unsaved: Vec<Task>,
    /// The id of the last notification read. Later ones are read next, so that one that cannot be
    /// processed does not block others.
    last_wake: i64,
}

/// The work that a turn has left.
#[derive(Clone, Copy, Debug, Default)]
struct Remaining {
    /// True if there is more to do, without waiting.
    more: bool,
    /// True if orders are due that there was no room for.
    more_due: bool,
}

impl<'w> Writer<'w, '_, '_, '_> {
    pub(super) fn run<'a>(
        worker: &Worker,
        connection: &mut Connection,
        stop: &Stop,
        handler: Option<&'a mut Handler<'a>>,
    ) {
        let bell = Bell::of_a_worker();
        stop.also_rings(&bell);
        within(
            worker,
            connection,
            &bell,
            Repeat::WhileLeased,
            handler,
            |mut writer| {
                writer.work(&bell, stop);
                writer.leave(&bell);
            },
        );
    }

    pub(super) fn round<'a>(
        worker: &Worker,
        connection: &mut Connection,
        stop: &Stop,
        handler: Option<&'a mut Handler<'a>>,
    ) -> Result<usize, Error> {
        let bell = Arc::<Bell>::default();
        stop.also_rings(&bell);
        within(
            worker,
            connection,
            &bell,
            Repeat::Never,
            handler,
            |mut writer| writer.once(&bell, stop),
        )
    }

    fn work(&mut self, bell: &Bell, stop: &Stop) {
        let settings = self.worker.settings;
        let mut polled: Option<Instant> = None;
        let mut left = Remaining {
            more: true,
            more_due: false,
        };
        while !stop.is_stopped() {
            self.questions.give_up_late();
            let idle = polled.map_or(Duration::ZERO, |polled| {
                settings.idle.saturating_sub(polled.elapsed())
            });
            let ripe = self
                .questions
                .ripe_in(batch_size(self.worker), settings.commit_delay);
            let pause = ripe.map_or(idle, |ripe| ripe.min(idle));
            let has_room =
                left.more_due && self.questions.room() >= batch_size(self.worker).div_ceil(4);
            if !left.more && !has_room && pause > Duration::ZERO {
                left.more = bell.wait(pause);
                continue;
            }
            polled = Some(Instant::now());
            left = self.turn().unwrap_or_else(|error| {
                self.emit_failure(&error);
                rest(bell, stop);
                Remaining {
                    more: true,
                    more_due: false,
                }
            });
        }
    }

    /// Stores ended questions, processes notifications, claims orders, and calls the handler.
    fn turn(&mut self) -> Result<Remaining, Error> {
        self.collect();
        let (count, notify) = self.wakes()?;
        let room = self.questions.room();
        let is_due = !notify.is_empty()
            || order::is_due(self.connection, &self.worker.policy, self.worker.now())?;
        let claim = (room > 0 && is_due).then_some(Task::Claim(room));
        let claimed = self.store(notify.into_iter().chain(claim).collect())?;
        let acted = self.act(&mut BTreeSet::new())?;
        // After the last notification it starts again with the first.
        Ok(Remaining {
            more: count > 0 || acted > 0,
            more_due: is_due && claimed >= room,
        })
    }

    /// Does what is due now, once.
    fn once(&mut self, bell: &Bell, stop: &Stop) -> Result<usize, Error> {
        if stop.is_stopped() {
            return Ok(0);
        }
        let (mut count, mut notify) = self.wakes()?;
        while count > 0 {
            self.store(notify)?;
            (count, notify) = self.wakes()?;
        }
        if order::is_due(self.connection, &self.worker.policy, self.worker.now())? {
            self.store(vec![Task::Claim(self.questions.room())])?;
        }
        while !self.questions.are_over() {
            bell.wait(self.worker.settings.idle);
            if stop.is_stopped() {
                self.questions.close();
            }
        }
        self.collect();
        // Threads answer in any order; sorted, a round is always the same.
        self.unsaved
            .sort_by(|one, other| one.order_id().cmp(&other.order_id()));
        let asked = self
            .unsaved
            .iter()
            .filter(|task| !matches!(task, Task::Release(_)))
            .count();
        self.store(Vec::new())?;
        let mut tried = BTreeSet::new();
        while !stop.is_stopped() && self.act(&mut tried)? > 0 {}
        Ok(asked + tried.len())
    }

    /// Stores what has ended or ends soon, and releases the rest.
    fn leave(&mut self, bell: &Bell) {
        self.questions.close();
        while !self.questions.are_over() {
            bell.wait(self.worker.settings.idle);
        }
        self.collect();
        if let Err(error) = self.store(Vec::new()) {
            self.emit_failure(&error);
        }
    }

    /// Reads the next notifications. Returns none once after the last.
    fn wakes(&mut self) -> Result<(usize, Vec<Task>), Error> {
        let (count, last, notify) = tasks::wakes(
            self.connection,
            self.last_wake,
            self.worker.settings.batch.max(1),
        )?;
        self.last_wake = last.unwrap_or(0);
        Ok((count, notify))
    }

    fn collect(&mut self) {
        self.unsaved.extend(
            self.questions
                .take_ended()
                .into_iter()
                .map(|ended| match ended {
                    Ended::Answered(check) => Task::Apply(check),
                    Ended::Unanswered { check, why } => Task::Postpone { check, why },
                    Ended::Unasked(check) => Task::Release(check),
                }),
        );
    }

    /// Performs the unsaved tasks and then these, in batches. Returns the number of claimed orders.
    fn store(&mut self, tasks: Vec<Task>) -> Result<usize, Error> {
        let unsaved = self.unsaved.len();
        let mut tasks: Vec<Task> = self.unsaved.drain(..).chain(tasks).collect();
        let mut claimed = 0;
        let mut done = 0;
        let mut failed = Vec::new();
        while done < tasks.len() {
            let batch = &tasks[done..tasks.len().min(done + batch_size(self.worker))];
            let results = match self.worker.perform_all(self.connection, batch) {
                Ok(results) => results,
                Err(error) => {
                    // The gateway's answers are kept for the next try; the rest is in the tables.
                    tasks.truncate(unsaved.max(done));
                    self.unsaved = tasks.split_off(done);
                    return Err(error);
                }
            };
            for result in results {
                match result {
                    Ok(done) => {
                        self.emit_all(&done.events);
                        claimed += done.claimed.len();
                        if !done.claimed.is_empty() {
                            self.questions.ask(self.scope, done.claimed);
                        }
                    }
                    Err(failure) => failed.push((done, Error::from(failure))),
                }
                done += 1;
            }
        }
        self.set_aside(tasks, failed)?;
        Ok(claimed)
    }

    /// Puts orders under review whose tasks have failed.
    fn set_aside(&mut self, tasks: Vec<Task>, failed: Vec<(usize, Error)>) -> Result<(), Error> {
        if failed.is_empty() {
            return Ok(());
        }
        let mut tasks: Vec<Option<Task>> = tasks.into_iter().map(Some).collect();
        let mut aside = Vec::new();
        for (at, error) in failed {
            self.emit_failure(&error);
            aside.extend(
                tasks
                    .get_mut(at)
                    .and_then(Option::take)
                    .and_then(|task| task.set_aside(&error)),
            );
        }
        for result in self.worker.perform_all(self.connection, &aside)? {
            match result {
                Ok(done) => self.emit_all(&done.events),
                Err(failure) => self.emit_failure(&Error::from(failure)),
            }
        }
        Ok(())
    }

    fn act(&mut self, tried: &mut BTreeSet<i64>) -> Result<usize, Error> {
        match &mut self.handler {
            Some(handler) => self.worker.act(self.connection, *handler, tried),
            None => Ok(0),
        }
    }

    fn emit_all(&self, events: &[PendingEvent]) {
        for event in events {
            self.worker.emit(&event.event());
        }
    }

    fn emit_failure(&self, error: &Error) {
        self.worker.stats.store_failed();
        self.worker.emit(&Event::StoreFailed { error });
    }
}

/// Runs a writer with the threads that ask its questions.
fn within<'a, R>(
    worker: &Worker,
    connection: &Connection,
    bell: &Bell,
    repeat: Repeat,
    handler: Option<&'a mut Handler<'a>>,
    work: impl FnOnce(Writer<'_, '_, '_, 'a>) -> R,
) -> R {
    let questions = Questions::new(worker, bell, repeat);
    thread::scope(|scope| {
        let _closing = Closing(&questions);
        let unsaved = Vec::new();
        work(Writer {
            worker,
            connection,
            questions: &questions,
            scope,
            handler,
            unsaved,
            last_wake: 0,
        })
    })
}

fn batch_size(worker: &Worker) -> usize {
    usize::try_from(worker.settings.batch.max(1)).unwrap_or(usize::MAX)
}

/// Waits for the database to recover, or for the stop.
fn rest(bell: &Bell, stop: &Stop) {
    let until = Instant::now() + AFTER_A_FAILURE;
    while !stop.is_stopped() {
        let left = until.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            break;
        }
        bell.wait(left);
    }
}
