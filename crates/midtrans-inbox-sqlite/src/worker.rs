//! The worker: it processes notifications, asks the gateway, stores the results, and calls the
//! handler.

mod act;
mod questions;
mod tasks;
mod writer;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use midtrans_inbox::protocol::{GetStatus, Transaction as Reply};
use midtrans_inbox::store::WorkerLimiter;
use midtrans_inbox::{Change, Error, Event, Policy, Stats, WorkerSettings};
use midtrans_transport::{BlockingClient, BlockingTransport, CallOptions, Error as CallError};
use rusqlite::{Connection, Transaction};

use crate::Stop;
use writer::Writer;

type Ask = Box<dyn Fn(&GetStatus, &CallOptions) -> Result<Reply, CallError> + Send + Sync>;
type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;
/// A handler whose error is a text, and whose panic is an error.
type Handler<'a> = dyn FnMut(&Transaction<'_>, &Change) -> Result<(), String> + 'a;

/// Processes notifications, asks the gateway about orders, stores the results, and calls your
/// handler for each change.
///
/// The thread that calls [`run`](Self::run) writes; other threads ask questions, so that a slow
/// gateway blocks neither the writer nor other questions. You may run any number of workers in any
/// number of processes, but SQLite lets one write at a time, so more than one gains little.
pub struct Worker {
    ask: Ask,
    policy: Policy,
    settings: WorkerSettings,
    observer: Observer,
    clock: Clock,
    /// True if the clock is moved by hand, so that waiting for it would never end.
    is_clock_set: bool,
    stats: Arc<Stats>,
    limiter: WorkerLimiter,
}

impl Worker {
    /// Creates a worker that asks with this client. Notifications must be signed with the client's
    /// key.
    #[must_use]
    pub fn new<T: BlockingTransport + 'static>(client: BlockingClient<T>) -> Self {
        let policy = Policy::new(client.merchant().server_key().clone());
        Self::asking(policy, move |operation, options| {
            client.send_with(operation, options)
        })
    }

    /// Creates a worker that asks with a client of any kind. `ask` sends the question with the
    /// given options, and returns the result. Many threads call it at once, and it may block them.
    /// With an async client: `move |operation, options| handle.block_on(client.send_with(operation,
    /// options))`.
    #[must_use]
    pub fn asking(
        policy: Policy,
        ask: impl Fn(&GetStatus, &CallOptions) -> Result<Reply, CallError> + Send + Sync + 'static,
    ) -> Self {
        let settings = WorkerSettings::default();
        Self {
            ask: Box::new(ask),
            policy,
            settings,
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

    /// Sets a function that receives every event, besides its line in `tracing`. The writing thread
    /// calls it between two commits; keep it short.
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

    /// Works until the stop. Then it waits for the questions in flight, which takes at most a
    /// question's deadline, stores their answers, releases the other orders, and returns.
    ///
    /// The handler is called inside the transaction that deletes the change. What it writes there
    /// happens exactly once, and the changes of one order come in order. Anything else, such as
    /// sending mail, may happen again if the commit fails: store there that it is to be done. After
    /// an error or a panic, its writes for this change are rolled back, and it is retried later;
    /// after [`Policy::max_failures`] the change is a dead letter.
    ///
    /// While the handler runs, it holds the database's only write lock: `accept` waits for it, and
    /// a handler that hangs cannot be ended. Let it write and return. It must not end the
    /// transaction: if it rolls back, by a trigger's `RAISE(ROLLBACK)`, it has failed, and if it
    /// commits, the change becomes a dead letter at once.
    ///
    /// A failure of the database does not end it: it continues after a pause. After a crash,
    /// claimed orders are due again when their lease has ended.
    pub fn run<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) {
        Writer::run(self, connection, stop, Some(&mut without_panics(handler)));
    }

    /// Works as [`run`](Self::run) does, but acts on no change: changes stay in `midtrans_change`,
    /// for programs that take them with another database client. The SQL is in
    /// [`schema_sql`](crate::schema_sql).
    pub fn run_without_handler(&self, connection: &mut Connection, stop: &Stop) {
        Writer::run(self, connection, stop, None);
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
    pub fn round<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) -> Result<usize, Error> {
        Writer::round(self, connection, stop, Some(&mut without_panics(handler)))
    }

    /// Does what is due now, once, as [`round`](Self::round) does, but acts on no change.
    ///
    /// # Errors
    /// The same as [`round`](Self::round).
    pub fn round_without_handler(
        &self,
        connection: &mut Connection,
        stop: &Stop,
    ) -> Result<usize, Error> {
        Writer::round(self, connection, stop, None)
    }

    fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn emit(&self, event: &Event<'_>) {
        event.trace();
        (self.observer)(event);
    }
}

/// Turns a panic of the handler into an error, so that its writes are rolled back.
fn without_panics<E: fmt::Display>(
    mut handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
) -> impl FnMut(&Transaction<'_>, &Change) -> Result<(), String> {
    move |transaction, change| {
        let called = catch_unwind(AssertUnwindSafe(|| {
            handler(transaction, change).map_err(|error| error.to_string())
        }));
        called.unwrap_or_else(|_| Err("the handler panicked".to_owned()))
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("policy", &self.policy)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
