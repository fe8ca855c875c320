//! Shops beside PostgreSQL act exactly once on each change, in order per order, however often they are killed.

#![allow(clippy::unwrap_used, reason = "a test fails where its own set-up fails")]

use std::path::Path;
use std::process::Command;

use midtrans_change_tests::{Running, Shop};
use midtrans_guests::or_skip;
use midtrans_inbox_postgres::migrate;
use midtrans_private_postgres::PrivatePostgres;
use sqlx::{Connection, PgConnection};

/// How many orders there are; each has [`STORY`] told of it.
const ORDERS: i64 = 60;
const STORY: [&str; 3] = ["pending", "paid", "partly refunded"];

async fn database(url: &str) -> PgConnection {
    let mut database = PgConnection::connect(url).await.unwrap();
    migrate(&mut database).await.unwrap();
    sqlx::raw_sql(
        "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL);
         CREATE TABLE ledger (id BIGSERIAL PRIMARY KEY, order_id TEXT NOT NULL, outcome TEXT NOT NULL);
         CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.004); RETURN NEW; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER slow BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION slow();",
    )
    .execute(&mut database)
    .await
    .unwrap();
    for outcome in STORY {
        sqlx::query(
            "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at)
             SELECT 'order-' || n, 40000, 'akulaku', 't-' || n, $1, '[]', 0 FROM generate_series(1, $2) n",
        )
        .bind(outcome)
        .bind(ORDERS)
        .execute(&mut database)
        .await
        .unwrap();
    }
    sqlx::query("INSERT INTO orders SELECT 'order-' || n, 'new' FROM generate_series(1, $1) n")
        .bind(ORDERS)
        .execute(&mut database)
        .await
        .unwrap();
    database
}

/// Every order's ledger is its story, to the letter: nothing is missing, nothing twice, nothing out of order.
async fn assert_told(database: &mut PgConnection) {
    let ledgers: Vec<(String, Vec<String>)> = sqlx::query_as(
        "SELECT order_id, array_agg(outcome ORDER BY id) FROM ledger GROUP BY order_id ORDER BY order_id",
    )
    .fetch_all(database)
    .await
    .unwrap();
    assert_eq!(ledgers.len(), usize::try_from(ORDERS).unwrap());
    for (order, story) in ledgers {
        assert_eq!(story, STORY, "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shops_in_python_node_and_php_that_are_killed_act_exactly_once_and_in_order() {
    let Some(server) = PrivatePostgres::start_or_skip("shops in other languages") else { return };
    let mut database = database(&server.url()).await;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let shops = [Shop::Python, Shop::Node, Shop::Php].map(|shop| {
        or_skip(&format!("{shop:?}"), shop.command(target)).map(|mut command| {
            command.env("DATABASE_URL", server.url());
            let folder = server.folder().display();
            command.env("DATABASE_DSN", format!("pgsql:host={folder};port=5432;dbname=postgres;user=postgres"));
            command
        })
    });
    let running = Running::start(shops.into_iter().flatten().collect());
    let url = server.url();
    let kills = tokio::task::spawn_blocking(move || {
        let left = || {
            let left = Command::new("psql").arg(&url).args(["-Atc", "SELECT count(*) FROM midtrans_change"]).output();
            String::from_utf8(left.unwrap().stdout).unwrap().trim() == "0"
        };
        running.kill_until(left)
    })
    .await
    .unwrap();
    assert!(kills > 0, "it was over before anything was killed");
    assert_told(&mut database).await;
    let states: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, count(*) FROM orders GROUP BY state").fetch_all(&mut database).await.unwrap();
    assert_eq!(states, [("to ship".to_owned(), ORDERS)], "a partial refund ships the rest");
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_takes_changes_one_by_one_in_its_own_transaction() {
    let Some(server) = PrivatePostgres::start_or_skip("psql as a shop") else { return };
    let mut database = database(&server.url()).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/take.sql");
    for _ in 0..5 {
        let ended =
            Command::new("psql").arg(server.url()).args(["-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&script).status();
        assert!(ended.unwrap().success());
    }
    let told: Vec<(String, String)> =
        sqlx::query_as("SELECT order_id, outcome FROM ledger ORDER BY id").fetch_all(&mut database).await.unwrap();
    let expected: Vec<_> = (1..=5).map(|n| (format!("order-{n}"), "pending".to_owned())).collect();
    assert_eq!(told, expected);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM midtrans_change").fetch_one(&mut database).await.unwrap();
    assert_eq!(left, ORDERS * 3 - 5);
}
