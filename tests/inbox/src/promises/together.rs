//! Many at once: webhooks, shops and workers on connections of their own.

use std::sync::Barrier;
use std::thread;

use midtrans_inbox::{Accepted, Asking, Expecting, Outcome};

use super::promises;
use crate::message::Message;
use crate::store::{End, Finished, Store};
use crate::worker::Act;
use crate::world::{World, expectation, walk};

promises![
    the_same_notification_from_many_at_once_is_new_once,
    one_commit_for_many_answers_each_of_them,
    many_who_expect_one_order_agree_on_one_key,
    many_who_charge_an_expired_order_again_agree_on_one_key,
    a_payment_that_comes_while_its_order_is_charged_again_is_not_forgotten,
    a_notification_is_claimed_by_one_of_many,
    a_question_is_asked_by_one_of_many,
    two_workers_that_finish_cases_of_one_order_act_once,
    many_workers_share_the_work_and_act_once,
];

const MANY: usize = 4;

/// Has as many do this at the same time, each on a connection of his own.
fn at_once<T: Send>(store: &mut dyn Store, work: impl Fn(usize, &mut dyn Store) -> T + Sync) -> Vec<T> {
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
        started.into_iter().map(|thread| thread.join().expect("nobody panics")).collect()
    })
}

fn the_same_notification_from_many_at_once_is_new_once(world: &mut World<'_>) {
    let (notification, now) = (Message::new("order-1", "settlement").notification(), world.now);
    let accepted = at_once(world.store, |_, store| store.accept(&notification, now, End::Committed));
    assert_eq!(accepted.iter().filter(|accepted| **accepted == Accepted::New).count(), 1);
    world.entry("order-1");
}

fn one_commit_for_many_answers_each_of_them(world: &mut World<'_>) {
    let orders: Vec<_> = (0..300).map(|number| format!("order-{}", number / 2)).collect();
    let notifications: Vec<_> =
        orders.iter().map(|order_id| Message::new(order_id, "settlement").notification()).collect();
    let accepted = world.store.accept_together(&notifications, world.now);
    // Two that come at the same time have no order.
    for pair in accepted.chunks(2) {
        let both = [Ok(Accepted::New), Ok(Accepted::Repeat)];
        assert!(pair == both || pair.iter().rev().eq(&both), "{pair:?}");
    }
    for order_id in &orders {
        world.entry(order_id);
    }
}

/// The key that was written down, and how many wrote it.
fn agreed(found: &[(String, Expecting)]) -> (&str, usize) {
    let mut recorded = found.iter().filter(|(_, found)| *found == Expecting::Recorded).map(|(key, _)| key);
    let key = recorded.next().expect("somebody wrote it down");
    for (_, found) in found {
        if let Expecting::Open(stored) = found {
            assert_eq!(
                stored.idempotency_key.as_str(),
                key,
                "somebody was told another key than the one that is stored"
            );
        } else {
            assert_eq!(*found, Expecting::Recorded);
        }
    }
    (key, recorded.count() + 1)
}

fn many_who_expect_one_order_agree_on_one_key(world: &mut World<'_>) {
    let now = world.now;
    let found = at_once(world.store, |number, store| {
        let key = format!("key-{number}");
        (key.clone(), store.expect(&expectation("order-1", &key, now), now, End::Committed))
    });
    let (key, writers) = agreed(&found);
    assert_eq!(writers, 1);
    let record = world.store.load("order-1").expect("it is there");
    assert_eq!(record.expectation.idempotency_key.as_str(), key);
}

fn many_who_charge_an_expired_order_again_agree_on_one_key(world: &mut World<'_>) {
    for number in 0..20 {
        let order_id = format!("order-{number}");
        world.expect_with(&order_id, "first");
        world.happens(&Message::new(&order_id, "expire"));
        world.work();
        let now = world.now;
        let found = at_once(world.store, |number, store| {
            let key = format!("key-{number}");
            (key.clone(), store.expect(&expectation(&order_id, &key, now), now, End::Committed))
        });
        let (key, writers) = agreed(&found);
        assert_eq!(writers, 1);
        let record = world.store.load(&order_id).expect("it is there");
        assert_eq!((record.expectation.idempotency_key.as_str(), record.outcome), (key, None));
    }
}

/// The order was notified as expired, which nobody confirmed; then the gateway says that it is paid.
fn a_payment_that_comes_while_its_order_is_charged_again_is_not_forgotten(world: &mut World<'_>) {
    world.policy.asking = Asking::Doubtful;
    for number in 0..40 {
        let order_id = format!("order-{number}");
        world.expect_with(&order_id, "first");
        world.hear(&Message::new(&order_id, "expire"));
        world.work();
        world.happens(&Message::new(&order_id, "settlement"));
        let case = world.claim_one();
        let (gateway, policy, now) = (world.gateway.clone(), world.policy.clone(), world.now);
        let found = at_once(world.store, |number, store| {
            if number == 0 {
                return Err(walk(store, &gateway, &policy, &case, now));
            }
            let key = format!("key-{number}");
            Ok(store.expect(&expectation(&order_id, &key, now), now, End::Committed))
        });
        // Before the payment the order may have begun another life, but the payment is not forgotten in it.
        let record = world.store.load(&order_id).expect("it is there");
        assert_eq!((record.outcome, record.acted_paid), (Some(Outcome::Paid), true), "{found:?}");
        assert_eq!(world.effects(&order_id), ["expired", "paid"]);
    }
}

fn a_notification_is_claimed_by_one_of_many(world: &mut World<'_>) {
    for number in 0..40 {
        world.hear(&Message::new(&format!("order-{number}"), "settlement"));
    }
    let (policy, now) = (world.policy.clone(), world.now);
    let claimed = at_once(world.store, |_, store| {
        let claims =
            std::iter::repeat_with(|| store.claim(&policy, 3, now)).take(100).take_while(|cases| !cases.is_empty());
        claims.flatten().map(|case| case.order_id).collect::<Vec<_>>()
    });
    let mut claimed = claimed.concat();
    claimed.sort_unstable();
    claimed.dedup();
    let cases = world.store.claim(&policy, 100, now);
    assert_eq!(claimed.len() + cases.len(), 40);
    assert!((0..40).all(|number| world.entry(&format!("order-{number}")).tries == 1));
}

fn a_question_is_asked_by_one_of_many(world: &mut World<'_>) {
    for number in 0..20 {
        world.expect(&format!("order-{number}"));
    }
    world.pass(240);
    let (policy, now) = (world.policy.clone(), world.now);
    at_once(world.store, |_, store| {
        let claims = std::iter::repeat_with(|| store.due_for_status(&policy, 3, now));
        claims.take(100).take_while(|cases| !cases.is_empty()).flatten().count()
    });
    world.store.due_for_status(&policy, 100, now);
    for number in 0..20 {
        let record = world.store.load(&format!("order-{number}"));
        assert_eq!(record.map(|record| (record.asked, record.asked_at)), Some((1, Some(now))));
    }
}

fn two_workers_that_finish_cases_of_one_order_act_once(world: &mut World<'_>) {
    for number in 0..10 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        let settled = Message::new(&order_id, "settlement");
        world.happens(&settled);
        for more in ["", r#","fraud_status":"accept","refund_amount":"0.00""#] {
            world.hear(&Message { more: more.to_owned(), ..settled.clone() });
        }
        let cases = [(); 3].map(|()| world.claim_one());
        let (gateway, policy, now) = (world.gateway.clone(), world.policy.clone(), world.now);
        let finished = at_once(world.store, |number, store| {
            cases.get(number).map(|case| walk(store, &gateway, &policy, case, now))
        });
        let changes = finished.iter().flatten().map(|finished| match finished {
            Finished::Done(changes) => changes.iter().filter(|change| change.outcome == Outcome::Paid).count(),
            // Asked a moment ago, by another one.
            Finished::Next(_) | Finished::Lost => 0,
        });
        assert_eq!(changes.sum::<usize>(), 1, "{finished:?}");
        assert_eq!(world.effects(&order_id), ["paid"]);
    }
}

fn many_workers_share_the_work_and_act_once(world: &mut World<'_>) {
    world.settings.batch = 2;
    for number in 0..12 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        world.hear(&Message::new(&order_id, "pending"));
        world.happens(&Message::new(&order_id, "settlement"));
        world.hear(&Message { more: String::new(), ..Message::new(&order_id, "settlement") });
    }
    // What one worker leaves because another one has just asked comes again later.
    for _ in 0..5 {
        let round = world.round();
        at_once(world.store, |_, store| [(); 12].map(|()| store.round(&round, &mut |_| Act::Well)));
        world.pass(120);
    }
    for number in 0..12 {
        let effects = world.effects(&format!("order-{number}"));
        assert!(matches!(&effects[..], [paid] if paid == "paid") || effects == ["pending", "paid"], "{effects:?}");
    }
    let snapshot = world.store.snapshot(world.now);
    assert!(!snapshot.needs_attention() && snapshot.oldest_waiting.is_none(), "{snapshot}");
}
