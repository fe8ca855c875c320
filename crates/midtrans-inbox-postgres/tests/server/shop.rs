//! A shop in its own schema, on one server for all of them.

use std::future::{Future, poll_fn};
use std::path::PathBuf;
use std::pin::pin;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_inbox_postgres::inbox::store::from_millis;
use midtrans_inbox_postgres::protocol::ids::IdempotencyKey;
use midtrans_inbox_postgres::protocol::method::Akulaku;
use midtrans_inbox_postgres::protocol::notification::signature;
use midtrans_inbox_postgres::protocol::{
    Charge, Notification, OrderId, Rupiah, ServerKeys, TransactionDetails, notification,
};
use midtrans_inbox_postgres::{
    Change, Event, ExpectResult, Expectation, Handler, HandlerError, Inbox, Worker, expect_in,
};
use midtrans_private_postgres::PrivatePostgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use crate::gateway::{Gateway, key};

static SERVER: LazyLock<Option<PrivatePostgres>> =
    LazyLock::new(|| PrivatePostgres::start_or_skip("the inbox on PostgreSQL"));

/// The start time of every test.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) fn at(seconds: u64) -> SystemTime {
    from_millis(0) + Duration::from_secs(START + seconds)
}

/// Returns the connection options of a schema; `None` without PostgreSQL.
pub(crate) fn options(schema: &str) -> Option<PgConnectOptions> {
    let server = SERVER.as_ref()?;
    Some(
        PgConnectOptions::from_str(&server.url())
            .unwrap()
            .options([("search_path", schema)]),
    )
}

/// The server's socket.
pub(crate) fn socket() -> PathBuf {
    SERVER.as_ref().unwrap().folder().join(".s.PGSQL.5432")
}

/// A charge of 40,000 rupiah.
pub(crate) fn charge_of(order_id: &str) -> Charge {
    Charge::builder(
        TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap(),
        Akulaku,
    )
    .minimal()
    .build()
    .unwrap()
}

pub(crate) fn expectation(order_id: &str, now: SystemTime) -> Expectation {
    Expectation::of(
        &charge_of(order_id),
        IdempotencyKey::new(format!("key-{order_id}")).unwrap(),
        now,
    )
}

/// A genuine notification with further fields, which need a comma at the end.
pub(crate) fn signed_with(order_id: &str, code: &str, status: &str, fields: &str) -> Notification {
    let signed = signature::sign(order_id, code, "40000.00", &key());
    let body = format!(
        r#"{{{fields}"order_id":"{order_id}","status_code":"{code}","gross_amount":"40000.00",
            "transaction_status":"{status}","signature_key":"{signed}"}}"#
    );
    notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap()
}

pub(crate) fn signed(order_id: &str, code: &str, status: &str) -> Notification {
    signed_with(
        order_id,
        code,
        status,
        &format!(r#""transaction_id":"t-{order_id}","#),
    )
}

/// An observer that keeps the log lines of a worker.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let lines = self.clone();
        move |event| lines.0.lock().unwrap().push(event.to_string())
    }
}

/// A shop with its database, its gateway, and a clock that is moved by hand.
pub(crate) struct Shop {
    pub(crate) inbox: Inbox,
    /// The pool of the shop and the test.
    pub(crate) pool: PgPool,
    pub(crate) gateway: Gateway,
    pub(crate) now: Arc<Mutex<SystemTime>>,
    pub(crate) lines: Lines,
}

impl Shop {
    /// Creates a shop in a new schema; `None` without PostgreSQL.
    pub(crate) async fn new(schema: &str) -> Option<Self> {
        Some(Self::at(options(schema)?, schema).await)
    }

    pub(crate) async fn at(options: PgConnectOptions, schema: &str) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .connect_with(options)
            .await
            .unwrap();
        let (inbox, gateway, lines) = (Inbox::of(&pool), Gateway::new(), Lines::default());
        let shop = Self {
            inbox,
            pool,
            gateway,
            now: Arc::new(Mutex::new(at(0))),
            lines,
        };
        shop.execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
            .await;
        shop.inbox.migrate().await.unwrap();
        shop.execute(
            "CREATE TABLE effects (id BIGINT GENERATED ALWAYS AS IDENTITY, order_id TEXT NOT NULL, outcome TEXT NOT NULL);
             CREATE TABLE orders (id TEXT PRIMARY KEY, lives BIGINT NOT NULL DEFAULT 1)",
        )
        .await;
        shop
    }

    pub(crate) fn worker(&self) -> Worker<Gateway> {
        self.worker_of(&self.inbox)
    }

    pub(crate) fn worker_of(&self, inbox: &Inbox) -> Worker<Gateway> {
        let now = Arc::clone(&self.now);
        Worker::new(inbox.clone(), self.gateway.client())
            .with_clock(move || *now.lock().unwrap())
            .with_observer(self.lines.observer())
    }

    pub(crate) fn set(&self, seconds: u64) {
        *self.now.lock().unwrap() = at(seconds);
    }

    pub(crate) fn now(&self) -> SystemTime {
        *self.now.lock().unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&self.pool)
            .await
            .unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Stores the expectation of an order.
    pub(crate) async fn expects(&self, order_id: &str) {
        let mut transaction = self.pool.begin().await.unwrap();
        let result = expect_in(
            &mut transaction,
            &expectation(order_id, self.now()),
            self.now(),
        )
        .await
        .unwrap();
        assert_eq!(result, ExpectResult::Recorded);
        transaction.commit().await.unwrap();
    }

    /// Stores orders that are paid and notified.
    pub(crate) async fn sells(&self, order_ids: &[&str]) {
        for order_id in order_ids {
            self.expects(order_id).await;
            self.gateway.says(order_id, "settlement");
            self.accepts(&signed(order_id, "200", "settlement")).await;
        }
    }

    pub(crate) async fn accepts(&self, notification: &Notification) {
        let _ = self.inbox.accept(notification, self.now()).await.unwrap();
    }

    /// Runs one round of a worker with a handler that stores effects.
    pub(crate) async fn round(&self) -> usize {
        self.round_with(&Ships).await
    }

    pub(crate) async fn round_with(&self, handler: &impl Handler) -> usize {
        self.worker().round(handler).await.unwrap()
    }

    /// The effects of the handler, oldest first.
    pub(crate) async fn effects(&self) -> Vec<String> {
        let effects =
            sqlx::query_scalar("SELECT order_id || ' ' || outcome FROM effects ORDER BY id");
        effects.fetch_all(&self.pool).await.unwrap()
    }

    /// The time of the order's check, in seconds after the start.
    pub(crate) async fn check_at(&self, order_id: &str) -> Option<u64> {
        let record = self.inbox.history(order_id).await.unwrap().record.unwrap();
        record
            .check_at
            .map(|check_at| check_at.duration_since(at(0)).unwrap().as_secs())
    }

    /// The number of this database's connections that are idle in a transaction.
    pub(crate) async fn idle_in_transaction(&self) -> i64 {
        let schema = self.schema().await;
        self.number(&format!(
            "SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)
             WHERE state LIKE 'idle in transaction%' AND relation IN (
                SELECT oid FROM pg_class WHERE relnamespace = '{schema}'::regnamespace)"
        ))
        .await
    }

    async fn schema(&self) -> String {
        sqlx::query_scalar("SELECT current_schema()::text")
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }
}

/// A handler that stores every change as an effect.
pub(crate) struct Ships;

#[async_trait]
impl Handler for Ships {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        write(connection, change).await?;
        Ok(())
    }
}

/// Stores an effect.
pub(crate) async fn write(connection: &mut PgConnection, change: &Change) -> sqlx::Result<()> {
    let insert = sqlx::query("INSERT INTO effects (order_id, outcome) VALUES ($1, $2)");
    insert
        .bind(change.order_id.as_str())
        .bind(change.outcome.as_str())
        .execute(connection)
        .await
        .map(drop)
}

/// Polls a future so many times and drops it. Returns its result, if it was ready.
pub(crate) async fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|context| match left.checked_sub(1) {
        None => Poll::Ready(None),
        Some(fewer) => {
            left = fewer;
            future.as_mut().poll(context).map(Some)
        }
    })
    .await
}

/// Repeats a check until it succeeds, for at most half a minute.
pub(crate) async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    let patience = Duration::from_secs(30);
    let asking = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(patience, asking)
        .await
        .expect("it should have come by now");
}
