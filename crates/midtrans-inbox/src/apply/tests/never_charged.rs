//! Charges that never arrived: believed late, because of the gateway's own 404s, and never beside a
//! signature.

use std::time::Duration;

use crate::expectation::CHARGE_ARRIVES_WITHIN;
use crate::tests::{Walk, charge, key};
use crate::{Again, Outcome, Plan, Reach, Record};

fn seconds_until_told(walk: &mut Walk) -> u64 {
    let start = walk.now;
    while walk.told.is_empty() {
        walk.check_when_due(1);
    }
    walk.now.duration_since(start).unwrap_or_default().as_secs()
}

#[test]
fn a_charge_that_never_arrived_takes_five_404s_of_eighty_seconds_after_the_last_moment_at_which_it_can_arrive()
 {
    let mut walk = Walk::new();
    assert_eq!(walk.due_in(), Some(240));
    assert_eq!(seconds_until_told(&mut walk), 240 + 4 * 80);
    assert_eq!(
        (walk.words(), walk.record.check_at),
        (vec!["not charged".to_owned()], None)
    );
    assert_eq!(walk.asked, ["order-1"; 5]);
}

/// The customer reloads the page, and each time the shop asks by now.
#[test]
fn asking_more_often_makes_nothing_certain_sooner() {
    let mut walk = Walk::new();
    // A worker whose clock is an hour ahead: all deadlines of the charge have passed for it.
    walk.pass(3_600);
    for second in 0..320 {
        walk.check();
        assert!(walk.told.is_empty(), "after {second} seconds");
        walk.pass(1);
    }
    walk.check();
    assert_eq!(walk.words(), ["not charged"]);
}

#[test]
fn a_clock_that_goes_back_begins_the_count_anew() {
    let mut walk = Walk::new();
    walk.pass(7_200);
    for _ in 0..3 {
        walk.check();
        walk.pass(80);
    }
    walk.now -= Duration::from_secs(3_600);
    walk.check();
    assert_eq!((walk.record.lag, walk.told.len()), (1, 0));
    walk.check_when_due(4);
    assert_eq!(walk.words(), ["not charged"]);
}

/// The shop's host and the worker that asks first are an hour behind. The charge is on its way.
#[test]
fn it_is_never_told_while_the_charge_may_arrive_whatever_two_clocks_say() {
    let hour = Duration::from_secs(3_600);
    for is_behind in 1..5 {
        let mut walk = Walk::new();
        let begun = walk.now;
        walk.record.expectation.charge_until -= hour;
        walk.record.check_at = Some(begun - hour);
        walk.now -= hour;
        walk.check_when_due(is_behind);
        walk.now += hour;
        let arrives = begun + CHARGE_ARRIVES_WITHIN;
        while walk.record.check_at.max(Some(walk.now)) < Some(arrives) {
            walk.check_when_due(1);
        }
        assert!(walk.told.is_empty(), "{is_behind} of them are behind");
        walk.happens("t-1", "pending", "");
        walk.check_when_due(1);
        assert_eq!(walk.words(), ["pending"]);
    }
}

#[test]
fn it_is_never_told_before_the_last_moment_at_which_the_charge_can_arrive() {
    let mut walk = Walk::new();
    walk.record.expectation.charge_until = walk.now + Duration::from_secs(7_200);
    walk.record.check_at = Some(walk.now);
    assert!(seconds_until_told(&mut walk) >= 7_200);
}

#[test]
fn it_is_never_told_after_anything_was_signed() {
    for code in ["200", "201", "202", "407"] {
        let mut walk = Walk::new();
        walk.notified(code, "t-1");
        walk.check_when_due(40);
        assert!(walk.told.is_empty(), "{code}: {:?}", walk.words());
        assert!(!walk.review().is_empty(), "{code}");
        walk.happens("t-1", "settlement", "");
        walk.check();
        assert_eq!(
            (walk.words(), walk.review()),
            (vec!["paid".to_owned()], ""),
            "{code}"
        );
    }
}

#[test]
fn a_signature_between_two_404s_stops_it() {
    let mut walk = Walk::new();
    walk.check_when_due(3);
    walk.notified("201", "t-1");
    walk.check_when_due(20);
    assert!(walk.told.is_empty(), "{:?}", walk.words());
}

#[test]
fn a_person_does_not_make_a_signed_order_not_charged() {
    let mut walk = Walk::new();
    walk.notified("200", "t-1");
    walk.check_when_due(10);
    assert!(!walk.review().is_empty());
    walk.record = walk.record.reviewed(walk.now);
    walk.check_when_due(10);
    assert!(walk.told.is_empty() && !walk.review().is_empty());
}

#[test]
fn what_is_signed_after_it_was_told_is_found() {
    let mut walk = Walk::new();
    seconds_until_told(&mut walk);
    walk.pass(60);
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    assert_eq!(
        (walk.words(), walk.due_in()),
        (vec!["not charged".to_owned()], Some(40)),
        "a 404 is not the end of it"
    );
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["not charged", "paid"]);
    assert_eq!(walk.told[1].before, Some(Outcome::NotCharged));
}

#[test]
fn what_is_open_after_it_was_told_is_asked_about_until_its_end() {
    let mut walk = Walk::new();
    seconds_until_told(&mut walk);
    walk.happens("t-1", "pending", "");
    walk.notified("201", "t-1");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["not charged", "pending"]);
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["not charged", "pending", "paid"]);
}

/// Asked by order id, the gateway answers with the latest transaction: the one that expired in the
/// first life.
#[test]
fn a_second_life_whose_charge_never_arrived_ends_too() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.check();
    assert_eq!(walk.words(), ["expired"]);
    walk.pass(60);
    let Plan::Send(record, sending) = Record::plan(
        Some(&walk.record),
        &charge(),
        key("key-2"),
        Again::Wanted,
        walk.now,
    ) else {
        unreachable!("it may be charged again")
    };
    assert!(sending.is_new);
    walk.record = *record;
    walk.told.clear();
    assert_eq!(seconds_until_told(&mut walk), 240 + 4 * 80);
    assert_eq!(walk.words(), ["not charged"]);
}

/// A late or a forged notification has a signature of the first life.
#[test]
fn a_signature_of_an_earlier_life_keeps_no_later_one_from_ending() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.check();
    let mut wanted = walk.record.expectation.clone();
    wanted.idempotency_key = key("key-2");
    walk.record = walk.record.renewed(&wanted, walk.now).unwrap();
    for code in ["201", "202", "407"] {
        walk.notified(code, "t-1");
    }
    walk.check_when_due(10);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["expired".to_owned(), "not charged".to_owned()], "")
    );
    // Money is another matter.
    walk.notified("200", "t-1");
    assert_eq!(walk.record.notified.reach, Reach::Money);
}

#[test]
fn an_earlier_life_with_another_price_is_no_review_of_the_next_one() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.check();
    let mut wanted = walk.record.expectation.clone();
    (wanted.amount, wanted.idempotency_key) =
        (midtrans_protocol::Rupiah::new(50_000), key("key-2"));
    walk.record = walk.record.renewed(&wanted, walk.now).unwrap();
    walk.notified("202", "t-1");
    walk.check();
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["expired".to_owned()], "")
    );
}

#[test]
fn an_answer_that_cannot_be_used_is_no_404() {
    let mut walk = Walk::new();
    for _ in 0..40 {
        walk.record = walk.policy.unanswered(&walk.record, walk.now);
        walk.pass(600);
    }
    assert_eq!(
        (walk.record.lag, walk.told.len(), walk.review()),
        (0, 0, "")
    );
    assert_eq!(seconds_until_told(&mut walk), 4 * 80);
}
