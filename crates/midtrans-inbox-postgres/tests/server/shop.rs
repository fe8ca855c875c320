//! A schema of its own per test, on one server for all of them.

use std::future::Future;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use midtrans_inbox_postgres::inbox::protocol::{
    Charge, IdempotencyKey, Notification, OrderId, Rupiah, ServerKey, ServerKeys, TransactionDetails, notification,
    signature,
};
use midtrans_inbox_postgres::inbox::{Asking, Expectation, Expecting, Policy, from_millis};
use midtrans_inbox_postgres::{expect, migrate};
use midtrans_private_postgres::PrivatePostgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};

static SERVER: LazyLock<Option<PrivatePostgres>> =
    LazyLock::new(|| PrivatePostgres::start_or_skip("the inbox on PostgreSQL"));

/// A pool whose connections are in a new schema; `None` where there is no PostgreSQL.
pub(crate) async fn pool(schema: &str) -> Option<PgPool> {
    let server = SERVER.as_ref()?;
    let options = PgConnectOptions::from_str(&server.url()).unwrap().options([("search_path", schema)]);
    let pool = PgPoolOptions::new().max_connections(12).connect_with(options).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&pool).await.unwrap();
    Some(pool)
}

/// The same with the inbox's tables, and one for what handlers do.
pub(crate) async fn shop(schema: &str) -> Option<PgPool> {
    let pool = pool(schema).await?;
    set_up(&pool).await;
    Some(pool)
}

pub(crate) async fn set_up(pool: &PgPool) {
    migrate(&mut pool.acquire().await.unwrap()).await.unwrap();
    sqlx::query("CREATE TABLE shipment (order_id TEXT NOT NULL)").execute(pool).await.unwrap();
}

pub(crate) fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-abc123cde456").unwrap()
}

/// Trusts signatures, so that nothing is asked.
pub(crate) fn policy() -> Policy {
    let mut policy = Policy::new(key());
    policy.asking = Asking::Never;
    policy
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    from_millis(0) + Duration::from_secs(seconds)
}

pub(crate) fn expectation(order_id: &str, key: &str) -> Expectation {
    let order = TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap();
    Expectation::of(&Charge::akulaku_minimal(order).unwrap(), IdempotencyKey::new(key).unwrap(), at(1))
}

pub(crate) async fn write_down(pool: &PgPool, order_id: &str) {
    let mut connection = pool.acquire().await.unwrap();
    let expecting = expect(&mut connection, &expectation(order_id, "key-1"), at(1)).await.unwrap();
    assert_eq!(expecting, Expecting::Recorded);
}

/// A notification with this status; `more` are further fields, with a comma before each.
pub(crate) fn notified(order_id: &str, code: &str, status: &str, more: &str) -> Notification {
    let signed = signature::sign(order_id, code, "40000.00", &key());
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"{code}","gross_amount":"40000.00","signature_key":"{signed}",
            "transaction_status":"{status}"{more}}}"#
    );
    notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap()
}

/// The `number`th of any number of different notifications that all say that the order is paid.
pub(crate) fn paid(order_id: &str, number: usize) -> Notification {
    notified(order_id, "200", "settlement", &format!(r#","transaction_id":"t-1","payment_type":"method-{number}""#))
}

pub(crate) async fn number(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// Waits until so many connections in this schema wait for a lock.
pub(crate) async fn until_waiting(pool: &PgPool, count: i64) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
        SELECT pid FROM pg_locks WHERE relation = 'midtrans_order'::regclass)";
    until(async || number(pool, waiting).await == count).await;
}

/// Asks again and again, at most half a minute.
pub(crate) async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, async { while !is_so().await {} }).await.expect("it should have come by now");
}
