//! Who has a case, and for how long.

use std::time::Duration;

use midtrans_inbox::{Accepted, Outcome, State};

use super::promises;
use crate::message::Message;
use crate::store::Finished;
use crate::world::World;

promises![
    a_claim_is_exclusive_while_its_lease_lasts,
    a_lease_that_ended_is_taken_over_and_its_first_holder_writes_nothing,
    a_question_is_exclusive_while_its_lease_lasts,
    a_question_whose_lease_ended_is_taken_over_and_its_first_holder_writes_nothing,
    a_late_holder_may_finish_while_nobody_has_taken_over,
    a_question_that_the_last_word_has_overtaken_is_not_asked_again,
    two_cases_of_one_order_are_acted_on_once,
    the_oldest_are_taken_first,
    what_is_given_back_comes_when_it_was_promised,
    a_notification_that_comes_while_another_is_worked_on_is_not_overlooked,
];

fn a_claim_is_exclusive_while_its_lease_lasts(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let case = world.claim_one();
    assert_eq!(case.lease_until, world.now + world.policy.lease);
    for _ in 0..6 {
        assert!(world.store.claim(&world.policy, 10, world.now).is_empty());
        assert_eq!(world.hear(&Message::new("order-1", "settlement")), Accepted::Repeat);
        world.pass(9);
    }
    assert!(matches!(world.walk(&case), Finished::Done(changes) if changes.len() == 1));
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_lease_that_ended_is_taken_over_and_its_first_holder_writes_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let first = world.claim_one();
    world.pass(60);
    let second = world.claim_one();
    assert_eq!((first.tries(), second.tries()), (1, 2));
    let before = world.store.history("order-1");
    assert!(matches!(world.walk(&first), Finished::Lost));
    world.store.give_back(&first, world.now, 7, "late");
    world.store.dead(&first, "late");
    let after = world.store.history("order-1");
    assert_eq!((after.notifications, after.record), (before.notifications, before.record));
    assert!(world.store.ledger().is_empty());
    assert!(matches!(world.walk(&second), Finished::Done(changes) if changes.len() == 1));
    assert!(matches!(world.walk(&first), Finished::Lost));
    world.store.give_back(&first, world.now, 7, "late");
    world.store.dead(&second, "late");
    assert_eq!(world.entry("order-1").state, State::Done);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_question_is_exclusive_while_its_lease_lasts(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    let case = world.due_one();
    for _ in 0..6 {
        assert!(world.store.due_for_status(&world.policy, 10, world.now).is_empty());
        world.pass(9);
    }
    assert!(matches!(world.walk(&case), Finished::Done(changes) if changes.len() == 1));
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_question_whose_lease_ended_is_taken_over_and_its_first_holder_writes_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    let first = world.due_one();
    world.pass(60);
    let second = world.due_one();
    let before = world.store.load("order-1");
    assert!(matches!(world.walk(&first), Finished::Lost));
    world.store.give_back(&first, world.now, 7, "late");
    world.store.dead(&first, "late");
    assert_eq!(world.store.load("order-1"), before);
    assert!(world.store.ledger().is_empty());
    assert!(matches!(world.walk(&second), Finished::Done(changes) if changes.len() == 1));
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_late_holder_may_finish_while_nobody_has_taken_over(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let case = world.claim_one();
    world.pass(3_600);
    assert!(matches!(world.walk(&case), Finished::Done(changes) if changes.len() == 1));
    assert!(world.store.claim(&world.policy, 1, world.now).is_empty());
    assert_eq!(world.effects("order-1"), ["paid"]);
}

/// While one worker waits for the gateway's answer, another one acts on the notification.
fn a_question_that_the_last_word_has_overtaken_is_not_asked_again(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2"] {
        world.expect(order_id);
        world.gateway.says(&Message::new(order_id, "settlement"));
    }
    world.pass(240);
    let questions = [world.due_one(), world.due_one()];
    world.pass(10);
    for order_id in ["order-1", "order-2"] {
        world.hear(&Message::new(order_id, "settlement"));
    }
    world.work();
    world.store.give_back(&questions[0], world.now, 0, "the gateway did not answer");
    world.store.dead(&questions[1], "the gateway did not answer");
    for question in questions {
        assert_eq!(world.effects(&question.order_id), ["paid"]);
        let record = world.store.load(&question.order_id).expect("it is there");
        assert_eq!((record.ask_at, record.review), (None, None), "the order is paid, and nobody needs to look");
    }
}

fn two_cases_of_one_order_are_acted_on_once(world: &mut World<'_>) {
    world.expect("order-1");
    let settled = Message::new("order-1", "settlement");
    world.happens(&settled);
    world.hear(&Message { more: String::new(), ..settled });
    world.hear(&Message::new("order-1", "pending"));
    let cases = [world.claim_one(), world.claim_one(), world.claim_one()];
    for case in [&cases[1], &cases[2], &cases[0]] {
        assert!(matches!(world.walk(case), Finished::Done(_)));
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn the_oldest_are_taken_first(world: &mut World<'_>) {
    for order_id in ["order-3", "order-1", "order-2"] {
        world.hear(&Message::new(order_id, "settlement"));
        world.pass(1);
    }
    let taken = [world.claim_one(), world.claim_one(), world.claim_one()].map(|case| case.order_id);
    assert_eq!(taken, ["order-3", "order-1", "order-2"]);
}

fn what_is_given_back_comes_when_it_was_promised(world: &mut World<'_>) {
    world.hear(&Message::new("order-1", "settlement"));
    let case = world.claim_one();
    world.store.give_back(&case, world.now + Duration::from_secs(30), 3, "not today");
    let entry = world.entry("order-1");
    assert_eq!((entry.state, entry.failures, entry.tries), (State::Waiting, 3, 1));
    assert_eq!(entry.reason.as_deref(), Some("not today"));
    world.pass(29);
    assert!(world.store.claim(&world.policy, 1, world.now).is_empty());
    world.pass(1);
    let again = world.claim_one();
    assert_eq!((again.tries(), again.failures()), (2, 3));
}

fn a_notification_that_comes_while_another_is_worked_on_is_not_overlooked(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "pending"));
    let pending = world.claim_one();
    world.happens(&Message::new("order-1", "settlement"));
    assert!(matches!(world.walk(&pending), Finished::Done(_)));
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
    assert_eq!(world.ledger("order-1")[1].before, Outcome::Pending.as_str());
}
