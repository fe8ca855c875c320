//! Failures of the shop's handler: the change is retried, and nothing else is affected.

use std::time::Duration;

use super::promises;
use crate::message::Message;
use crate::worker::{Act, NO};
use crate::world::World;

promises![
    the_handlers_error_takes_its_own_writes_back_and_is_tried_again,
    the_handlers_panic_takes_its_own_writes_back_and_is_tried_again,
    an_overlooked_error_leaves_the_change_or_takes_it_back_and_acts_once,
    after_growing_pauses_a_failing_handler_ends_as_a_dead_letter_that_can_be_retried,
    one_failing_order_of_a_batch_holds_up_no_other,
    later_changes_of_an_order_wait_for_the_one_that_fails,
    a_failing_handler_costs_no_question_and_keeps_the_record,
    a_handler_that_fails_while_the_gateway_is_down_is_tried_again,
];

fn settled(world: &mut World<'_>, order_id: &str) {
    world.expect(order_id);
    world.happens(&Message::new(order_id, "settlement"));
}

fn is_tried_again(world: &mut World<'_>, act: Act, why: &str) {
    settled(world, "order-1");
    let mut called = 0;
    world.work_with(|_| {
        called += 1;
        act
    });
    assert_eq!(called, 1);
    assert!(world.store.ledger().is_empty());
    let waiting = world.store.waiting("order-1");
    assert_eq!(
        (
            waiting.len(),
            waiting[0].failures,
            waiting[0].reason.as_deref()
        ),
        (1, 1, Some(why))
    );
    assert_eq!(
        waiting[0].retry_at,
        Some(world.now + Duration::from_secs(10))
    );
    world.pass(9);
    assert_eq!(world.work(), 0);
    world.pass(1);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(world.store.waiting("order-1").is_empty());
}

fn the_handlers_error_takes_its_own_writes_back_and_is_tried_again(world: &mut World<'_>) {
    is_tried_again(world, Act::Fails, NO);
}

fn the_handlers_panic_takes_its_own_writes_back_and_is_tried_again(world: &mut World<'_>) {
    is_tried_again(world, Act::Panics, "the handler panicked");
}

/// One database undoes a statement that fails, the other the whole transaction. Both are fine; half
/// of it is not.
fn an_overlooked_error_leaves_the_change_or_takes_it_back_and_acts_once(world: &mut World<'_>) {
    settled(world, "order-1");
    world.work_with(|_| Act::Overlooks);
    assert_eq!(
        world.effects("order-1").len() + world.store.waiting("order-1").len(),
        1
    );
    for _ in 0..3 {
        world.pass(120);
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn after_growing_pauses_a_failing_handler_ends_as_a_dead_letter_that_can_be_retried(
    world: &mut World<'_>,
) {
    settled(world, "order-1");
    let mut pauses = Vec::new();
    world.work_with(|_| Act::Fails);
    while let Some(retry_at) = world.store.waiting("order-1")[0].retry_at {
        pauses.push(
            retry_at
                .duration_since(world.now)
                .unwrap_or_default()
                .as_secs(),
        );
        world.set(retry_at);
        world.work_with(|_| Act::Fails);
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
    let letters = world.store.dead_letters(10);
    let [letter] = &letters[..] else {
        unreachable!("{letters:?}")
    };
    assert_eq!(
        (
            letter.order_id.as_str(),
            letter.reason.as_str(),
            letter.change.is_some()
        ),
        ("order-1", NO, true)
    );
    assert_eq!(world.store.snapshot(world.now).dead_letters, 1);
    world.pass(86_400);
    assert_eq!(world.work(), 0);
    assert_eq!(world.store.retry("order-1", world.now), 1);
    assert_eq!(
        world.store.waiting("order-1")[0].failures,
        0,
        "all its tries are before it"
    );
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(
        world.store.dead_letters(10).is_empty()
            && !world.store.snapshot(world.now).needs_attention()
    );
}

fn one_failing_order_of_a_batch_holds_up_no_other(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2", "order-3"] {
        settled(world, order_id);
    }
    for act in [Act::Fails, Act::Panics, Act::Overlooks] {
        world.work_with(|change| {
            if change.order_id.as_str() == "order-2" {
                act
            } else {
                Act::Well
            }
        });
        world.pass(60);
    }
    assert_eq!(
        (world.effects("order-1"), world.effects("order-3")),
        (vec!["paid".into()], vec!["paid".into()])
    );
    world.work();
    assert_eq!(world.effects("order-2"), ["paid"]);
}

fn later_changes_of_an_order_wait_for_the_one_that_fails(world: &mut World<'_>) {
    world.policy.max_failures = 2;
    settled(world, "order-1");
    world.work_with(|_| Act::Fails);
    world.happens(&Message::refunded("order-1", &[("r-1", 5_000, true)]));
    world.pass(10);
    let mut told = Vec::new();
    world.work_with(|change| {
        told.push(change.outcome.as_str());
        Act::Fails
    });
    assert_eq!(told, ["paid"], "and nothing of what waits behind it");
    world.pass(3_600);
    assert_eq!(world.work(), 0, "nor behind a dead letter");
    world.store.retry("order-1", world.now);
    world.work();
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: r-1 5000 confirmed"]
    );
}

fn a_failing_handler_costs_no_question_and_keeps_the_record(world: &mut World<'_>) {
    settled(world, "order-1");
    world.work_with(|_| Act::Fails);
    let record = world.record("order-1");
    for _ in 0..4 {
        world.pass(600);
        world.work_with(|_| Act::Fails);
    }
    assert_eq!(
        (world.record("order-1"), world.gateway.asked("order-1")),
        (record, vec![0])
    );
}

fn a_handler_that_fails_while_the_gateway_is_down_is_tried_again(world: &mut World<'_>) {
    settled(world, "order-1");
    world.work_with(|_| Act::Fails);
    world.gateway.fails(Some(crate::gateway::Fault::Down));
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}
