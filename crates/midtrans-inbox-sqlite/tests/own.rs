//! What is special about SQLite. What both stores promise is tried in the workspace's `tests/inbox`.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use midtrans_inbox_sqlite::inbox::Accepted;
use midtrans_inbox_sqlite::inbox::protocol::{Notification, ServerKey, ServerKeys, notification, signature};
use midtrans_inbox_sqlite::{GroupWriter, Stop, accept, migrate, snapshot, tune};
use rusqlite::Connection;

/// A database file of its own, gone afterwards.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("midtrans-inbox-{}-{name}.db", std::process::id()));
        let file = Self(path);
        file.remove();
        migrate(&mut file.open()).unwrap();
        file
    }

    fn open(&self) -> Connection {
        let connection = Connection::open(&self.0).unwrap();
        tune(&connection).unwrap();
        connection
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            // Not there is fine.
            let _ = std::fs::remove_file(Path::new(&path));
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.remove();
    }
}

fn told(order: u32, padding: usize) -> Notification {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let order_id = format!("order-{order}x");
    let signed = signature::sign(&order_id, "201", "40000.00", &key);
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"201","gross_amount":"40000.00","transaction_status":"pending",
            "transaction_id":"t-{order}","signature_key":"{signed}","padding":"{}"}}"#,
        "x".repeat(padding)
    );
    notification::verify(body.as_bytes(), &ServerKeys::from(key)).unwrap()
}

fn stored(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM midtrans_notification", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_full_database_refuses_and_loses_nothing_that_it_acknowledged() {
    let file = File::new("full");
    let connection = file.open();
    connection.pragma_update(None, "max_page_count", 40).unwrap();
    let mut acknowledged = 0;
    let error = loop {
        match accept(&connection, &told(acknowledged, 2_000), SystemTime::now()) {
            Ok(accepted) => assert_eq!(accepted, Accepted::New),
            Err(error) => break error,
        }
        acknowledged += 1;
    };
    assert!(error.is_full() && !error.is_busy(), "{error:?}");
    assert!(acknowledged > 5);
    assert_eq!(stored(&file.open()), i64::from(acknowledged));
    // There is room again, and the gateway comes again.
    connection.pragma_update(None, "max_page_count", 4_000).unwrap();
    assert_eq!(accept(&connection, &told(acknowledged, 2_000), SystemTime::now()).unwrap(), Accepted::New);
}

#[test]
fn a_full_database_answers_everybody_in_a_group() {
    let file = File::new("full-group");
    let connection = file.open();
    connection.pragma_update(None, "max_page_count", 30).unwrap();
    let writer = GroupWriter::start(connection).unwrap();
    let waiting: Vec<_> = (0..200).map(|order| writer.accept(&told(order, 2_000), SystemTime::now())).collect();
    let answers: Vec<_> = waiting.into_iter().map(|storing| storing.wait()).collect();
    let stored_now = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|error| error.is_full()));
    assert!(stored_now < 200);
    assert_eq!(stored(&file.open()), stored_now);
}

#[test]
fn many_callers_share_commits_and_each_gets_his_own_answer() {
    let file = File::new("group");
    let writer = GroupWriter::start(file.open()).unwrap();
    let news: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..16_u32)
            .map(|caller| {
                let writer = writer.clone();
                // Every order comes from two callers.
                let orders = (0..25).map(move |n| (caller / 2) * 25 + n);
                scope.spawn(move || {
                    let answers = orders.map(|order| writer.accept(&told(order, 0), SystemTime::now()).wait().unwrap());
                    answers.filter(|accepted| *accepted == Accepted::New).count()
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!(news, 200);
    assert_eq!(stored(&file.open()), 200);
}

#[test]
fn a_writer_whose_last_handle_is_gone_stores_what_it_was_handed() {
    let file = File::new("last");
    let writer = GroupWriter::start(file.open()).unwrap();
    let waiting: Vec<_> = (0..50).map(|order| writer.accept(&told(order, 0), SystemTime::now())).collect();
    drop(writer);
    for storing in waiting {
        assert_eq!(storing.wait().unwrap(), Accepted::New);
    }
}

#[test]
fn programs_that_start_at_once_migrate_once() {
    let file = File::new("migrate");
    file.remove();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut connection = Connection::open(&file.0).unwrap();
                connection.busy_timeout(Duration::from_secs(10)).unwrap();
                migrate(&mut connection).unwrap();
            });
        }
    });
    assert_eq!(snapshot(&file.open(), SystemTime::now()).unwrap().orders.len(), 0);
}

#[test]
fn a_newer_programs_tables_are_left_alone() {
    let file = File::new("newer");
    let mut connection = file.open();
    connection.execute("UPDATE midtrans_schema SET version = 99", []).unwrap();
    let error = migrate(&mut connection).unwrap_err();
    assert!(error.to_string().contains("99"), "{error}");
}

#[test]
fn the_merchants_own_version_and_settings_stay() {
    let file = File::new("own");
    let mut connection = file.open();
    connection.pragma_update(None, "user_version", 7).unwrap();
    migrate(&mut connection).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 7);
}

#[test]
fn a_claim_looks_at_nothing_that_is_done() {
    let file = File::new("plan");
    let connection = file.open();
    let sql = "EXPLAIN QUERY PLAN SELECT id FROM midtrans_notification WHERE due_at <= 1 ORDER BY due_at, id LIMIT 9";
    let plan: String = connection.query_row(sql, [], |row| row.get(3)).unwrap();
    assert!(plan.contains("USING COVERING INDEX midtrans_notification_due (due_at<?)"), "{plan}");
}

#[test]
fn whoever_waits_is_woken_by_a_stop() {
    let stop = Stop::new();
    assert!(!stop.is_stopped());
    thread::scope(|scope| {
        scope.spawn(|| stop.stop());
    });
    assert!(stop.is_stopped());
}
