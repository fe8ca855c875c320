//! Faults of notifications, through the webhook's check and the inbox.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use midtrans_inbox_sqlite::inbox::{Change, ExpectResult, Expectation, Outcome as Became};
use midtrans_inbox_sqlite::{HandlerError, Stop, Worker, accept, expect_in, migrate};
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::{ServerKeys, notification};
use midtrans_simulator::gateway::{Choice, Fault, Outcome};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::{BlockingClient, CallOptions};
use rusqlite::{Connection, Transaction};

use crate::order::{ORDER, START, charge};

/// The time that the shop is watched: longer than all retries and the first checks of the schedule.
const WATCHED: Duration = Duration::from_secs(3_600);
const STEP: Duration = Duration::from_secs(5);

pub(crate) fn rows() -> Vec<Vec<String>> {
    let after_pending = [
        Fault::Duplicate,
        Fault::Delay(Duration::from_secs(90)),
        Fault::Forge,
        Fault::Corrupt,
        Fault::Lose,
    ];
    let mut rows = vec![row("none", None, false)];
    rows.extend(
        after_pending
            .into_iter()
            .map(|fault| row(&format!("`{fault}`"), Some(fault), false)),
    );
    for fault in [Fault::Reorder, Fault::Forge, Fault::Lose] {
        rows.push(row(
            &format!("`{fault}`, the pending one"),
            Some(fault),
            true,
        ));
    }
    rows
}

fn row(name: &str, fault: Option<Fault>, strikes_pending: bool) -> Vec<String> {
    let story = play(fault, strikes_pending);
    assert_eq!(story.shipped, 1, "{name}: shipped {} times", story.shipped);
    vec![
        name.to_owned(),
        story.answers.join(", "),
        "yes".to_owned(),
        story.shipped.to_string(),
        format!("{} s", story.after.unwrap().as_secs()),
    ]
}

#[derive(Default)]
struct Story {
    answers: Vec<String>,
    shipped: usize,
    after: Option<Duration>,
}

fn play(fault: Option<Fault>, strikes_pending: bool) -> Story {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .notification_url("http://127.0.0.1/notify")
        .in_process();
    let simulator = Arc::new(simulator.unwrap());
    let client = || BlockingClient::new(Arc::clone(&simulator), simulator.merchant());
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    let key = client().idempotency_key().unwrap();
    let charge = charge(&PaymentType::Akulaku);
    let transaction = connection.transaction().unwrap();
    let expectation = Expectation::of(&charge, key.clone(), now(&simulator));
    assert_eq!(
        expect_in(&transaction, &expectation, now(&simulator)).unwrap(),
        ExpectResult::Recorded
    );
    transaction.commit().unwrap();

    let mut story = Story::default();
    if let (true, Some(fault)) = (strikes_pending, fault) {
        simulator.fail_next(fault);
    }
    let _ = client()
        .send_with(&charge, &CallOptions::keyed(key))
        .unwrap();
    if !strikes_pending {
        deliver(&simulator, &connection, &mut story);
    }
    if let (false, Some(fault)) = (strikes_pending, fault) {
        simulator.fail_next(fault);
    }
    simulator.choose(ORDER, Choice::Approve);

    let clock = Arc::clone(&simulator);
    let worker = Worker::new(client()).with_clock(move || now(&clock));
    let mut passed = Duration::ZERO;
    while passed < WATCHED {
        deliver(&simulator, &connection, &mut story);
        let handler = |_: &Transaction<'_>, change: &Change| -> Result<(), HandlerError> {
            if change.outcome == Became::Paid {
                story.shipped += 1;
                story.after.get_or_insert(passed);
            }
            Ok(())
        };
        worker
            .round(&mut connection, &Stop::new(), handler)
            .unwrap();
        simulator.advance(STEP);
        passed += STEP;
    }
    story
}

/// The webhook: verify, store, answer.
fn deliver(simulator: &Simulator, connection: &Connection, story: &mut Story) {
    let keys = ServerKeys::from(simulator.server_key());
    simulator.deliver(|delivery| {
        let status = match notification::verify(delivery.body.as_bytes(), &keys) {
            Ok(notification) => {
                // New or stored before: both are taken.
                let _ = accept(connection, &notification, now(simulator)).unwrap();
                200
            }
            Err(rejection) => rejection.status().as_u16(),
        };
        let told = told(&delivery.body);
        story.answers.push(format!("{told} {status}"));
        Outcome::answered(status)
    });
}

/// The description of a notification, for the page.
fn told(body: &str) -> impl fmt::Display + use<> {
    let json: Option<serde_json::Value> = serde_json::from_str(body).ok();
    json.map_or_else(
        || "half a body".to_owned(),
        |json| json["transaction_status"].as_str().unwrap().to_owned(),
    )
}

fn now(simulator: &Simulator) -> SystemTime {
    let seconds = u64::try_from(simulator.now().unix()).unwrap();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
