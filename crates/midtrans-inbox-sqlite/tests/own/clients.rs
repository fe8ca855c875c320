//! Changes as rows: other database clients take them, with the statements in the schema's comments.

use std::io::Write as _;
use std::process::{Command, Stdio};

use midtrans_inbox_sqlite::{Stop, dead_letters, history, schema_sql};
use midtrans_packages::{Absence, or_skip};
use rusqlite::Connection;

use crate::shop::{Shop, signed};

const TAKE: &str = "DELETE FROM midtrans_change
    WHERE id = (SELECT id FROM midtrans_next_change
        WHERE retry_at <= unixepoch() * 1000 ORDER BY id LIMIT 1)
    RETURNING id, order_id, outcome";

impl Shop {
    /// Runs a worker that asks, and leaves the changes to others.
    fn ask(&mut self) {
        let worker = self.worker();
        worker
            .round_without_handler(&mut self.connection, &Stop::new())
            .unwrap();
    }
}

/// Takes one change and acts on it, or crashes after that. Returns the order.
fn take(connection: &Connection, crashes: bool) -> Option<String> {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut statement = connection.prepare(TAKE).unwrap();
    let taken: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    drop(statement);
    let taken = taken.into_iter().next();
    if let Some((order_id, outcome)) = &taken {
        connection
            .execute(
                "INSERT INTO effects (order_id, outcome) VALUES (?1, ?2)",
                [order_id, outcome],
            )
            .unwrap();
    }
    connection
        .execute_batch(if crashes { "ROLLBACK" } else { "COMMIT" })
        .unwrap();
    taken.map(|(order_id, _)| order_id)
}

#[test]
fn the_statement_is_the_documented_one() {
    let words = |sql: &str| {
        sql.replace("--", " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(
        words(&schema_sql()).contains(&words(TAKE)),
        "{}",
        words(TAKE)
    );
}

#[test]
fn a_second_connection_takes_changes_exactly_once_and_in_order_per_order() {
    let mut shop = Shop::new("takes");
    shop.sells(&["order-1", "order-2"]);
    shop.gateway.says("order-1", "pending");
    shop.ask();
    shop.gateway.says("order-1", "settlement");
    shop.set(20);
    shop.accepts(&signed("order-1", "201", "pending"));
    shop.ask();
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change"), 3);
    let other = shop.file.open();
    assert!(take(&other, true).is_some());
    assert!(shop.effects().is_empty());
    while take(&other, false).is_some() {}
    let mut effects = shop.effects();
    let paid = effects
        .iter()
        .position(|effect| effect == "order-1 paid")
        .unwrap();
    assert!(
        effects[..paid].contains(&"order-1 pending".to_owned()),
        "{effects:?}"
    );
    effects.sort();
    assert_eq!(effects, ["order-1 paid", "order-1 pending", "order-2 paid"]);
}

#[test]
fn a_change_that_is_put_off_holds_up_its_order_only() {
    let mut shop = Shop::new("put-off");
    shop.sells(&["order-1", "order-2"]);
    shop.ask();
    let other = shop.file.open();
    let fails =
        "UPDATE midtrans_change SET failures = failures + 1, reason = 'why', retry_at = NULL
        WHERE order_id = 'order-1'";
    other.execute(fails, []).unwrap();
    assert_eq!(take(&other, false).as_deref(), Some("order-2"));
    assert_eq!(take(&other, false), None);
    let letters = dead_letters(&shop.connection, 9).unwrap();
    assert_eq!(
        (letters[0].order_id.as_str(), letters[0].reason.as_str()),
        ("order-1", "why")
    );
    assert!(
        history(&shop.connection, "order-1")
            .unwrap()
            .needs_attention()
    );
}

#[test]
fn an_order_that_was_written_down_in_sql_is_asked_about() {
    let mut shop = Shop::new("inserted");
    let now = u64::try_from(
        shop.now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis(),
    )
    .unwrap();
    let sql = "INSERT INTO midtrans_order
            (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, check_at)
        VALUES ('order-1', 40000, 'akulaku', 'key-101', ?1 + 240000, ?1 + 7200000, ?1, ?1 + 240000)";
    shop.file
        .open()
        .execute(sql, [i64::try_from(now).unwrap()])
        .unwrap();
    shop.gateway.says("order-1", "settlement");
    shop.set(240);
    shop.ask();
    assert_eq!(take(&shop.file.open(), false).as_deref(), Some("order-1"));
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

/// Returns the output of `sqlite3` for these lines.
fn sqlite3(shop: &Shop, lines: &str) -> Result<String, Absence> {
    let started = Command::new("sqlite3")
        .args(["-batch", "-bail"])
        .arg(&shop.file.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut program = started.map_err(|_| Absence::of_program("sqlite3", "sqlite3"))?;
    program
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn sqlites_own_program_takes_a_change_once_also_when_it_dies_in_the_middle() {
    let mut shop = Shop::new("program");
    shop.sells(&["order-1", "order-2"]);
    shop.ask();
    let act = "INSERT INTO effects (order_id, outcome) SELECT order_id, outcome FROM midtrans_change
        WHERE id = (SELECT id FROM midtrans_next_change WHERE retry_at <= unixepoch() * 1000 ORDER BY id LIMIT 1);";
    // Without a COMMIT it ends like a killed program.
    let dies = format!("BEGIN IMMEDIATE; {act} {TAKE};\n");
    let Some(printed) = or_skip(
        "changes taken by the program sqlite3",
        sqlite3(&shop, &dies),
    ) else {
        return;
    };
    assert!(printed.contains("|order-1|paid"), "{printed}");
    assert_eq!(
        (
            shop.effects().len(),
            shop.number("SELECT count(*) FROM midtrans_change")
        ),
        (0, 2)
    );
    for _ in 0..3 {
        sqlite3(&shop, &format!("BEGIN IMMEDIATE; {act} {TAKE}; COMMIT;\n")).unwrap();
    }
    assert_eq!(shop.effects(), ["order-1 paid", "order-2 paid"]);
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change"), 0);
}
