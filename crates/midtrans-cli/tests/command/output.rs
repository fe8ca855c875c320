//! Standard output that cannot be written.

use std::fs::File;
use std::process::Stdio;

use crate::program::{SERVER_KEY, finished, gateway};

#[cfg(target_os = "linux")]
fn full_disk() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_charge_whose_output_cannot_be_written_is_not_done_and_its_page_is_not_lost() {
    let (simulator, program) = gateway();
    for (order, json) in [("order-1", None), ("order-2", Some("--json"))] {
        let words = ["charge", "akulaku", "--order", order, "--amount", "40000"];
        let ran = program.run_into(
            &words.into_iter().chain(json).collect::<Vec<_>>(),
            full_disk(),
            b"",
        );
        ran.says(
            4,
            &[
                "could not be written",
                "No space left",
                "/v2/akulaku/redirect/",
            ],
        );
        assert!(simulator.timeline(order).is_some());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_command_ends_with_0_when_its_output_cannot_be_written() {
    let (simulator, program) = gateway();
    for order in ["order-1", "order-2", "order-3"] {
        program
            .line(&format!("charge akulaku --order {order} --amount 40000"))
            .says(0, &[]);
    }
    simulator
        .choose("order-3", midtrans_simulator::gateway::Choice::Approve)
        .unwrap();
    let body = program
        .line("trigger akulaku.settlement --amount 40000 --dry-run")
        .out;
    let shop = crate::shop::Shop::answering(&[&crate::shop::status("200 OK")]);
    for line in [
        "status order-1",
        "cancel order-1",
        "expire order-2",
        "refund order-3 --refund-key r-1",
        "status order-3 --amount 40000",
        "verify -",
        "decide - --order order-101 --amount 40000",
        "sign order-101 200 40000.00",
        "landing order_id=order-101",
        "trigger akulaku.settlement --dry-run",
        "trigger --list",
        &format!("trigger akulaku.settlement --to {}", shop.url),
        "doctor",
        "completions bash",
        "--help",
        "help status",
        "--version",
        "simulate --help",
    ] {
        let ran = program.run_into(
            &line.split(' ').collect::<Vec<_>>(),
            full_disk(),
            body.as_bytes(),
        );
        ran.says(4, &["standard output", "No space left"]);
    }
    // What was refused stays refused, and is said on standard error.
    let refused = program.run_into(&["cancel", "order-1", "--json"], full_disk(), b"");
    refused.says(1, &["412", "could not be written"]);
}

#[cfg(all(target_os = "linux", feature = "sqlite"))]
#[test]
fn no_question_to_an_inbox_ends_with_0_when_its_output_cannot_be_written() {
    let folder = crate::program::Folder::new("unwritten-inbox");
    let program = crate::program::Program::bare().with("MIDTRANS_INBOX", &folder.path("shop.db"));
    for line in [
        "inbox migrate",
        "inbox migrate --print sqlite",
        "inbox counts",
        "inbox counts --metrics",
        "inbox counts --watch --looks 1",
        "inbox changes",
        "inbox dead",
        "inbox unexpected",
        "inbox prune",
    ] {
        let ran = program.run_into(&line.split(' ').collect::<Vec<_>>(), full_disk(), b"");
        ran.says(4, &["standard output"]);
    }
}

#[test]
fn a_reader_that_has_gone_is_noticed() {
    let (simulator, program) = gateway();
    let charge = r#"{"transaction_details":{"order_id":"order-1","gross_amount":9000}}"#;
    let mut child = program.spawn(&["charge", "akulaku", "--from", "-"]);
    // It waits for its input, so the reader has gone before anything is printed.
    drop(child.stdout.take());
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), charge.as_bytes()).unwrap();
    finished(child).says(4, &["could not be written", "/v2/akulaku/redirect/"]);
    assert!(simulator.timeline("order-1").is_some());
}

#[cfg(unix)]
#[test]
fn nothing_is_charged_when_standard_output_is_closed() {
    let (simulator, program) = gateway();
    let charge = [
        "charge", "akulaku", "--order", "order-1", "--amount", "40000",
    ];
    let mut command = std::process::Command::new("sh");
    command
        .args([
            "-c",
            "exec \"$0\" \"$@\" >&-",
            env!("CARGO_BIN_EXE_midtrans"),
        ])
        .args(charge);
    command
        .env_clear()
        .env("MIDTRANS_SERVER_KEY", SERVER_KEY)
        .env("MIDTRANS_ENVIRONMENT", simulator.url());
    let ran = finished(
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    ran.says(2, &["standard output is closed", "nothing was sent"]);
    assert!(simulator.timeline("order-1").is_none());
    // Other programs than shells throw output away as if it were closed.
    let nowhere = File::options()
        .read(true)
        .write(true)
        .open("/dev/null")
        .unwrap();
    program
        .run_into(&charge, nowhere, b"")
        .says(2, &["leads nowhere", "for writing only"]);
    assert!(simulator.timeline("order-1").is_none());
    // If you do not want the page, you say so, as a shell does.
    let null = File::options().write(true).open("/dev/null").unwrap();
    program.run_into(&charge, null, b"").says(0, &[]);
}
