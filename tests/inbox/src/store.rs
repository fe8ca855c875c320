//! The operations of a store, for both databases. Blocking, because a scenario is read from top to
//! bottom.

use std::time::SystemTime;

use midtrans_inbox::{
    Accepted, Change, Charged, DeadLetter, ExpectResult, Expectation, History, Record, Snapshot,
    Unexpected, Waiting,
};
use midtrans_protocol::Notification;

use crate::effect::Effect;
use crate::worker::{Act, Click, Round};

/// The operations that a life needs; the pure core in memory has them as well. An implementation
/// panics if the database fails.
pub trait Inbox: Send {
    /// Stores a notification.
    fn accept(&mut self, notification: &Notification, now: SystemTime) -> Accepted;
    /// Stores an expectation.
    fn expect(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult;
    /// Charges at a click.
    fn charge(&mut self, click: &Click) -> Charged;
    /// Moves the order's check forward.
    fn ask_by(&mut self, order_id: &str, when: SystemTime);
    /// Retries what waits for a person.
    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64;
    /// Does what is due, once. The handler writes to the ledger and then does `act`. Returns the
    /// number of orders that it asked about plus the number of changes that it called the handler
    /// for.
    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize;
    /// Returns the stored record of an order.
    fn load(&mut self, order_id: &str) -> Option<Record>;
    /// Returns the changes of an order that are not acted on yet.
    fn waiting(&mut self, order_id: &str) -> Vec<Waiting>;
    /// Returns the shop's ledger, oldest first.
    fn ledger(&mut self) -> Vec<Effect>;
    /// Returns another program with the same database.
    fn partner(&mut self) -> Box<dyn Inbox>;
}

/// The end of the shop's handler, after it has written a change to the ledger.
pub type Handler<'a> = &'a mut (dyn FnMut(&Change) -> Act + Send);

/// A store over an empty database of its own, which has the shop's ledger.
pub trait Store: Inbox {
    /// Migrates the inbox's tables to this version.
    ///
    /// # Errors
    /// The error, as text.
    fn migrate(&mut self) -> Result<(), String>;
    /// Writes a version into the database that no program has yet.
    fn pretend_a_newer_program_was_here(&mut self);
    /// Releases the database as a crash does, and opens it again.
    fn reopen(&mut self);
    /// Returns another connection to the same database.
    fn another(&mut self) -> Box<dyn Store>;
    /// Empties all tables.
    fn forget_everything(&mut self);
    /// Runs SQL, as another program might.
    fn execute(&mut self, sql: &str);

    /// Returns the orders that the shop has stored in the transactions of its charges.
    fn charged_orders(&mut self) -> Vec<String>;

    /// Stores an expectation in a transaction that is rolled back.
    fn expect_in_vain(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult;
    /// Stores a notification in the merchant's own transaction with this end.
    fn accept_in(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted;
    /// Stores notifications by the writer that groups them into one commit. Returns the results in
    /// the same order.
    fn accept_together(
        &mut self,
        notifications: &[Notification],
        now: SystemTime,
    ) -> Vec<Result<Accepted, String>>;

    /// Returns the state in numbers.
    fn snapshot(&mut self, now: SystemTime) -> Snapshot;
    /// Returns what needs a person.
    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter>;
    /// Returns the unexpected orders of which notifications came.
    fn unexpected(&mut self, at_most: u32) -> Vec<Unexpected>;
    /// Returns everything about one order.
    fn history(&mut self, order_id: &str) -> History;
    /// Deletes bodies.
    fn prune(&mut self, before: SystemTime) -> u64;
}

/// The end of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third end")]
pub enum End {
    /// It is committed.
    Committed,
    /// It is rolled back: the program crashed, or decided so.
    RolledBack,
}
