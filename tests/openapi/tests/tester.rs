//! An independent API tester calls the simulator as the document says, and finds nothing.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what it expects"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use midtrans_openapi_tests::{Phases, Tester};
use midtrans_packages::or_skip;
use midtrans_simulator::gateway::{Event, Fault};
use midtrans_simulator::{BlockingSimulator, Simulator};

/// The number of calls per HTTP status and code of the answer.
type Answers = Arc<Mutex<BTreeMap<(u16, u16), usize>>>;

fn simulator() -> (BlockingSimulator, Answers) {
    let answers = Answers::default();
    let count = Arc::clone(&answers);
    // By hand, so that nothing is sent to the URLs that the tester makes up.
    let builder = Simulator::builder()
        .deliver_by_hand()
        .on_event(move |event| {
            if let Event::Called {
                http_status,
                status_code,
                ..
            } = event
            {
                *count
                    .lock()
                    .unwrap()
                    .entry((*http_status, *status_code))
                    .or_default() += 1;
            }
        });
    (builder.serve_blocking().unwrap(), answers)
}

fn tester() -> Option<Tester> {
    or_skip(
        "the tester's calls",
        Tester::installed(Path::new(env!("CARGO_TARGET_TMPDIR"))),
    )
}

#[test]
fn with_the_right_key_the_simulator_answers_as_its_document_says() {
    let Some(tester) = tester() else { return };
    let (simulator, answers) = simulator();
    let run = tester
        .run(simulator.url(), "SB-Mid-server-simulator", Phases::All)
        .unwrap();
    assert!(run.is_fine, "{}", run.said);

    // It has really been everywhere.
    let answers = answers.lock().unwrap().clone();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    simulator.with_accounts(|accounts, _| {
        for transaction in accounts.first().transactions() {
            *statuses.entry(transaction.status.to_string()).or_default() += 1;
        }
    });
    println!("answers {answers:?}, transactions {statuses:?}");
    for code in [200, 201, 400, 401, 404, 405, 406, 407, 412, 413] {
        assert!(
            answers.keys().any(|(_, body)| *body == code),
            "no call was answered with {code}: {answers:?}"
        );
    }
    for status in ["pending", "settlement", "cancel", "expire", "refund"] {
        assert!(
            statuses.contains_key(status),
            "no transaction is {status}: {statuses:?}"
        );
    }
}

#[test]
fn with_a_wrong_key_every_call_is_unauthorized() {
    let Some(tester) = tester() else { return };
    let (simulator, answers) = simulator();
    let run = tester
        .run(simulator.url(), "SB-Mid-server-other", Phases::WithoutLinks)
        .unwrap();
    assert!(run.is_fine, "{}", run.said);
    let answers = answers.lock().unwrap();
    println!("answers {answers:?}");
    assert_eq!(answers.keys().collect::<Vec<_>>(), [&(401, 401)]);
    assert!(answers[&(401, 401)] > 100);
    assert_eq!(
        simulator.with_accounts(|accounts, _| accounts.first().count()),
        0
    );
}

/// The tester would be no proof if it could not fail.
#[test]
fn the_tester_finds_an_answer_that_is_not_as_the_document_says() {
    let Some(tester) = tester() else { return };
    let (simulator, _) = simulator();
    simulator.add_fault(Fault::Html(502));
    let run = tester
        .run(simulator.url(), "SB-Mid-server-simulator", Phases::Examples)
        .unwrap();
    assert!(!run.is_fine, "{}", run.said);
    for found in ["Server error", "Undocumented Content-Type"] {
        assert!(run.said.contains(found), "{found}: {}", run.said);
    }
}
