//! Whether a claim gets slower by what is settled.

use std::time::{Instant, SystemTime};

use midtrans_inbox::Policy;
use midtrans_inbox_postgres::{accept, claim, migrate};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::{PgConnection, Postgres};

use super::{SECTION, notifications, per_row};
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::load::median;
use crate::samples::keys;
use crate::table::{Pair, Row};

/// A claim may take so many times what it takes without them.
const MOST: f64 = 1.10;
/// Due notifications at any time, and how many one claim takes.
const DUE: usize = 64;
const BATCH: u32 = 16;

/// Two inboxes on one server, one of them with settled rows, claimed from in turns. Prints the claim's query plan.
pub(super) async fn measure(pool: &PgPool, arguments: &Arguments) -> Row {
    let (settled, rounds) = if arguments.quick { (100_000, 50) } else { (10_000_000, 400) };
    let mut without = inbox(pool, "SET search_path = without", "CREATE SCHEMA without").await;
    let mut with = inbox(pool, "SET search_path = settled", "CREATE SCHEMA settled").await;
    fill(&mut with, settled).await;
    for connection in [&mut without, &mut with] {
        make_due(connection).await;
    }
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            let side = (round + turn) % 2;
            let took = claim_once(if side == 0 { &mut without } else { &mut with }).await;
            // The first rounds warm the caches.
            if round >= rounds / 5 {
                figures[side].push(took);
            }
        }
    }
    show_plan(&mut with).await;
    let [without, with] = figures.map(median);
    let what = format!("claim on PostgreSQL with {settled} settled rows, floor none");
    Row::ratio(SECTION, &what, Unit::Nanoseconds, Pair { floor: without, ours: with }, MOST)
}

async fn inbox(pool: &PgPool, choose: &'static str, create: &'static str) -> PoolConnection<Postgres> {
    let mut connection = pool.acquire().await.expect("the server is up");
    run(&mut connection, create).await;
    run(&mut connection, choose).await;
    migrate(&mut connection).await.expect("tables can be made");
    connection
}

async fn run(connection: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(connection).await.expect("the server is up");
}

/// Rows as the inbox leaves them behind when they are done and pruned.
async fn fill(connection: &mut PgConnection, rows: i64) {
    const STEP: i64 = 1_000_000;
    let mut from = 0;
    while from < rows {
        let to = (from + STEP).min(rows);
        sqlx::query(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, received_at, tries, reason)
             SELECT sha256(n::text::bytea), 'settled-' || n, md5(n::text), '200', 'settlement', 'accept', '149000.00',
                n, 1, 'paid'
             FROM generate_series($1::bigint, $2::bigint - 1) AS n",
        )
        .bind(from)
        .bind(to)
        .execute(&mut *connection)
        .await
        .expect("the disk has room");
        from = to;
        eprint!("\r{from} settled rows");
    }
    eprintln!();
    // What the server does by itself sooner or later: statistics, and writing out what a checkpoint would.
    run(connection, "VACUUM ANALYZE midtrans_notification").await;
    run(connection, "CHECKPOINT").await;
}

async fn make_due(connection: &mut PgConnection) {
    for notification in notifications(900_000_000, DUE) {
        accept(connection, &notification, SystemTime::now()).await.expect("a notification goes in");
    }
}

/// Nanoseconds of a claim. What it took is due again afterwards.
async fn claim_once(connection: &mut PgConnection) -> f64 {
    let policy = Policy::new(keys());
    let started = Instant::now();
    let cases = claim(connection, &policy, BATCH, SystemTime::now()).await.expect("the server is up");
    let took = per_row(started.elapsed(), 1);
    assert_eq!(cases.len(), BATCH as usize);
    run(connection, "UPDATE midtrans_due SET state = 0, due_at = 0 WHERE due_at IS NOT NULL AND state = 1").await;
    took
}

async fn show_plan(connection: &mut PgConnection) {
    let sql = "EXPLAIN SELECT id FROM midtrans_due WHERE due_at <= 9999999999999
        ORDER BY due_at, id LIMIT 16 FOR UPDATE SKIP LOCKED";
    let plan: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await.expect("the server is up");
    eprintln!("{}", plan.join("\n"));
}
