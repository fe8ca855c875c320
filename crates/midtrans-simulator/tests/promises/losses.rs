//! A state file that is not what it should be: full, damaged, or without what was beside it.

use std::path::PathBuf;

use midtrans_simulator::{Simulator, StartError};

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

/// A file that may not grow is a full disk that a test can make.
#[cfg(unix)]
#[test]
fn what_a_full_disk_did_not_take_is_not_answered_and_not_told() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let file = File::new("full");
    let shop = crate::sockets::Shop::content();
    // SQLite is told that the write failed, and not killed for it. The unit is 512 bytes or 1 KiB.
    let mut program = Command::new("sh")
        .args([
            "-c",
            r#"trap "" XFSZ; ulimit -f 200; exec "$0" "$@""#,
            env!("CARGO_BIN_EXE_midtrans-simulator"),
        ])
        .args([
            "--port",
            "0",
            "--state",
            &file.0.display().to_string(),
            "--notification-url",
            &shop.url,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(program.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    let url = first
        .trim()
        .strip_prefix("Midtrans simulator at ")
        .unwrap()
        .to_owned();
    let reader = std::thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("not saved"))
    });

    let mut taken = 0;
    let call = |method: &str, path: &str, body: &str| {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{url}{path}"));
        let request = request
            .header("authorization", crate::desk::KEY)
            .body(body.to_owned())
            .unwrap();
        let mut reply = crate::sockets::agent().run(request).unwrap();
        let json: serde_json::Value =
            serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
        (
            reply.status().as_u16(),
            json["status_code"].as_str().unwrap().to_owned(),
        )
    };
    let failed = (0..2_000).find_map(|number| {
        let body = crate::desk::charge("akulaku", &format!("order-{number}"), 44_000).to_string();
        match call("POST", "/v2/charge", &body) {
            (200, code) if code == "201" => {
                taken += 1;
                None
            }
            other => Some((other, number)),
        }
    });
    let (answer, failed) = failed.unwrap();
    assert_eq!(
        answer,
        (500, "500".to_owned()),
        "it says nothing of the outcome"
    );
    assert!(taken > 10);
    assert_eq!(
        call("GET", &format!("/v2/order-{failed}/status"), "").0,
        500,
        "nor does the status"
    );
    let told = |order: usize| {
        shop.seen()
            .iter()
            .any(|call| call.body.contains(&format!("\"order-{order}\"")))
    };
    assert!(!told(failed));
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(reader.join().unwrap(), "the program says so");

    let again = Simulator::builder().state(&file.0).in_process().unwrap();
    for number in 0..taken {
        assert!(
            again.timeline(&format!("order-{number}")).is_some(),
            "order-{number} was answered"
        );
    }
}
