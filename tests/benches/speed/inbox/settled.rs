//! Whether a claim gets slower by what is settled.

use std::time::{Instant, SystemTime};

use midtrans_inbox::Policy;
use midtrans_inbox_postgres::{accept, claim};
use sqlx::PgConnection;
use sqlx::postgres::PgPool;

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

/// Prints the query plan of the claim with all of the settled rows.
pub(super) async fn measure(pool: &PgPool, arguments: &Arguments) -> Row {
    let (settled, rounds) = if arguments.quick { (100_000, 50) } else { (10_000_000, 400) };
    let mut connection = pool.acquire().await.expect("the server is up");
    run(&mut connection, "TRUNCATE midtrans_notification").await;
    let before = claims(&mut connection, rounds).await;
    run(&mut connection, "TRUNCATE midtrans_notification").await;
    fill(&mut connection, settled).await;
    let after = claims(&mut connection, rounds).await;
    show_plan(&mut connection).await;
    let what = format!("claim on PostgreSQL with {settled} settled rows, floor none");
    Row::ratio(SECTION, &what, Unit::Nanoseconds, Pair { floor: before, ours: after }, MOST)
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
                fraud_status, gross_amount, received_at, state, due_at, tries)
             SELECT sha256(n::text::bytea), 'settled-' || n, md5(n::text), '200', 'settlement', 'accept', '149000.00',
                n, 2, NULL, 1
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

/// Nanoseconds a claim.
async fn claims(connection: &mut PgConnection, rounds: usize) -> f64 {
    let policy = Policy::new(keys());
    let now = SystemTime::now();
    for notification in notifications(900_000_000, DUE) {
        accept(connection, &notification, now).await.expect("a notification goes in");
    }
    let mut figures = Vec::new();
    for _ in 0..rounds {
        let started = Instant::now();
        let cases = claim(connection, &policy, BATCH, now).await.expect("the server is up");
        figures.push(per_row(started.elapsed(), 1));
        assert_eq!(cases.len(), BATCH as usize);
        // Due again, for the next round.
        sqlx::query("UPDATE midtrans_notification SET state = 0, due_at = received_at WHERE state = 1")
            .execute(&mut *connection)
            .await
            .expect("the server is up");
    }
    median(figures)
}

async fn show_plan(connection: &mut PgConnection) {
    let sql = "EXPLAIN SELECT id FROM midtrans_notification WHERE due_at <= 9999999999999
        ORDER BY due_at, id LIMIT 16 FOR UPDATE SKIP LOCKED";
    let plan: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await.expect("the server is up");
    eprintln!("{}", plan.join("\n"));
}
