//! Faults of calls beside the Core API: Snap, linked accounts, subscriptions, payment links and
//! invoices.

use std::time::Duration;

use midtrans_protocol::invoice::{self, InvoiceCustomer, InvoiceItem, LinkOptions, PaidBy};
use midtrans_protocol::pay_account::{self, AccountId, Linking};
use midtrans_protocol::snap::{
    CancelTransaction, Checkout, CreateTransaction, EnabledPayment, GetUserGopay, GopayOptions,
    UnlinkUserGopay,
};
use midtrans_protocol::subscription::{self, IntervalUnit, Schedule, SubscriptionToken};
use midtrans_protocol::{Rupiah, TransactionDetails, payment_link};
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Fault, RecordSummary};
use midtrans_simulator::{Simulator, Time};
use midtrans_transport::{BlockingClient, Config, Error, ErrorKind, RetryPolicy};

use crate::order::{START, order_id};

/// A call, and the kind of the record that it makes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    CreateSession,
    CancelSession,
    LinkAccount,
    Unbind,
    UnlinkUser,
    CreateSubscription,
    CancelSubscription,
    CreateLink,
    DeleteLink,
    CreateInvoice,
    VoidInvoice,
}

const CALLS: [(Call, &str, &str); 11] = [
    (Call::CreateSession, "Snap: create", "snap"),
    (Call::CancelSession, "Snap: cancel", "snap"),
    (Call::LinkAccount, "pay account: create", "pay account"),
    (Call::Unbind, "pay account: unbind", "pay account"),
    (
        Call::UnlinkUser,
        "Snap: unlink a user's GoPay",
        "pay account",
    ),
    (
        Call::CreateSubscription,
        "subscription: create",
        "subscription",
    ),
    (
        Call::CancelSubscription,
        "subscription: cancel",
        "subscription",
    ),
    (Call::CreateLink, "payment link: create", "payment link"),
    (Call::DeleteLink, "payment link: delete", "payment link"),
    (Call::CreateInvoice, "invoice: create", "invoice"),
    (Call::VoidInvoice, "invoice: void", "invoice"),
];

const FAULTS: [Fault; 8] = [
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::Truncated,
    Fault::Html(502),
    Fault::Status(401),
    Fault::Status(429),
    Fault::Status(500),
    Fault::Status(503),
];

pub(crate) type Client<'a> = BlockingClient<&'a Simulator>;

pub(crate) fn rows() -> Vec<Vec<String>> {
    let calls = CALLS.into_iter();
    calls
        .flat_map(|(call, name, kind)| FAULTS.map(|fault| row(fault, call, name, kind)))
        .collect()
}

fn row(fault: Fault, call: Call, name: &str, kind: &str) -> Vec<String> {
    let (once, _) = play(fault, call, kind, false);
    let (thrice, left) = play(fault, call, kind, true);
    // The promises, whatever the page says: nothing is made twice that a customer could pay, and
    // what is done is there.
    assert!(left.len() <= 1, "{fault}, {call:?}: {left:?}");
    assert!(
        thrice != "done" || !left.is_empty(),
        "{fault}, {call:?}: done and not there"
    );
    let left = left.first().map_or("nothing", String::as_str);
    vec![
        name.to_owned(),
        format!("`{fault}`"),
        once,
        thrice,
        left.to_owned(),
    ]
}

/// The result of a call, and the states of the records of its kind that are left.
fn play(fault: Fault, call: Call, kind: &str, repeats: bool) -> (String, Vec<String>) {
    let simulator = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .in_process()
        .unwrap();
    let mut config = Config::default();
    if repeats {
        config.retry.pause = Duration::from_millis(2);
    } else {
        config.retry = RetryPolicy::never();
    }
    let client = BlockingClient::new(&simulator, simulator.merchant()).with_config(config);
    let words = made(&simulator, &client, call, fault);
    let records = simulator.with_accounts(|accounts, now| accounts.first().records(now));
    // An earlier session of the same order cannot be paid.
    let is_left = |record: &RecordSummary| record.kind == kind && record.status != "replaced";
    let left = records.into_iter().filter(is_left);
    (words, left.map(|record| record.status).collect())
}

/// Prepares what a call is about, and makes the call with a fault.
fn made(simulator: &Simulator, client: &Client<'_>, call: Call, fault: Fault) -> String {
    let struck = || simulator.fail_next(fault);
    match call {
        Call::CreateSession => {
            struck();
            words(client.send(&session()))
        }
        Call::CancelSession => {
            let session = client.send(&session()).unwrap();
            struck();
            words(client.send(&CancelTransaction::new(session.token().clone())))
        }
        Call::LinkAccount => {
            struck();
            words(client.send(&account()))
        }
        Call::Unbind => {
            let id = linked(simulator, client);
            struck();
            words(client.send(&pay_account::Unbind::new(id)))
        }
        Call::UnlinkUser => {
            link_on_the_page(simulator, client);
            struck();
            words(client.send(&UnlinkUserGopay::of(USER).unwrap()))
        }
        Call::CreateSubscription => {
            struck();
            words(client.send(&subscription()))
        }
        Call::CancelSubscription => {
            let id = client.send(&subscription()).unwrap().id().unwrap();
            struck();
            words(client.send(&subscription::Cancel::new(id)))
        }
        Call::CreateLink => {
            struck();
            words(client.send(&link()))
        }
        Call::DeleteLink => {
            let _ = client.send(&link()).unwrap();
            struck();
            words(client.send(&payment_link::Delete::new(order_id())))
        }
        Call::CreateInvoice => {
            struck();
            words(client.send(&invoice()))
        }
        Call::VoidInvoice => {
            let id = client.send(&invoice()).unwrap().id().unwrap();
            struck();
            words(client.send(&invoice::Void::new(id)))
        }
    }
}

fn words<T>(result: Result<T, Error>) -> String {
    let error = match result {
        Ok(_) => return "done".to_owned(),
        Err(error) => error,
    };
    let why = match error.kind() {
        // Only accounts have a code beside the HTTP status.
        ErrorKind::Api(api) => match api.status_code() {
            Some(code) => code.to_owned(),
            None => format!("HTTP {}", api.http_status().as_u16()),
        },
        ErrorKind::Decode(_) => "an answer that cannot be read".to_owned(),
        ErrorKind::Transport(_) => "the connection broke".to_owned(),
        other => format!("{other:?}"),
    };
    match error.outcome_unknown() {
        true => format!("**outcome unknown**: {why}"),
        false => format!("refused: {why}"),
    }
}

fn session() -> CreateTransaction {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    CreateTransaction::new(Checkout::new(order)).unwrap()
}

fn account() -> pay_account::Create {
    pay_account::Create::new("81234567890", "http://127.0.0.1/linked").unwrap()
}

pub(crate) fn linked(simulator: &Simulator, client: &Client<'_>) -> AccountId {
    let Linking::Started(account) = client.send(&account()).unwrap() else {
        unreachable!("the phone is a good one")
    };
    let id = account.account_id().unwrap();
    simulator.with_accounts(|accounts, now| {
        let account = accounts.first_mut();
        account.link(id.as_str(), LinkChoice::Confirm, now).unwrap();
    });
    id
}

/// A customer links the account on Snap's page, and pays with it.
fn link_on_the_page(simulator: &Simulator, client: &Client<'_>) {
    let order = TransactionDetails::new(order_id(), Rupiah::new(40_000)).unwrap();
    let mut checkout = Checkout::new(order);
    checkout.user_id = Some(USER.to_owned());
    let mut gopay = GopayOptions::default();
    gopay.tokenization = Some(true);
    gopay.phone_number = Some("81234567890".to_owned());
    checkout.gopay = Some(gopay);
    let session = client.send(&CreateTransaction::new(checkout).unwrap());
    let session = session.unwrap();
    let token = session.token().as_str();
    simulator.with_accounts(|accounts, now| {
        let account = accounts.first_mut();
        account.snap_link(token, "gopay", now).unwrap().unwrap();
        let linked = account.snap_confirm_link(token, LinkChoice::Confirm, now);
        linked.unwrap().unwrap().unwrap();
    });
    let linked = client.send(&GetUserGopay::of(USER).unwrap()).unwrap();
    assert_eq!(linked.balance().unwrap().as_str(), "960000.00");
}

const USER: &str = "user 1/2";

fn subscription() -> subscription::Create {
    let token = SubscriptionToken::new("48111111JMUIocDPQoVTfKUhpNKX1114").unwrap();
    let plan = Schedule::every(1, IntervalUnit::Month);
    let contents = subscription::Contents::card("MONTHLY", Rupiah::new(40_000), token, plan);
    subscription::Create::new(contents).unwrap()
}

fn link() -> payment_link::Create {
    let amount = payment_link::Amount::Fixed(Rupiah::new(40_000));
    payment_link::Create::new(payment_link::Contents::new(order_id(), amount)).unwrap()
}

fn invoice() -> invoice::Create {
    let dates = (
        START.parse().unwrap(),
        "2026-12-22 10:00:00".parse().unwrap(),
    );
    let contents = invoice::Contents::new(
        order_id(),
        "INV/2026/0001",
        dates,
        InvoiceCustomer::new("Siti Rahma"),
        vec![InvoiceItem::new("Sepatu", Rupiah::new(40_000), 1)],
        PaidBy::Link(LinkOptions::new([EnabledPayment::BcaVa])),
    );
    invoice::Create::new(contents).unwrap()
}
