//! A simulator that goes on after a restart.

use std::path::PathBuf;
use std::time::Duration;

use midtrans_protocol::ids::{IdempotencyKey, RefundKey};
use midtrans_protocol::transaction::{Refund, TransactionStatus};
use midtrans_protocol::{
    Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
};
use midtrans_simulator::gateway::{Choice, DeliveryState, Fault, Outcome, Rule};
use midtrans_simulator::{Account, Builder, Simulator, Time};
use midtrans_transport::{BlockingClient, CallOptions};

use crate::api_caller::START;

/// A file of its own for each test, away when the test is over.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("{name}-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(crate) fn builder(file: &File) -> Builder {
    Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .state(&file.0)
}

pub(crate) fn charge(order_id: &str) -> Charge {
    let order =
        TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu",
        Rupiah::new(40_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order, items, customer).unwrap()
}

pub(crate) fn client(simulator: &Simulator) -> BlockingClient<&Simulator> {
    BlockingClient::new(simulator, simulator.merchant())
}

#[test]
fn a_restart_forgets_nothing_that_was_answered() {
    let file = File::new("restart");
    let notify = "http://127.0.0.1:3000/notify";
    let before = {
        let simulator = builder(&file)
            .notification_url(notify)
            .in_process()
            .unwrap();
        let client = client(&simulator);
        let _ = client.charge(&charge("order-1")).unwrap();
        simulator.choose("order-1", Choice::Approve);
        let mut answers = [200, 503].into_iter();
        simulator.deliver(|_| Outcome::answered(answers.next().unwrap_or(200)).saying("noted"));
        let (order_id, key) = (
            OrderId::new("order-1").unwrap(),
            RefundKey::new("r-1").unwrap(),
        );
        let _ = client
            .refund(&Refund::part(&order_id, key, Rupiah::new(1_000)).unwrap())
            .unwrap();
        simulator.advance(Duration::from_secs(60));
        simulator.add_fault(Rule::new(Fault::Decline).order("order-7"));
        simulator.timeline("order-1").unwrap()
    };
    let simulator = builder(&file).in_process().unwrap();
    let after = simulator.timeline("order-1").unwrap();
    assert_eq!(after.entries, before.entries);
    assert_eq!(
        format!("{:?}", after.summary),
        format!("{:?}", before.summary)
    );
    assert_eq!(after.refunds[0].key, "r-1");
    assert_eq!(after.messages.len(), before.messages.len());
    for (after, before) in after.messages.iter().zip(&before.messages) {
        assert_eq!(
            (&after.body, &after.attempts, after.state),
            (&before.body, &before.attempts, before.state)
        );
    }
    assert_eq!(
        simulator.now().to_string(),
        "2026-11-22 10:01:00",
        "the clock goes on too"
    );
    let rules = simulator.with_accounts(|accounts, _| accounts.first().faults().to_vec());
    assert_eq!(rules[0].1.to_string(), "decline,order=order-7");
    simulator.advance(Duration::from_secs(60));
    let told = simulator.due().len();
    assert_eq!(
        told, 3,
        "the repeat, the refund, and that the bank confirmed it"
    );
    let status = client(&simulator)
        .status(OrderId::new("order-1").unwrap())
        .unwrap();
    assert_eq!(
        status.transaction_status(),
        Some(&TransactionStatus::PartialRefund)
    );
    let _ = client(&simulator).charge(&charge("order-2")).unwrap();
    let (one, two) = (
        after.summary.transaction_id,
        simulator
            .timeline("order-2")
            .unwrap()
            .summary
            .transaction_id,
    );
    assert_ne!(one, two, "ids go on");
    assert!(
        simulator
            .timeline("order-2")
            .unwrap()
            .messages
            .iter()
            .all(|message| &*message.url == notify)
    );
}

#[test]
fn an_idempotency_key_is_known_after_a_restart() {
    let file = File::new("keys");
    let keyed = CallOptions::keyed(IdempotencyKey::new("key-1").unwrap());
    let id = |simulator: &Simulator| {
        let charged = client(simulator)
            .send_with(&charge("order-1"), &keyed)
            .unwrap();
        charged.details().transaction_id().unwrap().to_string()
    };
    let first = id(&builder(&file).in_process().unwrap());
    let simulator = builder(&file).in_process().unwrap();
    assert_eq!(id(&simulator), first);
}

#[test]
fn a_notification_that_was_under_way_is_sent_again() {
    let file = File::new("under-way");
    {
        let simulator = builder(&file)
            .notification_url("http://127.0.0.1/")
            .in_process()
            .unwrap();
        let _ = client(&simulator).charge(&charge("order-1")).unwrap();
        assert_eq!(simulator.due().len(), 1);
    }
    let simulator = builder(&file).in_process().unwrap();
    assert!(matches!(
        simulator.messages()[0].state,
        DeliveryState::Waiting(_)
    ));
    assert_eq!(simulator.due().len(), 1);
}

#[test]
fn each_merchant_has_its_own_pieces_and_no_key_is_in_the_file() {
    let file = File::new("merchants");
    let two = || {
        Account::new(
            "G2",
            "SB-Mid-server-planted-marker",
            "SB-Mid-client-planted-marker",
        )
    };
    {
        let simulator = builder(&file).merchant(two()).in_process().unwrap();
        for merchant in ["G000000000", "G2"] {
            let merchant = simulator.merchant_of(merchant).unwrap();
            let _ = BlockingClient::new(&simulator, merchant)
                .charge(&charge("order-1"))
                .unwrap();
        }
    }
    let bytes = std::fs::read(&file.0).unwrap();
    assert!(!bytes.windows(14).any(|window| window == b"planted-marker"));
    let simulator = builder(&file).merchant(two()).in_process().unwrap();
    let counts = simulator.with_accounts(|accounts, _| {
        accounts
            .all()
            .map(|account| account.count())
            .collect::<Vec<_>>()
    });
    assert_eq!(counts, [1, 1]);
}

#[test]
fn what_is_given_now_wins_over_what_was_kept() {
    let file = File::new("wins");
    drop(
        builder(&file)
            .finish_url("http://127.0.0.1/a")
            .in_process()
            .unwrap(),
    );
    let finish = |builder: Builder| {
        let simulator = builder.in_process().unwrap();
        simulator.with_accounts(|accounts, _| accounts.first().settings().finish_url.clone())
    };
    assert_eq!(
        finish(builder(&file)).as_deref(),
        Some("http://127.0.0.1/a")
    );
    assert_eq!(
        finish(builder(&file).finish_url("http://127.0.0.1/b")).as_deref(),
        Some("http://127.0.0.1/b")
    );
    assert_eq!(
        finish(builder(&file)).as_deref(),
        Some("http://127.0.0.1/b")
    );
}

#[test]
fn what_is_held_back_is_held_back_after_a_restart() {
    let file = File::new("held");
    let open = || {
        builder(&file)
            .notification_url("http://127.0.0.1/")
            .in_process()
            .unwrap()
    };
    {
        let simulator = open();
        simulator.fail_next(Fault::Reorder);
        let _ = client(&simulator).charge(&charge("order-1")).unwrap();
    }
    let simulator = open();
    simulator.choose("order-1", Choice::Approve);
    let mut told = Vec::new();
    simulator.deliver(|delivery| {
        told.push(delivery.body.contains("settlement"));
        Outcome::answered(200)
    });
    assert_eq!(told, [true, false]);
}

#[test]
fn rules_keep_their_numbers_and_the_clock_does_not_go_back() {
    let file = File::new("numbers");
    let (number, now) = {
        let simulator = builder(&file).in_process().unwrap();
        simulator.fail_next(Fault::Lose);
        let number = simulator.add_fault(Rule::new(Fault::Status(503)).order("order-9"));
        simulator.remove_fault(number - 1);
        simulator.advance(Duration::from_secs(3_600));
        (number, simulator.now())
    };
    let simulator = builder(&file).in_process().unwrap();
    assert_eq!(simulator.now(), now);
    assert!(simulator.remove_fault(number));
    drop(simulator);
    let earlier = Simulator::builder()
        .time(Time::Manual("2020-01-01 00:00:00".parse().unwrap()))
        .state(&file.0);
    assert!(earlier.in_process().unwrap().now() >= now);
}

#[test]
fn stored_answers_leave_the_file_when_their_time_is_over() {
    let file = File::new("answers");
    let simulator = builder(&file).in_process().unwrap();
    for number in 0..5 {
        let _ = client(&simulator)
            .charge(&charge(&format!("order-{number}")))
            .unwrap();
        simulator.advance(Duration::from_secs(400));
    }
    drop(simulator);
    let connection = rusqlite::Connection::open(&file.0).unwrap();
    let rows: i64 = connection
        .query_row("SELECT count(*) FROM answer", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn after_the_end_another_simulator_can_go_on_though_a_shop_has_not_answered_yet() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let file = File::new("silent");
    let open = || {
        Simulator::builder()
            .notification_url(url.as_str())
            .state(&file.0)
            .serve()
    };
    let simulator = open().await.unwrap();
    let _ = client(&simulator).charge(&charge("order-1")).unwrap();
    // The notification is on its way now, and its answer never comes.
    let taken =
        tokio::task::spawn_blocking(move || silent.accept().map(|(stream, _)| (silent, stream)));
    let _open = taken.await.unwrap().unwrap();
    simulator.shutdown().await;
    let again = open().await.unwrap();
    assert!(again.timeline("order-1").is_some());
}

#[test]
fn choices_of_this_run_hold_against_the_file_and_can_be_taken_back() {
    let file = File::new("choices");
    let choices = |builder: Builder| {
        let simulator = builder.in_process().unwrap();
        simulator.with_accounts(|accounts, _| {
            let settings = accounts.first().settings();
            (settings.lenient, settings.kredivo_approved)
        })
    };
    assert_eq!(choices(builder(&file)), (false, false));
    let all = builder(&file).lenient().kredivo_approved();
    assert_eq!(choices(all), (true, true));
    assert_eq!(choices(builder(&file)), (true, true), "kept");
    assert_eq!(choices(builder(&file).strict()), (false, true));
    let none = builder(&file).kredivo_unapproved();
    assert_eq!(choices(none), (false, false));
    assert_eq!(choices(builder(&file)), (false, false), "and kept");
}

fn refund_numbers(simulator: &Simulator, order_id: &OrderId, key: &str) -> Vec<u64> {
    let refund = Refund::part(order_id, RefundKey::new(key).unwrap(), Rupiah::new(1_000)).unwrap();
    let _ = client(simulator).refund(&refund).unwrap();
    let refunds = simulator.timeline("order-1").unwrap().refunds;
    refunds.iter().map(|refund| refund.number).collect()
}

#[test]
fn refunds_are_numbered_on_after_a_restart() {
    let file = File::new("refund-numbers");
    let order_id = OrderId::new("order-1").unwrap();
    let first = {
        let simulator = builder(&file).in_process().unwrap();
        let _ = client(&simulator).charge(&charge("order-1")).unwrap();
        simulator.choose("order-1", Choice::Approve);
        refund_numbers(&simulator, &order_id, "r-1")
    };
    let second = refund_numbers(&builder(&file).in_process().unwrap(), &order_id, "r-2");
    assert_eq!(second, [first[0], first[0] + 1], "no number comes twice");
    let third = refund_numbers(&builder(&file).in_process().unwrap(), &order_id, "r-3");
    assert_eq!(third[2], first[0] + 2);
}

#[test]
fn a_stored_answer_ends_after_five_minutes_whatever_was_restarted_meanwhile() {
    let file = File::new("five-minutes");
    let keyed = CallOptions::keyed(IdempotencyKey::new("key-1").unwrap());
    let charged = |simulator: &Simulator| {
        client(simulator)
            .send_with(&charge("order-1"), &keyed)
            .map(drop)
    };
    charged(&builder(&file).in_process().unwrap()).unwrap();
    {
        let simulator = builder(&file).in_process().unwrap();
        simulator.advance(Duration::from_secs(299));
        charged(&simulator).unwrap();
    }
    let simulator = builder(&file).in_process().unwrap();
    charged(&simulator).unwrap();
    simulator.advance(Duration::from_secs(1));
    let error = charged(&simulator).unwrap_err();
    assert!(
        error.to_string().contains("406"),
        "forgotten while it runs: {error}"
    );
    drop(simulator);
    let error = charged(&builder(&file).in_process().unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("406"),
        "and after a restart: {error}"
    );
}

#[test]
fn a_reset_is_kept_too() {
    let file = File::new("reset");
    let open = || {
        builder(&file)
            .notification_url("http://127.0.0.1/")
            .in_process()
            .unwrap()
    };
    let keyed = CallOptions::keyed(IdempotencyKey::new("key-1").unwrap());
    {
        let simulator = open();
        let _ = client(&simulator)
            .send_with(&charge("order-1"), &keyed)
            .unwrap();
        let _ = client(&simulator).charge(&charge("order-2")).unwrap();
        simulator.reset();
        let _ = client(&simulator).charge(&charge("order-3")).unwrap();
    }
    let simulator = open();
    let orders = simulator.with_accounts(|accounts, _| {
        accounts
            .first()
            .transactions()
            .map(|transaction| transaction.order_id)
            .collect::<Vec<_>>()
    });
    assert_eq!(
        (orders, simulator.messages().len()),
        (vec!["order-3".to_owned()], 1)
    );
    let _ = client(&simulator)
        .send_with(&charge("order-1"), &keyed)
        .unwrap();
    assert!(
        simulator.timeline("order-1").is_some(),
        "the stored answer is gone"
    );
}
