//! The words of a store, as both databases have them. Blocking, because a scenario is read from top to bottom.

use std::time::SystemTime;

use midtrans_inbox::{
    Accepted, Answer, Case, Change, DeadLetter, Expectation, Expecting, History, Policy, Record, Snapshot, Step,
};
use midtrans_protocol::{IdempotencyKey, Notification};

use crate::effect::Effect;
use crate::worker::{Act, Round};

/// A store over an empty database of its own, with the shop's ledger in it. A mount panics where the database fails.
pub trait Store: Send {
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

    /// Writes an expectation down. With [`End::RolledBack`] in a transaction that is rolled back.
    fn expect(&mut self, expectation: &Expectation, now: SystemTime, end: End) -> Expecting;
    /// Stores a notification. With [`End::RolledBack`] in a transaction that is rolled back.
    fn accept(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted;
    /// Hands notifications to the writer that makes one commit of many; the answers in the same order.
    fn accept_together(&mut self, notifications: &[Notification], now: SystemTime) -> Vec<Result<Accepted, String>>;
    /// Has the reconciler ask no later than then.
    fn ask_by(&mut self, order_id: &str, when: SystemTime);
    /// Notes that the gateway has refused the charge with this idempotency key.
    fn not_charged(&mut self, order_id: &str, key: &IdempotencyKey) -> bool;

    /// What is stored about an order.
    fn load(&mut self, order_id: &str) -> Option<Record>;
    /// Takes notifications that are due.
    fn claim(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case>;
    /// Takes orders that are to be asked about.
    fn due_for_status(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case>;
    /// Ends a case. Changes are written to the ledger in the same transaction.
    fn finish(&mut self, case: &Case, answers: &[Answer], policy: &Policy, now: SystemTime, end: End) -> Finished;
    /// Leaves a case for later.
    fn give_back(&mut self, case: &Case, until: SystemTime, failures: u32, why: &str);
    /// Ends a case that a person has to look at.
    fn dead(&mut self, case: &Case, why: &str);
    /// Has the store's own worker do what is due, once; its handler writes to the ledger and then does `act`. Returns how
    /// many orders that were; a worker that was told to stop may say nothing.
    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize;

    /// How it is going.
    fn snapshot(&mut self, now: SystemTime) -> Snapshot;
    /// What needs a person.
    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter>;
    /// Everything about one order.
    fn history(&mut self, order_id: &str) -> History;
    /// Has dead letters tried again.
    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64;
    /// Forgets bodies.
    fn prune(&mut self, before: SystemTime) -> u64;
    /// The shop's ledger, oldest first.
    fn ledger(&mut self) -> Vec<Effect>;
}

/// What the shop's handler does after it has written a change to the ledger.
pub type Handler<'a> = &'a mut (dyn FnMut(&Change) -> Act + Send);

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third end")]
pub enum End {
    /// It counts.
    Committed,
    /// It never was: the program died, or had second thoughts.
    RolledBack,
}

/// What became of an attempt to end a case; the stores' own answers, with one type for both.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "as the stores' own")]
pub enum Finished {
    /// It is over, and these changes stand in the ledger.
    Done(Vec<Change>),
    /// Nothing was written, this is to be done next.
    Next(Step),
    /// Nothing was written, somebody else has the case.
    Lost,
}
