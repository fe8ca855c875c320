//! Signed codes that a stranger repeats for a day, and what is asked meanwhile and after.

use super::*;

/// Has a variation of this notification come every ten seconds for a day.
fn repeat(walk: &mut Walk, code: &str, transaction_id: &str) {
    for _ in 0..24 * 360 {
        walk.pass(10);
        walk.notified(code, transaction_id);
        if walk.due_in() == Some(0) {
            walk.check();
        }
    }
}

/// The first card was denied, and a stranger repeats that end in ever other words for a day.
#[test]
fn a_payment_is_found_within_minutes_however_often_the_end_of_an_earlier_transaction_came() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    walk.happens("t-1", "deny", "");
    walk.check();
    walk.happens("t-2", "pending", "");
    walk.check();
    repeat(&mut walk, "202", "t-1");
    walk.pass(10);
    walk.notified("200", "t-2");
    assert!(walk.due_in() <= Some(10), "{:?}", walk.due_in());
    // The first answers are behind the notification.
    walk.check_when_due(3);
    assert_eq!((walk.review(), walk.due_in()), ("", Some(40)));
    walk.happens("t-2", "capture", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["denied", "pending", "paid"]);
}

/// Reserved money has a signed 200, and the order is open.
#[test]
fn sixteen_thousand_variations_about_reserved_money_cost_a_few_questions_an_hour() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    walk.happens("t-1", "authorize", "");
    walk.check();
    walk.told.clear();
    let asked = walk.asked.len();
    for number in 0..16_000 {
        let wake = wake("200", number, &walk);
        walk.record = walk.record.notified(&wake, &walk.policy, walk.now).0;
        if walk.record.check_at.is_some_and(|at| at <= walk.now) {
            walk.check();
        }
        walk.pass(1);
    }
    let questions = walk.asked.len() - asked;
    assert!(questions <= 20 + HOURS, "{questions}");
}

/// The customer has paid again after an order expired, and a stranger repeats that end for a day.
#[test]
fn a_reversal_is_found_although_the_end_of_another_transaction_came_often_and_an_answer_lags() {
    let mut walk = Walk::of(PaymentType::BankTransfer);
    walk.happens("t-1", "expire", "");
    walk.check();
    walk.happens("t-2", "settlement", "");
    walk.check();
    repeat(&mut walk, "407", "t-1");
    walk.check_when_due(5);
    assert_eq!(walk.record.check_at, None);
    walk.pass(3_600);
    walk.notified("202", "t-2");
    walk.check_when_due(1);
    walk.happens("t-2", "deny", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["expired", "paid", "denied"]);
}

/// A stranger has repeated the settlement for a day, and the answer is behind the notification.
#[test]
fn a_refund_is_found_although_the_settlement_came_often_and_an_answer_lags() {
    let mut walk = Walk::paid();
    repeat(&mut walk, "200", "t-1");
    walk.check_when_due(5);
    assert_eq!(walk.record.check_at, None);
    walk.pass(3_600);
    walk.notified("200", "t-1");
    walk.check_when_due(1);
    let refund = r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#;
    walk.happens("t-1", "partial_refund", refund);
    walk.check_when_due(1);
    assert_eq!(
        walk.words(),
        ["paid", "partly refunded: r-1 5000 confirmed"]
    );
    walk.check_when_due(5);
    assert_eq!(walk.record.check_at, None);
}

/// The first transaction was cancelled, and the second one is reserved: both codes are genuine.
#[test]
fn the_end_of_another_transaction_beside_reserved_money_needs_no_person() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    walk.happens("t-1", "cancel", "");
    walk.check();
    walk.happens("t-2", "authorize", "");
    walk.check();
    for _ in 0..20 {
        walk.notified("202", "t-1");
        walk.notified("200", "t-2");
        walk.check_when_due(1);
        assert_eq!(walk.review(), "");
    }
    walk.happens("t-2", "capture", "");
    walk.notified("200", "t-2");
    walk.check_when_due(3);
    assert_eq!(walk.words(), ["cancelled", "pending", "paid"]);
    assert_eq!(walk.review(), "");
}

/// The answer that is behind shows a pending transaction where the signature told of money.
#[test]
fn a_pending_that_lags_accounts_for_no_signed_200_of_an_order_that_is_paid_by_signature() {
    let mut walk = Walk::of(PaymentType::Kredivo);
    walk.policy.paid_by_signature = true;
    walk.notified("200", "t-1");
    walk.pass(35);
    walk.notified("200", "t-1");
    walk.happens("t-1", "pending", "");
    walk.check();
    assert_eq!(walk.record.notified.unaccounted, 2);
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert!(
        walk.due_in().is_some(),
        "the second 200 is not explained yet"
    );
    let refund = r#","refunds":[{"refund_key":"r-1","refund_amount":"40000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#;
    walk.happens("t-1", "refund", refund);
    walk.check_when_due(1);
    assert!(
        walk.words()
            .last()
            .is_some_and(|word| word.starts_with("refunded"))
    );
}

/// The first refund was answered before it was notified, by a clock that was an hour ahead.
#[test]
fn an_answer_by_a_clock_that_was_set_back_accounts_for_no_new_signed_200() {
    let mut walk = Walk::paid();
    let refund = r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#;
    walk.happens("t-1", "partial_refund", refund);
    walk.check();
    assert_eq!(walk.record.notified.unaccounted, -1);
    walk.now -= Duration::from_secs(3_600);
    walk.pass(1_800);
    walk.notified("200", "t-1");
    assert_eq!(walk.record.notified.unaccounted, 1);
    walk.check_when_due(1);
    assert!(walk.due_in().is_some(), "the second refund may lag");
}
