//! The store over SQLite.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::SystemTime;

use midtrans_inbox_sqlite::inbox::protocol::Notification;
use midtrans_inbox_sqlite::inbox::{
    Accepted, Change, Charged, DeadLetter, ExpectResult, Expectation, History, Record, Snapshot,
    Unexpected, Waiting,
};
use midtrans_inbox_sqlite::{self as inbox, ChargeRequest, GroupWriter, Stop, Worker};
use midtrans_inbox_tests::effect::Effect;
use midtrans_inbox_tests::store::{End, Handler, Inbox, Store};
use midtrans_inbox_tests::worker::{Act, Click, Ends, NO, NONSENSE, Round, blocking};
use midtrans_transport::RetryPolicy;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::folder::Folder;

pub(crate) struct Sqlite {
    connection: Connection,
    folder: Arc<Folder>,
    /// True if it waits for the disk.
    is_durable: bool,
}

const WORKS: &str = "the database works";

impl Sqlite {
    /// Opens an empty database with a ledger and a table of orders.
    pub(crate) fn open() -> Self {
        Self::open_as(true)
    }

    /// Opens one that does not wait for the disk, for lives, which no machine survives anyway.
    pub(crate) fn hurried() -> Self {
        Self::open_as(false)
    }

    fn open_as(is_durable: bool) -> Self {
        let folder = Arc::new(Folder::new());
        let connection = connect(&folder, is_durable);
        let tables = "CREATE TABLE effects (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, outcome TEXT NOT NULL,
                before TEXT NOT NULL, transaction_id TEXT NOT NULL, refunds TEXT NOT NULL) STRICT;
            CREATE TABLE orders (order_id TEXT NOT NULL) STRICT";
        connection.execute_batch(tables).expect(WORKS);
        Self {
            connection,
            folder,
            is_durable,
        }
    }

    /// Runs work in a transaction with this end.
    fn within<T>(&mut self, end: End, work: impl FnOnce(&Transaction<'_>) -> T) -> T {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .expect(WORKS);
        let result = work(&transaction);
        match end {
            End::Committed => transaction.commit().expect(WORKS),
            End::RolledBack => transaction.rollback().expect(WORKS),
        }
        result
    }

    fn to_same(&self) -> Self {
        let (folder, is_durable) = (Arc::clone(&self.folder), self.is_durable);
        Self {
            connection: connect(&folder, is_durable),
            folder,
            is_durable,
        }
    }
}

fn connect(folder: &Folder, is_durable: bool) -> Connection {
    let connection = Connection::open(folder.database()).expect(WORKS);
    inbox::tune(&connection).expect(WORKS);
    if !is_durable {
        connection
            .pragma_update(None, "synchronous", "OFF")
            .expect(WORKS);
    }
    connection
}

/// Ends a handler as the test wants it.
fn end(transaction: &Transaction<'_>, act: Act) -> Result<(), &'static str> {
    match act {
        Act::Well => Ok(()),
        Act::Fails => Err(NO),
        Act::Panics => resume_unwind(Box::new(NO)),
        Act::Overlooks => {
            assert!(transaction.execute(NONSENSE, []).is_err());
            Ok(())
        }
    }
}

fn write(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let Effect {
        order_id,
        outcome,
        before,
        transaction_id,
        refunds,
    } = Effect::of(change);
    let mut statement = transaction.prepare_cached(
        "INSERT INTO effects (order_id, outcome, before, transaction_id, refunds) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement
        .execute([order_id, outcome, before, transaction_id, refunds])
        .map(drop)
}

impl Inbox for Sqlite {
    fn accept(&mut self, notification: &Notification, now: SystemTime) -> Accepted {
        inbox::accept(&self.connection, notification, now).expect(WORKS)
    }

    fn expect(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult {
        self.within(End::Committed, |within| {
            inbox::expect_in(within, expectation, now)
        })
        .expect(WORKS)
    }

    fn charge(&mut self, click: &Click) -> Charged {
        let mut request = ChargeRequest::new(&click.charge, click.key.clone(), click.now);
        request.again = click.again;
        let client = blocking(&click.transport, click.retry);
        let order_id = click.charge.transaction_details().order_id().as_str();
        let insert = |transaction: &Transaction<'_>| {
            transaction
                .execute("INSERT INTO orders (order_id) VALUES (?1)", [order_id])
                .map(drop)
        };
        let charged =
            inbox::charge_with(&mut self.connection, request, insert, |charge, options| {
                client.send_with(charge, options)
            });
        charged.expect(WORKS)
    }

    fn ask_by(&mut self, order_id: &str, when: SystemTime) {
        inbox::ask_by(&self.connection, order_id, when).expect(WORKS);
    }

    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64 {
        inbox::retry(&self.connection, order_id, now).expect(WORKS)
    }

    /// A thread that is asking cannot be ended, so that such a round completes.
    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize {
        let now = round.now;
        let worker = Worker::new(blocking(&round.transport, RetryPolicy::never()))
            .with_policy(round.policy.clone())
            .with_settings(round.settings)
            .with_clock(move || now);
        let stop = Stop::new();
        if round.ends == Ends::Stopped {
            stop.stop();
        }
        worker
            .round(&mut self.connection, &stop, |transaction, change| {
                write(transaction, change).expect(WORKS);
                end(transaction, act(change))
            })
            .expect(WORKS)
    }

    fn load(&mut self, order_id: &str) -> Option<Record> {
        self.history(order_id).record
    }

    fn waiting(&mut self, order_id: &str) -> Vec<Waiting> {
        self.history(order_id).changes
    }

    fn ledger(&mut self) -> Vec<Effect> {
        let sql =
            "SELECT order_id, outcome, before, transaction_id, refunds FROM effects ORDER BY id";
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
        effects
            .expect(WORKS)
            .collect::<Result<_, _>>()
            .expect(WORKS)
    }

    fn partner(&mut self) -> Box<dyn Inbox> {
        Box::new(self.to_same())
    }
}

impl Store for Sqlite {
    fn migrate(&mut self) -> Result<(), String> {
        inbox::migrate(&mut self.connection).map_err(|error| error.to_string())
    }

    fn pretend_a_newer_program_was_here(&mut self) {
        self.execute("UPDATE midtrans_schema SET version = 99");
    }

    fn reopen(&mut self) {
        self.connection = connect(&self.folder, self.is_durable);
    }

    fn another(&mut self) -> Box<dyn Store> {
        Box::new(self.to_same())
    }

    fn forget_everything(&mut self) {
        let tables = [
            "effects",
            "orders",
            "midtrans_change",
            "midtrans_wake",
            "midtrans_notification",
            "midtrans_order",
        ];
        self.execute(&tables.map(|table| format!("DELETE FROM {table};")).concat());
    }

    fn execute(&mut self, sql: &str) {
        self.connection.execute_batch(sql).expect(WORKS);
    }

    fn charged_orders(&mut self) -> Vec<String> {
        let mut statement = self
            .connection
            .prepare("SELECT order_id FROM orders")
            .expect(WORKS);
        let orders = statement.query_map([], |row| row.get(0)).expect(WORKS);
        orders.collect::<Result<_, _>>().expect(WORKS)
    }

    fn expect_in_vain(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult {
        self.within(End::RolledBack, |within| {
            inbox::expect_in(within, expectation, now)
        })
        .expect(WORKS)
    }

    fn accept_in(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted {
        self.within(end, |within| inbox::accept_in(within, notification, now))
            .expect(WORKS)
    }

    fn accept_together(
        &mut self,
        notifications: &[Notification],
        now: SystemTime,
    ) -> Vec<Result<Accepted, String>> {
        let writer =
            GroupWriter::start(connect(&self.folder, self.is_durable)).expect("a thread starts");
        let handed: Vec<_> = notifications
            .iter()
            .map(|notification| writer.accept(notification, now))
            .collect();
        handed
            .into_iter()
            .map(|stored| stored.wait().map_err(|error| error.to_string()))
            .collect()
    }

    fn snapshot(&mut self, now: SystemTime) -> Snapshot {
        inbox::snapshot(&self.connection, now).expect(WORKS)
    }

    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter> {
        inbox::dead_letters(&self.connection, at_most).expect(WORKS)
    }

    fn unexpected(&mut self, at_most: u32) -> Vec<Unexpected> {
        inbox::unexpected(&self.connection, at_most).expect(WORKS)
    }

    fn history(&mut self, order_id: &str) -> History {
        inbox::history(&self.connection, order_id).expect(WORKS)
    }

    fn prune(&mut self, before: SystemTime) -> u64 {
        inbox::prune(&self.connection, before).expect(WORKS)
    }
}
