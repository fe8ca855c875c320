//! Money that goes back, told twice per refund and booked once unconfirmed and once confirmed.

use midtrans_inbox::{Accepted, Asking};

use super::promises;
use crate::message::{Message, PRICE};
use crate::worker::Act;
use crate::world::World;

promises![
    both_notifications_of_a_refund_are_new_and_told_once_each,
    a_late_first_notification_of_a_refund_tells_nothing,
    a_second_refund_is_told_by_itself,
    a_refund_before_anybody_heard_of_the_payment_says_so,
    a_payment_that_is_heard_of_after_its_refund_is_not_paid,
    a_full_refund_is_told_as_one,
    a_refund_that_the_handler_could_not_book_is_told_again,
    a_refund_is_kept_with_key_number_and_amount,
    a_refund_without_details_is_asked_about,
    a_total_that_was_heard_of_before_its_parts_is_not_booked_on_top_of_them,
];

const ASKED_FOR: (&str, u64, bool) = ("r-1", 5_000, false);
const CONFIRMED: (&str, u64, bool) = ("r-1", 5_000, true);
const SECOND: (&str, u64, bool) = ("r-2", 7_000, false);

fn paid(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(3_600);
}

fn refunded(world: &mut World<'_>, refunds: &[(&'static str, u64, bool)]) {
    assert_eq!(world.happens(&Message::refunded("order-1", refunds)), Accepted::New);
    assert_eq!(world.work(), 1);
    world.pass(3_600);
}

fn both_notifications_of_a_refund_are_new_and_told_once_each(world: &mut World<'_>) {
    paid(world);
    refunded(world, &[ASKED_FOR]);
    assert_eq!(world.effects("order-1"), ["paid", "partly refunded: r-1 5000"]);
    refunded(world, &[CONFIRMED]);
    for refunds in [ASKED_FOR, CONFIRMED] {
        assert_eq!(world.hear(&Message::refunded("order-1", &[refunds])), Accepted::Repeat);
    }
    assert_eq!(world.work(), 0);
    let all = ["paid", "partly refunded: r-1 5000", "partly refunded: r-1 5000 confirmed"];
    assert_eq!(world.effects("order-1"), all);
}

fn a_late_first_notification_of_a_refund_tells_nothing(world: &mut World<'_>) {
    paid(world);
    refunded(world, &[CONFIRMED]);
    world.hear(&Message::refunded("order-1", &[ASKED_FOR]));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid", "partly refunded: r-1 5000 confirmed"]);
}

fn a_second_refund_is_told_by_itself(world: &mut World<'_>) {
    paid(world);
    refunded(world, &[ASKED_FOR]);
    refunded(world, &[ASKED_FOR, SECOND]);
    // The confirmation of the first one comes last; it may name only that one.
    world.gateway.says(&Message::refunded("order-1", &[CONFIRMED, SECOND]));
    world.hear(&Message::refunded("order-1", &[CONFIRMED]));
    world.work();
    let told =
        ["paid", "partly refunded: r-1 5000", "partly refunded: r-2 7000", "partly refunded: r-1 5000 confirmed"];
    assert_eq!(world.effects("order-1"), told);
}

fn a_refund_before_anybody_heard_of_the_payment_says_so(world: &mut World<'_>) {
    world.expect("order-1");
    refunded(world, &[CONFIRMED]);
    let ledger = world.ledger("order-1");
    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].to_string().as_str(), ledger[0].before.as_str()),
        ("partly refunded: r-1 5000 confirmed", "")
    );
}

fn a_payment_that_is_heard_of_after_its_refund_is_not_paid(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::refunded("order-1", &[ASKED_FOR]));
    world.hear(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(world.effects("order-1"), ["partly refunded: r-1 5000"]);
    world.hear(&Message { more: String::new(), ..Message::new("order-1", "settlement") });
    world.work();
    assert_eq!(world.effects("order-1"), ["partly refunded: r-1 5000"]);
}

fn a_full_refund_is_told_as_one(world: &mut World<'_>) {
    paid(world);
    refunded(world, &[ASKED_FOR]);
    refunded(world, &[CONFIRMED, ("r-2", PRICE - 5_000, false)]);
    let told = ["paid", "partly refunded: r-1 5000", "refunded: r-1 5000 confirmed, r-2 35000"];
    assert_eq!(world.effects("order-1"), told);
}

fn a_refund_that_the_handler_could_not_book_is_told_again(world: &mut World<'_>) {
    paid(world);
    world.happens(&Message::refunded("order-1", &[ASKED_FOR]));
    world.work_with(|_| Act::Fails);
    assert!(world.store.load("order-1").is_some_and(|record| record.refunds.is_empty()));
    // Meanwhile the bank confirms it.
    world.pass(10);
    world.gateway.says(&Message::refunded("order-1", &[CONFIRMED]));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid", "partly refunded: r-1 5000 confirmed"]);
    world.pass(10);
    world.hear(&Message::refunded("order-1", &[CONFIRMED]));
    world.work();
    assert_eq!(world.effects("order-1").len(), 2);
}

fn a_refund_is_kept_with_key_number_and_amount(world: &mut World<'_>) {
    paid(world);
    refunded(world, &[CONFIRMED, SECOND]);
    world.store.reopen();
    let refunds = world.store.load("order-1").map(|record| record.refunds).unwrap_or_default();
    let kept = refunds.iter().map(|refund| {
        let (key, number) = (refund.refund_key.as_deref(), refund.refund_chargeback_id.as_deref());
        (refund.transaction_id.as_str(), key, number, refund.amount.get(), refund.confirmed)
    });
    let expected =
        [("order-1-t-1", Some("r-1"), Some("1"), 5_000, true), ("order-1-t-1", Some("r-2"), Some("2"), 7_000, false)];
    assert!(kept.eq(expected), "{refunds:?}");
}

/// One of the gateway's samples is no more than the status.
fn a_refund_without_details_is_asked_about(world: &mut World<'_>) {
    paid(world);
    world.gateway.says(&Message::refunded("order-1", &[CONFIRMED]));
    world.hear(&Message::new("order-1", "partial_refund"));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid", "partly refunded: r-1 5000 confirmed"]);
}

/// Some of the gateway's samples have the total so far and the latest refund's key, and no list. No order is guaranteed.
fn a_total_that_was_heard_of_before_its_parts_is_not_booked_on_top_of_them(world: &mut World<'_>) {
    world.policy.asking = Asking::Doubtful;
    paid(world);
    let both = [CONFIRMED, ("r-2", 7_000, true)];
    world.gateway.says(&Message::refunded("order-1", &both));
    let total = |total: &str| Message::new("order-1", "partial_refund").with(total);
    world.hear(&total(r#","refund_amount":"12000.00","refund_key":"r-2""#));
    world.work();
    world.pass(20);
    world.hear(&total(r#","refund_amount":"5000.00","refund_key":"r-1""#));
    world.work();
    world.pass(20);
    world.hear(&Message::refunded("order-1", &both));
    world.work();
    let refunds = world.store.load("order-1").map(|record| record.refunds).unwrap_or_default();
    let booked: u64 = refunds.iter().map(|refund| refund.amount.get()).sum();
    assert_eq!(booked, 12_000, "{:?}", world.effects("order-1"));
}
