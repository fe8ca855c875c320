//! The worker: takes notifications in, asks the gateway, stores what follows, and has the merchant
//! act.

mod act;
mod apply;
mod intake;
mod pace;
mod questions;
mod signal;
mod storing;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use futures_util::future::{join, join3};
use midtrans_inbox::{Error, Event, Policy, Stats, WorkerSettings};
use midtrans_transport::{AsyncClient, AsyncTransport};
use tokio::sync::watch;

use crate::{Handler, Inbox};
use pace::Pace;
use questions::{Patience, Questions};
use signal::Stopped;
use storing::Storing;

type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Takes notifications in, asks the gateway about orders, stores what follows, and calls your
/// handler for each change.
///
/// Many questions are under way at once, and none of them holds a connection. Any number of workers
/// may run, in any number of processes: each takes other orders, and changes of one order are acted
/// on one after the other.
pub struct Worker<T> {
    inbox: Inbox,
    client: AsyncClient<T>,
    policy: Policy,
    settings: WorkerSettings,
    handler_connections: u32,
    observer: Observer,
    clock: Clock,
    /// Whether the clock is moved by hand, so that waiting for it would never end.
    is_clock_set: bool,
    stats: Arc<Stats>,
    pace: Mutex<Pace>,
}

impl<T: AsyncTransport> Worker<T> {
    /// A worker of this inbox that asks with this client, for notifications that are signed with
    /// the client's key.
    #[must_use]
    pub fn new(inbox: Inbox, client: AsyncClient<T>) -> Self {
        let policy = Policy::new(client.merchant().server_key().clone());
        let settings = WorkerSettings::default();
        Self {
            inbox,
            client,
            policy,
            settings,
            handler_connections: 2,
            observer: Box::new(|_| ()),
            clock: Box::new(SystemTime::now),
            is_clock_set: false,
            stats: Arc::default(),
            pace: Mutex::new(Pace::new(settings.questions_per_second)),
        }
    }

    /// Sets the retry, lease and verification settings, with all keys that notifications may be
    /// signed with.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how many questions and how many orders it works on at once.
    #[must_use]
    pub fn with_settings(mut self, settings: WorkerSettings) -> Self {
        self.settings = settings;
        self.pace = Mutex::new(Pace::new(settings.questions_per_second));
        self
    }

    /// Sets the most connections on which the handler is called at the same time; 0 counts as 1.
    /// Default: 2.
    #[must_use]
    pub const fn with_handler_connections(mut self, at_most: u32) -> Self {
        self.handler_connections = at_most;
        self
    }

    /// Has every event seen, besides its line in `tracing`. Called between two statements; keep it
    /// short.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Sets another clock than the machine's, which tests move by hand. [`round`](Self::round) then
    /// does not wait for the rate limiter's turns; it counts them as waited for.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self.is_clock_set = true;
        self
    }

    /// The counters and latencies of this worker, which go on counting.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.stats)
    }

    /// Works until `stop` is ready. Then it ends the changes that the handler is called for, stores
    /// the answers that have come, releases the other orders, and returns: that takes at most the
    /// handler's deadline and a moment.
    ///
    /// It takes up to three connections of the inbox's own: one for notifications and answers, and
    /// [two](Self::with_handler_connections) for the handler. A database that fails, or is
    /// restarted, ends nothing: the loop goes on after a pause, on a fresh connection. A future
    /// that is dropped, at any moment, loses nothing either: what was under way is rolled back, and
    /// orders that were claimed are due again when their lease has ended.
    ///
    /// All its work is one task. A handler that blocks the thread, instead of awaiting, holds up
    /// everything; nothing can end it.
    pub async fn run(&self, stop: impl Future<Output = ()>, handler: &(impl Handler + ?Sized)) {
        self.work(stop, async |stopped| self.act_until(stopped, handler).await)
            .await;
    }

    /// Works as [`run`](Self::run) does, and acts on no change: they stay in `midtrans_change`, for
    /// programs that take them from there with a client of their own. The SQL is in
    /// [`schema_sql`](crate::schema_sql).
    pub async fn run_without_handler(&self, stop: impl Future<Output = ()>) {
        self.work(stop, async |_| ()).await;
    }

    async fn work(&self, stop: impl Future<Output = ()>, act: impl AsyncFnOnce(Stopped)) {
        let (stopping, stopped) = watch::channel(false);
        let stopped = Stopped::new(stopped);
        let questions = Questions::new(self, Patience::WhileLeased);
        let stop = async {
            stop.await;
            stopping.send_replace(true);
        };
        let mut storing = Storing::new(self, &questions);
        let work = join3(
            storing.run(stopped.clone()),
            questions.ask_until(stopped.clone()),
            act(stopped),
        );
        join(stop, work).await;
    }

    /// Does what is due now, once: takes all notifications in, asks about the orders that are due
    /// (at most [`questions_in_flight`](WorkerSettings::questions_in_flight) of them), waits for
    /// the answers, and acts on all changes. For tests, and for programs that have a loop or a
    /// timer already.
    ///
    /// Returns how many orders it asked about and how many changes it called the handler for,
    /// together. A question that is not answered is asked again by a later round, when the pause
    /// after it is over.
    ///
    /// # Errors
    /// [`Error`] when the database fails; claimed orders are due again when their lease has ended.
    pub async fn round(&self, handler: &(impl Handler + ?Sized)) -> Result<usize, Error> {
        let asked = self.round_without_handler().await?;
        Ok(asked + self.act_once(handler).await?)
    }

    /// Does what is due now, once, as [`round`](Self::round) does, and acts on no change.
    ///
    /// # Errors
    /// As [`round`](Self::round).
    pub async fn round_without_handler(&self) -> Result<usize, Error> {
        let questions = Questions::new(self, Patience::Once);
        let mut storing = Storing::new(self, &questions);
        storing.take_all_in().await?;
        questions.ask_all().await;
        storing.store_all().await
    }
}

impl<T> Worker<T> {
    fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn tell(&self, event: &Event<'_>) {
        event.trace();
        (self.observer)(event);
    }

    fn tell_failure(&self, error: &Error) {
        if error.is_disconnected() {
            self.inbox.shared().keeper.forget_idle();
        }
        self.stats.store_failed();
        self.tell(&Event::StoreFailed { error });
    }
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("policy", &self.policy)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
