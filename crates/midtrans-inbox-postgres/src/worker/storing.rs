//! The loop that writes: it processes notifications, claims orders, and stores answers.

use std::time::{Duration, Instant};

use midtrans_inbox::Error;
use midtrans_transport::AsyncTransport;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Worker;
use super::intake::Helping;
use super::questions::{Claimed, End, Questions};
use super::signal::{Stopped, any, told};
use crate::fault::is_of_an_item;
use crate::order;

/// The pause after a failure of the database.
pub(super) const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// The longest time of one transaction of the inbox's own statements. They wait for no order.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause before another try while another transaction holds an order's lock.
const WHILE_LOCKED: Duration = Duration::from_millis(250);

/// The state of the loop.
pub(super) struct Storing<'a, T> {
    worker: &'a Worker<T>,
    questions: &'a Questions<'a, T>,
    arrivals: watch::Receiver<u64>,
    /// The count of arrivals at the last read of all wakes.
    arrived: u64,
    /// The id of the last wake read. Later ones are read next, so that one that cannot be processed
    /// does not block others.
    after: i64,
    /// True if any wake was processed since the last restart from the first.
    is_productive: bool,
    /// The most wakes in one transaction: one after a failure, so that the failure stays that
    /// wake's alone.
    wakes: u32,
    /// The time of the last poll of the tables.
    looked: Option<Instant>,
    /// True if there is more to process, without waiting.
    has_more: bool,
    /// True if orders are due that there was no room for.
    is_hungry: bool,
    /// Answers that are not stored yet, because another transaction has locked their orders.
    held_up: Vec<Claimed>,
    held_up_since: Instant,
}

impl<'a, T: AsyncTransport> Storing<'a, T> {
    pub(super) fn new(worker: &'a Worker<T>, questions: &'a Questions<'a, T>) -> Self {
        Self {
            worker,
            questions,
            arrivals: worker.inbox.shared().arrivals(),
            arrived: 0,
            after: 0,
            is_productive: false,
            wakes: worker.settings.batch.max(1),
            looked: None,
            has_more: true,
            is_hungry: false,
            held_up: Vec::new(),
            held_up_since: Instant::now(),
        }
    }

    /// Works until the worker is stopped. Then it stores the answers received so far, and releases
    /// the rest.
    pub(super) async fn run(&mut self, stopped: Stopped) {
        while !stopped.is_stopped() {
            if let Err(error) = self.turn(&stopped).await {
                self.worker.tell_failure(&error);
                stopped.pause(AFTER_A_FAILURE).await;
            }
        }
        self.held_up.extend(self.questions.take_all());
        if let Err(error) = self.store_held_up().await {
            self.worker.tell_failure(&error);
        }
    }

    async fn turn(&mut self, stopped: &Stopped) -> Result<(), Error> {
        let settings = &self.worker.settings;
        let ripe = self.questions.ripe_in(self.batch(), settings.commit_delay);
        let held_up = (!self.held_up.is_empty())
            .then(|| WHILE_LOCKED.saturating_sub(self.held_up_since.elapsed()));
        let store = ripe.into_iter().chain(held_up).min();
        if store == Some(Duration::ZERO) {
            if ripe == Some(Duration::ZERO) {
                let ended = self.questions.take_ended();
                self.held_up.extend(ended);
            }
            return self.store_held_up().await;
        }
        let idle = self.looked.map_or(Duration::ZERO, |looked| {
            settings.idle.saturating_sub(looked.elapsed())
        });
        let has_news = *self.arrivals.borrow() != self.arrived;
        let has_room = self.is_hungry && self.questions.room() >= self.questions.most().div_ceil(4);
        if self.has_more || has_news || has_room {
            return self.take_in().await;
        }
        if idle == Duration::ZERO {
            return self.look().await;
        }
        let pause = store.map_or(idle, |store| store.min(idle));
        any(&mut [
            Box::pin(sleep(pause)),
            Box::pin(told(&mut self.arrivals)),
            Box::pin(self.questions.ended()),
            Box::pin(stopped.stopped()),
        ])
        .await;
        Ok(())
    }

    /// Polls for work. Reads only.
    async fn look(&mut self) -> Result<(), Error> {
        self.looked = Some(Instant::now());
        let mut held = self.worker.inbox.shared().keeper.take().await?;
        let is_due = order::is_due(&mut held, &self.worker.policy, self.worker.now());
        self.has_more = within(is_due).await?;
        held.done();
        Ok(())
    }

    /// Processes notifications, and claims as many orders as there is room for.
    async fn take_in(&mut self) -> Result<(), Error> {
        self.looked = Some(Instant::now());
        self.arrived = *self.arrivals.borrow_and_update();
        let helping = Helping {
            after: self.after,
            wakes: self.wakes,
            orders: self.questions.room(),
        };
        let taken = match within(self.worker.take_in(helping)).await {
            Ok(taken) => taken,
            Err(error) => {
                self.has_more = true;
                if is_of_an_item(&error) && self.wakes == 1 {
                    // Whatever is wrong with this wake, it comes again after the others.
                    self.after = self.worker.next_wake(self.after).await?.unwrap_or(0);
                }
                self.wakes = 1;
                return Err(error);
            }
        };
        let is_full = taken.wakes == usize::try_from(self.wakes).unwrap_or(usize::MAX);
        self.is_productive |= taken.done > 0;
        // After the last wake it starts again with the first, unless all of them are locked.
        let is_again = self.after > 0 && self.is_productive;
        self.after = taken.last.filter(|_| is_full).unwrap_or(0);
        self.is_productive &= is_full;
        self.wakes = self
            .wakes
            .saturating_mul(2)
            .min(self.worker.settings.batch.max(1));
        self.has_more = is_full || is_again;
        self.is_hungry = taken.is_hungry;
        if !taken.claimed.is_empty() {
            self.questions.ask(taken.claimed);
        }
        Ok(())
    }

    /// Processes all waiting notifications, and claims orders.
    pub(super) async fn take_all_in(&mut self) -> Result<(), Error> {
        loop {
            self.take_in().await?;
            if self.after == 0 {
                return Ok(());
            }
        }
    }

    /// Stores all answers. Returns the number of orders that were asked about.
    pub(super) async fn store_all(&mut self) -> Result<usize, Error> {
        self.held_up.extend(self.questions.take_ended());
        // Answers come in any order; sorted, a round is always the same.
        self.held_up
            .sort_by(|one, other| one.order_id().cmp(other.order_id()));
        let asked = self
            .held_up
            .iter()
            .filter(|claimed| !matches!(claimed.end, End::Unasked))
            .count();
        self.store_held_up().await?;
        Ok(asked)
    }

    /// Stores answers in batches. Those that fail because of another transaction's lock, or of the
    /// database, are kept for a retry.
    async fn store_held_up(&mut self) -> Result<(), Error> {
        self.held_up_since = Instant::now();
        let mut claims = std::mem::take(&mut self.held_up);
        claims.retain(|claimed| claimed.until > Instant::now());
        while !claims.is_empty() {
            let rest = claims.split_off(claims.len().min(self.batch()));
            match within(self.worker.store(&claims)).await {
                Ok(locked) => self.held_up.extend(pick(claims, &locked)),
                Err(error) if is_of_an_item(&error) => self.store_each(claims).await?,
                Err(error) => {
                    self.held_up.extend(claims.into_iter().chain(rest));
                    return Err(error);
                }
            }
            claims = rest;
        }
        Ok(())
    }

    /// Stores each answer separately, so that a failure is one order's alone.
    async fn store_each(&mut self, claims: Vec<Claimed>) -> Result<(), Error> {
        for claimed in claims {
            match within(self.worker.store(std::slice::from_ref(&claimed))).await {
                Ok(locked) if locked.is_empty() => {}
                Ok(_) => self.held_up.push(claimed),
                Err(error) if is_of_an_item(&error) => {
                    self.worker.tell_failure(&error);
                    within(self.worker.set_aside(&claimed, &error)).await?;
                }
                // Its lease will end, which is enough.
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn batch(&self) -> usize {
        usize::try_from(self.worker.settings.batch.max(1)).unwrap_or(usize::MAX)
    }
}

fn pick(claims: Vec<Claimed>, positions: &[usize]) -> impl Iterator<Item = Claimed> {
    let picked = claims
        .into_iter()
        .enumerate()
        .filter(|(at, _)| positions.contains(at));
    picked.map(|(_, claimed)| claimed)
}

async fn within<R>(work: impl Future<Output = Result<R, Error>>) -> Result<R, Error> {
    timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(Error::silent()))
}
