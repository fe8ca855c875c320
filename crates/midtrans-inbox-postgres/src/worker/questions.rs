//! The questions of a worker: many in flight at once, never two about one order, at the gateway's
//! rate.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::Stream;
use futures_util::stream::FuturesUnordered;
use midtrans_inbox::Answer;
use midtrans_inbox::protocol::GetStatus;
use midtrans_inbox::protocol::ids::PaymentId;
use midtrans_inbox::store::{Check, LateCheck, QuestionResult};
use midtrans_transport::{AsyncTransport, CallOptions, RetryPolicy};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::Worker;
use super::signal::Stopped;
use crate::handler::guarded;

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

/// A claimed order that is asked about, or was.
pub(super) struct Claimed {
    pub(super) check: Check,
    /// The end of its lease, on this program's monotonic clock. A jump of the wall clock changes
    /// nothing.
    pub(super) until: Instant,
    pub(super) end: End,
}

impl Claimed {
    pub(super) fn order_id(&self) -> &str {
        self.check.record.expectation.order_id.as_str()
    }
}

/// The end of the questions about an order.
#[derive(Debug)]
pub(super) enum End {
    /// All were answered.
    Answered,
    /// The gateway did not answer.
    Unanswered(String),
    /// It was not asked, for lack of time.
    Unasked,
}

/// The questions of one call of `run` or `round`.
pub(super) struct Questions<'a, T> {
    worker: &'a Worker<T>,
    repeat: Repeat,
    state: Mutex<State>,
    /// Notified when there are orders to ask about.
    work: Notify,
    /// Notified when questions have ended.
    ended: Notify,
}

#[derive(Default)]
struct State {
    /// All that have not ended, by order.
    open: BTreeMap<String, Claimed>,
    /// Those that wait for their turn.
    waiting: VecDeque<String>,
    in_flight: usize,
    ended: Vec<Claimed>,
    /// The time at which the first of them ended.
    ended_since: Option<Instant>,
}

/// A question that has ended.
struct Ended {
    order_id: String,
    fence: i64,
    id: PaymentId,
    asked: QuestionResult,
}

impl<'a, T: AsyncTransport> Questions<'a, T> {
    pub(super) fn new(worker: &'a Worker<T>, repeat: Repeat) -> Self {
        Self {
            worker,
            repeat,
            state: Mutex::default(),
            work: Notify::new(),
            ended: Notify::new(),
        }
    }

    /// Returns the number of orders that may be claimed in addition: no more than may be in flight,
    /// and no more than the rate allows well within a lease.
    pub(super) fn room(&self) -> usize {
        let within = self.worker.limiter.within(self.worker.policy.lease / 4);
        let state = self.lock();
        let free = self.most().saturating_sub(state.open.len());
        free.min(within.saturating_sub(state.waiting.len()))
    }

    /// Returns the most orders that are asked about at once.
    pub(super) fn most(&self) -> usize {
        usize::try_from(self.worker.settings.questions_in_flight.max(1)).unwrap_or(usize::MAX)
    }

    /// Queues the questions of these orders.
    pub(super) fn ask(&self, checks: Vec<Check>) {
        let until = Instant::now() + self.worker.policy.lease;
        let mut state = self.lock();
        for check in checks {
            let order_id = check.record.expectation.order_id.as_str().to_owned();
            let claimed = Claimed {
                check,
                until,
                end: End::Unasked,
            };
            // If a question of an earlier claim is still in flight, this one begins when that one
            // has ended.
            if state.open.insert(order_id.clone(), claimed).is_none() {
                state.waiting.push_back(order_id);
            }
        }
        drop(state);
        self.work.notify_one();
    }

    /// Returns the time until the ended ones are to be stored: zero if they fill a batch, or if no
    /// other will end soon; `None` if there are none.
    pub(super) fn ripe_in(&self, batch: usize, delay: Duration) -> Option<Duration> {
        let state = self.lock();
        let since = state.ended_since?;
        let is_full = state.ended.len() >= batch;
        Some(if is_full || state.open.is_empty() {
            Duration::ZERO
        } else {
            delay.saturating_sub(since.elapsed())
        })
    }

    /// Takes the orders whose questions have ended.
    pub(super) fn take_ended(&self) -> Vec<Claimed> {
        let mut state = self.lock();
        state.ended_since = None;
        std::mem::take(&mut state.ended)
    }

    /// Takes all orders, even those whose questions have not ended. Later answers are dropped.
    pub(super) fn take_all(&self) -> Vec<Claimed> {
        let mut all = self.take_ended();
        let mut state = self.lock();
        state.waiting.clear();
        all.extend(std::mem::take(&mut state.open).into_values());
        all
    }

    /// Waits until questions have ended.
    pub(super) async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Asks until the worker is stopped.
    pub(super) async fn ask_until(&self, stopped: Stopped) {
        let mut stopped = pin!(stopped.stopped());
        let mut asking = pin!(self.ask_on(|_| false));
        poll_fn(|context| match stopped.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => asking.as_mut().poll(context),
        })
        .await;
    }

    /// Asks until every question has ended.
    pub(super) async fn ask_all(&self) {
        self.ask_on(|state| state.open.is_empty()).await;
    }

    async fn ask_on(&self, is_over: impl Fn(&State) -> bool) {
        let mut in_flight = FuturesUnordered::new();
        loop {
            let pause = self
                .start(|order_id, fence, id| in_flight.push(self.question(order_id, fence, id)));
            if is_over(&self.lock()) {
                return;
            }
            if let Some(ended) = self.next(&mut in_flight, pause).await {
                self.receive(ended);
            }
        }
    }

    /// Starts as many questions as may be in flight. Returns the wait for the next turn, if there
    /// is one.
    fn start(&self, mut ask: impl FnMut(String, i64, PaymentId)) -> Option<Duration> {
        loop {
            let mut state = self.lock();
            self.give_up_late(&mut state);
            if state.waiting.is_empty() || state.in_flight >= self.most() {
                return None;
            }
            if let Err(pause) = self.take_turn() {
                return Some(pause);
            }
            let order_id = state.waiting.pop_front()?;
            let Some(check) = state.open.get(&order_id).map(|claimed| &claimed.check) else {
                continue;
            };
            let Some(id) = check.next_question() else {
                self.end(&mut state, &order_id, End::Answered);
                continue;
            };
            let fence = check.fence;
            state.in_flight += 1;
            self.worker
                .stats
                .asked(state.in_flight, self.worker.limiter.per_second());
            drop(state);
            ask(order_id, fence, id);
        }
    }

    fn take_turn(&self) -> Result<(), Duration> {
        if self.repeat == Repeat::Never && self.worker.is_clock_set {
            self.worker.limiter.turn_at_once(Instant::now());
            return Ok(());
        }
        self.worker.limiter.turn(Instant::now())
    }

    /// Gives up orders that wait for their turn and whose lease would end before the answer. The
    /// first has waited longest.
    fn give_up_late(&self, state: &mut State) {
        while let Some(order_id) = state.waiting.front().cloned() {
            if state
                .open
                .get(&order_id)
                .is_some_and(|claimed| self.is_in_time(claimed))
            {
                return;
            }
            state.waiting.pop_front();
            let end = match state
                .open
                .get(&order_id)
                .map(|claimed| claimed.check.when_late())
            {
                Some(LateCheck::Answered) => End::Answered,
                Some(LateCheck::Unanswered) => End::Unanswered(LateCheck::WHY.to_owned()),
                Some(LateCheck::Unasked) | None => End::Unasked,
            };
            self.end(state, &order_id, end);
        }
    }

    /// Waits for the end of a question. Returns `None` if more may be started before.
    async fn next(
        &self,
        in_flight: &mut FuturesUnordered<impl Future<Output = Ended>>,
        pause: Option<Duration>,
    ) -> Option<Ended> {
        let mut work = pin!(self.work.notified());
        let mut turn = pin!(async {
            match pause {
                Some(pause) => sleep(pause).await,
                None => std::future::pending().await,
            }
        });
        poll_fn(|context| {
            // An empty set says that it has ended, but it has not.
            if let Poll::Ready(Some(ended)) = Pin::new(&mut *in_flight).poll_next(context) {
                return Poll::Ready(Some(ended));
            }
            match (work.as_mut().poll(context), turn.as_mut().poll(context)) {
                (Poll::Pending, Poll::Pending) => Poll::Pending,
                _ => Poll::Ready(None),
            }
        })
        .await
    }

    async fn question(&self, order_id: String, fence: i64, id: PaymentId) -> Ended {
        let deadline = self.worker.settings.question_deadline;
        let mut options = CallOptions::default();
        options.deadline = Some(deadline);
        // The inbox's own schedule repeats questions, at the gateway's rate.
        options.retry = Some(RetryPolicy::never());
        let question = GetStatus::new(id.clone());
        // A transport that ignores the deadline would block its slot for ever.
        let asking = timeout(
            deadline.saturating_add(FOR_STORING),
            self.worker.client.send_with(&question, &options),
        );
        let asked = match guarded(asking).await {
            Some(Ok(result)) => QuestionResult::of(&id, result),
            Some(Err(_)) => QuestionResult::Overloaded {
                retry_after: None,
                why: "the gateway did not answer in time".to_owned(),
            },
            None => QuestionResult::Unusable {
                why: "the client panicked".to_owned(),
            },
        };
        Ended {
            order_id,
            fence,
            id,
            asked,
        }
    }

    /// Processes the result of a question.
    fn receive(&self, ended: Ended) {
        let Ended {
            order_id,
            fence,
            id,
            asked,
        } = ended;
        let stats = &self.worker.stats;
        let rate = self.worker.limiter.record(&asked, stats, Instant::now());
        let mut state = self.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
        stats.answered(state.in_flight, rate);
        let Some(claimed) = state.open.get_mut(&order_id) else {
            return;
        };
        if claimed.check.fence != fence {
            // It was asked for an earlier claim, which has ended.
            return state.waiting.push_front(order_id);
        }
        let is_first = claimed.check.answers.is_empty();
        let may_repeat = self.repeat == Repeat::WhileLeased && self.is_in_time(claimed);
        match asked {
            QuestionResult::Answered(answer) => claimed.check.answers.push(answer),
            // Repeated unchanged.
            QuestionResult::Overloaded { .. } if may_repeat => {}
            QuestionResult::Overloaded { why, .. } | QuestionResult::Unusable { why }
                if is_first =>
            {
                return self.end(&mut state, &order_id, End::Unanswered(why));
            }
            // Further ids come from unsigned data. An id without a usable answer must not block the
            // others.
            QuestionResult::Overloaded { .. } | QuestionResult::Unusable { .. } => {
                claimed.check.answers.push(Answer {
                    asked: id,
                    transaction: None,
                });
            }
        }
        if claimed.check.next_question().is_none() {
            self.end(&mut state, &order_id, End::Answered);
        } else {
            // It goes first: what has begun ends first.
            state.waiting.push_front(order_id);
        }
    }

    fn end(&self, state: &mut State, order_id: &str, end: End) {
        if let Some(claimed) = state.open.remove(order_id) {
            state.ended_since.get_or_insert_with(Instant::now);
            state.ended.push(Claimed { end, ..claimed });
            self.ended.notify_one();
        }
    }

    /// Returns whether a question that is asked now can be answered and stored before the lease
    /// ends.
    fn is_in_time(&self, claimed: &Claimed) -> bool {
        let (policy, settings) = (&self.worker.policy, &self.worker.settings);
        let needed = settings
            .question_deadline
            .saturating_add(FOR_STORING)
            .min(policy.lease / 2);
        claimed.until.saturating_duration_since(Instant::now()) >= needed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
