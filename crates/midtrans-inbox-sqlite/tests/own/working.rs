//! The worker: its threads, its clock, and other workers.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use midtrans_inbox_sqlite::inbox::WorkerSettings;
use midtrans_inbox_sqlite::{
    Event, GroupWriter, Policy, Stop, Worker, dead_letters, history, unexpected,
};
use rusqlite::Connection;

use crate::gateway::key;
use crate::shop::{Shop, at, eventually, settled, signed, signed_of, write};

#[test]
fn a_notification_of_the_same_process_wakes_a_worker_that_would_wait_for_an_hour() {
    let mut shop = Shop::new("wakes");
    for order_id in ["order-1", "order-2"] {
        shop.expects(order_id);
        shop.gateway.says(order_id, "settlement");
    }
    let mut settings = WorkerSettings::default();
    settings.idle = Duration::from_secs(3_600);
    let worker = shop.worker().with_settings(settings);
    let (stop, mut connection, writer) = (
        Stop::new(),
        shop.file.open(),
        GroupWriter::start(shop.file.open()).unwrap(),
    );
    thread::scope(|scope| {
        scope.spawn(|| worker.run(&mut connection, &stop, write));
        thread::sleep(Duration::from_millis(50));
        shop.accepts(&signed("order-1", "200", "settlement"));
        eventually("accept wakes it", || shop.effects() == ["order-1 paid"]);
        let _ = writer
            .accept(&signed("order-2", "200", "settlement"), at(0))
            .wait()
            .unwrap();
        eventually("the group writer wakes it", || {
            shop.effects() == ["order-1 paid", "order-2 paid"]
        });
        stop.stop();
    });
}

#[test]
fn a_stop_stores_what_is_under_way_and_releases_the_rest_without_counting_a_failure() {
    let mut shop = Shop::new("stop");
    shop.sells(&["order-1", "order-2", "order-3"]);
    let (asked, answers) = (mpsc::channel(), Arc::new(Mutex::new(mpsc::channel())));
    let go = answers.lock().unwrap().0.clone();
    let (client, sender) = (shop.gateway.client(), asked.0.clone());
    let worker = Worker::asking(Policy::new(key()), move |operation, options| {
        sender.send(()).unwrap();
        answers.lock().unwrap().1.recv().unwrap();
        client.send_with(operation, options)
    });
    let mut settings = WorkerSettings::default();
    // The others have been claimed, and wait for their turn.
    settings.questions_per_second = 1;
    let worker = worker.with_settings(settings).with_clock(|| at(0));
    let (stop, mut connection) = (Stop::new(), shop.file.open());
    thread::scope(|scope| {
        scope.spawn(|| worker.run(&mut connection, &stop, write));
        asked.1.recv().unwrap();
        stop.stop();
        (0..3).for_each(|_| go.send(()).unwrap());
    });
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_order WHERE leased_until IS NOT NULL"),
        0
    );
    let asked = shop.gateway.seen().len();
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_change"),
        asked as i64,
        "what was answered is stored"
    );
    let failures = "SELECT count(*) FROM midtrans_order WHERE state ->> 'failures' > 0";
    assert_eq!(shop.number(failures), 0);
    // The next worker continues at once.
    shop.round();
    assert_eq!(shop.effects().len(), 3);
}

/// Ids are not signed: with one genuine signature eight of them can be named, and questions take
/// time.
#[test]
fn an_order_with_more_ids_than_its_lease_has_time_for_is_told_as_paid() {
    let mut shop = Shop::new("ids");
    shop.sells(&["order-1"]);
    for id in 0..8 {
        shop.accepts(&signed_of(
            "order-1",
            "200",
            "settlement",
            &format!("t-forged-{id}"),
        ));
    }
    let mut policy = Policy::new(key());
    policy.lease = Duration::from_millis(200);
    let mut settings = WorkerSettings::default();
    settings.questions_per_second = 10;
    let started = Instant::now();
    let worker = Worker::new(shop.gateway.client())
        .with_policy(policy)
        .with_settings(settings);
    let worker = worker.with_clock(move || at(0) + started.elapsed());
    let (stop, mut connection) = (Stop::new(), shop.file.open());
    thread::scope(|scope| {
        scope.spawn(|| worker.run(&mut connection, &stop, write));
        eventually("it is told", || shop.effects() == ["order-1 paid"]);
        stop.stop();
    });
}

#[test]
fn a_worker_that_was_stopped_before_does_nothing() {
    let mut shop = Shop::new("stopped");
    shop.sells(&["order-1"]);
    let stop = Stop::new();
    assert!(!stop.is_stopped());
    stop.stop();
    let worker = shop.worker();
    assert_eq!(worker.round(&mut shop.connection, &stop, write).unwrap(), 0);
    worker.run(&mut shop.connection, &stop, write);
    assert!(shop.effects().is_empty() && stop.is_stopped());
}

#[test]
fn a_client_that_panics_is_an_unanswered_question_of_one_order() {
    let mut shop = Shop::new("client-panics");
    shop.sells(&["order-1", "order-2"]);
    let client = shop.gateway.client();
    let worker = Worker::asking(Policy::new(key()), move |operation, options| {
        let result = client.send_with(operation, options);
        if format!("{operation:?}").contains("order-1") {
            std::panic::resume_unwind(Box::new("no runtime"));
        }
        result
    });
    let worker = worker
        .with_clock(|| at(0))
        .with_observer(shop.lines.observer());
    assert_eq!(
        worker
            .round(&mut shop.connection, &Stop::new(), write)
            .unwrap(),
        3
    );
    assert_eq!(shop.effects(), ["order-2 paid"]);
    assert!(
        shop.lines
            .take()
            .contains(&"order-1 is asked about again: the client panicked".to_owned())
    );
    assert_eq!(shop.check_at("order-1"), Some(10));
}

#[test]
fn an_observer_that_panics_ends_the_worker_and_hangs_nothing() {
    let mut shop = Shop::new("observer-panics");
    shop.sells(&["order-1"]);
    let panics = |_: &Event<'_>| std::panic::resume_unwind(Box::new("no"));
    let worker = Worker::new(shop.gateway.client())
        .with_clock(|| at(0))
        .with_observer(panics);
    let mut connection = shop.file.open();
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        worker.run(&mut connection, &Stop::new(), write);
    }));
    assert!(ended.is_err());
    assert_eq!(
        shop.effects(),
        ["order-1 paid"],
        "it was told after the commit"
    );
}

#[test]
fn a_gateway_that_limits_questions_is_asked_later_and_no_person_is_called() {
    let mut shop = Shop::new("limits");
    shop.sells(&["order-1"]);
    shop.gateway.replies("order-1", 429, "{}");
    shop.gateway.lock().retry_after = Some(30);
    for seconds in [0, 10, 30, 70] {
        shop.set(seconds);
        assert_eq!(shop.round(), 1);
    }
    assert_eq!(
        (shop.check_at("order-1"), shop.gateway.seen().len()),
        (Some(150), 4)
    );
    assert!(dead_letters(&shop.connection, 1).unwrap().is_empty());
    shop.gateway.says("order-1", "settlement");
    shop.set(150);
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn a_forged_transaction_id_that_the_gateway_fails_for_holds_nothing_up() {
    for status in [500, 429, 401] {
        let mut shop = Shop::new(&format!("forged-{status}"));
        shop.expects("order-1");
        shop.gateway.says("order-1", "settlement");
        let forged = signed_of("order-1", "200", "settlement", "evil");
        shop.accepts(&forged);
        shop.gateway.replies("evil", status, "{}");
        shop.round();
        assert_eq!(shop.effects(), ["order-1 paid"], "{status}");
        assert_eq!(shop.gateway.seen(), ["order-1", "evil"], "{status}");
    }
}

#[test]
fn an_order_that_the_gateway_does_not_know_is_not_concluded_upon_while_a_named_transaction_has_no_answer()
 {
    let mut shop = Shop::new("named-unanswered");
    shop.expects("order-1");
    shop.accepts(&signed_of("order-1", "200", "settlement", "t-2"));
    shop.gateway.replies("t-2", 503, "{}");
    for seconds in [0, 10] {
        shop.set(seconds);
        assert_eq!(shop.round(), 1);
    }
    let record = history(&shop.connection, "order-1")
        .unwrap()
        .record
        .unwrap();
    assert_eq!(
        (record.failures, record.lag, record.asked_at),
        (2, 0, None),
        "a 404 alone is half an answer"
    );
    shop.gateway.replies("t-2", 200, &settled("order-1", "t-2"));
    shop.set(30);
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn what_came_later_with_another_transaction_is_found_by_its_id() {
    let mut shop = Shop::new("by-id");
    shop.expects("order-1");
    let reported = signed_of("order-1", "200", "settlement", "t-2");
    shop.accepts(&reported);
    shop.gateway.replies("t-2", 200, &settled("order-1", "t-2"));
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn a_row_that_cannot_be_read_is_set_aside_and_stops_no_other_order() {
    let mut shop = Shop::new("unreadable");
    shop.sells(&["order-1", "order-2", "order-3"]);
    shop.connection
        .execute(
            "UPDATE midtrans_order SET state = 'x' WHERE order_id = 'order-1'",
            [],
        )
        .unwrap();
    // An order that is due by itself as well.
    shop.expects("order-4");
    shop.connection
        .execute(
            "UPDATE midtrans_order SET amount = -1, check_at = 0 WHERE order_id = 'order-4'",
            [],
        )
        .unwrap();
    shop.round();
    assert_eq!(shop.effects(), ["order-2 paid", "order-3 paid"]);
    let letters = dead_letters(&shop.connection, 9).unwrap();
    assert_eq!(
        letters
            .iter()
            .map(|letter| letter.order_id.as_str())
            .collect::<Vec<_>>(),
        ["order-1", "order-4"]
    );
    assert!(
        letters[0].reason.contains("column `state`")
            && letters[1].reason.contains("column `amount`")
    );
    // A person repairs it, and it continues by itself.
    shop.connection
        .execute(
            "UPDATE midtrans_order SET state = '{}' WHERE order_id = 'order-1'",
            [],
        )
        .unwrap();
    shop.set(3_600);
    shop.round();
    assert_eq!(shop.effects().last().unwrap(), "order-1 paid");
    assert_eq!(dead_letters(&shop.connection, 9).unwrap().len(), 1);
}

#[test]
fn an_order_whose_change_cannot_be_stored_is_set_aside_and_stops_no_other_order() {
    for action in ["ABORT", "ROLLBACK"] {
        let mut shop = Shop::new(&format!("trigger-{action}"));
        let trigger = format!(
            "CREATE TRIGGER trap AFTER INSERT ON midtrans_change WHEN new.order_id = 'order-2'
             BEGIN SELECT RAISE({action}, 'no such customer'); END"
        );
        shop.connection.execute_batch(&trigger).unwrap();
        shop.sells(&["order-1", "order-2", "order-3"]);
        shop.round();
        assert_eq!(shop.effects(), ["order-1 paid", "order-3 paid"], "{action}");
        let letters = dead_letters(&shop.connection, 9).unwrap();
        assert_eq!(
            (letters.len(), letters[0].order_id.as_str()),
            (1, "order-2"),
            "{action}"
        );
        assert!(
            letters[0].reason.contains("no such customer"),
            "{action}: {letters:?}"
        );
        shop.connection.execute_batch("DROP TRIGGER trap").unwrap();
        shop.set(3_600);
        shop.round();
        assert_eq!(shop.effects().last().unwrap(), "order-2 paid", "{action}");
    }
}

#[test]
fn a_notification_before_its_order_is_listed_and_taken_in_when_the_order_is_expected() {
    let mut shop = Shop::new("unexpected");
    shop.accepts(&signed("order-1", "200", "settlement"));
    assert_eq!(shop.round(), 0);
    assert_eq!(
        shop.lines.take(),
        ["a notification came of order-1, which was not expected"]
    );
    let listed = unexpected(&shop.connection, 9).unwrap();
    assert_eq!(
        (
            listed.len(),
            listed[0].order_id.as_str(),
            listed[0].notifications
        ),
        (1, "order-1", 1)
    );
    assert!(history(&shop.connection, "order-1").unwrap().notifications[0].is_unexpected);
    assert_eq!(
        (shop.round(), shop.gateway.seen().len()),
        (0, 0),
        "it is no failure, and not tried again"
    );

    shop.gateway.says("order-1", "settlement");
    shop.expects("order-1");
    assert!(unexpected(&shop.connection, 9).unwrap().is_empty());
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn a_database_that_fails_ends_no_worker_and_is_told() {
    let mut shop = Shop::new("store-fails");
    shop.sells(&["order-1"]);
    let mut connection = shop.file.open();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let other = shop.file.open();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (worker, stop) = (shop.worker(), Stop::new());
    thread::scope(|scope| {
        scope.spawn(|| worker.run(&mut connection, &stop, write));
        let reported = || {
            shop.lines
                .take()
                .iter()
                .any(|line| line.contains("locked by another connection"))
        };
        eventually("the failure is told", reported);
        other.execute_batch("COMMIT").unwrap();
        eventually("the worker goes on", || effects_of(&other) == 1);
        stop.stop();
    });
    assert!(worker.stats().metrics().iter().any(|metric| {
        metric.name == "midtrans_inbox_store_failures_total" && metric.value > 0
    }));
}

fn effects_of(connection: &Connection) -> usize {
    crate::shop::effects(connection).len()
}
