//! State files that are refused or left alone, and the permissions of new ones.

use midtrans_simulator::StartError;

use crate::state::{File, builder, charge, client};

#[test]
fn a_file_that_is_none_or_is_in_use_is_refused_and_left_alone() {
    let file = File::new("none");
    std::fs::write(
        &file.0,
        "this is no database, and it is longer than a header of a database has to be: ".repeat(20),
    )
    .unwrap();
    assert!(matches!(
        builder(&file).in_process(),
        Err(StartError::State(_))
    ));
    assert!(
        std::fs::read_to_string(&file.0)
            .unwrap()
            .starts_with("this is no database")
    );
    let file = File::new("in-use");
    let first = builder(&file).in_process().unwrap();
    let _ = client(&first).charge(&charge("order-1")).unwrap();
    assert!(matches!(
        builder(&file).in_process(),
        Err(StartError::State(_))
    ));
    drop(first);
    assert!(builder(&file).in_process().is_ok());
}

#[test]
fn a_damaged_piece_is_an_error_and_no_panic() {
    let file = File::new("damaged");
    let simulator = builder(&file).in_process().unwrap();
    let _ = client(&simulator).charge(&charge("order-1")).unwrap();
    drop(simulator);
    let text = String::from_utf8_lossy(&std::fs::read(&file.0).unwrap()).into_owned();
    assert!(
        text.contains("\"akulaku\""),
        "the row is there to be damaged"
    );
    let mut bytes = std::fs::read(&file.0).unwrap();
    let at = bytes
        .windows(9)
        .position(|window| window == b"\"akulaku\"")
        .unwrap();
    bytes[at + 1] = b'x';
    std::fs::write(&file.0, bytes).unwrap();
    let error = builder(&file).in_process().unwrap_err();
    let StartError::State(error) = error else {
        panic!("{error}")
    };
    assert!(error.to_string().contains("transaction"), "{error}");
}

#[test]
fn a_gap_between_the_rows_is_noticed() {
    for table in ["payment", "message"] {
        let file = File::new(&format!("gap-{table}"));
        {
            let simulator = builder(&file)
                .notification_url("http://127.0.0.1/")
                .in_process()
                .unwrap();
            let _ = client(&simulator).charge(&charge("order-1")).unwrap();
            let _ = client(&simulator).charge(&charge("order-2")).unwrap();
        }
        let connection = rusqlite::Connection::open(&file.0).unwrap();
        connection
            .execute(&format!("DELETE FROM {table} WHERE number = 0"), [])
            .unwrap();
        drop(connection);
        let error = builder(&file).in_process().unwrap_err();
        assert!(matches!(error, StartError::State(_)), "{table}: {error}");
    }
}

#[test]
fn another_programs_database_is_left_as_it_is() {
    let file = File::new("foreign");
    let tables = |connection: &rusqlite::Connection| -> i64 {
        connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap()
    };
    let connection = rusqlite::Connection::open(&file.0).unwrap();
    connection
        .execute_batch("CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT)")
        .unwrap();
    let before = tables(&connection);
    drop(connection);
    assert!(
        builder(&file)
            .in_process()
            .unwrap_err()
            .to_string()
            .contains("state file")
    );
    assert_eq!(
        tables(&rusqlite::Connection::open(&file.0).unwrap()),
        before
    );
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let file = File::new("mode");
    drop(builder(&file).in_process().unwrap());
    assert_eq!(
        std::fs::metadata(&file.0).unwrap().permissions().mode() & 0o077,
        0
    );
}

/// Version 6 had transactions without the record that they are made for, and accounts without a
/// user.
#[test]
fn a_file_of_version_6_is_read_and_goes_on_as_one_of_this_version() {
    let file = File::new("version-6");
    drop(with_a_transaction(&file));
    let connection = rusqlite::Connection::open(&file.0).unwrap();
    let removed = connection.execute(
        "UPDATE payment SET json = json_remove(json, '$.parent')",
        [],
    );
    assert_eq!(removed, Ok(1));
    connection
        .execute("UPDATE midtrans_simulator SET version = 6", [])
        .unwrap();
    drop(connection);
    let simulator = builder(&file).in_process().unwrap();
    let order = midtrans_protocol::OrderId::new("order-1").unwrap();
    let status = client(&simulator).status(order).unwrap();
    assert_eq!(status.transaction_status().unwrap().as_str(), "pending");
    drop(simulator);
    let connection = rusqlite::Connection::open(&file.0).unwrap();
    let version: i64 = connection
        .query_row("SELECT version FROM midtrans_simulator", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert!(version > 6, "{version}");
}

#[test]
fn a_file_of_an_older_or_a_newer_version_is_refused_and_left_alone() {
    for version in [5, 1_000] {
        let file = File::new(&format!("version-{version}"));
        drop(with_a_transaction(&file));
        let connection = rusqlite::Connection::open(&file.0).unwrap();
        connection
            .execute("UPDATE midtrans_simulator SET version = ?1", [version])
            .unwrap();
        drop(connection);
        let before = std::fs::read(&file.0).unwrap();
        let error = builder(&file).in_process().unwrap_err();
        let StartError::State(error) = error else {
            panic!("{error}")
        };
        assert!(error.to_string().contains("another version"), "{error}");
        assert_eq!(std::fs::read(&file.0).unwrap(), before);
    }
}

fn with_a_transaction(file: &File) -> midtrans_simulator::Simulator {
    let simulator = builder(file).in_process().unwrap();
    let _ = client(&simulator).charge(&charge("order-1")).unwrap();
    simulator
}
