//! The tables.

use std::thread;
use std::time::{Duration, SystemTime};

use midtrans_inbox_sqlite::{migrate, prune, schema_sql, snapshot};
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

#[test]
fn what_is_pruned_is_found_by_an_index_of_what_has_a_body_and_is_old() {
    let file = File::new("plan-prune");
    let connection = file.open();
    let step = "SELECT received_at, id FROM midtrans_notification
        WHERE body IS NOT NULL AND received_at < 9 AND (received_at, id) > (1, 1)
        ORDER BY received_at, id LIMIT 1000";
    let plan_of_step = plan(&connection, step);
    assert!(
        plan_of_step.contains("INDEX midtrans_notification_body (received_at>? AND received_at<?)")
            && !plan_of_step.contains("TEMP B-TREE"),
        "{plan_of_step}"
    );
    let update = "UPDATE midtrans_notification SET body = NULL
        WHERE body IS NOT NULL AND (received_at, id) > (1, 1) AND (received_at, id) <= (2, 2)";
    let plan_of_update = plan(&connection, update);
    assert!(
        plan_of_update
            .contains("INDEX midtrans_notification_body (received_at>? AND received_at<?)"),
        "{plan_of_update}"
    );
}

#[test]
fn any_number_of_bodies_of_one_moment_is_pruned_but_those_of_open_orders() {
    let file = File::new("prune");
    let connection = file.open();
    connection
        .execute_batch(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, status_code, gross_amount, received_at, body)
             WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 2500)
             SELECT CAST(n AS BLOB), 'order-' || n, '200', '1.00', 1000 + n / 2400, '{}' FROM number;
             INSERT INTO midtrans_order (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at)
             VALUES ('order-7', 1, 'akulaku', 'key', 1, 1, 1)",
        )
        .unwrap();
    let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    assert_eq!(prune(&connection, at(1_000)).unwrap(), 0);
    assert_eq!(prune(&connection, at(1_001)).unwrap(), 2_399 - 1);
    assert_eq!(prune(&connection, at(9_000)).unwrap(), 101);
    assert_eq!(prune(&connection, at(9_000)).unwrap(), 0);
}
