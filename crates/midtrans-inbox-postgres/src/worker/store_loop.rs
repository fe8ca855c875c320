//! The loop that writes: it processes notifications, claims orders, and stores answers.

use std::time::{Duration, Instant};

use midtrans_inbox::Error;
use midtrans_transport::AsyncTransport;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Worker;
use super::intake::Limits;
use super::questions::{Claimed, End, Questions};
use super::signal::{Stopped, changed, first_of};
use crate::fault::is_of_an_item;
use crate::order;

/// The pause after a failure of the database.
pub(super) const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// The longest time of one transaction of the inbox's own statements. They wait for no order.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The pause before another try while another transaction holds an order's lock.
const LOCKED_PAUSE: Duration = Duration::from_millis(250);

/// The state of the loop.
pub(super) struct StoreLoop<'a, T> {
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
    polled: Option<Instant>,
    /// True if there is more to process, without waiting.
    has_more: bool,
    /// True if orders are due that there was no room for.
    has_more_due: bool,
    /// Answers that are not stored yet, because another transaction has locked their orders.
    unsaved: Vec<Claimed>,
    unsaved_since: Instant,
}

impl<'a, T: AsyncTransport> StoreLoop<'a, T> {
    pub(super) fn new(worker: &'a Worker<T>, questions: &'a Questions<'a, T>) -> Self {
        Self {
            worker,
            questions,
            arrivals: worker.inbox.shared().arrivals(),
            arrived: 0,
            after: 0,
            is_productive: false,
            wakes: worker.settings.batch.max(1),
            polled: None,
            has_more: true,
            has_more_due: false,
            unsaved: Vec::new(),
            unsaved_since: Instant::now(),
        }
    }

    /// Works until the worker is stopped. Then it stores the answers received so far, and releases
    /// the rest.
    pub(super) async fn run(&mut self, stopped: Stopped) {
        while !stopped.is_stopped() {
            if let Err(error) = self.turn(&stopped).await {
                self.worker.emit_failure(&error);
                stopped.pause(AFTER_A_FAILURE).await;
            }
        }
        self.unsaved.extend(self.questions.take_all());
        if let Err(error) = self.store_unsaved().await {
            self.worker.emit_failure(&error);
        }
    }

    async fn turn(&mut self, stopped: &Stopped) -> Result<(), Error> {
        let settings = &self.worker.settings;
        let ripe = self.questions.ripe_in(self.batch(), settings.commit_delay);
        let unsaved = (!self.unsaved.is_empty())
            .then(|| LOCKED_PAUSE.saturating_sub(self.unsaved_since.elapsed()));
        let store = ripe.into_iter().chain(unsaved).min();
        if store == Some(Duration::ZERO) {
            if ripe == Some(Duration::ZERO) {
                let ended = self.questions.take_ended();
                self.unsaved.extend(ended);
            }
            return self.store_unsaved().await;
        }
        let idle = self.polled.map_or(Duration::ZERO, |polled| {
            settings.idle.saturating_sub(polled.elapsed())
        });
        let has_news = *self.arrivals.borrow() != self.arrived;
        let has_room =
            self.has_more_due && self.questions.room() >= self.questions.most().div_ceil(4);
        if self.has_more || has_news || has_room {
            return self.process_wakes().await;
        }
        if idle == Duration::ZERO {
            return self.poll().await;
        }
        let pause = store.map_or(idle, |store| store.min(idle));
        first_of(&mut [
            Box::pin(sleep(pause)),
            Box::pin(changed(&mut self.arrivals)),
            Box::pin(self.questions.ended()),
            Box::pin(stopped.stopped()),
        ])
        .await;
        Ok(())
    }

    /// Polls for work. Reads only.
    async fn poll(&mut self) -> Result<(), Error> {
        self.polled = Some(Instant::now());
        let mut connection = self.worker.inbox.shared().pool.take().await?;
        let is_due = order::is_due(&mut connection, &self.worker.policy, self.worker.now());
        self.has_more = within(is_due).await?;
        connection.release();
        Ok(())
    }

    /// Processes notifications, and claims as many orders as there is room for.
    async fn process_wakes(&mut self) -> Result<(), Error> {
        self.polled = Some(Instant::now());
        self.arrived = *self.arrivals.borrow_and_update();
        let limits = Limits {
            after: self.after,
            wakes: self.wakes,
            orders: self.questions.room(),
        };
        let processed = match within(self.worker.process_wakes(limits)).await {
            Ok(processed) => processed,
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
        let is_full = processed.wakes == usize::try_from(self.wakes).unwrap_or(usize::MAX);
        self.is_productive |= processed.done > 0;
        // After the last wake it starts again with the first, unless all of them are locked.
        let is_again = self.after > 0 && self.is_productive;
        self.after = processed.last.filter(|_| is_full).unwrap_or(0);
        self.is_productive &= is_full;
        self.wakes = self
            .wakes
            .saturating_mul(2)
            .min(self.worker.settings.batch.max(1));
        self.has_more = is_full || is_again;
        self.has_more_due = processed.has_more_due;
        if !processed.claimed.is_empty() {
            self.questions.ask(processed.claimed);
        }
        Ok(())
    }

    /// Processes all waiting notifications, and claims orders.
    pub(super) async fn process_all_wakes(&mut self) -> Result<(), Error> {
        loop {
            self.process_wakes().await?;
            if self.after == 0 {
                return Ok(());
            }
        }
    }

    /// Stores all answers. Returns the number of orders that were asked about.
    pub(super) async fn store_all(&mut self) -> Result<usize, Error> {
        self.unsaved.extend(self.questions.take_ended());
        // Answers come in any order; sorted, a round is always the same.
        self.unsaved
            .sort_by(|one, other| one.order_id().cmp(other.order_id()));
        let asked = self
            .unsaved
            .iter()
            .filter(|claimed| !matches!(claimed.end, End::Unasked))
            .count();
        self.store_unsaved().await?;
        Ok(asked)
    }

    /// Stores answers in batches. Those that fail because of another transaction's lock, or of the
    /// database, are kept for a retry.
    async fn store_unsaved(&mut self) -> Result<(), Error> {
        self.unsaved_since = Instant::now();
        let mut claims = std::mem::take(&mut self.unsaved);
        claims.retain(|claimed| claimed.until > Instant::now());
        while !claims.is_empty() {
            let rest = claims.split_off(claims.len().min(self.batch()));
            match within(self.worker.store(&claims)).await {
                Ok(locked) => self.unsaved.extend(pick(claims, &locked)),
                Err(error) if is_of_an_item(&error) => self.store_each(claims).await?,
                Err(error) => {
                    self.unsaved.extend(claims.into_iter().chain(rest));
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
                Ok(_) => self.unsaved.push(claimed),
                Err(error) if is_of_an_item(&error) => {
                    self.worker.emit_failure(&error);
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
    timeout(TIMEOUT, work)
        .await
        .unwrap_or_else(|_| Err(Error::silent()))
}
