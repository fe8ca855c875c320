//! PostgreSQL: a private server with `fsync` and `synchronous_commit` on, over a unix socket.

use std::time::SystemTime;

use midtrans_inbox::{Arrival, Asking, Policy};
use midtrans_inbox_postgres::{Finish, GroupWriter, accept, claim, expect, finish, migrate};
use midtrans_private_postgres::PrivatePostgres;
use midtrans_protocol::{Charge, IdempotencyKey, Notification, OrderId, Rupiah, TransactionDetails};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{Acquire, PgConnection};
use tokio::runtime::Runtime;

use super::{ACCEPT, SECTION, arrivals, informative, notifications, per_row, row, settled};
use crate::arguments::Arguments;
use crate::load::median;
use crate::samples::keys;
use crate::table::Row;

/// Callers of the grouping writer on one connection, and what they must gain over one.
const CALLERS: usize = 64;
const GAIN: f64 = 1.0 / 9.0;

const ONE_BY_ONE: &str = "accept on PostgreSQL, one by one, floor bare insert";

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    let server = match PrivatePostgres::start() {
        Ok(server) => server,
        Err(error) => return vec![Row::unmeasured(SECTION, ONE_BY_ONE, "≤ 1.11 ×", &error.to_string())],
    };
    let runtime = Runtime::new().expect("a runtime can be made");
    let pool = runtime.block_on(connect(&server.url()));
    let (rounds, rows) = if arguments.quick { (3, 200) } else { (15, 1_000) };
    let (bare, ours) = runtime.block_on(one_by_one(&pool, rounds, rows));
    let (alone, together) = runtime.block_on(grouped(&pool, rounds, rows));
    let mut table = vec![
        row(ONE_BY_ONE, bare, ours, ACCEPT),
        row("accept on PostgreSQL, 64 callers of one connection, floor one caller", alone, together, GAIN),
    ];
    let orders = if arguments.quick { 200 } else { 3_000 };
    let one = runtime.block_on(claim_to_finish(&pool, 1, orders));
    table.push(informative("claim to finish on PostgreSQL, 1 worker, floor bare accept", ours, one));
    for workers in [4, 16] {
        let many = runtime.block_on(claim_to_finish(&pool, workers, orders));
        table.push(informative(
            &format!("claim to finish on PostgreSQL, {workers} workers, floor one worker"),
            one,
            many,
        ));
    }
    table.push(runtime.block_on(settled::measure(&pool, arguments)));
    table
}

async fn connect(url: &str) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(20).connect(url).await.expect("the server is up");
    let mut connection = pool.acquire().await.expect("the server is up");
    migrate(&mut connection).await.expect("tables can be made");
    drop(connection);
    pool
}

/// The floor's table: one with all columns, which a claim would have to search and to change.
const BARE: &str = "
    CREATE TABLE bare_notification (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dedupe_key BYTEA NOT NULL UNIQUE,
        order_id TEXT NOT NULL,
        transaction_id TEXT,
        status_code TEXT NOT NULL,
        transaction_status TEXT,
        fraud_status TEXT,
        gross_amount TEXT NOT NULL,
        received_at BIGINT NOT NULL,
        state SMALLINT NOT NULL,
        due_at BIGINT,
        tries BIGINT NOT NULL DEFAULT 0,
        reason TEXT,
        body TEXT
    );
    CREATE INDEX bare_notification_due ON bare_notification (due_at, id) WHERE due_at IS NOT NULL;
    CREATE INDEX bare_notification_order ON bare_notification (order_id)";

async fn one_by_one(pool: &PgPool, rounds: usize, rows: usize) -> (f64, f64) {
    let mut connection = pool.acquire().await.expect("the server is up");
    sqlx::raw_sql(BARE).execute(&mut *connection).await.expect("a table can be made");
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            let side = (round + turn) % 2;
            let notifications = notifications((round * 2 + side) * rows, rows);
            let arrivals = arrivals(&notifications);
            let started = std::time::Instant::now();
            if side == 0 {
                for arrival in &arrivals {
                    bare_insert(&mut connection, arrival).await;
                }
            } else {
                for notification in &notifications {
                    accept(&mut connection, notification, SystemTime::now()).await.expect("a notification goes in");
                }
            }
            figures[side].push(per_row(started.elapsed(), rows));
        }
    }
    let [bare, ours] = figures.map(median);
    (bare, ours)
}

/// What anybody would write by hand: one prepared statement, values that are ready.
async fn bare_insert(connection: &mut PgConnection, arrival: &Arrival) {
    sqlx::query(
        "INSERT INTO bare_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
            fraud_status, gross_amount, received_at, state, due_at, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(&arrival.key.as_bytes()[..])
    .bind(&arrival.order_id)
    .bind(&arrival.transaction_id)
    .bind(&arrival.status_code)
    .bind(&arrival.transaction_status)
    .bind(&arrival.fraud_status)
    .bind(&arrival.gross_amount)
    .bind(arrival.received_at)
    .bind(arrival.state.code())
    .bind(arrival.due_at)
    .bind(&arrival.body)
    .execute(connection)
    .await
    .expect("a new row goes in");
}

/// Nanoseconds a row with one caller of the grouping writer, and with many.
async fn grouped(pool: &PgPool, rounds: usize, rows: usize) -> (f64, f64) {
    let writer = GroupWriter::start(pool.clone());
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for (at, callers) in [1, CALLERS].into_iter().enumerate() {
            // Enough for many groups.
            let each = if callers == 1 { rows } else { (rows * 4).div_ceil(callers) };
            let from = 100_000_000 + (round * 2 + at) * rows * 8;
            let shares: Vec<_> = (0..callers).map(|caller| notifications(from + caller * each, each)).collect();
            let started = std::time::Instant::now();
            let tasks: Vec<_> = shares.into_iter().map(|share| tokio::spawn(call(writer.clone(), share))).collect();
            for task in tasks {
                task.await.expect("a caller does not panic");
            }
            figures[at].push(per_row(started.elapsed(), each * callers));
        }
    }
    let [alone, together] = figures.map(median);
    (alone, together)
}

/// One after the other, as a caller does who answers each before the next.
async fn call(writer: GroupWriter, share: Vec<Notification>) {
    for notification in &share {
        writer.accept(notification, SystemTime::now()).await.expect("a notification goes in");
    }
}

/// Nanoseconds an order from its claim to its commit, with nothing to ask and an empty handler.
async fn claim_to_finish(pool: &PgPool, workers: usize, orders: usize) -> f64 {
    let from = 200_000_000 + workers * 10_000_000;
    let mut connection = pool.acquire().await.expect("the server is up");
    sqlx::query("TRUNCATE midtrans_due").execute(&mut *connection).await.expect("the server is up");
    let mut transaction = connection.begin().await.expect("the server is up");
    for notification in notifications(from, orders) {
        let order = OrderId::new(notification.order_id()).expect("a sample's order id");
        let details = TransactionDetails::new(order, Rupiah::new(149_000)).expect("a sample's price");
        let key = IdempotencyKey::new(notification.order_id()).expect("short enough");
        let now = SystemTime::now();
        let expectation = midtrans_inbox::Expectation::of(
            &Charge::akulaku_minimal(details).expect("a price that Akulaku takes"),
            key,
            now,
        );
        expect(&mut transaction, &expectation, now).await.expect("an order goes in");
        accept(&mut transaction, &notification, now).await.expect("a notification goes in");
    }
    transaction.commit().await.expect("the server is up");
    sqlx::query("ANALYZE midtrans_notification, midtrans_due, midtrans_order")
        .execute(&mut *connection)
        .await
        .expect("it is up");
    drop(connection);
    let started = std::time::Instant::now();
    let tasks: Vec<_> = (0..workers).map(|_| tokio::spawn(work(pool.clone()))).collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a worker does not panic");
    }
    assert_eq!(done, orders, "every order is finished once");
    per_row(started.elapsed(), orders)
}

/// Works off what is due; returns how many orders that were.
async fn work(pool: PgPool) -> usize {
    let mut policy = Policy::new(keys());
    policy.asking = Asking::Never;
    let mut connection = pool.acquire().await.expect("the server is up");
    let mut done = 0;
    loop {
        let cases = claim(&mut connection, &policy, 16, SystemTime::now()).await.expect("the server is up");
        if cases.is_empty() {
            return done;
        }
        for case in &cases {
            let mut transaction = connection.begin().await.expect("the server is up");
            let end = finish(&mut transaction, case, &[], &policy, SystemTime::now()).await.expect("the server is up");
            assert!(matches!(end, Finish::Done(changes) if changes.len() == 1), "each order is paid");
            transaction.commit().await.expect("the server is up");
            done += 1;
        }
    }
}
