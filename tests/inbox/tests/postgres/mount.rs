//! The store's words over PostgreSQL, each run to its end on a runtime of the store's own.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::SystemTime;

use midtrans_inbox_postgres::inbox::protocol::{IdempotencyKey, Notification};
use midtrans_inbox_postgres::inbox::{
    Accepted, Answer, Case, DeadLetter, Expectation, Expecting, History, Policy, Record, Snapshot,
};
use midtrans_inbox_postgres::{self as inbox, Finish, GroupWriter, Worker};
use midtrans_inbox_tests::effect::Effect;
use midtrans_inbox_tests::gateway::Gateway;
use midtrans_inbox_tests::store::{End, Finished, Handler, Store};
use midtrans_inbox_tests::worker::Round;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, PgTransaction};
use tokio::runtime::{Builder, Runtime};

use super::schema;
use super::shop::{self, LEDGER, Shop};

pub(crate) struct Postgres {
    connection: PgConnection,
    options: PgConnectOptions,
    runtime: Runtime,
}

const WORKS: &str = "the database works";

impl Postgres {
    /// An empty schema with a ledger.
    pub(crate) fn open() -> Self {
        let (name, options) = schema::next();
        let mut store = Self::connect(options);
        store.execute(format!("CREATE SCHEMA {name}; {LEDGER}"));
        store
    }

    fn connect(options: PgConnectOptions) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let connection = runtime.block_on(PgConnection::connect_with(&options)).expect(WORKS);
        Self { connection, options, runtime }
    }

    fn execute(&mut self, sql: String) {
        self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection)).expect(WORKS);
    }

    /// A pool of one connection.
    async fn pool(options: &PgConnectOptions) -> PgPool {
        PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await.expect(WORKS)
    }

    /// Does something in a transaction that ends so.
    fn within<T>(&mut self, end: End, work: impl AsyncFnOnce(&mut PgTransaction<'_>) -> T) -> T {
        self.runtime.block_on(async {
            let mut transaction = self.connection.begin().await.expect(WORKS);
            let result = work(&mut transaction).await;
            match end {
                End::Committed => transaction.commit().await.expect(WORKS),
                End::RolledBack => transaction.rollback().await.expect(WORKS),
            }
            result
        })
    }
}

/// Told to stop as soon as it has looked at its clock, which it does when it takes work.
async fn stopped_round(pool: &PgPool, worker: Worker<Gateway>, now: SystemTime, shop: &Shop<'_>) {
    let has_looked = Arc::new(AtomicBool::new(false));
    let looks = Arc::clone(&has_looked);
    let worker = worker.with_clock(move || {
        looks.store(true, Ordering::Relaxed);
        now
    });
    let stop = poll_fn(|_| if has_looked.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending });
    worker.run(pool, stop, shop).await;
}

impl Store for Postgres {
    fn migrate(&mut self) -> Result<(), String> {
        self.runtime.block_on(inbox::migrate(&mut self.connection)).map_err(|error| error.to_string())
    }

    fn pretend_a_newer_program_was_here(&mut self) {
        self.execute("UPDATE midtrans_schema SET version = 99".to_owned());
    }

    fn reopen(&mut self) {
        *self = Self::connect(self.options.clone());
    }

    fn another(&mut self) -> Box<dyn Store> {
        Box::new(Self::connect(self.options.clone()))
    }

    fn forget_everything(&mut self) {
        let tables = "effects, midtrans_due, midtrans_notification, midtrans_refund, midtrans_payment, midtrans_order";
        let tables = tables.split(", ").map(|table| format!("DELETE FROM {table};"));
        let sql = tables.collect();
        self.execute(sql);
    }

    fn expect(&mut self, expectation: &Expectation, now: SystemTime, end: End) -> Expecting {
        // Without a transaction where it may be, which is the hardest way.
        let expecting = match end {
            End::Committed => self.runtime.block_on(inbox::expect(&mut self.connection, expectation, now)),
            End::RolledBack => self.within(end, async |within| inbox::expect(within, expectation, now).await),
        };
        expecting.expect(WORKS)
    }

    fn accept(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted {
        let accepted = match end {
            End::Committed => self.runtime.block_on(inbox::accept(&mut self.connection, notification, now)),
            End::RolledBack => self.within(end, async |within| inbox::accept(within, notification, now).await),
        };
        accepted.expect(WORKS)
    }

    fn accept_together(&mut self, notifications: &[Notification], now: SystemTime) -> Vec<Result<Accepted, String>> {
        self.runtime.block_on(async {
            let writer = GroupWriter::start(Self::pool(&self.options).await);
            let handed = notifications.iter().cloned().map(|notification| {
                let writer = writer.clone();
                tokio::spawn(async move { writer.accept(&notification, now).await.map_err(|error| error.to_string()) })
            });
            let mut accepted = Vec::new();
            for one in handed.collect::<Vec<_>>() {
                accepted.push(one.await.expect("nobody panics"));
            }
            accepted
        })
    }

    fn ask_by(&mut self, order_id: &str, when: SystemTime) {
        self.runtime.block_on(inbox::ask_by(&mut self.connection, order_id, when)).expect(WORKS);
    }

    fn not_charged(&mut self, order_id: &str, key: &IdempotencyKey) -> bool {
        self.runtime.block_on(inbox::not_charged(&mut self.connection, order_id, key)).expect(WORKS)
    }

    fn load(&mut self, order_id: &str) -> Option<Record> {
        self.runtime.block_on(inbox::load(&mut self.connection, order_id)).expect(WORKS)
    }

    fn claim(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case> {
        self.runtime.block_on(inbox::claim(&mut self.connection, policy, at_most, now)).expect(WORKS)
    }

    fn due_for_status(&mut self, policy: &Policy, at_most: u32, now: SystemTime) -> Vec<Case> {
        self.runtime.block_on(inbox::due_for_status(&mut self.connection, policy, at_most, now)).expect(WORKS)
    }

    fn finish(&mut self, case: &Case, answers: &[Answer], policy: &Policy, now: SystemTime, end: End) -> Finished {
        self.within(end, async |within| match inbox::finish(within, case, answers, policy, now).await.expect(WORKS) {
            Finish::Done(changes) => {
                for change in &changes {
                    shop::write(within, change).await.expect(WORKS);
                }
                Finished::Done(changes)
            }
            Finish::Next(step) => Finished::Next(step),
            Finish::Lost => Finished::Lost,
        })
    }

    fn give_back(&mut self, case: &Case, until: SystemTime, failures: u32, why: &str) {
        self.runtime.block_on(inbox::give_back(&mut self.connection, case, until, failures, why)).expect(WORKS);
    }

    fn dead(&mut self, case: &Case, why: &str) {
        self.runtime.block_on(inbox::dead(&mut self.connection, case, why)).expect(WORKS);
    }

    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize {
        let now = round.now;
        let worker = Worker::new(round.asynchronous()).with_policy(round.policy.clone()).with_settings(round.settings);
        let shop = Shop(Mutex::new(act));
        self.runtime.block_on(async {
            if round.is_stopped {
                stopped_round(&Self::pool(&self.options).await, worker, now, &shop).await;
                return 0;
            }
            worker.with_clock(move || now).round(&mut self.connection, &shop).await.expect(WORKS)
        })
    }

    fn snapshot(&mut self, now: SystemTime) -> Snapshot {
        self.runtime.block_on(inbox::snapshot(&mut self.connection, now)).expect(WORKS)
    }

    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter> {
        self.runtime.block_on(inbox::dead_letters(&mut self.connection, at_most)).expect(WORKS)
    }

    fn history(&mut self, order_id: &str) -> History {
        self.runtime.block_on(inbox::history(&mut self.connection, order_id)).expect(WORKS)
    }

    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64 {
        self.runtime.block_on(inbox::retry(&mut self.connection, order_id, now)).expect(WORKS)
    }

    fn prune(&mut self, before: SystemTime) -> u64 {
        self.runtime.block_on(inbox::prune(&mut self.connection, before)).expect(WORKS)
    }

    fn ledger(&mut self) -> Vec<Effect> {
        self.runtime.block_on(shop::read(&mut self.connection)).expect(WORKS)
    }
}
