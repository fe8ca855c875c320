//! The operator's calls.

use std::collections::BTreeMap;
use std::time::Duration;

use midtrans_inbox::{Accepted, Entry};

use super::promises;
use crate::message::Message;
use crate::worker::Act;
use crate::world::World;

promises![
    a_snapshot_counts_what_is_open_and_what_is_not,
    a_snapshot_of_nothing_is_nothing,
    pruning_forgets_bodies_of_orders_that_are_over,
    what_was_pruned_is_still_a_duplicate_and_its_history_is_whole,
    dead_letters_come_oldest_first_and_no_more_than_asked_for,
    retry_moves_nothing_but_what_waits_for_a_person,
    the_history_of_an_order_is_everything_about_it,
    nothing_is_known_about_a_strangers_order,
];

/// Creates an order with a dead letter.
fn dead(world: &mut World<'_>, order_id: &str) {
    world.expect(order_id);
    world.happens(&Message::new(order_id, "settlement"));
    world.policy.max_failures = 1;
    world.work_with(|_| Act::Fails);
    world.policy.max_failures = 10;
}

fn a_snapshot_counts_what_is_open_and_what_is_not(world: &mut World<'_>) {
    for (order_id, status) in [
        ("paid-1", "settlement"),
        ("paid-2", "settlement"),
        ("expired", "expire"),
    ] {
        world.expect(order_id);
        world.happens(&Message::new(order_id, status));
    }
    world.work();
    dead(world, "dead");
    world.expect("waiting");
    world.pass(20);
    world.hear(&Message::new("stranger", "settlement"));
    world.work();
    world.hear(&Message::new("waiting", "settlement"));
    let snapshot = world.store.snapshot(world.now);
    assert_eq!(
        (snapshot.notifications, snapshot.unexpected, snapshot.unread),
        (6, 1, 1)
    );
    let orders = [("paid", 3), ("expired", 1), ("open", 1)]
        .map(|(outcome, count)| (outcome.to_owned(), count));
    assert_eq!(snapshot.orders, BTreeMap::from(orders));
    assert_eq!(
        (snapshot.due, snapshot.longest_due, snapshot.reviews),
        (0, None, 0)
    );
    assert_eq!(
        (
            snapshot.changes,
            snapshot.oldest_change,
            snapshot.dead_letters
        ),
        (0, None, 1)
    );
    assert!(snapshot.needs_attention());
    world.gateway.says(&Message::new("waiting", "settlement"));
    world.work_with(|_| Act::Fails);
    world.pass(5);
    let snapshot = world.store.snapshot(world.now);
    assert_eq!(
        (snapshot.changes, snapshot.oldest_change),
        (1, Some(Duration::from_secs(5)))
    );
    world.expect("late");
    world.pass(260);
    let snapshot = world.store.snapshot(world.now);
    assert_eq!(
        (snapshot.due, snapshot.longest_due),
        (1, Some(Duration::from_secs(20)))
    );
}

fn a_snapshot_of_nothing_is_nothing(world: &mut World<'_>) {
    let snapshot = world.store.snapshot(world.now);
    assert_eq!(snapshot, midtrans_inbox::Snapshot::default());
    assert!(world.store.dead_letters(10).is_empty() && world.store.unexpected(10).is_empty());
    assert_eq!(world.store.prune(world.now), 0);
}

fn entry(world: &mut World<'_>, order_id: &str) -> Entry {
    let mut notifications = world.store.history(order_id).notifications;
    assert_eq!(notifications.len(), 1, "{order_id}");
    notifications.remove(0)
}

fn pruning_forgets_bodies_of_orders_that_are_over(world: &mut World<'_>) {
    for order_id in ["over", "open"] {
        world.expect(order_id);
    }
    world.happens(&Message::new("over", "settlement"));
    world.gateway.says(&Message::new("open", "pending"));
    world.hear(&Message::new("open", "pending"));
    world.hear(&Message::new("stranger", "settlement"));
    world.work();
    world.pass(86_400);
    let midnight = world.now;
    world.expect("young");
    world.happens(&Message::new("young", "settlement"));
    world.work();
    assert!(world.store.prune(midnight) >= 1);
    for (order_id, has_body) in [("over", false), ("open", true), ("young", true)] {
        assert_eq!(entry(world, order_id).has_body, has_body, "{order_id}");
    }
    assert_eq!(
        world.store.prune(midnight),
        0,
        "what came at that moment is not before it"
    );
    assert_eq!(world.store.prune(midnight + Duration::from_millis(1)), 1);
    assert!(!entry(world, "young").has_body);
}

fn what_was_pruned_is_still_a_duplicate_and_its_history_is_whole(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(86_400);
    let (before, record) = (entry(world, "order-1"), world.record("order-1"));
    assert_eq!(world.store.prune(world.now), 1);
    let after = entry(world, "order-1");
    assert!(before.has_body && !after.has_body);
    assert_eq!(
        Entry {
            has_body: true,
            ..after
        },
        before
    );
    assert_eq!(world.record("order-1"), record);
    assert_eq!(
        world.takes(&Message::new("order-1", "settlement")),
        Accepted::Duplicate
    );
    assert_eq!(
        (world.work(), world.effects("order-1")),
        (0, vec!["paid".to_owned()])
    );
}

fn dead_letters_come_oldest_first_and_no_more_than_asked_for(world: &mut World<'_>) {
    for order_id in ["order-3", "order-1", "order-2"] {
        dead(world, order_id);
        world.pass(1);
    }
    let orders = |letters: Vec<midtrans_inbox::DeadLetter>| {
        letters
            .into_iter()
            .map(|letter| letter.order_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        orders(world.store.dead_letters(10)),
        ["order-3", "order-1", "order-2"]
    );
    assert_eq!(orders(world.store.dead_letters(2)), ["order-3", "order-1"]);
    assert!(world.store.dead_letters(0).is_empty());
}

fn retry_moves_nothing_but_what_waits_for_a_person(world: &mut World<'_>) {
    for (order_id, status) in [("paid", "settlement"), ("open", "pending")] {
        world.expect(order_id);
        world.happens(&Message::new(order_id, status));
    }
    world.work();
    world.expect("fails");
    world.happens(&Message::new("fails", "settlement"));
    world.work_with(|_| Act::Fails);
    for order_id in ["paid", "open", "fails", "stranger"] {
        let before = (world.store.load(order_id), world.store.waiting(order_id));
        assert_eq!(world.store.retry(order_id, world.now), 0, "{order_id}");
        assert_eq!(
            (world.store.load(order_id), world.store.waiting(order_id)),
            before
        );
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
    world.work_with(|_| Act::Fails);
    world.hear(&Message::new("order-2", "settlement"));
    let history = world.store.history("order-1");
    let told = history
        .notifications
        .iter()
        .map(|entry| entry.transaction_status.as_deref().unwrap_or_default());
    assert!(
        told.eq(["pending", "settlement", "partial_refund"]),
        "{history:?}"
    );
    let record = history.record.as_ref().expect("it is there");
    assert_eq!(
        (record.payments.len(), record.refunds.len(), record.paid),
        (1, 1, true)
    );
    assert_eq!((history.changes.len(), history.changes[0].failures), (1, 1));
    assert!(!history.needs_attention());
    assert_eq!(world.store.load("order-1"), history.record);
}

fn nothing_is_known_about_a_strangers_order(world: &mut World<'_>) {
    let history = world.store.history("stranger");
    assert!(
        history.record.is_none() && history.notifications.is_empty() && history.changes.is_empty()
    );
    assert!(world.store.load("stranger").is_none());
}
