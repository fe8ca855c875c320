//! Shops beside PostgreSQL act exactly once on each change, in order per order, however often they
//! are killed.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use midtrans_change_tests::{Running, Shop};
use midtrans_inbox_postgres::Inbox;
use midtrans_packages::or_skip;
use midtrans_private_postgres::PrivatePostgres;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::Handle;

/// The number of orders; [`OUTCOMES`] is reported of each.
const ORDERS: i64 = 120;
const OUTCOMES: [&str; 3] = ["pending", "paid", "partly refunded"];

/// Creates an inbox, and a shop whose role has only the rights on the page. The shop's own tables
/// refuse one order.
async fn database(server: &PrivatePostgres) -> PgConnection {
    inbox(server).migrate().await.unwrap();
    let mut database = PgConnection::connect(&server.url()).await.unwrap();
    let grants = fs::read_to_string(client("grants.sql")).unwrap();
    let shop = "CREATE ROLE shop LOGIN;
         CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL);
         CREATE TABLE ledger (id BIGSERIAL PRIMARY KEY, order_id TEXT NOT NULL CHECK (order_id <> 'refused'),
            outcome TEXT NOT NULL, told_by TEXT NOT NULL DEFAULT current_setting('application_name'));
         GRANT SELECT, INSERT, UPDATE ON orders, ledger TO shop;
         GRANT USAGE ON SEQUENCE ledger_id_seq TO shop;
         CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER slow BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION slow();";
    sqlx::raw_sql(AssertSqlSafe(format!("{shop}{grants}")))
        .execute(&mut database)
        .await
        .unwrap();
    for outcome in OUTCOMES {
        sqlx::query(
            "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at)
             SELECT CASE n WHEN 0 THEN 'refused' ELSE 'order-' || n END, 40000, 'akulaku', 't', $1, '[]', 0
             FROM generate_series(0, $2) n",
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

fn inbox(server: &PrivatePostgres) -> Inbox {
    Inbox::open(server.url().parse::<PgConnectOptions>().unwrap())
}

fn client(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("clients")
        .join(name)
}

fn shops_url(server: &PrivatePostgres) -> String {
    server.url().replace("://postgres@", "://shop@")
}

async fn count_left(database: &mut PgConnection) -> u64 {
    let left = "SELECT count(*) FROM midtrans_change WHERE order_id <> 'refused'";
    let left: i64 = sqlx::query_scalar(left).fetch_one(database).await.unwrap();
    left.unsigned_abs()
}

/// Returns whether this shop is writing a line of its ledger, which takes a while.
async fn is_acting(database: &mut PgConnection, shop: &str) -> bool {
    let acts = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep')";
    sqlx::query_scalar(acts)
        .bind(shop)
        .fetch_one(database)
        .await
        .unwrap()
}

/// Asserts that every shop has acted, and that some were killed inside a transaction: each begun
/// line of the ledger took a number, and the missing ones were rolled back, by a counted failure or
/// by a kill.
async fn assert_took_part(database: &mut PgConnection, shops: i64, kills: u32) {
    let by: Vec<(String, i64)> =
        sqlx::query_as("SELECT told_by, count(*) FROM ledger GROUP BY told_by ORDER BY told_by")
            .fetch_all(&mut *database)
            .await
            .unwrap();
    let cut_off: i64 = sqlx::query_scalar(
        "SELECT last_value - (SELECT count(*) FROM ledger) - (SELECT sum(failures) FROM midtrans_change)::bigint
         FROM ledger_id_seq",
    )
    .fetch_one(database)
    .await
    .unwrap();
    println!("{kills} kills, {cut_off} of them inside a transaction; changes told by {by:?}");
    assert_eq!(i64::try_from(by.len()).unwrap(), shops, "{by:?}");
    assert!(
        cut_off > i64::from(kills) / 2,
        "{cut_off} of {kills} kills came in the middle of an act"
    );
}

/// Asserts that the change that the shop's tables refuse was postponed with the reason, and that
/// later ones of its order have waited for it.
async fn assert_put_off(database: &mut PgConnection) {
    let left: Vec<(String, i32, bool, Option<String>)> = sqlx::query_as(
        "SELECT outcome, failures, retry_at > 0, reason FROM midtrans_change ORDER BY id",
    )
    .fetch_all(database)
    .await
    .unwrap();
    assert_eq!(
        left.iter()
            .map(|change| change.0.as_str())
            .collect::<Vec<_>>(),
        OUTCOMES
    );
    assert!(
        left[0].1 > 0
            && left[0].2
            && left[0]
                .3
                .as_ref()
                .unwrap()
                .contains("ledger_order_id_check"),
        "{left:?}"
    );
    for waiting in &left[1..] {
        assert_eq!(
            (waiting.1, waiting.2, &waiting.3),
            (0, false, &None),
            "{left:?}"
        );
    }
}

/// Asserts that every order's ledger has exactly its outcomes: nothing missing, nothing twice,
/// nothing out of order.
async fn assert_told(database: &mut PgConnection) {
    let ledgers: Vec<(String, Vec<String>)> = sqlx::query_as(
        "SELECT order_id, array_agg(outcome ORDER BY id) FROM ledger GROUP BY order_id ORDER BY order_id",
    )
    .fetch_all(database)
    .await
    .unwrap();
    assert_eq!(ledgers.len(), usize::try_from(ORDERS).unwrap());
    for (order, outcomes) in ledgers {
        assert_eq!(outcomes, OUTCOMES, "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shops_in_python_node_and_php_that_are_killed_act_exactly_once_and_in_order() {
    let Some(server) = PrivatePostgres::start_or_skip("shops in other languages") else {
        return;
    };
    let mut database = database(&server).await;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let shops = [Shop::Python, Shop::Node, Shop::Php].map(|shop| {
        let name = format!("{shop:?}");
        or_skip(&name, shop.command(target)).map(|mut command| {
            command.env("PGAPPNAME", &name);
            command.env("DATABASE_URL", shops_url(&server));
            let folder = server.folder().display();
            command.env(
                "DATABASE_DSN",
                format!("pgsql:host={folder};port=5432;dbname=postgres;user=shop"),
            );
            (name, command)
        })
    });
    let (names, shops): (Vec<String>, Vec<_>) = shops.into_iter().flatten().unzip();
    if shops.is_empty() {
        return;
    }
    let count = i64::try_from(shops.len()).unwrap();
    let running = Running::start(shops);
    let (mut watcher, runtime) = (
        PgConnection::connect(&server.url()).await.unwrap(),
        Handle::current(),
    );
    let kills = tokio::task::spawn_blocking(move || {
        let watcher = RefCell::new(&mut watcher);
        let left = || runtime.block_on(count_left(&mut watcher.borrow_mut()));
        let is_inside =
            |at: usize| runtime.block_on(is_acting(&mut watcher.borrow_mut(), &names[at]));
        running.kill_until_none(left, is_inside)
    })
    .await
    .unwrap();
    assert_took_part(&mut database, count, kills).await;
    assert_told(&mut database).await;
    assert_put_off(&mut database).await;
    let states: Vec<(String, i64)> =
        sqlx::query_as("SELECT state, count(*) FROM orders GROUP BY state")
            .fetch_all(&mut database)
            .await
            .unwrap();
    assert_eq!(
        states,
        [("to ship".to_owned(), ORDERS)],
        "a partial refund ships the rest"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_takes_changes_one_by_one_in_its_own_transaction() {
    let Some(server) = PrivatePostgres::start_or_skip("psql as a shop") else {
        return;
    };
    let Some(_) = or_skip("psql as a shop", server.psql()) else {
        return;
    };
    let mut database = database(&server).await;
    sqlx::query("DELETE FROM midtrans_change WHERE order_id = 'refused'")
        .execute(&mut database)
        .await
        .unwrap();
    for _ in 0..5 {
        assert!(run(&server, "take.sql"));
    }
    let told: Vec<(String, String)> =
        sqlx::query_as("SELECT order_id, outcome FROM ledger ORDER BY id")
            .fetch_all(&mut database)
            .await
            .unwrap();
    let expected: Vec<_> = (1..=5)
        .map(|n| (format!("order-{n}"), "pending".to_owned()))
        .collect();
    assert_eq!(told, expected);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM midtrans_change")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(left, ORDERS * 3 - 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_psql_writes_down_beside_the_shops_own_is_expected_once() {
    let Some(server) = PrivatePostgres::start_or_skip("psql as a checkout") else {
        return;
    };
    let Some(_) = or_skip("psql as a checkout", server.psql()) else {
        return;
    };
    let mut database = database(&server).await;
    sqlx::query("DELETE FROM orders")
        .execute(&mut database)
        .await
        .unwrap();
    assert!(run(&server, "expect.sql"));
    let history = inbox(&server).history("order-101").await.unwrap();
    let record = history.record.unwrap();
    assert_eq!(
        record.expectation.idempotency_key.as_str(),
        "a-new-random-key"
    );
    assert_eq!(
        record.check_at,
        Some(record.expectation.charge_until),
        "asked when the charge has arrived for certain"
    );
    assert!(!run(&server, "expect.sql"), "an order is written down once");
}

/// Runs a script with psql, as the shop. Returns whether it succeeded.
fn run(server: &PrivatePostgres, script: &str) -> bool {
    let mut psql = server.psql().unwrap();
    psql.arg(shops_url(server))
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(client(script));
    psql.status().unwrap().success()
}
