//! The store's words over SQLite.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::SystemTime;

use midtrans_inbox_sqlite::inbox::protocol::{IdempotencyKey, Notification};
use midtrans_inbox_sqlite::inbox::{
    Accepted, Answer, Case, Change, DeadLetter, Expectation, Expecting, History, Policy, Record, Snapshot,
};
use midtrans_inbox_sqlite::{self as inbox, Finish, GroupWriter, Stop, Worker};
use midtrans_inbox_tests::effect::Effect;
use midtrans_inbox_tests::store::{End, Finished, Handler, Store};
use midtrans_inbox_tests::worker::{Act, NO, NONSENSE, Round};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::folder::Folder;

pub(crate) struct Sqlite {
    connection: Connection,
    folder: Arc<Folder>,
}

const WORKS: &str = "the database works";

impl Sqlite {
    /// An empty database with a ledger.
    pub(crate) fn open() -> Self {
        let folder = Arc::new(Folder::new());
        let connection = connect(&folder);
        let ledger = "CREATE TABLE effects (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, outcome TEXT NOT NULL,
            before TEXT NOT NULL, transaction_id TEXT NOT NULL, refunds TEXT NOT NULL) STRICT";
        connection.execute_batch(ledger).expect(WORKS);
        Self { connection, folder }
    }

    /// Does something in a transaction that ends so.
    fn within<T>(&mut self, end: End, work: impl FnOnce(&Transaction<'_>) -> T) -> T {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).expect(WORKS);
        let result = work(&transaction);
        match end {
            End::Committed => transaction.commit().expect(WORKS),
            End::RolledBack => transaction.rollback().expect(WORKS),
        }
        result
    }
}

fn connect(folder: &Folder) -> Connection {
    let connection = Connection::open(folder.database()).expect(WORKS);
    inbox::tune(&connection).expect(WORKS);
    connection
}

fn write(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let Effect { order_id, outcome, before, transaction_id, refunds } = Effect::of(change);
    let mut statement = transaction.prepare_cached(
        "INSERT INTO effects (order_id, outcome, before, transaction_id, refunds) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute([order_id, outcome, before, transaction_id, refunds]).map(drop)
}

impl Store for Sqlite {
    fn migrate(&mut self) -> Result<(), String> {
        inbox::migrate(&mut self.connection).map_err(|error| error.to_string())
    }

    fn pretend_a_newer_program_was_here(&mut self) {
        self.connection.execute("UPDATE midtrans_schema SET version = 99", []).expect(WORKS);
    }

    fn reopen(&mut self) {
        self.connection = connect(&self.folder);
    }

    fn another(&mut self) -> Box<dyn Store> {
        Box::new(Self { connection: connect(&self.folder), folder: Arc::clone(&self.folder) })
    }

    fn forget_everything(&mut self) {
        let tables = ["effects", "midtrans_notification", "midtrans_refund", "midtrans_payment", "midtrans_order"];
        let sql = tables.map(|table| format!("DELETE FROM {table};")).concat();
        self.within(End::Committed, |transaction| transaction.execute_batch(&sql)).expect(WORKS);
    }

    fn expect(&mut self, expectation: &Expectation, now: SystemTime, end: End) -> Expecting {
        // Without a transaction where it may be, which is the hardest way.
        match end {
            End::Committed => inbox::expect(&self.connection, expectation, now).expect(WORKS),
            End::RolledBack => self.within(end, |within| inbox::expect(within, expectation, now)).expect(WORKS),
        }
    }

    fn accept(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted {
        match end {
            End::Committed => inbox::accept(&self.connection, notification, now).expect(WORKS),
            End::RolledBack => self.within(end, |within| inbox::accept(within, notification, now)).expect(WORKS),
        }
    }

    fn accept_together(&mut self, notifications: &[Notification], now: SystemTime) -> Vec<Result<Accepted, String>> {
        let writer = GroupWriter::start(connect(&self.folder)).expect("a thread starts");
        let handed: Vec<_> = notifications.iter().map(|notification| writer.accept(notification, now)).collect();
        handed.into_iter().map(|stored| stored.wait().map_err(|error| error.to_string())).collect()
    }

    fn ask_by(&mut self, order_id: &str, when: SystemTime) {
        inbox::ask_by(&self.connection, order_id, when).expect(WORKS);
    }

    fn not_charged(&mut self, order_id: &str, key: &IdempotencyKey) -> bool {
        inbox::not_charged(&self.connection, order_id, key).expect(WORKS)
    }

    fn load(&mut self, order_id: &str) -> Option<Record> {
        inbox::load(&self.connection, order_id).expect(WORKS)
    }

    fn claim(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case> {
        inbox::claim(&self.connection, policy, at_most, now).expect(WORKS)
    }

    fn due_for_status(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case> {
        inbox::due_for_status(&self.connection, policy, at_most, now).expect(WORKS)
    }

    fn finish(&mut self, case: &Case, answers: &[Answer], policy: &Policy, now: SystemTime, end: End) -> Finished {
        self.within(end, |transaction| match inbox::finish(transaction, case, answers, policy, now).expect(WORKS) {
            Finish::Done(changes) => {
                changes.iter().try_for_each(|change| write(transaction, change)).expect(WORKS);
                Finished::Done(changes)
            }
            Finish::Next(step) => Finished::Next(step),
            Finish::Lost => Finished::Lost,
        })
    }

    fn give_back(&mut self, case: &Case, until: SystemTime, failures: u32, why: &str) {
        inbox::give_back(&self.connection, case, until, failures, why).expect(WORKS);
    }

    fn dead(&mut self, case: &Case, why: &str) {
        inbox::dead(&self.connection, case, why).expect(WORKS);
    }

    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize {
        let now = round.now;
        let worker = Worker::new(round.blocking())
            .with_policy(round.policy.clone())
            .with_settings(round.settings)
            .with_clock(move || now);
        let stop = Stop::new();
        if round.is_stopped {
            stop.stop();
        }
        let handler = |transaction: &Transaction<'_>, change: &Change| {
            write(transaction, change).expect(WORKS);
            match act(change) {
                Act::Well => Ok(()),
                Act::Fails => Err(NO),
                Act::Panics => resume_unwind(Box::new(NO)),
                Act::Overlooks => {
                    assert!(transaction.execute(NONSENSE, []).is_err());
                    Ok(())
                }
            }
        };
        worker.round(&mut self.connection, &stop, handler).expect(WORKS)
    }

    fn snapshot(&mut self, now: SystemTime) -> Snapshot {
        inbox::snapshot(&self.connection, now).expect(WORKS)
    }

    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter> {
        inbox::dead_letters(&self.connection, at_most).expect(WORKS)
    }

    fn history(&mut self, order_id: &str) -> History {
        inbox::history(&self.connection, order_id).expect(WORKS)
    }

    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64 {
        inbox::retry(&self.connection, order_id, now).expect(WORKS)
    }

    fn prune(&mut self, before: SystemTime) -> u64 {
        inbox::prune(&self.connection, before).expect(WORKS)
    }

    fn ledger(&mut self) -> Vec<Effect> {
        let sql = "SELECT order_id, outcome, before, transaction_id, refunds FROM effects ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).expect(WORKS);
        let effects = statement.query_map([], |row| {
            Ok(Effect {
                order_id: row.get(0)?,
                outcome: row.get(1)?,
                before: row.get(2)?,
                transaction_id: row.get(3)?,
                refunds: row.get(4)?,
            })
        });
        effects.expect(WORKS).collect::<Result<_, _>>().expect(WORKS)
    }
}
