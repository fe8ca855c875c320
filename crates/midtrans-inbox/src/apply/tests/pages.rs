//! Pages of Snap: an order without a transaction is not one that was not charged.

use std::time::Duration;

use midtrans_protocol::charge::ExpiryUnit;
use midtrans_protocol::snap::{Checkout, CreateTransaction, Expiry};
use midtrans_protocol::{OrderId, Rupiah, TransactionDetails};

use crate::tests::{Walk, key};
use crate::{ExpectResult, Expectation, Outcome, Record};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// The time in which a call may still arrive.
const ARRIVES: u64 = 240;

fn page(change: impl FnOnce(&mut Checkout)) -> CreateTransaction {
    let order = TransactionDetails::new(OrderId::new("order-1").unwrap(), Rupiah::new(40_000));
    let mut checkout = Checkout::new(order.unwrap());
    change(&mut checkout);
    CreateTransaction::new(checkout).unwrap()
}

fn hours(hours: u32) -> Option<Expiry> {
    Some(Expiry::new(hours, ExpiryUnit::Hour).unwrap())
}

/// A page of an hour whose payment has two.
fn walk() -> Walk {
    let mut walk = Walk::new();
    let page = page(|checkout| (checkout.page_expiry, checkout.expiry) = (hours(1), hours(2)));
    let expectation = Expectation::of_page(&page, key("key-1"), walk.now);
    walk.record = Record::new(expectation, walk.now);
    walk
}

#[test]
fn a_page_without_a_transaction_is_told_as_not_charged_only_after_its_end_and_the_longest_payment()
{
    let mut walk = walk();
    let start = walk.now;
    let mut asked = 0;
    while walk.told.is_empty() && asked < 200 {
        walk.check_when_due(1);
        asked += 1;
    }
    let told_after = walk.now.duration_since(start).unwrap_or_default().as_secs();
    assert_eq!(walk.words(), ["not charged"]);
    assert!(told_after >= 3 * HOUR + ARRIVES, "{told_after}");
    assert!(told_after <= 5 * HOUR, "{told_after}");
    assert!(asked < 30, "{asked} questions");
    assert_eq!((walk.record.check_at, walk.review()), (None, ""));
}

#[test]
fn a_customer_who_chooses_at_the_last_moment_is_waited_for() {
    let mut walk = walk();
    let start = walk.now;
    while walk.now < start + Duration::from_secs(HOUR) {
        walk.check_when_due(1);
    }
    assert!(walk.told.is_empty(), "{:?}", walk.words());
    walk.happens("t-1", "pending", r#","payment_type":"bank_transfer""#);
    walk.check_when_due(1);
    walk.happens("t-1", "settlement", r#","payment_type":"bank_transfer""#);
    walk.check_when_due(40);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["pending".to_owned(), "paid".to_owned()], "")
    );
}

#[test]
fn a_payment_whose_notification_was_lost_is_found_while_the_page_is_open() {
    let mut walk = Walk::new();
    let start = walk.now;
    let page = page(|_| ());
    walk.record = Record::new(Expectation::of_page(&page, key("key-1"), start), start);
    walk.check_when_due(8);
    walk.happens("t-1", "settlement", "");
    let paid_at = walk.now;
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid"]);
    assert!(walk.now <= paid_at + Duration::from_secs(HOUR));
}

#[test]
fn a_signature_alone_never_pays_because_the_method_is_not_known() {
    let mut walk = walk();
    walk.policy.paid_by_signature = true;
    walk.notified("200", "t-1");
    assert!(walk.told.is_empty(), "a reserved card has that code too");
    walk.happens("t-1", "settlement", "");
    walk.check();
    assert_eq!(walk.words(), ["paid"]);
}

#[test]
fn a_customer_who_was_denied_and_tries_again_on_the_page_has_paid() {
    let mut walk = walk();
    walk.happens("t-1", "deny", "");
    walk.notified("202", "t-1");
    walk.check();
    walk.happens("t-2", "settlement", "");
    walk.notified("200", "t-2");
    walk.check();
    assert_eq!(
        walk.words().last().map(String::as_str),
        Some("paid"),
        "{:?}",
        walk.words()
    );
    assert_eq!(walk.review(), "");
}

#[test]
fn a_second_try_whose_notification_was_lost_is_found_while_the_page_is_open_and_not_asked_for_after()
 {
    for second in [true, false] {
        let mut walk = walk();
        let start = walk.now;
        walk.happens("t-1", "deny", "");
        walk.notified("202", "t-1");
        walk.check();
        if second {
            walk.happens("t-2", "settlement", "");
        }
        walk.check_when_due(40);
        let paid = walk.words().last().is_some_and(|word| word == "paid");
        assert_eq!(paid, second, "{:?}", walk.words());
        assert_eq!((walk.record.check_at, walk.review()), (None, ""));
        let asked_for = walk.now.duration_since(start).unwrap_or_default().as_secs();
        assert!(asked_for <= 5 * HOUR, "{asked_for}");
        assert!(second || asked_for >= 3 * HOUR + ARRIVES, "{asked_for}");
    }
}

#[test]
fn what_was_told_as_not_charged_is_told_as_paid_when_money_comes_after_all() {
    let mut walk = walk();
    walk.check_when_due(200);
    assert_eq!(walk.words(), ["not charged"]);
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    walk.check();
    assert_eq!(walk.words(), ["not charged", "paid"]);
}

#[test]
fn the_end_of_a_page_is_its_own_expiry_then_the_payments_then_the_longest() {
    let walk = Walk::new();
    let now = walk.now;
    let start = (now + Duration::from_secs(HOUR)).try_into().unwrap();
    let begun = || hours(3).map(|expiry| expiry.starting(start));
    for (own, payment, expires, clocks) in [
        (hours(1), hours(2), 3 * HOUR, 0),
        (hours(1), None, HOUR + DAY, 0),
        (None, hours(2), 4 * HOUR, 0),
        (None, begun(), 4 * HOUR, HOUR),
        (hours(9), begun(), 9 * HOUR, HOUR),
        (None, None, 8 * DAY, 0),
        (hours(1_000), None, 8 * DAY, 0),
    ] {
        let page = page(|checkout| {
            (checkout.page_expiry, checkout.expiry) = (own.clone(), payment.clone());
        });
        let expectation = Expectation::of_page(&page, key("key-1"), now);
        let expires_at = now + Duration::from_secs(expires);
        assert_eq!(expectation.expires_at, expires_at, "{own:?} {payment:?}");
        assert_eq!(
            expectation.charge_until,
            expires_at + Duration::from_secs(clocks + ARRIVES)
        );
    }
}

#[test]
fn a_worker_whose_clock_is_an_hour_ahead_tells_nothing_while_the_page_is_open() {
    let mut walk = Walk::new();
    let minute = Expiry::new(1, ExpiryUnit::Minute).unwrap();
    let page = page(|checkout| {
        (checkout.page_expiry, checkout.expiry) = (hours(3), Some(minute));
    });
    let start = walk.now;
    walk.record = Record::new(Expectation::of_page(&page, key("key-1"), start), start);
    let ahead = Duration::from_secs(HOUR);
    walk.now += ahead;
    while walk.now < start + ahead + Duration::from_secs(3 * HOUR) {
        walk.check_when_due(1);
        let is_open = walk.now < start + ahead + Duration::from_secs(3 * HOUR);
        assert!(walk.told.is_empty() || !is_open, "{:?}", walk.words());
    }
    walk.check_when_due(20);
    assert_eq!(walk.words(), ["not charged"]);
}

#[test]
fn a_second_page_of_an_open_order_is_not_stored_and_one_of_another_price_differs() {
    let walk = walk();
    let wanted = Expectation::of_page(&page(|_| ()), key("key-2"), walk.now);
    let stored = walk.record.expectation.clone();
    assert_eq!(
        walk.record.renewed(&wanted, walk.now),
        Err(ExpectResult::Open(stored.clone()))
    );
    let mut dearer = wanted;
    dearer.amount = Rupiah::new(50_000);
    let result = walk.record.renewed(&dearer, walk.now);
    assert_eq!(result, Err(ExpectResult::Differs(stored)));
    let mut ended = walk.record.clone();
    ended.outcome = Some(Outcome::NotCharged);
    assert!(
        ended.renewed(&dearer, walk.now).is_ok(),
        "a new life of the order"
    );
}
