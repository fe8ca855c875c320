//! The worker: it processes notifications, asks the gateway, stores the results, and calls the
//! handler.

mod act;
mod apply;
mod intake;
mod questions;
mod signal;
mod store_loop;

use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use futures_util::future::{join, join3};
use midtrans_inbox::store::WorkerLimiter;
use midtrans_inbox::{Error, Event, Policy, Stats, WorkerSettings};
use midtrans_transport::{AsyncClient, AsyncTransport};
use tokio::sync::watch;

use crate::{Handler, Inbox};
use questions::{Questions, Repeat};
use signal::Stopped;
use store_loop::StoreLoop;

type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Processes notifications, asks the gateway about orders, stores the results, and calls your
/// handler for each change.
///
/// Many questions are in flight at once, and none of them holds a connection. You may run any
/// number of workers in any number of processes: each claims other orders, and changes of one order
/// are acted on one after the other.
pub struct Worker<T> {
    inbox: Inbox,
    client: AsyncClient<T>,
    policy: Policy,
    settings: WorkerSettings,
    handler_connections: u32,
    observer: Observer,
    clock: Clock,
    /// True if the clock is moved by hand, so that waiting for it would never end.
    is_clock_set: bool,
    stats: Arc<Stats>,
    limiter: WorkerLimiter,
}

impl<T: AsyncTransport> Worker<T> {
    /// Creates a worker of this inbox that asks with this client. Notifications must be signed with
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
            limiter: WorkerLimiter::new(settings.questions_per_second, Instant::now()),
        }
    }

    /// Sets the retry, lease and verification settings, including all keys that notifications may
    /// be signed with.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the numbers of parallel questions, of orders in a commit, and the other worker
    /// settings.
    #[must_use]
    pub fn with_settings(mut self, settings: WorkerSettings) -> Self {
        self.settings = settings;
        self.limiter = WorkerLimiter::new(settings.questions_per_second, Instant::now());
        self
    }

    /// Sets the most connections on which the handler is called at the same time; 0 counts as 1.
    /// Default: 2.
    #[must_use]
    pub const fn with_handler_connections(mut self, at_most: u32) -> Self {
        self.handler_connections = at_most;
        self
    }

    /// Sets a function that receives every event, besides its line in `tracing`. It is called
    /// between two statements; keep it short.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Sets a clock, which tests move by hand. [`round`](Self::round) then does not wait for the
    /// rate limiter, and counts its turns as waited for.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self.is_clock_set = true;
        self
    }

    /// Returns the counters and latencies of this worker, which continue to count.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.stats)
    }

    /// Works until `stop` is ready. Then it finishes the running calls of the handler, stores the
    /// answers received so far, releases the other orders, and returns. That takes hardly longer
    /// than the handler's deadline.
    ///
    /// It uses up to three connections of the inbox's own: one for notifications and answers, and
    /// [two](Self::with_handler_connections) for the handler. A failure or restart of the database
    /// does not end it: it continues after a pause, on a new connection. You may drop the future at
    /// any moment: open transactions are rolled back, and claimed orders are due again when their
    /// lease has ended.
    ///
    /// All its work is one task. A handler that blocks the thread, instead of awaiting, blocks
    /// everything, and cannot be ended.
    pub async fn run(&self, stop: impl Future<Output = ()>, handler: &(impl Handler + ?Sized)) {
        self.work(stop, async |stopped| self.act_until(stopped, handler).await)
            .await;
    }

    /// Works as [`run`](Self::run) does, but acts on no change: changes stay in `midtrans_change`,
    /// for programs that take them with another database client. The SQL is in
    /// [`schema_sql`](crate::schema_sql).
    pub async fn run_without_handler(&self, stop: impl Future<Output = ()>) {
        self.work(stop, async |_| ()).await;
    }

    async fn work(&self, stop: impl Future<Output = ()>, act: impl AsyncFnOnce(Stopped)) {
        let (stopping, stopped) = watch::channel(false);
        let stopped = Stopped::new(stopped);
        let questions = Questions::new(self, Repeat::WhileLeased);
        let stop = async {
            stop.await;
            stopping.send_replace(true);
        };
        let mut store_loop = StoreLoop::new(self, &questions);
        let work = join3(
            store_loop.run(stopped.clone()),
            questions.ask_until(stopped.clone()),
            act(stopped),
        );
        join(stop, work).await;
    }

    /// Does what is due now, once: processes all notifications, asks about the orders that are due
    /// (at most [`questions_in_flight`](WorkerSettings::questions_in_flight)), waits for the
    /// answers, and acts on all changes. It is for tests, and for programs with a loop or timer of
    /// their own.
    ///
    /// Returns the number of orders that it asked about plus the number of changes that it called
    /// the handler for. An unanswered question is repeated by a later round, after its pause.
    ///
    /// # Errors
    /// [`Error`] when the database fails. Claimed orders are due again when their lease has ended.
    pub async fn round(&self, handler: &(impl Handler + ?Sized)) -> Result<usize, Error> {
        let asked = self.round_without_handler().await?;
        Ok(asked + self.act_once(handler).await?)
    }

    /// Does what is due now, once, as [`round`](Self::round) does, but acts on no change.
    ///
    /// # Errors
    /// The same as [`round`](Self::round).
    pub async fn round_without_handler(&self) -> Result<usize, Error> {
        let questions = Questions::new(self, Repeat::Never);
        let mut store_loop = StoreLoop::new(self, &questions);
        store_loop.process_all_wakes().await?;
        questions.ask_all().await;
        store_loop.store_all().await
    }
}

impl<T> Worker<T> {
    fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn emit(&self, event: &Event<'_>) {
        event.trace();
        (self.observer)(event);
    }

    fn emit_failure(&self, error: &Error) {
        if error.is_disconnected() {
            self.inbox.shared().pool.forget_idle();
        }
        self.stats.store_failed();
        self.emit(&Event::StoreFailed { error });
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
