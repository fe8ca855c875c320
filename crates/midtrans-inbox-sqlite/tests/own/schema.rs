//! The tables.

use std::thread;
use std::time::{Duration, SystemTime};

use midtrans_inbox_sqlite::{migrate, schema_sql, snapshot};
use rusqlite::Connection;

use crate::file::File;

#[test]
fn programs_that_start_at_once_migrate_once() {
    let file = File::empty("migrate");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut connection = Connection::open(&file.0).unwrap();
                connection.busy_timeout(Duration::from_secs(10)).unwrap();
                migrate(&mut connection).unwrap();
            });
        }
    });
    assert_eq!(
        snapshot(&file.open(), SystemTime::now())
            .unwrap()
            .orders
            .len(),
        0
    );
}

#[test]
fn a_program_that_starts_while_another_one_writes_does_not_wait() {
    let file = File::new("migrate-busy");
    let other = file.open();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut connection = file.open();
    connection.busy_timeout(Duration::ZERO).unwrap();
    migrate(&mut connection).unwrap();
}

#[test]
fn a_newer_programs_tables_are_left_alone() {
    let file = File::new("newer");
    let mut connection = file.open();
    connection
        .execute("UPDATE midtrans_schema SET version = 99", [])
        .unwrap();
    let error = migrate(&mut connection).unwrap_err();
    assert!(
        error.to_string().contains("99") && error.is_schema(),
        "{error}"
    );
}

#[test]
fn missing_tables_are_named_as_such() {
    let file = File::empty("missing");
    let error = snapshot(&file.open(), SystemTime::now()).unwrap_err();
    assert!(error.is_schema(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the inbox's tables are missing: run its migration first"
    );
}

#[test]
fn the_merchants_own_version_and_settings_stay() {
    let file = File::new("own");
    let mut connection = file.open();
    connection.pragma_update(None, "user_version", 7).unwrap();
    migrate(&mut connection).unwrap();
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 7);
}

#[test]
fn the_printed_schema_makes_the_same_tables_as_a_migration() {
    let (printed, migrated) = (File::empty("printed"), File::empty("migrated"));
    let mut connection = printed.open();
    connection.execute_batch(&schema_sql()).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE midtrans_schema (version INTEGER NOT NULL) STRICT;
             INSERT INTO midtrans_schema (version) VALUES (1)",
        )
        .unwrap();
    migrate(&mut connection).unwrap();
    let mut other = migrated.open();
    migrate(&mut other).unwrap();
    let tables = |connection: &Connection| -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT name FROM sqlite_schema ORDER BY name")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    assert_eq!(tables(&connection), tables(&other));
    assert!(tables(&connection).len() > 9);
}

fn plan(connection: &Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let lines = statement
        .query_map([], |row| row.get::<_, String>(3))
        .unwrap();
    lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}

#[test]
fn what_is_looked_for_again_and_again_looks_at_nothing_that_is_done() {
    let file = File::new("plan");
    let connection = file.open();
    let claim = "SELECT 1 FROM midtrans_order WHERE check_at <= 1
        AND (leased_until IS NULL OR leased_until <= 1 OR leased_until > 2) ORDER BY check_at LIMIT 9";
    assert_eq!(
        plan(&connection, claim),
        "SEARCH midtrans_order USING INDEX midtrans_order_check (check_at<?)"
    );
    let changes =
        "SELECT id FROM midtrans_next_change WHERE retry_at <= 1 ORDER BY retry_at, id LIMIT 9";
    let plan_of_changes = plan(&connection, changes);
    assert!(
        plan_of_changes.starts_with("SEARCH change USING INDEX midtrans_change_retry (retry_at<?)"),
        "{plan_of_changes}"
    );
    assert!(
        plan_of_changes.contains("USING COVERING INDEX midtrans_change_order"),
        "{plan_of_changes}"
    );
    assert!(
        !plan_of_changes.contains("TEMP B-TREE"),
        "{plan_of_changes}"
    );
    let unexpected = "SELECT 1 FROM midtrans_notification WHERE order_id = 'o' AND unexpected";
    assert!(plan(&connection, unexpected).contains("midtrans_notification_unexpected"));
}
