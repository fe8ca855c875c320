//! What an operator sees and does.

use std::collections::BTreeMap;
use std::time::Duration;

use midtrans_inbox::{Accepted, Outcome, State};

use super::promises;
use crate::message::Message;
use crate::worker::Act;
use crate::world::World;

promises![
    a_snapshot_counts_by_state_and_outcome,
    a_snapshot_of_nothing_is_nothing,
    pruning_forgets_bodies_of_done_ones_only,
    what_was_pruned_is_still_a_repeat_and_its_history_is_whole,
    what_was_pruned_is_not_retried_and_what_was_not_is,
    dead_letters_come_oldest_first_and_no_more_than_asked_for,
    retry_moves_nothing_but_dead_letters,
    the_history_of_an_order_is_everything_about_it,
    nothing_is_known_about_nobodys_order,
];

/// A dead letter about this order, which stays open.
fn dead(world: &mut World<'_>, order_id: &str) {
    world.expect(order_id);
    world.happens(&Message::new(order_id, "settlement"));
    world.policy.max_failures = 1;
    world.work_with(|_| Act::Fails);
    world.policy.max_failures = 10;
}

fn a_snapshot_counts_by_state_and_outcome(world: &mut World<'_>) {
    for (order_id, status) in [("paid-1", "settlement"), ("paid-2", "settlement"), ("expired", "expire")] {
        world.expect(order_id);
        world.happens(&Message::new(order_id, status));
    }
    world.work();
    dead(world, "dead");
    world.expect("waiting");
    world.hear(&Message::new("working", "settlement"));
    world.claim_one();
    world.pass(30);
    world.hear(&Message::new("waiting", "pending"));
    world.pass(20);
    let snapshot = world.store.snapshot(world.now);
    let states = [(State::Waiting, 1), (State::Working, 1), (State::Done, 3), (State::Dead, 1)];
    assert_eq!(snapshot.notifications, BTreeMap::from(states));
    let orders = [("paid", 2), ("expired", 1), ("open", 2)].map(|(outcome, count)| (outcome.to_owned(), count));
    assert_eq!(snapshot.orders, BTreeMap::from(orders));
    assert_eq!(snapshot.oldest_waiting, Some(Duration::from_secs(50)));
    assert_eq!((snapshot.overdue_questions, snapshot.longest_overdue, snapshot.reviews), (0, None, 0));
    assert!(snapshot.needs_attention());
    world.pass(240);
    let snapshot = world.store.snapshot(world.now);
    assert_eq!(snapshot.overdue_questions, 2);
    assert_eq!(snapshot.longest_overdue, Some(Duration::from_secs(50)));
}

fn a_snapshot_of_nothing_is_nothing(world: &mut World<'_>) {
    let snapshot = world.store.snapshot(world.now);
    assert!(!snapshot.needs_attention());
    assert!(snapshot.notifications.values().all(|count| *count == 0) && snapshot.orders.is_empty());
    assert_eq!((snapshot.oldest_waiting, snapshot.longest_overdue), (None, None));
    assert!(world.store.dead_letters(10).is_empty());
    assert_eq!(world.store.prune(world.now), 0);
}

/// Old ones in every state, and one that is done and young.
fn a_past(world: &mut World<'_>) {
    for order_id in ["done", "young"] {
        world.expect(order_id);
    }
    world.happens(&Message::new("done", "settlement"));
    world.work();
    dead(world, "dead");
    world.hear(&Message::new("working", "settlement"));
    world.claim_one();
    world.hear(&Message::new("waiting", "settlement"));
    world.pass(86_400);
    world.settings.batch = 1;
    world.happens(&Message::new("young", "settlement"));
}

fn pruning_forgets_bodies_of_done_ones_only(world: &mut World<'_>) {
    a_past(world);
    let midnight = world.now;
    assert_eq!(world.store.prune(midnight), 1);
    for (order_id, has_body) in [("done", false), ("dead", true), ("working", true), ("waiting", true), ("young", true)]
    {
        assert_eq!(world.entry(order_id).has_body, has_body, "{order_id}");
    }
    assert_eq!(world.store.prune(midnight), 0);
    world.settings.batch = 16;
    world.work();
    world.pass(20);
    world.work();
    assert_eq!(world.store.prune(midnight), 0, "what came at that moment is not before it");
    assert_eq!(world.store.prune(midnight + Duration::from_millis(1)), 1);
    assert!(!world.entry("young").has_body && world.entry("dead").has_body);
}

fn what_was_pruned_is_still_a_repeat_and_its_history_is_whole(world: &mut World<'_>) {
    a_past(world);
    let before = world.entry("done");
    let record = world.store.load("done");
    world.store.prune(world.now);
    let after = world.entry("done");
    assert!(before.has_body && !after.has_body);
    assert_eq!(midtrans_inbox::Entry { has_body: true, ..after }, before);
    assert_eq!(world.store.load("done"), record);
    assert_eq!(world.hear(&Message::new("done", "settlement")), Accepted::Repeat);
    assert!(!world.entry("done").has_body);
    world.work();
    assert_eq!(world.effects("done"), ["paid"]);
}

fn what_was_pruned_is_not_retried_and_what_was_not_is(world: &mut World<'_>) {
    a_past(world);
    world.store.prune(world.now);
    assert_eq!(world.store.retry("done", world.now), 0);
    assert_eq!(world.store.retry("dead", world.now), 1);
    world.settings.batch = 16;
    world.work();
    world.pass(20);
    world.work();
    assert_eq!(world.effects("dead"), ["paid"]);
}

fn dead_letters_come_oldest_first_and_no_more_than_asked_for(world: &mut World<'_>) {
    for order_id in ["order-3", "order-1", "order-2"] {
        dead(world, order_id);
        world.pass(1);
    }
    let orders = |letters: Vec<midtrans_inbox::DeadLetter>| {
        letters.into_iter().map(|letter| letter.order_id).collect::<Vec<_>>()
    };
    assert_eq!(orders(world.store.dead_letters(10)), ["order-3", "order-1", "order-2"]);
    assert_eq!(orders(world.store.dead_letters(2)), ["order-3", "order-1"]);
    assert!(world.store.dead_letters(0).is_empty());
}

fn retry_moves_nothing_but_dead_letters(world: &mut World<'_>) {
    a_past(world);
    for order_id in ["done", "working", "waiting", "young", "nobodys"] {
        let before = world.store.history(order_id).notifications;
        assert_eq!(world.store.retry(order_id, world.now), 0);
        assert_eq!(world.store.history(order_id).notifications, before);
    }
}

fn the_history_of_an_order_is_everything_about_it(world: &mut World<'_>) {
    world.expect("order-1");
    for status in ["pending", "settlement"] {
        world.happens(&Message::new("order-1", status));
        world.work();
        world.pass(60);
    }
    world.happens(&Message::refunded("order-1", &[("r-1", 5_000, false)]));
    world.work();
    world.hear(&Message::new("order-2", "settlement"));
    let history = world.store.history("order-1");
    let told = history.notifications.iter().map(|entry| {
        (entry.transaction_status.as_deref().unwrap_or_default(), entry.reason.as_deref().unwrap_or_default())
    });
    let expected = [("pending", "pending"), ("settlement", "paid"), ("partial_refund", "partly refunded")];
    assert!(told.eq(expected), "{history:?}");
    let record = history.record.expect("it is there");
    assert_eq!((record.payments.len(), record.refunds.len(), record.acted_paid), (1, 1, true));
    assert_eq!(record.outcome.map(Outcome::as_str), Some("partly refunded"));
    assert_eq!(world.store.load("order-1"), Some(record));
}

fn nothing_is_known_about_nobodys_order(world: &mut World<'_>) {
    let history = world.store.history("nobodys");
    assert!(history.record.is_none() && history.notifications.is_empty());
    assert!(world.store.load("nobodys").is_none());
}
