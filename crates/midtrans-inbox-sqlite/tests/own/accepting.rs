//! Accepting notifications: acknowledged is stored.

use std::thread;
use std::time::Duration;

use midtrans_inbox_sqlite::inbox::store::MAX_PER_ORDER;
use midtrans_inbox_sqlite::protocol::notification::signature;
use midtrans_inbox_sqlite::protocol::{ServerKeys, notification};
use midtrans_inbox_sqlite::{Accepted, GroupWriter, accept, accept_in};
use rusqlite::Connection;

use crate::file::File;
use crate::gateway::key;
use crate::shop::{Shop, at, signed, signed_with};

fn stored(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM midtrans_notification", [], |row| {
            row.get(0)
        })
        .unwrap()
}

fn wakes(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM midtrans_wake", [], |row| row.get(0))
        .unwrap()
}

fn padding() -> String {
    format!(r#""padding":"{}","#, "x".repeat(2_000))
}

#[test]
fn a_full_database_refuses_and_loses_nothing_that_it_acknowledged() {
    let file = File::new("full");
    let connection = file.open();
    connection
        .pragma_update(None, "max_page_count", 45)
        .unwrap();
    let mut acknowledged = 0;
    let error = loop {
        let received = signed_with(
            &format!("order-{acknowledged}"),
            "201",
            "pending",
            &padding(),
        );
        match accept(&connection, &received, at(0)) {
            Ok(accepted) => assert_eq!(accepted, Accepted::New),
            Err(error) => break error,
        }
        acknowledged += 1;
    };
    assert!(error.is_full() && !error.is_busy(), "{error:?}");
    assert!(acknowledged > 5, "{acknowledged}");
    assert_eq!(
        (stored(&file.open()), wakes(&file.open())),
        (acknowledged, acknowledged)
    );
    // There is room again, and the gateway sends it again.
    connection
        .pragma_update(None, "max_page_count", 4_000)
        .unwrap();
    let again = signed_with(
        &format!("order-{acknowledged}"),
        "201",
        "pending",
        &padding(),
    );
    assert_eq!(accept(&connection, &again, at(0)).unwrap(), Accepted::New);
}

#[test]
fn a_full_database_answers_every_caller_in_a_group() {
    let file = File::new("full-group");
    let connection = file.open();
    connection
        .pragma_update(None, "max_page_count", 40)
        .unwrap();
    let writer = GroupWriter::start(connection).unwrap();
    let tell = |order| signed_with(&format!("order-{order}"), "201", "pending", &padding());
    let waiting: Vec<_> = (0..200)
        .map(|order| writer.accept(&tell(order), at(0)))
        .collect();
    let answers: Vec<_> = waiting.into_iter().map(|storing| storing.wait()).collect();
    let stored_now = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
    assert!(
        answers
            .iter()
            .filter_map(|answer| answer.as_ref().err())
            .all(|error| error.is_full())
    );
    assert!(stored_now < 200);
    assert_eq!(stored(&file.open()), stored_now);
}

#[test]
fn a_notification_that_cannot_be_stored_fails_alone_in_its_group() {
    let file = File::new("poison-group");
    let connection = file.open();
    let trigger =
        "CREATE TRIGGER poison BEFORE INSERT ON midtrans_notification WHEN new.order_id = 'order-7'
        BEGIN SELECT RAISE(ROLLBACK, 'no such order here'); END";
    connection.execute_batch(trigger).unwrap();
    let writer = GroupWriter::start(connection).unwrap();
    let tell = |order| signed(&format!("order-{order}"), "201", "pending");
    let waiting: Vec<_> = (0..20)
        .map(|order| writer.accept(&tell(order), at(0)))
        .collect();
    for (order, storing) in waiting.into_iter().enumerate() {
        assert_eq!(storing.wait().is_ok(), order != 7, "{order}");
    }
    assert_eq!(stored(&file.open()), 19);
}

#[test]
fn many_callers_share_commits_and_each_gets_its_own_answer() {
    let file = File::new("group");
    let writer = GroupWriter::start(file.open()).unwrap();
    let news: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..16_u32)
            .map(|caller| {
                let writer = writer.clone();
                // Two callers send every order.
                let orders = (0..25).map(move |n| (caller / 2) * 25 + n);
                scope.spawn(move || {
                    let tell = |order| signed(&format!("order-{order}"), "201", "pending");
                    let answers =
                        orders.map(|order| writer.accept(&tell(order), at(0)).wait().unwrap());
                    answers
                        .filter(|accepted| *accepted == Accepted::New)
                        .count()
                })
            })
            .collect();
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .sum()
    });
    assert_eq!(news, 200);
    assert_eq!(stored(&file.open()), 200);
}

#[test]
fn a_writer_whose_last_handle_is_gone_stores_what_it_was_handed_also_where_no_caller_waits() {
    let file = File::new("last");
    let writer = GroupWriter::start(file.open()).unwrap();
    let tell = |order| signed(&format!("order-{order}"), "201", "pending");
    let mut waiting: Vec<_> = (0..50)
        .map(|order| writer.accept(&tell(order), at(0)))
        .collect();
    let last = waiting.pop().unwrap();
    drop((writer, waiting));
    assert_eq!(last.wait().unwrap(), Accepted::New);
    assert_eq!(stored(&file.open()), 50);
}

#[test]
fn accept_inside_an_open_transaction_is_refused_and_accept_in_is_for_it() {
    let file = File::new("inside");
    let (connection, received) = (file.open(), signed("order-1", "200", "settlement"));
    connection.execute_batch("BEGIN").unwrap();
    let error = accept(&connection, &received, at(0)).unwrap_err();
    assert!(
        error.to_string().contains("inside a transaction"),
        "{error}"
    );
    connection.execute_batch("COMMIT").unwrap();
    assert_eq!(stored(&connection), 0);

    let transaction = connection.unchecked_transaction().unwrap();
    assert_eq!(
        accept_in(&transaction, &received, at(0)).unwrap(),
        Accepted::New
    );
    transaction.rollback().unwrap();
    assert_eq!(
        (stored(&connection), wakes(&connection)),
        (0, 0),
        "the merchant's commit is the acknowledgement"
    );

    let transaction = connection.unchecked_transaction().unwrap();
    assert_eq!(
        accept_in(&transaction, &received, at(0)).unwrap(),
        Accepted::New
    );
    transaction.commit().unwrap();
    assert_eq!((stored(&file.open()), wakes(&file.open())), (1, 1));
}

#[test]
fn accept_in_a_transaction_that_a_trigger_has_ended_is_refused() {
    let file = File::new("ended");
    let connection = file.open();
    let trigger =
        "CREATE TRIGGER ending BEFORE INSERT ON orders BEGIN SELECT RAISE(ROLLBACK, 'closed'); END";
    connection.execute_batch(trigger).unwrap();
    let transaction = connection.unchecked_transaction().unwrap();
    assert!(
        transaction
            .execute(
                "INSERT INTO orders (id, state) VALUES ('order-1', 'new')",
                []
            )
            .is_err()
    );
    let error =
        accept_in(&transaction, &signed("order-1", "200", "settlement"), at(0)).unwrap_err();
    assert!(error.to_string().contains("has ended already"), "{error}");
    drop(transaction);
    assert_eq!(stored(&connection), 0);
}

#[test]
fn a_repeat_writes_nothing_and_waits_for_no_lock() {
    let file = File::new("repeat");
    let (connection, other) = (file.open(), file.open());
    let told_once = signed("order-1", "201", "pending");
    assert_eq!(
        accept(&connection, &told_once, at(0)).unwrap(),
        Accepted::New
    );
    connection.busy_timeout(Duration::ZERO).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(
        accept(&connection, &told_once, at(1)).unwrap(),
        Accepted::Duplicate
    );
    let error = accept(&connection, &signed("order-2", "201", "pending"), at(1)).unwrap_err();
    assert!(error.is_busy(), "{error:?}");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!((stored(&other), wakes(&other)), (1, 1));
}

#[test]
fn beyond_the_most_that_are_kept_of_an_order_one_of_each_code_wakes_it() {
    let file = File::new("flood");
    let connection = file.open();
    let vary = |n: u32| format!(r#""fraud_status":"f-{n}","#);
    for n in 0..MAX_PER_ORDER {
        let received = signed_with("order-1", "201", "pending", &vary(n));
        assert_eq!(
            accept(&connection, &received, at(0)).unwrap(),
            Accepted::New
        );
    }
    let kept = i64::from(MAX_PER_ORDER);
    assert_eq!((stored(&connection), wakes(&connection)), (kept, kept));
    for n in 0..500 {
        let received = signed_with("order-1", "201", "pending", &vary(MAX_PER_ORDER + n));
        assert_eq!(
            accept(&connection, &received, at(0)).unwrap(),
            Accepted::Duplicate
        );
    }
    assert_eq!((stored(&connection), wakes(&connection)), (kept, kept + 1));
    // The genuine notification is acknowledged and processed.
    assert_eq!(
        accept(&connection, &signed("order-1", "200", "settlement"), at(0)).unwrap(),
        Accepted::Duplicate
    );
    assert_eq!((stored(&connection), wakes(&connection)), (kept, kept + 2));
    // Other orders are not blocked.
    assert_eq!(
        accept(&connection, &signed("order-2", "200", "settlement"), at(0)).unwrap(),
        Accepted::New
    );
}

#[test]
fn a_resent_notification_of_an_order_under_review_wakes_it_and_of_another_one_does_not() {
    let mut shop = Shop::new("resent");
    shop.sells(&["order-1"]);
    shop.round();
    shop.accepts(&signed("order-1", "200", "settlement"));
    assert_eq!(wakes(&shop.connection), 0);
    shop.connection
        .execute("UPDATE midtrans_order SET review = 'look'", [])
        .unwrap();
    for _ in 0..3 {
        shop.accepts(&signed("order-1", "200", "settlement"));
    }
    assert_eq!((stored(&shop.connection), wakes(&shop.connection)), (1, 1));
    shop.set(10);
    shop.round();
    assert_eq!((wakes(&shop.connection), shop.gateway.seen().len()), (0, 2));
}

#[test]
fn the_dashboards_test_is_kept_and_wakes_nothing() {
    let file = File::new("dashboard");
    let connection = file.open();
    let order_id = "payment_notif_test_G123456789_1a2b3c";
    let signed = signature::sign(order_id, "200", "105000.00", &key());
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"200","gross_amount":"105000.00","signature_key":"{signed}",
            "transaction_status":"settlement","transaction_id":"t"}}"#
    );
    let test = notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap();
    assert!(test.is_test());
    assert_eq!(accept(&connection, &test, at(0)).unwrap(), Accepted::New);
    assert_eq!((stored(&connection), wakes(&connection)), (1, 0));
}
