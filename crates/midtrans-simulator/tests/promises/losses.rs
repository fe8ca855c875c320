//! A state file that is not what it should be: damaged, or without what was beside it.

use std::path::PathBuf;

use midtrans_simulator::StartError;

use crate::state::{File, builder, charge, client};

#[test]
fn the_file_alone_has_all_that_was_answered() {
    let (file, copy) = (File::new("alone"), File::new("copy"));
    let simulator = builder(&file).in_process().unwrap();
    for number in 0..50 {
        let _ = client(&simulator)
            .charge(&charge(&format!("order-{number}")))
            .unwrap();
    }
    // As after a kill, and without any file beside it.
    std::fs::copy(&file.0, &copy.0).unwrap();
    let again = builder(&copy).in_process().unwrap();
    assert_eq!(
        again.with_accounts(|accounts, _| accounts.first().count()),
        50
    );
    let beside =
        ["-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", file.0.display())).exists());
    assert_eq!(beside, [false, false]);
}

#[test]
fn a_file_that_lost_transactions_or_has_a_damaged_page_is_refused() {
    for table in ["payment", "message"] {
        let file = File::new(&format!("lost-{table}"));
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
            .execute(&format!("DELETE FROM {table} WHERE number = 1"), [])
            .unwrap();
        drop(connection);
        let error = builder(&file).in_process().unwrap_err();
        assert!(
            matches!(error, StartError::State(_)),
            "{table}: the last one is missing: {error}"
        );
    }
    let file = File::new("page");
    {
        let simulator = builder(&file).in_process().unwrap();
        for number in 0..60 {
            let _ = client(&simulator)
                .charge(&charge(&format!("order-{number}")))
                .unwrap();
        }
    }
    let whole = std::fs::read(&file.0).unwrap();
    let mut refused = 0;
    let pages = whole.len() / 4_096;
    for page in 1..pages {
        let mut bytes = whole.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0);
        std::fs::write(&file.0, bytes).unwrap();
        match builder(&file).in_process() {
            Ok(simulator) => {
                let count = simulator.with_accounts(|accounts, _| accounts.first().count());
                assert_eq!(count, 60, "page {page} had nothing in it");
            }
            Err(error) => {
                assert!(matches!(error, StartError::State(_)), "{error}");
                refused += 1;
            }
        }
    }
    assert!(pages > 20 && refused > pages / 2, "{refused} of {pages}");
}
