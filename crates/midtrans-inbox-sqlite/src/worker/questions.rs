//! Questions to the gateway, asked by threads of their own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};
use std::time::{Duration, Instant};

use midtrans_inbox::Answer;
use midtrans_inbox::protocol::GetStatus;
use midtrans_inbox::protocol::ids::PaymentId;
use midtrans_inbox::store::{Check, LateCheck, QuestionResult};
use midtrans_transport::{CallOptions, RetryPolicy};

use super::Worker;
use crate::bell::Bell;

/// The time before the end of a lease that is reserved for storing the answer.
const FOR_STORING: Duration = Duration::from_secs(5);

/// The treatment of a question that the gateway was too busy for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It is repeated while the lease lasts.
    WhileLeased,
    /// It is left for a later round.
    Never,
}

/// The end of the questions about one order.
pub(super) enum Ended {
    /// All were answered.
    Answered(Check),
    /// The gateway did not answer.
    Unanswered { check: Check, why: String },
    /// It was not asked, for lack of time.
    Unasked(Check),
}

impl Ended {
    /// Returns the end of a check that has no time for further questions.
    fn late(check: Check) -> Self {
        match check.when_late() {
            LateCheck::Answered => Self::Answered(check),
            LateCheck::Unanswered => Self::Unanswered {
                check,
                why: LateCheck::WHY.to_owned(),
            },
            LateCheck::Unasked => Self::Unasked(check),
        }
    }
}

/// The questions of one worker: those that wait for their turn, those in flight, and those that
/// have ended.
pub(super) struct Questions<'a> {
    worker: &'a Worker,
    bell: &'a Bell,
    repeat: Repeat,
    state: Mutex<State>,
    /// Notified when a question waits, or at the end.
    work: Condvar,
    /// Notified at the end. The one thread that waits for the rate limiter waits on it.
    turn: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Check>,
    in_flight: usize,
    threads: usize,
    idle: usize,
    /// True if a thread waits for the rate limiter; the others wait for that thread.
    has_leader: bool,
    ended: Vec<Ended>,
    /// The time at which the first of them ended.
    ended_since: Option<Instant>,
    is_closed: bool,
}

impl<'a> Questions<'a> {
    pub(super) fn new(worker: &'a Worker, bell: &'a Bell, repeat: Repeat) -> Self {
        let state = Mutex::new(State::default());
        Self {
            worker,
            bell,
            repeat,
            state,
            work: Condvar::new(),
            turn: Condvar::new(),
        }
    }

    /// Returns the number of orders that may be claimed in addition: no more than there are threads
    /// to ask, and no more than the rate allows well within a lease.
    pub(super) fn room(&self) -> usize {
        let within = self.worker.limiter.within(self.worker.policy.lease / 4);
        let state = self.lock();
        let free = self
            .threads()
            .saturating_sub(state.waiting.len() + state.in_flight);
        free.min(within.saturating_sub(state.waiting.len()))
    }

    /// Queues the questions of these orders.
    pub(super) fn ask<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>, checks: Vec<Check>) {
        let mut state = self.lock();
        for check in checks {
            state.waiting.push_back(check);
            self.work.notify_one();
        }
        while state.idle < state.waiting.len() && state.threads < self.threads() {
            match Builder::new()
                .name("midtrans-question".to_owned())
                .spawn_scoped(scope, || self.work())
            {
                // It is idle until it has a question, and finds one by itself.
                Ok(_) => (state.threads, state.idle) = (state.threads + 1, state.idle + 1),
                Err(_) if state.threads > 0 => break,
                Err(error) => {
                    let why = format!("no thread could be started to ask: {error}");
                    while let Some(check) = state.waiting.pop_front() {
                        let why = why.clone();
                        state.end(Ended::Unanswered { check, why });
                    }
                }
            }
        }
    }

    /// Takes the orders whose questions have ended.
    pub(super) fn take_ended(&self) -> Vec<Ended> {
        let mut state = self.lock();
        state.ended_since = None;
        std::mem::take(&mut state.ended)
    }

    /// Returns the time until the ended ones are to be stored: zero if they fill a batch, or if no
    /// other will end soon; `None` if there are none.
    pub(super) fn ripe_in(&self, batch: usize, delay: Duration) -> Option<Duration> {
        let state = self.lock();
        let since = state.ended_since?;
        let is_full = state.ended.len() >= batch;
        let is_all = state.in_flight == 0 && state.waiting.is_empty();
        Some(if is_full || is_all {
            Duration::ZERO
        } else {
            delay.saturating_sub(since.elapsed())
        })
    }

    /// Gives up orders that wait for their turn and whose lease would end before the answer.
    pub(super) fn give_up_late(&self) {
        let mut state = self.lock();
        let waiting = std::mem::take(&mut state.waiting);
        let (in_time, late): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|check| self.is_in_time(check));
        state.waiting = in_time.into();
        late.into_iter()
            .for_each(|check| state.end(Ended::late(check)));
    }

    /// Stops asking: waiting questions are ended, and those in flight are awaited.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let waiting: Vec<_> = state.waiting.drain(..).collect();
        waiting
            .into_iter()
            .for_each(|check| state.end(Ended::Unasked(check)));
        drop(state);
        self.work.notify_all();
        self.turn.notify_all();
    }

    /// Returns whether no question waits and none is in flight.
    pub(super) fn are_over(&self) -> bool {
        let state = self.lock();
        state.waiting.is_empty() && state.in_flight == 0
    }

    /// The work of one thread.
    fn work(&self) {
        while let Some((check, id)) = self.next() {
            let mut options = CallOptions::default();
            options.deadline = Some(self.worker.settings.question_deadline);
            // The inbox's own schedule repeats questions, at the gateway's rate.
            options.retry = Some(RetryPolicy::never());
            let question = GetStatus::new(id.clone());
            let asked = catch_unwind(AssertUnwindSafe(|| (self.worker.ask)(&question, &options)));
            let asked = match asked {
                Ok(result) => QuestionResult::of(&id, result),
                Err(_) => QuestionResult::Unusable {
                    why: "the client panicked".to_owned(),
                },
            };
            self.receive(check, id, asked);
        }
    }

    /// Waits for the next question and for its turn. Returns `None` at the end.
    fn next(&self) -> Option<(Check, PaymentId)> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if state.waiting.is_empty() || state.has_leader {
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            match self.take_turn() {
                Ok(()) => break,
                Err(pause) => {
                    state.has_leader = true;
                    state = self
                        .turn
                        .wait_timeout(state, pause)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0;
                    state.has_leader = false;
                }
            }
        }
        let check = state.waiting.pop_front()?;
        if !state.waiting.is_empty() {
            self.work.notify_one();
        }
        let Some(id) = check.next_question() else {
            state.end(Ended::Answered(check));
            drop(state);
            self.bell.answer();
            return self.next();
        };
        (state.idle, state.in_flight) = (state.idle.saturating_sub(1), state.in_flight + 1);
        self.worker
            .stats
            .asked(state.in_flight, self.worker.limiter.per_second());
        Some((check, id))
    }

    fn take_turn(&self) -> Result<(), Duration> {
        if self.repeat == Repeat::Never && self.worker.is_clock_set {
            self.worker.limiter.turn_at_once(Instant::now());
            return Ok(());
        }
        self.worker.limiter.turn(Instant::now())
    }

    /// Processes the result of a question.
    fn receive(&self, mut check: Check, id: PaymentId, asked: QuestionResult) {
        let stats = &self.worker.stats;
        let rate = self.worker.limiter.record(&asked, stats, Instant::now());
        let mut state = self.lock();
        (state.idle, state.in_flight) = (state.idle + 1, state.in_flight.saturating_sub(1));
        stats.answered(state.in_flight, rate);
        let is_known = check
            .answers
            .first()
            .is_some_and(|answer| answer.transaction.is_some());
        let may_repeat = self.repeat == Repeat::WhileLeased && self.is_in_time(&check);
        match asked {
            QuestionResult::Answered(answer) => check.answers.push(answer),
            // Repeated unchanged.
            QuestionResult::Overloaded { .. } if may_repeat => {}
            QuestionResult::Overloaded { why, .. } | QuestionResult::Unusable { why }
                if !is_known =>
            {
                state.end(Ended::Unanswered { check, why });
                drop(state);
                return self.bell.answer();
            }
            // The gateway knows the order. Further ids may be forged: one without a usable answer
            // must not block the others.
            QuestionResult::Overloaded { .. } | QuestionResult::Unusable { .. } => {
                check.answers.push(Answer {
                    asked: id,
                    transaction: None,
                });
            }
        }
        if check.next_question().is_none() {
            state.end(Ended::Answered(check));
        } else if state.is_closed {
            state.end(Ended::Unasked(check));
        } else {
            // It goes first: what has begun ends first.
            state.waiting.push_front(check);
            drop(state);
            return self.work.notify_one();
        }
        drop(state);
        self.bell.answer();
    }

    /// Returns whether a question that is asked now can be answered and stored before the lease
    /// ends.
    fn is_in_time(&self, check: &Check) -> bool {
        let (policy, settings) = (&self.worker.policy, &self.worker.settings);
        let needed = settings
            .question_deadline
            .saturating_add(FOR_STORING)
            .min(policy.lease / 2);
        check
            .leased_until
            .duration_since(self.worker.now())
            .is_ok_and(|left| left >= needed)
    }

    fn threads(&self) -> usize {
        usize::try_from(self.worker.settings.questions_in_flight.max(1)).unwrap_or(usize::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&mut self, ended: Ended) {
        self.ended_since.get_or_insert_with(Instant::now);
        self.ended.push(ended);
    }
}

/// Closes the questions however the writer ends; otherwise its threads would wait for ever.
pub(super) struct Closing<'a, 'b>(pub(super) &'a Questions<'b>);

impl Drop for Closing<'_, '_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
