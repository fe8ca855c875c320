//! Calls of products that get no answer, half an answer, or that never left.

use std::thread;

use super::words;
use crate::program::{Program, Ran};
use crate::shop::Shop;

const SUBSCRIPTION: &str = "subscription create --name kopi --amount 14000 --every month";
const INVOICE: &str = "invoice create --order inv-1 --number INV/1 --due 2049-12-31 \
    --item description=A,price=1 --customer name=Siti --enable gopay";

/// Calls that change something, with what to do when their outcome is unknown.
const CHANGES: [(&str, &[&str]); 14] = [
    (
        "snap create --order order-1 --amount 40000",
        &[
            "next: midtrans status order-1 --amount 40000\n",
            "next: the same command again is harmless",
        ],
    ),
    (
        "snap cancel t-1",
        &["next: the same command again is harmless"],
    ),
    (
        SUBSCRIPTION,
        &[
            "idempotency key   ",
            "look in the dashboard",
            "is safe for three minutes",
        ],
    ),
    (
        "subscription update s-1 --amount 5000",
        &[
            "next: midtrans subscription get s-1\n",
            "the same command again is harmless",
        ],
    ),
    (
        "subscription enable s-1",
        &["next: midtrans subscription get s-1\n"],
    ),
    (
        "subscription disable s-1",
        &["next: midtrans subscription get s-1\n"],
    ),
    (
        "subscription cancel s-1",
        &["next: midtrans subscription get s-1\n"],
    ),
    (
        "pay-account create --phone 81234567890",
        &[
            "nothing is linked before the customer confirms",
            "do not send it again before you know",
        ],
    ),
    (
        "pay-account unbind a-1",
        &[
            "next: midtrans pay-account get a-1\n",
            "do not send it again before you know",
        ],
    ),
    (
        "link create --order link-1 --amount 5000",
        &[
            "next: midtrans link get link-1\n",
            "do not send it again before you know",
        ],
    ),
    ("link delete link-1", &["next: midtrans link get link-1\n"]),
    (INVOICE, &["idempotency key   ", "is safe for five minutes"]),
    (
        "invoice void i-1",
        &[
            "next: midtrans invoice get i-1\n",
            "do not send it again before you know",
        ],
    ),
    (
        "invoice void i-1 --rejected",
        &["next: midtrans invoice get i-1\n"],
    ),
];

/// Calls that only read.
const READS: [&str; 6] = [
    "snap preferences",
    "subscription get s-1",
    "pay-account get a-1",
    "pay-account promotions a-1 --amount 5000",
    "link get link-1",
    "balance",
];

fn run(program: &Program, line: &str) -> Ran {
    // A subscription reads its token there.
    program.fed(&words(line), b"MARKER-token\n")
}

/// Tries all of them at once: most of the time is spent waiting before the next attempt.
fn each<T: Sync>(all: &[T], try_one: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for one in all {
            scope.spawn(|| try_one(one));
        }
    });
}

/// A body that is announced and breaks off.
const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{\"account_id\":\"a-1\",\"id\":\"";

#[test]
fn a_change_whose_answer_is_lost_may_have_happened_and_the_next_command_is_there() {
    each(&CHANGES, |(line, next)| {
        let gateway = Shop::answering(&["", "", ""]);
        let ran = run(&Program::at(&gateway.url), line);
        let ran = ran.says(3, &["the outcome is unknown", "attempts          "]);
        let ran = ran.says(3, next);
        assert!(!ran.err.contains("Get Status"), "{line}: {}", ran.err);
    });
}

#[test]
fn a_change_whose_answer_breaks_off_may_have_happened() {
    each(&CHANGES, |(line, next)| {
        let gateway = Shop::answering(&[HALF, HALF, HALF]);
        let ran = run(&Program::at(&gateway.url), &format!("{line} --json"));
        let json = ran.says(3, &[]).json();
        assert_eq!(json["exit_code"], 3, "{line}");
        let steps = json["next"].to_string();
        for step in next
            .iter()
            .filter_map(|next| next.strip_prefix("next: midtrans"))
        {
            assert!(steps.contains(step.trim()), "{line}: {steps}");
        }
    });
}

#[test]
fn a_read_without_an_answer_is_refused_and_not_unknown() {
    each(&READS, |line| {
        for answer in ["", HALF] {
            let gateway = Shop::answering(&[answer, answer, answer]);
            let ran = run(&Program::at(&gateway.url), line);
            let ran = ran.says(1, &[]);
            assert!(!ran.err.contains("unknown"), "{line}: {}", ran.err);
        }
    });
}

#[test]
fn what_never_left_says_so() {
    let program = Program::at("http://127.0.0.1:9");
    each(&CHANGES, |(line, _)| {
        let told = [
            "cannot connect",
            "next: nothing was sent: try again",
            "midtrans doctor",
        ];
        drop(run(&program, line).says(1, &told));
    });
    each(&READS, |line| {
        drop(run(&program, line).says(1, &["cannot connect", "next: midtrans doctor"]));
    });
}

#[test]
fn nothing_is_called_without_a_key() {
    let program = Program::bare().with("MIDTRANS_ENVIRONMENT", "http://127.0.0.1:9");
    let lines = CHANGES.iter().map(|(line, _)| *line).chain(READS);
    for line in lines {
        run(&program, line).says(
            2,
            &["there is no server key", "next: export MIDTRANS_SERVER_KEY"],
        );
    }
}

#[test]
fn a_key_that_the_gateway_does_not_know_is_named() {
    let body = r#"{"status_code":"401","status_message":"Unknown Merchant","id":"x"}"#;
    let answer = crate::shop::with_body("401 Unauthorized", body);
    for line in CHANGES.iter().map(|(line, _)| *line).chain(READS) {
        let gateway = Shop::answering(&[&answer]);
        let told = [
            "401",
            "next: check that the server key is the one of",
            "midtrans doctor",
        ];
        run(&Program::at(&gateway.url), line).says(1, &told);
    }
}

#[cfg(unix)]
#[test]
fn what_a_call_is_for_is_not_lost_on_a_closed_output() {
    let program = Program::at("http://127.0.0.1:9");
    for (line, _) in CHANGES.iter().filter(|(line, _)| line.contains(" create ")) {
        // As other programs than shells throw output away.
        let mut nowhere = std::fs::File::options();
        let nowhere = nowhere.read(true).write(true).open("/dev/null").unwrap();
        let ran = program.run_into(&words(line), nowhere, b"MARKER-token");
        ran.says(2, &["would be lost: nothing was sent", "for writing only"]);
    }
}
