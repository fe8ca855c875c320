//! The shop's handler fails: everything is taken back, and it is called again.

use std::time::Duration;

use midtrans_inbox::{Asking, Outcome, State};

use super::promises;
use crate::message::Message;
use crate::worker::{Act, NO};
use crate::world::World;

promises![
    the_handlers_error_takes_its_own_writes_back_and_the_inboxes,
    the_handlers_panic_takes_its_own_writes_back_and_the_inboxes,
    after_growing_pauses_a_failing_handler_ends_as_a_dead_letter_that_can_be_retried,
    after_growing_pauses_a_panicking_handler_ends_as_a_dead_letter_that_can_be_retried,
    a_handler_that_fails_under_the_reconciler_ends_in_review_and_can_be_retried,
    a_handler_that_fails_at_the_second_change_takes_the_first_back_too,
    an_overlooked_error_leaves_both_or_neither,
    one_failing_order_holds_up_no_other,
    a_dead_letter_keeps_the_reconciler_from_nothing,
    a_success_forgets_earlier_failures,
];

fn takes_everything_back(world: &mut World<'_>, act: Act, why: &str) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let before = world.store.load("order-1").expect("it is there");
    let mut called = 0;
    world.work_with(|_| {
        called += 1;
        act
    });
    assert_eq!(called, 1);
    assert!(world.store.ledger().is_empty());
    let after = world.store.load("order-1").expect("it is there");
    assert_eq!((after.outcome, after.acted_paid), (None, false));
    assert_eq!((after.payments, after.ask_at), (before.payments, before.ask_at));
    let entry = world.entry("order-1");
    assert_eq!((entry.state, entry.failures), (State::Waiting, 1));
    assert_eq!(entry.reason.as_deref(), Some(why));
    world.pass(10);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn the_handlers_error_takes_its_own_writes_back_and_the_inboxes(world: &mut World<'_>) {
    takes_everything_back(world, Act::Fails, NO);
}

fn the_handlers_panic_takes_its_own_writes_back_and_the_inboxes(world: &mut World<'_>) {
    takes_everything_back(world, Act::Panics, "the handler panicked");
}

fn ends_as_a_dead_letter(world: &mut World<'_>, act: Act, why: &str) {
    world.settings.reconciles = false;
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let since = world.now;
    let mut pauses = Vec::new();
    for _ in 0..20 {
        assert_eq!(world.work_with(|_| act), 1);
        let Some(due) = world.entry("order-1").due_at else { break };
        pauses.push(due.duration_since(world.now).unwrap_or_default().as_secs());
        world.set(due - Duration::from_millis(1));
        assert_eq!(world.work(), 0);
        world.set(due);
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
    let entry = world.entry("order-1");
    assert_eq!((entry.state, entry.reason.as_deref()), (State::Dead, Some(why)));
    let letters = world.store.dead_letters(10);
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].order_id.as_str(), letters[0].notification), ("order-1", Some(entry.id)));
    assert_eq!((letters[0].since, letters[0].reason.as_str()), (since, why));
    assert!(world.store.snapshot(world.now).needs_attention());
    world.pass(86_400);
    assert_eq!(world.work(), 0);
    assert!(world.store.ledger().is_empty());
    assert_eq!(world.store.retry("order-1", world.now), 1);
    // All its tries are before it.
    world.work_with(|_| act);
    assert_eq!((world.entry("order-1").state, world.entry("order-1").failures), (State::Waiting, 1));
    world.pass(10);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(world.store.dead_letters(10).is_empty());
    assert!(!world.store.snapshot(world.now).needs_attention());
}

fn after_growing_pauses_a_failing_handler_ends_as_a_dead_letter_that_can_be_retried(world: &mut World<'_>) {
    ends_as_a_dead_letter(world, Act::Fails, NO);
}

fn after_growing_pauses_a_panicking_handler_ends_as_a_dead_letter_that_can_be_retried(world: &mut World<'_>) {
    ends_as_a_dead_letter(world, Act::Panics, "the handler panicked");
}

fn a_handler_that_fails_under_the_reconciler_ends_in_review_and_can_be_retried(world: &mut World<'_>) {
    let since = world.now;
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    let mut pauses = Vec::new();
    for _ in 0..20 {
        assert_eq!(world.work_with(|_| Act::Fails), 1);
        let record = world.store.load("order-1").expect("it is there");
        assert_eq!((record.outcome, record.acted_paid), (None, false));
        let Some(ask_at) = record.ask_at else { break };
        pauses.push(ask_at.duration_since(world.now).unwrap_or_default().as_secs());
        world.set(ask_at);
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
    let letters = world.store.dead_letters(10);
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].order_id.as_str(), letters[0].notification), ("order-1", None));
    assert_eq!((letters[0].since, letters[0].reason.as_str()), (since, NO));
    assert_eq!(world.store.snapshot(world.now).reviews, 1);
    world.pass(86_400);
    assert_eq!(world.work(), 0);
    assert_eq!(world.store.retry("order-1", world.now), 1);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(world.store.dead_letters(10).is_empty());
}

fn a_handler_that_fails_at_the_second_change_takes_the_first_back_too(world: &mut World<'_>) {
    world.policy.asking = Asking::Never;
    world.expect("order-1");
    world.hear(&Message::new("order-1", "pending"));
    world.pass(1);
    world.hear(&Message::new("order-1", "settlement"));
    let mut told = Vec::new();
    world.work_with(|change| {
        told.push(change.outcome);
        if change.outcome == Outcome::Paid { Act::Fails } else { Act::Well }
    });
    assert_eq!(told, [Outcome::Pending, Outcome::Paid]);
    assert!(world.store.ledger().is_empty());
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
}

/// One database undoes a statement that fails, the other the whole transaction. Either is fine; half of it is not.
fn an_overlooked_error_leaves_both_or_neither(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work_with(|_| Act::Overlooks);
    let is_done = world.entry("order-1").state == State::Done;
    assert_eq!(world.effects("order-1").len(), usize::from(is_done));
    assert_eq!(world.store.load("order-1").map(|record| record.acted_paid), Some(is_done));
    for _ in 0..3 {
        world.pass(120);
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.entry("order-1").state, State::Done);
}

fn one_failing_order_holds_up_no_other(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2", "order-3"] {
        world.expect(order_id);
        world.happens(&Message::new(order_id, "settlement"));
        world.pass(1);
    }
    world.work_with(|change| if change.order_id.as_str() == "order-1" { Act::Panics } else { Act::Well });
    assert!(world.effects("order-1").is_empty());
    assert_eq!((world.effects("order-2"), world.effects("order-3")), (vec!["paid".into()], vec!["paid".into()]));
}

fn a_dead_letter_keeps_the_reconciler_from_nothing(world: &mut World<'_>) {
    world.policy.max_failures = 1;
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work_with(|_| Act::Fails);
    assert_eq!(world.entry("order-1").state, State::Dead);
    world.pass(240);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.store.retry("order-1", world.now), 1);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.entry("order-1").state, State::Done);
}

fn a_success_forgets_earlier_failures(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work_with(|_| Act::Fails);
    assert_eq!(world.store.load("order-1").map(|record| record.failures), Some(1));
    world.pass(10);
    world.work();
    assert_eq!(world.store.load("order-1").map(|record| record.failures), Some(0));
    assert_eq!(world.effects("order-1"), ["pending"]);
}
