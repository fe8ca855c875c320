//! Concurrency: webhooks, shops and workers on connections of their own.

use std::sync::Barrier;
use std::thread;

use midtrans_inbox::{Accepted, Charged, ExpectResult, Outcome};

use super::promises;
use crate::message::Message;
use crate::store::Store;
use crate::worker::Act;
use crate::world::{World, expectation};

promises![
    the_same_notification_from_many_at_once_is_new_once,
    one_commit_for_many_answers_each_of_them,
    many_who_expect_one_order_agree_on_one_key,
    many_who_charge_an_expired_order_again_agree_on_one_key,
    many_clicks_at_once_are_one_charge_and_one_order_row,
    a_payment_that_comes_while_its_order_is_charged_again_is_not_forgotten,
    many_workers_share_the_work_and_act_once,
    never_two_questions_about_one_order_are_under_way,
    accepting_waits_for_no_worker_whose_question_is_under_way,
];

const MANY: usize = 4;

/// Runs this as many times in parallel, each on its own connection.
fn at_once<T: Send>(
    store: &mut dyn Store,
    work: impl Fn(usize, &mut dyn Store) -> T + Sync,
) -> Vec<T> {
    let mut connections: Vec<_> = (0..MANY).map(|_| store.another()).collect();
    let (barrier, work) = (Barrier::new(MANY), &work);
    thread::scope(|scope| {
        let started: Vec<_> = connections
            .iter_mut()
            .enumerate()
            .map(|(number, connection)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    work(number, &mut **connection)
                })
            })
            .collect();
        started
            .into_iter()
            .map(|thread| thread.join().expect("nothing panics"))
            .collect()
    })
}

fn the_same_notification_from_many_at_once_is_new_once(world: &mut World<'_>) {
    let (notification, now) = (
        Message::new("order-1", "settlement").notification(),
        world.now,
    );
    let accepted = at_once(world.store, |_, store| store.accept(&notification, now));
    assert_eq!(
        accepted
            .iter()
            .filter(|accepted| **accepted == Accepted::New)
            .count(),
        1
    );
    assert_eq!(world.store.history("order-1").notifications.len(), 1);
}

fn one_commit_for_many_answers_each_of_them(world: &mut World<'_>) {
    let orders: Vec<_> = (0..300)
        .map(|number| format!("order-{}", number / 2))
        .collect();
    let notifications: Vec<_> = orders
        .iter()
        .map(|order_id| Message::new(order_id, "settlement").notification())
        .collect();
    let accepted = world.store.accept_together(&notifications, world.now);
    // Two concurrent ones have no order.
    for pair in accepted.chunks(2) {
        let both = [Ok(Accepted::New), Ok(Accepted::Duplicate)];
        assert!(pair == both || pair.iter().rev().eq(&both), "{pair:?}");
    }
    assert_eq!(world.store.snapshot(world.now).notifications, 150);
}

/// Returns the stored key, and how many callers stored it.
fn agreed(found: &[(String, ExpectResult)]) -> (&str, usize) {
    let mut recorded = found
        .iter()
        .filter(|(_, found)| *found == ExpectResult::Recorded)
        .map(|(key, _)| key);
    let key = recorded.next().expect("one wrote it down");
    for (_, found) in found {
        if let ExpectResult::Open(stored) = found {
            assert_eq!(stored.idempotency_key.as_str(), key);
        }
    }
    (key, 1 + recorded.count())
}

fn many_who_expect_one_order_agree_on_one_key(world: &mut World<'_>) {
    let now = world.now;
    let found = at_once(world.store, |number, store| {
        let key = format!("key-{number}");
        let found = store.expect(&expectation("order-1", &key, now), now);
        (key, found)
    });
    let (key, written) = agreed(&found);
    assert_eq!(
        (
            written,
            world.record("order-1").expectation.idempotency_key.as_str()
        ),
        (1, key)
    );
}

fn expired(world: &mut World<'_>, order_id: &str) {
    let _ = world.expect_with(order_id, "key-0");
    world.happens(&Message::new(order_id, "expire"));
    world.work();
    assert_eq!(world.effects(order_id), ["expired"]);
}

fn many_who_charge_an_expired_order_again_agree_on_one_key(world: &mut World<'_>) {
    expired(world, "order-1");
    let now = world.now;
    let found = at_once(world.store, |number, store| {
        let key = format!("key-{}", number + 1);
        let found = store.expect(&expectation("order-1", &key, now), now);
        (key, found)
    });
    let (key, written) = agreed(&found);
    let record = world.record("order-1");
    assert_eq!(
        (
            written,
            record.life,
            record.expectation.idempotency_key.as_str()
        ),
        (1, 2, key)
    );
}

fn many_clicks_at_once_are_one_charge_and_one_order_row(world: &mut World<'_>) {
    let clicks: Vec<_> = (0..MANY)
        .map(|number| world.click_of(&format!("key-{number}")))
        .collect();
    let charged = at_once(world.store, |number, store| store.charge(&clicks[number]));
    assert!(
        charged
            .iter()
            .all(|charged| matches!(charged, Charged::Instructions(_))),
        "{charged:?}"
    );
    let mut keys = world.gateway.charged();
    keys.dedup();
    assert_eq!(keys.len(), 1, "the same charge, however often it was sent");
    assert_eq!(world.store.charged_orders(), ["order-1"]);
}

fn a_payment_that_comes_while_its_order_is_charged_again_is_not_forgotten(world: &mut World<'_>) {
    for number in 0..6 {
        let order_id = format!("order-{number}");
        expired(world, &order_id);
        let settled = Message::new(&order_id, "settlement");
        world.gateway.says(&settled);
        let (notification, now) = (settled.notification(), world.now);
        at_once(world.store, |number, store| {
            if number == 0 {
                let _ = store.accept(&notification, now);
            } else {
                let _ = store.expect(&expectation(&order_id, &format!("key-{number}"), now), now);
            }
        });
        world.pass(20);
        world.work();
        // The settlement contradicts the expiry, in whichever life it is read.
        assert!(
            world
                .review(&order_id)
                .contains("settlement after it answered expire"),
            "{order_id}"
        );
    }
}

fn many_workers_share_the_work_and_act_once(world: &mut World<'_>) {
    world.settings.batch = 2;
    for number in 0..12 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        world.hear(&Message::new(&order_id, "pending"));
        world.happens(&Message::new(&order_id, "settlement"));
        world.hear(&Message {
            more: String::new(),
            ..Message::new(&order_id, "settlement")
        });
    }
    for _ in 0..4 {
        let round = world.round();
        at_once(world.store, |_, store| {
            (0..4)
                .map(|_| store.round(&round, &mut |_| Act::Well))
                .sum::<usize>()
        });
        world.pass(120);
    }
    for number in 0..12 {
        assert_eq!(world.effects(&format!("order-{number}")), ["paid"]);
    }
    assert!(!world.store.snapshot(world.now).needs_attention());
    assert_eq!(world.store.snapshot(world.now).changes, 0);
}

fn never_two_questions_about_one_order_are_under_way(world: &mut World<'_>) {
    for number in 0..6 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        world.happens(&Message::new(&order_id, "settlement"));
    }
    let round = world.round();
    at_once(world.store, |_, store| {
        store.round(&round, &mut |_| Act::Well)
    });
    for number in 0..6 {
        let order_id = format!("order-{number}");
        assert_eq!(
            (
                world.gateway.asked(&order_id).len(),
                world.effects(&order_id)
            ),
            (1, vec!["paid".to_owned()])
        );
    }
}

/// It is stored while the worker's question is in flight, and reported by the next round.
fn accepting_waits_for_no_worker_whose_question_is_under_way(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    let (settled, now) = (Message::new("order-1", "settlement"), world.now);
    let notification = settled.notification();
    world.work_while(move |store| assert_eq!(store.accept(&notification, now), Accepted::New));
    world.gateway.says(&settled);
    world.work_when_due(3);
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
    assert_eq!(world.outcome("order-1"), Some(Outcome::Paid));
}
