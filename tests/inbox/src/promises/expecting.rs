//! What is written down before a charge, and what is found there afterwards.

use midtrans_inbox::{Accepted, Expectation, Expecting, Outcome, Step};
use midtrans_protocol::{Failure, IdempotencyKey, PaymentType, Rupiah};

use super::promises;
use crate::message::Message;
use crate::store::{End, Finished};
use crate::world::{World, expectation};

promises![
    an_order_is_recorded_once_and_then_open_with_the_key_that_is_stored,
    another_price_or_provider_differs,
    a_decided_order_says_what_became_of_it,
    an_expired_order_is_charged_again_with_a_new_key_and_paid,
    an_order_that_was_not_charged_is_charged_again_with_a_new_key,
    late_words_about_the_first_life_do_not_disturb_the_second,
    what_was_paid_in_the_first_life_after_all_is_told,
    a_question_of_an_earlier_life_ends_nothing,
    a_second_charge_that_never_arrived_is_not_open_for_ever,
    a_charge_that_was_refused_is_tried_again_at_once_and_found_if_it_arrived_after_all,
];

fn an_order_is_recorded_once_and_then_open_with_the_key_that_is_stored(world: &mut World<'_>) {
    let first = expectation("order-1", "key-1", world.now);
    assert_eq!(world.expect("order-1"), Expecting::Recorded);
    world.pass(30);
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Open(first.clone()));
    world.happens(&Message::new("order-1", "pending"));
    world.work();
    assert_eq!(world.expect_with("order-1", "key-3"), Expecting::Open(first));
}

fn another_price_or_provider_differs(world: &mut World<'_>) {
    world.expect("order-1");
    let stored = expectation("order-1", "key-1", world.now);
    let dearer = Expectation { amount: Rupiah::new(50_000), ..stored.clone() };
    let other = Expectation { provider: PaymentType::Kredivo, ..stored.clone() };
    for wanted in [dearer, other] {
        let found = world.store.expect(&wanted, world.now, End::Committed);
        assert_eq!(found, Expecting::Differs(stored.clone()));
    }
    assert_eq!(world.store.load("order-1").map(|record| record.expectation), Some(stored));
}

fn a_decided_order_says_what_became_of_it(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2"] {
        world.expect(order_id);
    }
    world.happens(&Message::new("order-1", "settlement"));
    world.happens(&Message::new("order-2", "expire"));
    world.work();
    for key in ["key-1", "key-2"] {
        assert_eq!(world.expect_with("order-1", key), Expecting::Decided(Outcome::Paid));
    }
    // With the old key the gateway would bring back the old charge.
    assert_eq!(world.expect("order-2"), Expecting::Decided(Outcome::Failed(Failure::Expired)));
}

fn expired(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "pending"));
    world.work();
    world.happens(&Message::new("order-1", "expire"));
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "expired"]);
    world.pass(60);
}

fn an_expired_order_is_charged_again_with_a_new_key_and_paid(world: &mut World<'_>) {
    expired(world);
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    let written = expectation("order-1", "key-2", world.now);
    assert_eq!(world.expect_with("order-1", "key-3"), Expecting::Open(written.clone()));
    let record = world.store.load("order-1").expect("it is there");
    assert_eq!((&record.expectation, record.outcome, record.ask_at), (&written, None, Some(written.ask_from)));
    for status in ["pending", "settlement"] {
        world.happens(&Message::new("order-1", status).by("t-2"));
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["pending", "expired", "pending", "paid"]);
}

fn an_order_that_was_not_charged_is_charged_again_with_a_new_key(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    world.work();
    assert_eq!(world.expect("order-1"), Expecting::Decided(Outcome::NotCharged));
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    world.pass(240);
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "not charged"]);
}

fn late_words_about_the_first_life_do_not_disturb_the_second(world: &mut World<'_>) {
    expired(world);
    world.expect_with("order-1", "key-2");
    world.happens(&Message::new("order-1", "pending").by("t-2"));
    world.work();
    // In other words, so that it is no repeat.
    assert_eq!(world.hear(&Message { more: String::new(), ..Message::new("order-1", "expire") }), Accepted::New);
    world.pass(20);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "expired", "pending"]);
    assert_eq!(world.store.load("order-1").and_then(|record| record.outcome), Some(Outcome::Pending));
}

fn what_was_paid_in_the_first_life_after_all_is_told(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    world.work();
    world.expect_with("order-1", "key-2");
    world.happens(&Message::new("order-1", "settlement"));
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "paid"]);
}

/// A worker asks, hears that there is no such transaction, and sleeps. Meanwhile another one tells the shop so, the shop
/// charges again, and somebody asks about that charge. What the first one heard is about the charge before.
fn a_question_of_an_earlier_life_ends_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    let sleeper = world.due_one();
    let Finished::Next(Step::Ask(id)) = world.store.finish(&sleeper, &[], &world.policy, world.now, End::Committed)
    else {
        unreachable!("it is to be asked about")
    };
    let heard = world.gateway.answer(&id);
    world.pass(60);
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged"]);
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    world.gateway.says(&Message::new("order-1", "pending").by("t-2"));
    world.pass(240);
    let _somebody_else = world.due_one();
    let finished = world.store.finish(&sleeper, &[heard], &world.policy, world.now, End::Committed);
    assert!(matches!(finished, Finished::Lost), "{finished:?}");
    assert_eq!(world.effects("order-1"), ["not charged"]);
}

/// Asked about the order, the gateway answers with its latest transaction: the one that expired in the first life.
fn a_second_charge_that_never_arrived_is_not_open_for_ever(world: &mut World<'_>) {
    expired(world);
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    for _ in 0..30 {
        world.pass(3_600);
        world.work();
    }
    let found = world.expect_with("order-1", "key-3");
    assert_eq!(found, Expecting::Recorded, "nobody charged anything, and the order can never be charged again");
}

fn a_charge_that_was_refused_is_tried_again_at_once_and_found_if_it_arrived_after_all(world: &mut World<'_>) {
    let key = |text: &str| IdempotencyKey::new(text).expect("a short key");
    world.expect("order-1");
    assert!(!world.store.not_charged("order-1", &key("key-9")), "another charge's key");
    assert!(world.store.not_charged("order-1", &key("key-1")));
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    assert!(world.store.not_charged("order-1", &key("key-2")));
    // An earlier attempt had arrived.
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(!world.store.not_charged("order-1", &key("key-2")), "it was heard of");
    assert_eq!(world.expect_with("order-1", "key-3"), Expecting::Decided(Outcome::Paid));
}
