//! Notifications, genuine and forged, and their effect on a record.

use std::time::Duration;

use midtrans_protocol::method::PaymentType;

use super::*;
use crate::store::NewNotification;
use crate::tests::{PRICE, Walk, charge, key, notification};
use crate::{Again, Plan};

mod repeated;

/// One genuine signature of a 201, and everything else invented.
#[test]
fn a_forged_pending_with_refunds_books_nothing_and_causes_no_question() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check();
    let before = walk.record.clone();
    walk.notified_of(
        "201",
        PRICE,
        r#""transaction_id":"t-1","transaction_status":"refund","refund_amount":"40000.00",
            "refunds":[{"refund_key":"r-1","refund_amount":"40000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#,
    );
    assert_eq!(
        (&walk.record, walk.words()),
        (&before, vec!["pending".to_owned()])
    );
}

#[test]
fn a_forged_pending_named_like_the_order_opens_nothing() {
    let mut walk = Walk::paid();
    let ids = walk.record.notified.ids.clone();
    walk.notified("201", "order-1");
    assert_eq!(
        walk.record.notified.ids, ids,
        "the order id is asked about anyway"
    );
    walk.check_when_due(100);
    assert_eq!(
        (walk.words(), walk.record.check_at),
        (vec!["paid".to_owned()], None)
    );
    assert_eq!(walk.asked, ["order-1"; 2]);
}

#[test]
fn a_signed_201_of_an_open_order_asks_nothing() {
    for status in ["", "pending"] {
        let mut walk = Walk::new();
        if !status.is_empty() {
            walk.happens("t-1", status, "");
            walk.check();
        }
        let check_at = walk.record.check_at;
        walk.notified("201", "t-1");
        assert_eq!(
            (walk.record.check_at, walk.record.notified_at),
            (check_at, None),
            "{status}"
        );
        assert!(walk.record.notified.ids.is_empty());
    }
}

/// One of many variations of a notification with a genuine signature.
fn wake(code: &str, number: usize, walk: &Walk) -> Wake {
    let (status_code, transaction_id) = (code.to_owned(), Some(format!("t-{number}")));
    Wake {
        status_code,
        amount: Some(walk.record.expectation.amount),
        transaction_id,
        received_at: walk.now,
    }
}

#[test]
fn sixteen_thousand_variations_of_one_pending_cause_no_question_and_keep_nothing() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check();
    let before = walk.record.clone();
    for number in 0..16_000 {
        walk.record = walk
            .record
            .notified(&wake("201", number, &walk), &walk.policy, walk.now)
            .0;
    }
    assert_eq!(walk.record, before);
}

#[test]
fn sixteen_thousand_variations_about_a_paid_order_cost_a_few_questions_an_hour_and_eight_ids() {
    let questions = questions_of_variations(Walk::paid(), &["200", "201"]);
    assert!(questions <= 20 + HOURS, "{questions}");
}

/// The end that was signed is another transaction's, whose customer tried again.
#[test]
fn sixteen_thousand_variations_of_another_transactions_end_cost_a_few_questions_an_hour() {
    let mut walk = Walk::new();
    walk.happens("t-0", "deny", "");
    walk.check();
    walk.happens("t-1", "settlement", "");
    walk.check();
    walk.told.remove(0);
    walk.pass(3_600);
    let questions = questions_of_variations(walk, &["200", "201", "202", "407"]);
    assert!(questions <= 40 + HOURS, "{questions}");
}

/// That needs a person, and what does is asked about by all its ids.
#[test]
fn sixteen_thousand_variations_of_an_end_that_is_not_answered_cost_a_check_an_hour() {
    let questions = questions_of_variations(Walk::paid(), &["200", "201", "202", "407"]);
    let checks = 6 + HOURS;
    assert!(questions <= checks * (1 + Notified::MAX_IDS), "{questions}");
}

/// Sixteen thousand notifications come once a second.
const HOURS: usize = 16_000 / 3_600;

fn questions_of_variations(mut walk: Walk, codes: &[&str]) -> usize {
    let asked = walk.asked.len();
    for number in 0..16_000 {
        let wake = wake(codes[number % codes.len()], number, &walk);
        walk.record = walk.record.notified(&wake, &walk.policy, walk.now).0;
        if walk.record.check_at.is_some_and(|at| at <= walk.now) {
            walk.check();
        }
        walk.pass(1);
    }
    assert_eq!(walk.record.notified.ids.len(), Notified::MAX_IDS);
    assert_eq!(walk.words(), ["paid"]);
    walk.asked.len() - asked
}

#[test]
fn a_named_id_is_asked_about_once_unless_an_answer_has_named_it() {
    let mut walk = Walk::paid();
    walk.notified("200", "t-9");
    walk.check();
    walk.pass(3_600);
    walk.notified("200", "t-9");
    walk.check();
    assert_eq!(walk.asked[1..], ["order-1", "t-9", "order-1"]);
}

#[test]
fn a_webhook_host_whose_clock_is_an_hour_ahead_delays_nothing() {
    for hours in [0, 1, 1_000_000] {
        let mut walk = Walk::new();
        let mut wake =
            NewNotification::of(&notification("order-1", "200", PRICE, r#""a":1"#), walk.now)
                .wake();
        wake.received_at += Duration::from_secs(3_600 * hours);
        walk.record = walk.record.notified(&wake, &walk.policy, walk.now).0;
        assert_eq!(
            (walk.due_in(), walk.record.notified_at),
            (Some(0), Some(walk.now)),
            "{hours}"
        );
    }
}

#[test]
fn a_notification_moves_a_check_forward_and_never_back() {
    let mut walk = Walk::new();
    walk.record.check_at = Some(walk.now - Duration::from_secs(5));
    walk.notified("200", "t-1");
    assert_eq!(
        walk.record.check_at,
        Some(walk.now - Duration::from_secs(5))
    );
}

#[test]
fn ten_seconds_lie_between_two_checks_of_one_order() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check();
    walk.pass(3);
    walk.notified("200", "t-1");
    assert_eq!(walk.due_in(), Some(7));
    // The host that asked last has a clock that is ahead.
    walk.record.asked_at = Some(walk.now + Duration::from_secs(3_600));
    walk.record.check_at = None;
    walk.notified("200", "t-2");
    assert_eq!(walk.due_in(), Some(10));
}

#[test]
fn a_resent_notification_after_a_review_has_the_order_asked_about_again() {
    let mut walk = Walk::new();
    for status in ["expire", "settlement"] {
        walk.happens("t-1", status, "");
        walk.check();
    }
    assert!(!walk.review().is_empty());
    for code in ["201", "200"] {
        walk.pass(60);
        walk.record.check_at = None;
        walk.notified(code, "t-1");
        assert_eq!(walk.due_in(), Some(0), "{code}");
    }
}

/// The option for gateways that limit questions.
fn trusting() -> Walk {
    let mut walk = Walk::new();
    walk.policy.paid_by_signature = true;
    walk
}

#[test]
fn paid_by_signature_is_told_at_once_and_once_and_confirmed_later() {
    let mut walk = trusting();
    walk.notified("200", "t-1");
    walk.notified("200", "t-2");
    assert_eq!(walk.words(), ["paid"]);
    assert!(walk.record.is_unconfirmed);
    walk.happens("t-1", "pending", "");
    walk.check_when_due(3);
    assert!(
        walk.record.is_unconfirmed,
        "an answer that lags takes nothing back"
    );
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!((walk.words(), walk.review()), (vec!["paid".to_owned()], ""));
    assert!(!walk.record.is_unconfirmed);
    walk.check_when_due(100);
    assert_eq!(walk.record.check_at, None);
}

#[test]
fn paid_by_signature_that_the_gateway_contradicts_is_a_review_and_taken_back_only_by_a_person() {
    for status in ["pending", "cancel", ""] {
        let mut walk = trusting();
        if !status.is_empty() {
            walk.happens("t-1", status, "");
        }
        walk.notified("200", "t-1");
        walk.check_when_due(6);
        assert_eq!(walk.words(), ["paid"], "{status}");
        assert!(
            walk.review().contains("a signed notification"),
            "{}",
            walk.review()
        );
        walk.record = walk.record.reviewed(walk.now);
        walk.check();
        let told = match status {
            "pending" => vec!["paid", "pending"],
            "cancel" => vec!["paid", "cancelled"],
            _ => vec!["paid"],
        };
        assert_eq!(walk.words(), told);
    }
}

#[test]
fn paid_by_signature_that_was_reversed_before_it_was_confirmed_is_a_review_and_not_silent() {
    let mut walk = trusting();
    walk.record.expectation.payment_type = PaymentType::Cstore;
    walk.happens("t-1", "deny", "");
    walk.notified("200", "t-1");
    walk.check_when_due(6);
    assert_eq!(walk.words(), ["paid"]);
    assert!(
        walk.review()
            .contains("says more than the gateway's answer, which is denied"),
        "{}",
        walk.review()
    );
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert_eq!(walk.words(), ["paid", "denied"]);
}

#[test]
fn what_a_person_took_back_is_told_as_paid_when_the_gateway_answers_so() {
    let mut walk = trusting();
    walk.happens("t-1", "pending", "");
    walk.notified("200", "t-1");
    walk.check_when_due(6);
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "pending", "paid"]);
}

#[test]
fn paid_by_signature_counts_for_the_expected_amount_of_methods_without_authorization_alone() {
    use PaymentType::{
        Akulaku, BankTransfer, CreditCard, Cstore, Echannel, Gopay, Kredivo, Permata, Qris,
        ShopeePay,
    };
    let told = |payment_type: PaymentType, code: &str, amount: &str| {
        let mut walk = trusting();
        walk.record.expectation.payment_type = payment_type;
        walk.notified_of(
            code,
            amount,
            r#""transaction_id":"t-1","transaction_status":"settlement""#,
        );
        walk.words().len() == 1
    };
    for payment_type in [
        Akulaku,
        Kredivo,
        BankTransfer,
        Echannel,
        Permata,
        Cstore,
        Qris,
        ShopeePay,
    ] {
        assert!(told(payment_type, "200", PRICE));
    }
    for payment_type in [CreditCard, Gopay, PaymentType::from("a new one")] {
        assert!(!told(payment_type, "200", PRICE));
    }
    for (code, amount) in [
        ("201", PRICE),
        ("202", PRICE),
        ("407", PRICE),
        ("200", "42000.00"),
        ("200", "39999.00"),
    ] {
        assert!(!told(Akulaku, code, amount), "{code} {amount}");
    }
}

#[test]
fn a_signature_of_an_earlier_life_pays_nothing_in_a_later_one() {
    let mut walk = trusting();
    walk.record.expectation.payment_type = PaymentType::BankTransfer;
    walk.notified("200", "t-1");
    walk.happens("t-1", "settlement", "");
    walk.check();
    walk.happens("t-1", "deny", "");
    walk.check();
    assert_eq!(walk.words(), ["paid", "denied"]);
    let plan = Record::plan(
        Some(&walk.record),
        &charge(),
        key("key-2"),
        Again::Wanted,
        walk.now,
    );
    let Plan::Send(record, _) = plan else {
        unreachable!("it may be charged again")
    };
    walk.record = *record;
    walk.notified("200", "t-1");
    assert_eq!(walk.words(), ["paid", "denied"]);
}

#[test]
fn paid_by_signature_is_not_told_beside_a_review() {
    let mut walk = trusting();
    walk.happens("t-1", "floating", "");
    walk.check();
    assert!(!walk.review().is_empty());
    walk.notified("200", "t-1");
    assert!(walk.told.is_empty());
}

#[test]
fn without_the_option_a_signature_tells_nothing() {
    let mut walk = Walk::new();
    walk.notified("200", "t-1");
    assert!(walk.told.is_empty() && walk.record.outcome.is_none());
}
