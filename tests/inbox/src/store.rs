//! What a store can do, as both databases have it. Blocking, because a scenario is read from top to
//! bottom.

use std::time::SystemTime;

use midtrans_inbox::{
    Accepted, Change, Charged, DeadLetter, ExpectResult, Expectation, History, Record, Snapshot,
    Unexpected, Waiting,
};
use midtrans_protocol::Notification;

use crate::effect::Effect;
use crate::worker::{Act, Click, Round};

/// What a life needs of an inbox: the pure core in memory has it as well. A mount panics where the
/// database fails.
pub trait Inbox: Send {
    /// Stores a notification.
    fn accept(&mut self, notification: &Notification, now: SystemTime) -> Accepted;
    /// Writes an expectation down.
    fn expect(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult;
    /// Charges at a click.
    fn charge(&mut self, click: &Click) -> Charged;
    /// Has a worker ask no later than then.
    fn ask_by(&mut self, order_id: &str, when: SystemTime);
    /// Has what waits for a person tried again.
    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64;
    /// Does what is due, once, and has the handler write to the ledger and then `act`. Returns how
    /// many orders it asked about and how many changes it called the handler for, together.
    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize;
    /// What is stored about an order.
    fn load(&mut self, order_id: &str) -> Option<Record>;
    /// The changes of an order that were not acted on yet.
    fn waiting(&mut self, order_id: &str) -> Vec<Waiting>;
    /// The shop's ledger, oldest first.
    fn ledger(&mut self) -> Vec<Effect>;
    /// Another program with the same database.
    fn partner(&mut self) -> Box<dyn Inbox>;
}

/// What the shop's handler does after it has written a change to the ledger.
pub type Handler<'a> = &'a mut (dyn FnMut(&Change) -> Act + Send);

/// A store over an empty database of its own, with the shop's ledger in it.
pub trait Store: Inbox {
    /// Brings the inbox's tables to this version.
    ///
    /// # Errors
    /// In words, when that fails.
    fn migrate(&mut self) -> Result<(), String>;
    /// Writes a version into the database that no program has yet.
    fn pretend_a_newer_program_was_here(&mut self);
    /// Lets go of the database as a program that dies does, and opens it again.
    fn reopen(&mut self);
    /// Another connection to the same database.
    fn another(&mut self) -> Box<dyn Store>;
    /// Empties all tables.
    fn forget_everything(&mut self);
    /// Has the database do this, as another program might.
    fn execute(&mut self, sql: &str);

    /// The orders that the shop has written down in the transactions of its charges.
    fn charged_orders(&mut self) -> Vec<String>;

    /// Writes an expectation down in a transaction that is rolled back.
    fn expect_in_vain(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult;
    /// Stores a notification in the merchant's own transaction, which ends so.
    fn accept_in(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted;
    /// Hands notifications to the writer that makes one commit of many; the answers in the same
    /// order.
    fn accept_together(
        &mut self,
        notifications: &[Notification],
        now: SystemTime,
    ) -> Vec<Result<Accepted, String>>;

    /// The state in numbers.
    fn snapshot(&mut self, now: SystemTime) -> Snapshot;
    /// What needs a person.
    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter>;
    /// Orders of which notifications came, and which were not expected.
    fn unexpected(&mut self, at_most: u32) -> Vec<Unexpected>;
    /// Everything about one order.
    fn history(&mut self, order_id: &str) -> History;
    /// Forgets bodies.
    fn prune(&mut self, before: SystemTime) -> u64;
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third end")]
pub enum End {
    /// It counts.
    Committed,
    /// It never was: the program died, or had second thoughts.
    RolledBack,
}
