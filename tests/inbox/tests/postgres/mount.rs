//! The store over PostgreSQL. Each call blocks on a runtime of the store's own.

use std::sync::Mutex;
use std::time::SystemTime;

use midtrans_inbox_postgres::inbox::protocol::Notification;
use midtrans_inbox_postgres::inbox::{
    Accepted, Charged, DeadLetter, ExpectResult, Expectation, History, Record, Snapshot,
    Unexpected, Waiting,
};
use midtrans_inbox_postgres::{self as inbox, ChargeRequest, Worker};
use midtrans_inbox_tests::effect::Effect;
use midtrans_inbox_tests::store::{End, Handler, Inbox, Store};
use midtrans_inbox_tests::worker::{Click, Ends, Round, asynchronous};
use midtrans_transport::{CallOptions, RetryPolicy};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgTransaction};
use tokio::runtime::{Builder, Runtime};

use super::dying::Dying;
use super::schema;
use super::shop::{self, Shop, TABLES};

pub(crate) struct Postgres {
    inbox: inbox::Inbox,
    connection: PgConnection,
    options: PgConnectOptions,
    runtime: Runtime,
}

const WORKS: &str = "the database works";

impl Postgres {
    /// Opens an empty schema with a ledger and a table of orders.
    pub(crate) fn open() -> Self {
        let (name, options) = schema::next();
        Self::open_in(&name, options)
    }

    /// Opens one that does not wait for the disk, for lives, which no machine survives anyway.
    pub(crate) fn hurried() -> Self {
        let (name, options) = schema::next();
        Self::open_in(&name, options.options([("synchronous_commit", "off")]))
    }

    fn open_in(name: &str, options: PgConnectOptions) -> Self {
        let mut store = Self::connect(options);
        store.execute(&format!("CREATE SCHEMA {name}; {TABLES}"));
        store
    }

    fn connect(options: PgConnectOptions) -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        let connection = runtime
            .block_on(PgConnection::connect_with(&options))
            .expect(WORKS);
        Self {
            inbox: inbox::Inbox::open(options.clone()),
            connection,
            options,
            runtime,
        }
    }

    /// Runs work in a transaction of the merchant's with this end.
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

impl Inbox for Postgres {
    fn accept(&mut self, notification: &Notification, now: SystemTime) -> Accepted {
        self.runtime
            .block_on(self.inbox.accept(notification, now))
            .expect(WORKS)
    }

    fn expect(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult {
        self.within(End::Committed, async |within| {
            inbox::expect_in(within, expectation, now).await
        })
        .expect(WORKS)
    }

    fn charge(&mut self, click: &Click) -> Charged {
        let mut request = ChargeRequest::new(&click.charge, click.key.clone(), click.now);
        request.again = click.again;
        let client = asynchronous(click.transport.clone(), click.retry);
        let order_id = click.charge.transaction_details().order_id().as_str();
        let insert = async |connection: &mut PgConnection| {
            sqlx::query("INSERT INTO orders (order_id) VALUES ($1)")
                .bind(order_id)
                .execute(connection)
                .await
                .map(drop)
        };
        let send =
            async |charge: &_, options: &CallOptions| client.send_with(charge, options).await;
        self.runtime
            .block_on(self.inbox.charge_with(request, insert, send))
            .expect(WORKS)
    }

    fn ask_by(&mut self, order_id: &str, when: SystemTime) {
        self.runtime
            .block_on(self.inbox.ask_by(order_id, when))
            .expect(WORKS);
    }

    fn retry(&mut self, order_id: &str, now: SystemTime) -> u64 {
        self.runtime
            .block_on(self.inbox.retry(order_id, now))
            .expect(WORKS)
    }

    /// A round that sleeps crashes instead.
    fn round(&mut self, round: &Round, act: Handler<'_>) -> usize {
        let now = round.now;
        let transport = Dying::new(round.transport.clone(), round.ends);
        let dies = transport.dies();
        let worker = Worker::new(
            self.inbox.clone(),
            asynchronous(transport, RetryPolicy::never()),
        )
        .with_policy(round.policy.clone())
        .with_settings(round.settings)
        .with_clock(move || now);
        let shop = Shop(Mutex::new(act));
        self.runtime.block_on(async {
            if round.ends == Ends::Stopped {
                worker.run(async {}, &shop).await;
                return 0;
            }
            tokio::select! {
                biased;
                () = dies => 0,
                done = worker.round(&shop) => done.expect(WORKS),
            }
        })
    }

    fn load(&mut self, order_id: &str) -> Option<Record> {
        self.history(order_id).record
    }

    fn waiting(&mut self, order_id: &str) -> Vec<Waiting> {
        self.history(order_id).changes
    }

    fn ledger(&mut self) -> Vec<Effect> {
        self.runtime
            .block_on(shop::read(&mut self.connection))
            .expect(WORKS)
    }

    fn partner(&mut self) -> Box<dyn Inbox> {
        Box::new(Self::connect(self.options.clone()))
    }
}

impl Store for Postgres {
    fn migrate(&mut self) -> Result<(), String> {
        self.runtime
            .block_on(self.inbox.migrate())
            .map_err(|error| error.to_string())
    }

    fn pretend_a_newer_program_was_here(&mut self) {
        self.execute("UPDATE midtrans_schema SET version = 99");
    }

    fn reopen(&mut self) {
        *self = Self::connect(self.options.clone());
    }

    fn another(&mut self) -> Box<dyn Store> {
        Box::new(Self::connect(self.options.clone()))
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
        let sql = AssertSqlSafe(sql.to_owned());
        self.runtime
            .block_on(sqlx::raw_sql(sql).execute(&mut self.connection))
            .expect(WORKS);
    }

    fn charged_orders(&mut self) -> Vec<String> {
        let orders = sqlx::query_scalar("SELECT order_id FROM orders");
        self.runtime
            .block_on(orders.fetch_all(&mut self.connection))
            .expect(WORKS)
    }

    fn expect_in_vain(&mut self, expectation: &Expectation, now: SystemTime) -> ExpectResult {
        self.within(End::RolledBack, async |within| {
            inbox::expect_in(within, expectation, now).await
        })
        .expect(WORKS)
    }

    fn accept_in(&mut self, notification: &Notification, now: SystemTime, end: End) -> Accepted {
        self.within(end, async |within| {
            inbox::accept_in(within, notification, now).await
        })
        .expect(WORKS)
    }

    fn accept_together(
        &mut self,
        notifications: &[Notification],
        now: SystemTime,
    ) -> Vec<Result<Accepted, String>> {
        self.runtime.block_on(async {
            let handed = notifications.iter().cloned().map(|notification| {
                let inbox = self.inbox.clone();
                tokio::spawn(async move {
                    inbox
                        .accept(&notification, now)
                        .await
                        .map_err(|error| error.to_string())
                })
            });
            let mut accepted = Vec::new();
            for one in handed.collect::<Vec<_>>() {
                accepted.push(one.await.expect("nothing panics"));
            }
            accepted
        })
    }

    fn snapshot(&mut self, now: SystemTime) -> Snapshot {
        self.runtime
            .block_on(self.inbox.snapshot(now))
            .expect(WORKS)
    }

    fn dead_letters(&mut self, at_most: u32) -> Vec<DeadLetter> {
        self.runtime
            .block_on(self.inbox.dead_letters(at_most))
            .expect(WORKS)
    }

    fn unexpected(&mut self, at_most: u32) -> Vec<Unexpected> {
        self.runtime
            .block_on(self.inbox.unexpected(at_most))
            .expect(WORKS)
    }

    fn history(&mut self, order_id: &str) -> History {
        self.runtime
            .block_on(self.inbox.history(order_id))
            .expect(WORKS)
    }

    fn prune(&mut self, before: SystemTime) -> u64 {
        self.runtime
            .block_on(self.inbox.prune(before))
            .expect(WORKS)
    }
}
