//! The worker: takes notifications in, asks the gateway, stores what follows, and has the merchant
//! act.

mod act;
mod books;
mod pace;
mod questions;
mod writer;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use midtrans_inbox::protocol::{GetStatus, Transaction as Reply};
use midtrans_inbox::{Change, Error, Event, Policy, Stats, WorkerSettings};
use midtrans_transport::{BlockingClient, BlockingTransport, CallOptions, Error as CallError};
use rusqlite::{Connection, Transaction};

use crate::Stop;
use pace::Pace;
use writer::Writer;

type Ask = Box<dyn Fn(&GetStatus, &CallOptions) -> Result<Reply, CallError> + Send + Sync>;
type Observer = Box<dyn Fn(&Event<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;
/// A handler whose error is a text, and whose panic is an error.
type Handler<'a> = dyn FnMut(&Transaction<'_>, &Change) -> Result<(), String> + 'a;

/// Takes notifications in, asks the gateway about orders, stores what follows, and calls your
/// handler for each change.
///
/// One thread writes, the one that calls [`run`](Self::run); questions are asked by threads of
/// their own, so that a slow gateway holds up neither the writer nor other questions. Any number of
/// workers may run, in any number of processes; SQLite lets one write at a time, so that more than
/// one gains little.
pub struct Worker {
    ask: Ask,
    policy: Policy,
    settings: WorkerSettings,
    observer: Observer,
    clock: Clock,
    /// Whether the clock is moved by hand, so that waiting for it would never end.
    is_clock_set: bool,
    stats: Arc<Stats>,
    pace: Mutex<Pace>,
}

impl Worker {
    /// A worker that asks with this client, for notifications that are signed with the client's
    /// key.
    #[must_use]
    pub fn new<T: BlockingTransport + 'static>(client: BlockingClient<T>) -> Self {
        let policy = Policy::new(client.merchant().server_key().clone());
        Self::asking(policy, move |operation, options| {
            client.send_with(operation, options)
        })
    }

    /// A worker that asks with a client of any kind: `ask` sends the question with the options that
    /// it is given, and returns how that ended. It is called by many threads at once, on which it
    /// may block. With an async client:
    /// `move |operation, options| handle.block_on(client.send_with(operation, options))`.
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

    /// Has every event seen, besides its line in `tracing`. Called by the thread that writes,
    /// between two commits; keep it short.
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

    /// Works until it is told to stop. Then it waits for the questions that are under way, which
    /// takes at most a question's deadline, stores their answers, releases the other orders, and
    /// returns.
    ///
    /// The handler is called inside the transaction that ends the change: what it writes there
    /// happens exactly once, and changes of one order come in order. What it does elsewhere, such
    /// as sending mail, may happen again if the commit fails: write down there that it is to be
    /// done. An error, or a panic, takes everything back that it did for this change, and the
    /// handler is called again later; after [`Policy::max_failures`] the change is a dead letter.
    ///
    /// While the handler runs, the database's only write lock is held: `accept` waits for it, and a
    /// handler that hangs cannot be ended. Let it write and return. It must not end the
    /// transaction; where it does, by a trigger's `RAISE(ROLLBACK)`, it has failed, and where it
    /// commits, the change becomes a dead letter at once.
    ///
    /// A database that fails ends nothing: the loop goes on after a pause. Nor does a process that
    /// is killed: orders that were claimed are due again when their lease has ended.
    pub fn run<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) {
        Writer::run(self, connection, stop, Some(&mut caught(handler)));
    }

    /// Works as [`run`](Self::run) does, and acts on no change: they stay in `midtrans_change`, for
    /// programs that take them from there with a client of their own. The SQL is in
    /// [`schema_sql`](crate::schema_sql).
    pub fn run_without_handler(&self, connection: &mut Connection, stop: &Stop) {
        Writer::run(self, connection, stop, None);
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
    pub fn round<E: fmt::Display>(
        &self,
        connection: &mut Connection,
        stop: &Stop,
        handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), E>,
    ) -> Result<usize, Error> {
        Writer::round(self, connection, stop, Some(&mut caught(handler)))
    }

    /// Does what is due now, once, as [`round`](Self::round) does, and acts on no change.
    ///
    /// # Errors
    /// As [`round`](Self::round).
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

    fn tell(&self, event: &Event<'_>) {
        event.trace();
        (self.observer)(event);
    }
}

/// A panic of the handler is a failure like any other: everything it did is rolled back.
fn caught<E: fmt::Display>(
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
