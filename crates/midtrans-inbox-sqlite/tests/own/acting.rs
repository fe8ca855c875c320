//! Acting on changes exactly once; a failure affects one order only.

use std::time::Duration;

use midtrans_inbox_sqlite::inbox::{Waiting, WorkerSettings};
use midtrans_inbox_sqlite::{Stop, dead_letters, history, retry};

use crate::shop::{Shop, signed, write};

fn waiting(shop: &Shop, order_id: &str) -> Vec<Waiting> {
    history(&shop.connection, order_id).unwrap().changes
}

const ORDERS: [&str; 5] = ["order-1", "order-2", "order-3", "order-4", "order-5"];
const OTHERS: [&str; 4] = [
    "order-1 paid",
    "order-2 paid",
    "order-4 paid",
    "order-5 paid",
];

/// Creates a trigger that ends the transaction for the third order.
fn set_trap(shop: &Shop) {
    let trigger = "CREATE TRIGGER trap BEFORE INSERT ON orders WHEN new.id = 'order-3'
        BEGIN SELECT RAISE(ROLLBACK, 'the ledger is closed'); END";
    shop.connection.execute_batch(trigger).unwrap();
}

#[test]
fn a_handler_that_swallows_the_rollback_of_a_trigger_fails_alone_and_nothing_is_done_twice() {
    let mut shop = Shop::new("swallowed");
    set_trap(&shop);
    shop.sells(&ORDERS);
    for round in 1..=2 {
        shop.round_with(|transaction, change| {
            write(transaction, change)?;
            // Writes after the end of the transaction would be stored at once, and again at every
            // retry.
            let _ = transaction.execute(
                "INSERT INTO orders (id, state) VALUES (?1, 'x')",
                [change.order_id.as_str()],
            );
            Ok(())
        });
        assert_eq!(shop.effects(), OTHERS, "round {round}");
        let left = waiting(&shop, "order-3");
        assert_eq!((left.len(), left[0].failures), (1, round), "round {round}");
        assert!(
            left[0]
                .reason
                .as_ref()
                .unwrap()
                .contains("ended the inbox's transaction"),
            "{left:?}"
        );
        shop.set(30 * u64::from(round));
    }
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change"), 1);
    // The handler can succeed now.
    shop.connection.execute_batch("DROP TRIGGER trap").unwrap();
    shop.set(3_600);
    shop.round();
    assert_eq!(shop.effects().last().unwrap(), "order-3 paid");
    assert_eq!(shop.effects().len(), 5);
}

#[test]
fn a_handler_that_returns_the_error_of_such_a_trigger_fails_alone_with_that_reason() {
    let mut shop = Shop::new("returned");
    set_trap(&shop);
    shop.sells(&ORDERS);
    shop.round_with(|transaction, change| {
        write(transaction, change)?;
        transaction.execute(
            "INSERT INTO orders (id, state) VALUES (?1, 'x')",
            [change.order_id.as_str()],
        )?;
        Ok(())
    });
    assert_eq!(shop.effects(), OTHERS);
    assert_eq!(shop.number("SELECT count(*) FROM orders"), 4);
    let left = waiting(&shop, "order-3");
    assert!(
        left[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("the ledger is closed"),
        "{left:?}"
    );
}

#[test]
fn a_handler_that_fails_or_panics_takes_back_what_it_did_and_no_more() {
    for panics in [false, true] {
        let mut shop = Shop::new(if panics { "panics" } else { "fails" });
        shop.sells(&ORDERS);
        shop.round_with(|transaction, change| {
            write(transaction, change)?;
            match change.order_id.as_str() {
                "order-3" if panics => std::panic::resume_unwind(Box::new("no")),
                "order-3" => Err("out of stock".into()),
                _ => Ok(()),
            }
        });
        assert_eq!(shop.effects(), OTHERS);
        let left = waiting(&shop, "order-3");
        let why = if panics {
            "the handler panicked"
        } else {
            "out of stock"
        };
        assert_eq!(
            (left[0].failures, left[0].reason.as_deref()),
            (1, Some(why))
        );
        shop.set(11);
        shop.round();
        assert_eq!(shop.effects().last().unwrap(), "order-3 paid");
        assert_eq!(
            (shop.effects().len(), waiting(&shop, "order-3").len()),
            (5, 0)
        );
    }
}

#[test]
fn a_handler_that_commits_makes_a_dead_letter_and_is_not_called_again_by_itself() {
    for (name, sql) in [
        ("commits", "COMMIT"),
        ("commits-and-begins", "COMMIT; BEGIN"),
    ] {
        let mut shop = Shop::new(name);
        shop.sells(&ORDERS);
        let mut calls = 0;
        for _ in 0..2 {
            shop.round_with(|transaction, change| {
                write(transaction, change)?;
                if change.order_id.as_str() == "order-3" {
                    calls += 1;
                    transaction.execute_batch(sql)?;
                }
                Ok(())
            });
            shop.set(7_200);
        }
        let mut effects = shop.effects();
        effects.sort();
        assert_eq!(
            effects,
            ORDERS.map(|order_id| format!("{order_id} paid")),
            "{name}: each once"
        );
        assert_eq!(calls, 1, "{name}");
        let letters = dead_letters(&shop.connection, 9).unwrap();
        assert_eq!(
            (letters.len(), letters[0].order_id.as_str()),
            (1, "order-3"),
            "{name}"
        );
        assert!(
            letters[0].reason.contains("committed"),
            "{name}: {letters:?}"
        );
        assert!(
            shop.lines
                .take()
                .iter()
                .any(|line| line.contains("dead letter")),
            "{name}"
        );
    }
}

#[test]
fn a_handler_whose_effect_cannot_be_committed_fails_alone() {
    let mut shop = Shop::new("deferred");
    shop.connection
        .execute_batch("PRAGMA foreign_keys = ON")
        .unwrap();
    let table = "CREATE TABLE lines (order_id TEXT NOT NULL REFERENCES orders DEFERRABLE INITIALLY DEFERRED) STRICT";
    shop.connection.execute_batch(table).unwrap();
    shop.sells(&ORDERS);
    shop.round_with(|transaction, change| {
        write(transaction, change)?;
        let order_id = change.order_id.as_str();
        if order_id == "order-3" {
            transaction.execute("INSERT INTO lines VALUES (?1)", [order_id])?;
        }
        Ok(())
    });
    assert_eq!(shop.effects(), OTHERS);
    let left = waiting(&shop, "order-3");
    assert_eq!(left[0].failures, 1);
    assert!(
        left[0].reason.as_ref().unwrap().contains("FOREIGN KEY"),
        "{left:?}"
    );
}

#[test]
fn a_change_waits_for_an_earlier_one_of_its_order_and_after_a_retry_they_come_in_order() {
    let mut shop = Shop::new("in-order");
    shop.expects("order-1");
    shop.gateway.says("order-1", "pending");
    shop.accepts(&signed("order-1", "201", "pending"));
    shop.set(240);
    // The handler fails until the change is a dead letter.
    let mut seconds = 240;
    while dead_letters(&shop.connection, 1).unwrap().is_empty() {
        shop.round_with(|_, change| Err(format!("not {}", change.outcome).into()));
        seconds += 3_600;
        shop.set(seconds);
    }
    shop.gateway.says("order-1", "settlement");
    shop.accepts(&signed("order-1", "200", "settlement"));
    shop.round();
    assert_eq!(
        (shop.effects().len(), waiting(&shop, "order-1").len()),
        (0, 2),
        "paid waits for pending"
    );
    assert_eq!(retry(&shop.connection, "order-1", shop.now()).unwrap(), 1);
    shop.round();
    assert_eq!(shop.effects(), ["order-1 pending", "order-1 paid"]);
}

#[test]
fn a_commit_waits_for_no_handler_that_comes_after_the_commit_delay() {
    let mut shop = Shop::new("delay");
    shop.sells(&ORDERS);
    let mut settings = WorkerSettings::default();
    settings.commit_delay = Duration::ZERO;
    let other = shop.file.open();
    let mut seen = Vec::new();
    let worker = shop.worker().with_settings(settings);
    let handled = worker.round(&mut shop.connection, &Stop::new(), |transaction, change| {
        seen.push(crate::shop::effects(&other).len());
        write(transaction, change)
    });
    assert_eq!((handled.unwrap(), seen), (10, vec![0, 1, 2, 3, 4]));
}

#[test]
fn orders_share_a_commit_and_one_order_per_commit_is_a_setting() {
    for (batch, expected) in [(64, vec![0, 0, 0, 0, 0]), (1, vec![0, 1, 2, 3, 4])] {
        let mut shop = Shop::new(&format!("batch-{batch}"));
        shop.sells(&ORDERS);
        let mut settings = WorkerSettings::default();
        (settings.batch, settings.commit_delay) = (batch, Duration::from_secs(600));
        let other = shop.file.open();
        let mut seen = Vec::new();
        let worker = shop.worker().with_settings(settings);
        let handled = worker.round(&mut shop.connection, &Stop::new(), |transaction, change| {
            seen.push(crate::shop::effects(&other).len());
            write(transaction, change)
        });
        assert_eq!((handled.unwrap(), seen), (10, expected));
    }
}
