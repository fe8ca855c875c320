//! Workers beside others, and on hosts with other clocks.

use std::thread;

use midtrans_inbox_sqlite::inbox::WorkerSettings;
use midtrans_inbox_sqlite::{Change, HandlerError, Policy, Stop, Worker, accept, ask_by, history};
use rusqlite::{Connection, Transaction};

use crate::gateway::key;
use crate::shop::{Shop, at, eventually, signed, write};

fn nothing(_: &Transaction<'_>, _: &Change) -> Result<(), HandlerError> {
    Ok(())
}

#[test]
fn an_answer_that_comes_after_the_lease_is_not_used_where_another_worker_has_acted() {
    let mut shop = Shop::new("fence");
    shop.sells(&["order-1"]);
    shop.gateway.says("order-1", "pending");
    let (path, gateway, client) = (
        shop.file.0.clone(),
        shop.gateway.clone(),
        shop.gateway.client(),
    );
    let other = Worker::new(shop.gateway.client()).with_clock(|| at(61));
    let slow = Worker::asking(Policy::new(key()), move |operation, options| {
        let pending = client.send_with(operation, options);
        // The other worker takes over, and acts, before this answer arrives.
        gateway.says("order-1", "settlement");
        let mut connection = Connection::open(&path).unwrap();
        other.round(&mut connection, &Stop::new(), write).unwrap();
        pending
    });
    let slow = slow.with_clock(|| at(0));
    slow.round(&mut shop.connection, &Stop::new(), write)
        .unwrap();
    assert_eq!(shop.effects(), ["order-1 paid"]);
    assert_eq!(
        (
            shop.number("SELECT fence FROM midtrans_order"),
            shop.gateway.seen().len()
        ),
        (2, 2)
    );
    let record = history(&shop.connection, "order-1")
        .unwrap()
        .record
        .unwrap();
    assert_eq!(
        (record.check_at, record.asked_at, record.lag),
        (None, Some(at(61)), 0),
        "as the other one left it"
    );
}

#[test]
fn ask_by_during_a_question_counts_after_the_shortest_pause() {
    let mut shop = Shop::new("ask-by");
    shop.expects("order-1");
    shop.gateway.says("order-1", "pending");
    ask_by(&shop.connection, "order-1", at(0)).unwrap();
    let (path, client) = (shop.file.0.clone(), shop.gateway.client());
    let worker = Worker::asking(Policy::new(key()), move |operation, options| {
        ask_by(&Connection::open(&path).unwrap(), "order-1", at(3)).unwrap();
        client.send_with(operation, options)
    });
    worker
        .with_clock(|| at(0))
        .round(&mut shop.connection, &Stop::new(), nothing)
        .unwrap();
    assert_eq!(shop.check_at("order-1"), Some(10));
}

#[test]
fn a_notification_during_a_question_is_asked_about_after_it() {
    let mut shop = Shop::new("during");
    shop.expects("order-1");
    shop.gateway.says("order-1", "pending");
    shop.set(240);
    let (path, client, gateway) = (
        shop.file.0.clone(),
        shop.gateway.client(),
        shop.gateway.clone(),
    );
    let other = Worker::new(shop.gateway.client()).with_clock(|| at(241));
    let worker = Worker::asking(Policy::new(key()), move |operation, options| {
        let result = client.send_with(operation, options);
        let mut connection = Connection::open(&path).unwrap();
        gateway.says("order-1", "settlement");
        let _ = accept(
            &connection,
            &signed("order-1", "200", "settlement"),
            at(241),
        )
        .unwrap();
        // It processes the notification, and leaves the order to the worker that is asking.
        assert_eq!(
            other.round(&mut connection, &Stop::new(), nothing).unwrap(),
            0
        );
        result
    });
    worker
        .with_clock(|| at(240))
        .round(&mut shop.connection, &Stop::new(), write)
        .unwrap();
    assert_eq!(shop.effects(), ["order-1 pending"]);
    assert_eq!(shop.check_at("order-1"), Some(250));
    shop.set(250);
    shop.round();
    assert_eq!(shop.effects(), ["order-1 pending", "order-1 paid"]);
}

#[test]
fn a_webhook_host_whose_clock_is_an_hour_ahead_delays_nothing() {
    let mut shop = Shop::new("ahead");
    shop.expects("order-1");
    shop.gateway.says("order-1", "settlement");
    let _ = accept(
        &shop.connection,
        &signed("order-1", "200", "settlement"),
        at(3_600),
    )
    .unwrap();
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn a_lease_of_a_clock_that_was_ahead_holds_up_no_notification() {
    let mut shop = Shop::new("lease-ahead");
    shop.expects("order-1");
    let path = shop.file.0.clone();
    let dies = Worker::asking(Policy::new(key()), move |_, _| {
        let other = Connection::open(&path).unwrap();
        // The process is killed while it asks: it stores nothing more.
        other
            .execute_batch("UPDATE midtrans_order SET fence = fence + 1")
            .unwrap();
        std::panic::resume_unwind(Box::new("killed"))
    });
    ask_by(&shop.connection, "order-1", at(0)).unwrap();
    dies.with_clock(|| at(3_600))
        .round(&mut shop.connection, &Stop::new(), nothing)
        .unwrap();
    assert_eq!(shop.check_at("order-1"), Some(3_630));
    shop.gateway.says("order-1", "settlement");
    shop.accepts(&signed("order-1", "200", "settlement"));
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
}

#[test]
fn workers_side_by_side_tell_every_order_once() {
    let mut shop = Shop::new("side-by-side");
    let orders: Vec<String> = (0..60).map(|n| format!("order-{n}")).collect();
    shop.sells(&orders.iter().map(String::as_str).collect::<Vec<_>>());
    let stop = Stop::new();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut settings = WorkerSettings::default();
                (settings.questions_in_flight, settings.batch) = (4, 5);
                let worker = Worker::new(shop.gateway.client())
                    .with_settings(settings)
                    .with_clock(|| at(0));
                worker.run(&mut shop.file.open(), &stop, write);
            });
        }
        eventually("all are told", || shop.effects().len() >= 60);
        stop.stop();
    });
    let mut effects = shop.effects();
    effects.sort();
    effects.dedup();
    assert_eq!((shop.effects().len(), effects.len()), (60, 60));
    let mut seen = shop.gateway.seen();
    seen.sort();
    seen.dedup();
    assert_eq!(
        (seen.len(), shop.gateway.seen().len()),
        (60, 60),
        "each was asked about once"
    );
}
