//! Shops beside SQLite act exactly once on each change, in order per order, however often they are killed.

#![allow(clippy::unwrap_used, reason = "a test fails where its own set-up fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use midtrans_change_tests::{Running, Shop};
use midtrans_guests::{Absence, or_skip};
use midtrans_inbox_sqlite::{migrate, tune};
use rusqlite::Connection;

const ORDERS: usize = 200;
const STORY: [&str; 3] = ["pending", "paid", "partly refunded"];

fn database(name: &str) -> (PathBuf, Connection) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.db", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let mut database = Connection::open(&file).unwrap();
    tune(&database).unwrap();
    migrate(&mut database).unwrap();
    let transaction = database.transaction().unwrap();
    transaction
        .execute_batch(
            "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL);
             CREATE TABLE ledger (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, outcome TEXT NOT NULL);",
        )
        .unwrap();
    for outcome in STORY {
        for order in 1..=ORDERS {
            let insert =
                "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds,
                changed_at) VALUES (?1, 40000, 'akulaku', 't', ?2, '[]', 0)";
            transaction.execute(insert, [&format!("order-{order}"), outcome]).unwrap();
        }
    }
    for order in 1..=ORDERS {
        transaction.execute("INSERT INTO orders VALUES (?1, 'new')", [format!("order-{order}")]).unwrap();
    }
    transaction.commit().unwrap();
    (file, database)
}

fn ledger(database: &Connection, order: usize) -> Vec<String> {
    let mut statement = database.prepare("SELECT outcome FROM ledger WHERE order_id = ?1 ORDER BY id").unwrap();
    let rows = statement.query_map([format!("order-{order}")], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn two_python_shops_that_are_killed_act_exactly_once_and_in_order() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let Some(mut first) = or_skip("a Python shop", Shop::PythonSqlite.command(target)) else { return };
    let Some(mut second) = or_skip("a Python shop", Shop::PythonSqlite.command(target)) else { return };
    let (file, database) = database("shops");
    first.env("DATABASE", &file);
    second.env("DATABASE", &file);
    let left =
        || database.query_row("SELECT count(*) FROM midtrans_change", [], |row| row.get::<_, i64>(0)).unwrap() == 0;
    let kills = Running::start(vec![first, second]).kill_until(left);
    assert!(kills > 0, "it was over before anything was killed");
    for order in 1..=ORDERS {
        assert_eq!(ledger(&database, order), STORY, "order-{order}");
    }
}

#[test]
fn the_sqlite3_program_takes_changes_one_by_one_in_its_own_transaction() {
    let runs = Command::new("sqlite3").arg("--version").stdout(Stdio::null()).status();
    let there = runs.map(drop).map_err(|_| Absence::of_program("sqlite3", "sqlite3"));
    let Some(()) = or_skip("sqlite3 as a shop", there) else { return };
    let (file, database) = database("program");
    let script =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/take_sqlite.sql")).unwrap();
    for _ in 0..5 {
        let ended = piped(&file, &script);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    for order in 1..=5 {
        assert_eq!(ledger(&database, order), ["pending"], "order-{order}");
    }
}

fn piped(file: &Path, script: &str) -> std::process::Output {
    use std::io::Write;
    let mut program = Command::new("sqlite3");
    program.arg(file).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
