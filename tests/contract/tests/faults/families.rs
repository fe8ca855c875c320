//! Faults of notifications about linked accounts and subscriptions, through the webhook's check.

use std::time::Duration;

use midtrans_protocol::notification::{Message, SubscriptionEventKind, verify_any};
use midtrans_protocol::subscription::{self, IntervalUnit, Schedule, SubscriptionToken};
use midtrans_protocol::{Rupiah, ServerKeys};
use midtrans_simulator::gateway::{Fault, Outcome};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::BlockingClient;

use crate::order::START;
use crate::products;

const WATCHED: Duration = Duration::from_secs(600);
const STEP: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Account,
    Subscription,
}

pub(crate) fn rows() -> Vec<Vec<String>> {
    let faults = [
        None,
        Some(Fault::Duplicate),
        Some(Fault::Delay(Duration::from_secs(90))),
        Some(Fault::Reorder),
        Some(Fault::Corrupt),
        Some(Fault::Lose),
    ];
    let mut rows = Vec::new();
    for subject in [Subject::Account, Subject::Subscription] {
        rows.extend(faults.map(|fault| row(fault, subject)));
    }
    rows.push(row(Some(Fault::Decline), Subject::Subscription));
    rows
}

fn row(fault: Option<Fault>, subject: Subject) -> Vec<String> {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .pay_account_notification_url("http://127.0.0.1/accounts")
        .recurring_notification_url("http://127.0.0.1/recurring")
        .in_process()
        .unwrap();
    let client = BlockingClient::new(&simulator, simulator.merchant());
    fault
        .into_iter()
        .for_each(|fault| simulator.fail_next(fault));
    let (name, state) = match subject {
        Subject::Account => {
            let id = products::linked(&simulator, &client);
            simulator.with_accounts(|accounts, now| {
                accounts.first_mut().unlink(id.as_str(), now).unwrap();
            });
            let account = client.send(&midtrans_protocol::pay_account::Get::new(id));
            (
                "linked, then unlinked",
                account.unwrap().account_status().unwrap().to_string(),
            )
        }
        Subject::Subscription => {
            let id = client.send(&charged_at_once()).unwrap().id().unwrap();
            simulator.advance(Duration::ZERO);
            let read = client.send(&subscription::Get::new(id)).unwrap();
            (
                "subscribed and charged at once",
                read.status().unwrap().to_string(),
            )
        }
    };
    vec![
        fault.map_or_else(|| "none".to_owned(), |fault| format!("`{fault}`")),
        name.to_owned(),
        heard(&simulator),
        state,
    ]
}

/// What the webhook reads within ten minutes, with its answers.
fn heard(simulator: &Simulator) -> String {
    let keys = ServerKeys::from(simulator.server_key());
    let mut told = Vec::new();
    let mut passed = Duration::ZERO;
    while passed < WATCHED {
        simulator.deliver(|delivery| {
            let read = verify_any(delivery.body.as_bytes(), &keys);
            let (words, status) = match &read {
                Ok(message) => (words(message), 200),
                Err(rejection) => ("half a body".to_owned(), rejection.status().as_u16()),
            };
            told.push(match passed.as_secs() {
                0 => format!("{words} {status}"),
                late => format!("{words} {status} after {late} s"),
            });
            Outcome::answered(status)
        });
        simulator.advance(STEP);
        passed += STEP;
    }
    told.join(", ")
}

fn words(message: &Message) -> String {
    match message {
        Message::PayAccount(account) => account.account_status().to_string(),
        Message::Subscription(event) if event.kind() == SubscriptionEventKind::Created => {
            "created".to_owned()
        }
        Message::Subscription(event) => {
            let status = event.reported_status();
            let status = status.map_or("nothing made".to_owned(), |status| status.to_string());
            format!("charge: {status}")
        }
        other => format!("{other:?}"),
    }
}

/// A subscription whose start is past.
fn charged_at_once() -> subscription::Create {
    let token = SubscriptionToken::new("48111111JMUIocDPQoVTfKUhpNKX1114").unwrap();
    let mut plan = Schedule::every(1, IntervalUnit::Month);
    plan.start_time = Some("2026-11-22 09:00:00".parse().unwrap());
    let contents = subscription::Contents::card("MONTHLY", Rupiah::new(40_000), token, plan);
    subscription::Create::new(contents).unwrap()
}
