//! Shops beside SQLite act exactly once on each change, in order per order, however often they are
//! killed.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use midtrans_change_tests::{Running, Shop};
use midtrans_inbox_sqlite::{history, migrate, tune};
use midtrans_packages::{Absence, or_skip};
use rusqlite::Connection;

const ORDERS: usize = 200;
const STORY: [&str; 3] = ["pending", "paid", "partly refunded"];

fn database(name: &str) -> (PathBuf, Connection) {
    let file =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.db", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let mut database = Connection::open(&file).unwrap();
    tune(&database).unwrap();
    migrate(&mut database).unwrap();
    let transaction = database.transaction().unwrap();
    transaction
        .execute_batch(
            "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL);
             CREATE TABLE ledger (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL CHECK (order_id <> 'refused'),
                outcome TEXT NOT NULL);",
        )
        .unwrap();
    for outcome in STORY {
        let orders = (1..=ORDERS).map(|order| format!("order-{order}"));
        // The shop's own tables refuse it.
        for order in std::iter::once("refused".to_owned()).chain(orders) {
            let insert =
                "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds,
                changed_at) VALUES (?1, 40000, 'akulaku', 't', ?2, '[]', 0)";
            transaction.execute(insert, [&order, outcome]).unwrap();
        }
    }
    for order in 1..=ORDERS {
        transaction
            .execute(
                "INSERT INTO orders VALUES (?1, 'new')",
                [format!("order-{order}")],
            )
            .unwrap();
    }
    transaction.commit().unwrap();
    (file, database)
}

fn ledger(database: &Connection, order: usize) -> Vec<String> {
    let mut statement = database
        .prepare("SELECT outcome FROM ledger WHERE order_id = ?1 ORDER BY id")
        .unwrap();
    let rows = statement
        .query_map([format!("order-{order}")], |row| row.get(0))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn two_python_shops_that_are_killed_act_exactly_once_and_in_order() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let Some(mut first) = or_skip("a Python shop", Shop::PythonSqlite.command(target)) else {
        return;
    };
    let Some(mut second) = or_skip("a Python shop", Shop::PythonSqlite.command(target)) else {
        return;
    };
    let (file, database) = database("shops");
    first.env("DATABASE", &file);
    second.env("DATABASE", &file);
    let count = "SELECT count(*) FROM midtrans_change WHERE order_id <> 'refused'";
    let left = || {
        database
            .query_row(count, [], |row| row.get::<_, i64>(0))
            .unwrap()
            .unsigned_abs()
    };
    let probe = Connection::open(&file).unwrap();
    probe.busy_timeout(Duration::ZERO).unwrap();
    // One of the two is inside a transaction while the lock is taken; the kills take turns.
    let is_inside = |_| probe.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err();
    let kills = Running::start(vec![first, second]).kill_until_none(left, is_inside);
    println!("{kills} kills");
    assert!(kills > 0, "it was over before anything was killed");
    for order in 1..=ORDERS {
        assert_eq!(ledger(&database, order), STORY, "order-{order}");
    }
    assert_put_off(&database);
}

/// The change that the shop's tables refuse is put off, with the reason, and those behind it have
/// waited for it.
fn assert_put_off(database: &Connection) {
    let sql = "SELECT outcome, failures, retry_at > 0, reason FROM midtrans_change ORDER BY id";
    let mut statement = database.prepare(sql).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let left: Vec<(String, i64, bool, Option<String>)> = statement
        .query_map([], read)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(
        left.iter()
            .map(|change| change.0.as_str())
            .collect::<Vec<_>>(),
        STORY
    );
    assert!(
        left[0].1 > 0 && left[0].2 && left[0].3.as_ref().unwrap().contains("CHECK"),
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

#[test]
fn the_sqlite3_program_takes_changes_one_by_one_in_its_own_transaction() {
    let runs = Command::new("sqlite3")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let there = runs
        .map(drop)
        .map_err(|_| Absence::of_program("sqlite3", "sqlite3"));
    let Some(()) = or_skip("sqlite3 as a shop", there) else {
        return;
    };
    let (file, database) = database("program");
    database
        .execute("DELETE FROM midtrans_change WHERE order_id = 'refused'", [])
        .unwrap();
    let script = script("take_sqlite.sql");
    for _ in 0..5 {
        let ended = piped(&file, &script);
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    for order in 1..=5 {
        assert_eq!(ledger(&database, order), ["pending"], "order-{order}");
    }
}

#[test]
fn an_order_that_sqlite3_writes_down_beside_the_shops_own_is_expected_once() {
    let runs = Command::new("sqlite3")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let there = runs
        .map(drop)
        .map_err(|_| Absence::of_program("sqlite3", "sqlite3"));
    let Some(()) = or_skip("sqlite3 as a checkout", there) else {
        return;
    };
    let (file, database) = database("checkout");
    database.execute("DELETE FROM orders", []).unwrap();
    // Without this it would go on after an error, and commit.
    let script = format!(".bail on\n{}", script("expect_sqlite.sql"));
    let ended = piped(&file, &script);
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let record = history(&database, "order-101").unwrap().record.unwrap();
    assert_eq!(
        record.expectation.idempotency_key.as_str(),
        "a-new-random-key"
    );
    assert_eq!(
        record.check_at,
        Some(record.expectation.charge_until),
        "asked when the charge has arrived for certain"
    );
    assert!(
        !piped(&file, &script).status.success(),
        "an order is written down once"
    );
}

fn script(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("clients")
            .join(name),
    )
    .unwrap()
}

fn piped(file: &Path, script: &str) -> std::process::Output {
    use std::io::Write;
    let mut program = Command::new("sqlite3");
    program
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}
