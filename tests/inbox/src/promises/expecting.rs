//! Expectations: what is stored before a charge, and what is found there afterwards.

use midtrans_inbox::{Accepted, ExpectResult, Expectation, Outcome};
use midtrans_protocol::Rupiah;
use midtrans_protocol::decision::Failure;
use midtrans_protocol::method::PaymentType;

use super::promises;
use crate::message::Message;
use crate::world::{World, expectation};

promises![
    an_order_is_recorded_once_and_then_open_with_the_key_that_is_stored,
    another_price_or_method_differs,
    a_decided_order_says_its_outcome,
    an_expired_order_is_charged_again_with_a_new_key_and_paid,
    an_order_that_was_not_charged_is_charged_again_with_a_new_key,
    late_notifications_of_the_first_life_do_not_disturb_the_second,
    what_was_paid_in_the_first_life_after_all_is_told,
    a_question_of_an_earlier_life_ends_nothing,
    a_second_charge_that_never_arrived_is_not_open_for_ever,
    an_order_with_an_unread_notification_of_money_is_not_charged_again,
];

fn an_order_is_recorded_once_and_then_open_with_the_key_that_is_stored(world: &mut World<'_>) {
    let first = expectation("order-1", "key-1", world.now);
    assert_eq!(
        world.expect_with("order-1", "key-1"),
        ExpectResult::Recorded
    );
    world.pass(30);
    assert_eq!(
        world.expect_with("order-1", "key-2"),
        ExpectResult::Open(first.clone())
    );
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(210);
    world.work();
    assert_eq!(
        world.expect_with("order-1", "key-3"),
        ExpectResult::Open(first)
    );
}

fn another_price_or_method_differs(world: &mut World<'_>) {
    world.expect("order-1");
    let stored = expectation("order-1", "key-1", world.now);
    let dearer = Expectation {
        amount: Rupiah::new(50_000),
        ..stored.clone()
    };
    let other = Expectation {
        payment_type: PaymentType::Kredivo,
        ..stored.clone()
    };
    for wanted in [dearer, other] {
        assert_eq!(
            world.store.expect(&wanted, world.now),
            ExpectResult::Differs(stored.clone())
        );
    }
    assert_eq!(world.record("order-1").expectation, stored);
}

fn a_decided_order_says_its_outcome(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2"] {
        world.expect(order_id);
    }
    world.happens(&Message::new("order-1", "settlement"));
    world.happens(&Message::new("order-2", "expire"));
    world.work();
    for key in ["key-1", "key-2"] {
        assert_eq!(
            world.expect_with("order-1", key),
            ExpectResult::Decided(Outcome::Paid)
        );
    }
    // With the old key the gateway would return the old charge.
    assert_eq!(
        world.expect_with("order-2", "key-1"),
        ExpectResult::Decided(Outcome::Failed(Failure::Expired))
    );
}

fn expired(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "expire"));
    world.work();
    assert_eq!(world.effects("order-1"), ["expired"]);
    world.pass(60);
}

fn an_expired_order_is_charged_again_with_a_new_key_and_paid(world: &mut World<'_>) {
    expired(world);
    assert_eq!(
        world.expect_with("order-1", "key-2"),
        ExpectResult::Recorded
    );
    let written = expectation("order-1", "key-2", world.now);
    assert_eq!(
        world.expect_with("order-1", "key-3"),
        ExpectResult::Open(written.clone())
    );
    let record = world.record("order-1");
    assert_eq!((&record.expectation, record.outcome), (&written, None));
    assert_eq!(record.check_at, Some(written.charge_until));
    world.happens(&Message::new("order-1", "settlement").by("t-2"));
    world.work();
    assert_eq!(world.effects("order-1"), ["expired", "paid"]);
}

fn an_order_that_was_not_charged_is_charged_again_with_a_new_key(world: &mut World<'_>) {
    world.expect("order-1");
    world.work_when_due(10);
    assert_eq!(world.effects("order-1"), ["not charged"]);
    assert_eq!(
        world.expect_with("order-1", "key-1"),
        ExpectResult::Decided(Outcome::NotCharged)
    );
    assert_eq!(
        world.expect_with("order-1", "key-2"),
        ExpectResult::Recorded
    );
    world.work_when_due(10);
    assert_eq!(world.effects("order-1"), ["not charged", "not charged"]);
}

fn late_notifications_of_the_first_life_do_not_disturb_the_second(world: &mut World<'_>) {
    expired(world);
    let _ = world.expect_with("order-1", "key-2");
    world
        .gateway
        .says(&Message::new("order-1", "pending").by("t-2"));
    // With other words, so that it is no duplicate.
    let late = Message {
        more: String::new(),
        ..Message::new("order-1", "expire")
    };
    assert_eq!(world.takes(&late), Accepted::New);
    world.pass(20);
    world.work();
    assert_eq!(world.effects("order-1"), ["expired", "pending"]);
    assert_eq!(
        (world.outcome("order-1"), world.review("order-1").as_str()),
        (Some(Outcome::Pending), "")
    );
}

fn what_was_paid_in_the_first_life_after_all_is_told(world: &mut World<'_>) {
    world.expect("order-1");
    world.work_when_due(10);
    let _ = world.expect_with("order-1", "key-2");
    world.happens(&Message::new("order-1", "settlement"));
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "paid"]);
}

/// A worker asks, and the answer is that the order has expired. Meanwhile another worker got the
/// same answer, and the shop has charged the order again.
fn a_question_of_an_earlier_life_ends_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "expire"));
    let (mut round, again) = (world.round(), expectation("order-1", "key-2", world.now));
    // Its clock is ahead, so that it takes over the order.
    round.now += std::time::Duration::from_secs(600);
    world.work_while(move |store| {
        store.round(&round, &mut |_| crate::worker::Act::Well);
        assert_eq!(store.expect(&again, round.now), ExpectResult::Recorded);
    });
    assert_eq!(world.effects("order-1"), ["expired"]);
    let record = world.record("order-1");
    assert_eq!(
        (record.life, record.outcome, record.payments.len()),
        (2, None, 1)
    );
}

/// Asked by order id, the gateway answers with the latest transaction: the one that expired in the
/// first life.
fn a_second_charge_that_never_arrived_is_not_open_for_ever(world: &mut World<'_>) {
    expired(world);
    assert_eq!(
        world.expect_with("order-1", "key-2"),
        ExpectResult::Recorded
    );
    world.work_when_due(10);
    assert_eq!(world.effects("order-1"), ["expired", "not charged"]);
    assert_eq!(
        world.expect_with("order-1", "key-3"),
        ExpectResult::Recorded
    );
}

/// Class E of the findings, at the shop's side: an unprocessed notification may say that the order
/// did not end as reported.
fn an_order_with_an_unread_notification_of_money_is_not_charged_again(world: &mut World<'_>) {
    expired(world);
    world.happens(&Message::new("order-1", "settlement"));
    let found = world.expect_with("order-1", "key-2");
    assert!(!matches!(found, ExpectResult::Recorded), "{found:?}");
    let charged = world.click_again("key-3");
    assert!(
        matches!(charged, midtrans_inbox::Charged::Unknown),
        "{charged:?}"
    );
    assert!(world.gateway.charged().is_empty() && world.store.charged_orders().is_empty());
    world.work();
    assert!(
        world
            .review("order-1")
            .contains("settlement after it answered expire")
    );
}
