//! Answers that contradict an earlier one, and reversals that the gateway documents.

use midtrans_protocol::method::PaymentType;

use crate::tests::Walk;
use crate::{Outcome, Reach};

#[test]
fn a_settlement_after_an_end_without_money_is_a_review_at_once() {
    for end in ["expire", "deny", "cancel", "failure"] {
        let mut walk = Walk::new();
        walk.happens("t-1", end, "");
        walk.check();
        let told = walk.words();
        walk.happens("t-1", "settlement", "");
        walk.notified("200", "t-1");
        walk.check();
        assert_eq!(walk.words(), told);
        let why = format!(
            "the gateway answers settlement after it answered {end}, which does not follow"
        );
        assert_eq!(walk.review(), why);
        // A person has looked: what the gateway answers now counts.
        walk.record = walk.record.reviewed(walk.now);
        walk.check();
        assert_eq!(
            (walk.words().last().map(String::as_str), walk.review()),
            (Some("paid"), "")
        );
    }
}

#[test]
fn an_end_without_money_after_a_settlement_is_a_review_at_once() {
    for end in ["deny", "expire", "cancel", "failure"] {
        let mut walk = Walk::paid();
        walk.happens("t-1", end, "");
        walk.notified("202", "t-1");
        walk.check();
        assert_eq!(walk.words(), ["paid"]);
        assert!(
            walk.review().contains("does not follow"),
            "{}",
            walk.review()
        );
    }
}

#[test]
fn a_reversal_that_the_gateway_documents_is_told() {
    use PaymentType::{BankTransfer, Cstore, Echannel, Permata};
    for payment_type in [BankTransfer, Echannel, Cstore, Permata] {
        let mut walk = Walk::of(payment_type);
        walk.happens("t-1", "settlement", "");
        walk.check();
        walk.happens("t-1", "deny", "");
        walk.notified("202", "t-1");
        walk.check();
        assert_eq!(
            (walk.words(), walk.review()),
            (vec!["paid".to_owned(), "denied".to_owned()], "")
        );
    }
}

/// The answer that shows the settlement is behind the second notification.
#[test]
fn a_reversal_that_was_notified_with_its_settlement_is_told_when_the_gateway_shows_it() {
    for codes in [["200", "202"], ["202", "200"]] {
        let mut walk = Walk::of(PaymentType::BankTransfer);
        walk.happens("t-1", "settlement", "");
        for code in codes {
            walk.notified(code, "t-1");
        }
        walk.check_when_due(3);
        assert_eq!(
            (walk.words(), walk.due_in()),
            (vec!["paid".to_owned()], Some(40)),
            "{codes:?}"
        );
        walk.happens("t-1", "deny", "");
        walk.check_when_due(1);
        assert_eq!(walk.words(), ["paid", "denied"]);
        assert_eq!((walk.review(), walk.record.check_at), ("", None));
    }
}

#[test]
fn a_reversal_that_was_notified_and_is_never_answered_is_a_review_after_growing_pauses() {
    let mut walk = Walk::paid();
    walk.notified("202", "t-1");
    let mut pauses = Vec::new();
    while walk.review().is_empty() {
        walk.check_when_due(1);
        pauses.extend(walk.due_in());
    }
    assert_eq!(pauses[..5], [10, 20, 40, 80, 160]);
    assert_eq!(
        walk.review(),
        "a signed notification says more than the gateway's answer, which is paid"
    );
    assert_eq!(walk.words(), ["paid"]);
    walk.record = walk.record.reviewed(walk.now);
    walk.check_when_due(10);
    assert_eq!((walk.review(), walk.record.check_at), ("", None));
}

/// A customer whose first card was denied pays with a second one.
#[test]
fn the_end_of_another_transaction_is_no_reversal() {
    for is_early in [true, false] {
        let mut walk = Walk::of(PaymentType::CreditCard);
        walk.happens("t-1", "deny", "");
        if is_early {
            walk.check();
        }
        walk.happens("t-2", "capture", "");
        walk.check();
        walk.notified("202", "t-1");
        walk.check_when_due(100);
        assert_eq!(walk.words().last().map(String::as_str), Some("paid"));
        assert_eq!((walk.review(), walk.record.check_at), ("", None));
        assert_eq!(walk.record.notified.reach, Reach::Nothing);
        // And it hides none.
        walk.notified("202", "t-2");
        walk.check_when_due(3);
        walk.happens("t-2", "cancel", "");
        walk.check_when_due(1);
        let told = walk.told.last().map(|change| change.outcome);
        assert!(told.is_some_and(Outcome::is_closed_without_money));
    }
}

#[test]
fn money_that_comes_back_after_a_reversal_is_a_review_and_told_when_a_person_has_looked() {
    let mut walk = Walk::of(PaymentType::BankTransfer);
    for status in ["settlement", "deny", "settlement"] {
        walk.happens("t-1", status, "");
        walk.check();
    }
    assert_eq!(walk.words(), ["paid", "denied"]);
    assert!(
        walk.review().contains("settlement after it answered deny"),
        "{}",
        walk.review()
    );
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert_eq!(walk.words(), ["paid", "denied", "paid"]);
}

/// The older transaction is found only by its id.
#[test]
fn a_contradiction_of_an_older_transaction_stays_a_review_until_the_gateway_answers_otherwise() {
    let mut walk = Walk::new();
    walk.happens("t-1", "deny", "");
    walk.check();
    walk.happens("t-2", "settlement", "");
    walk.notified("200", "t-2");
    walk.check();
    walk.answers("t-1", crate::tests::says("t-1", "settlement", ""));
    walk.pass(60);
    walk.notified("200", "t-1");
    walk.check_when_due(5);
    assert!(
        walk.review().contains("settlement after it answered deny"),
        "{}",
        walk.review()
    );
    assert_eq!(walk.words(), ["denied", "paid"]);
    walk.answers("t-1", crate::tests::says("t-1", "deny", ""));
    walk.check_when_due(1);
    assert_eq!((walk.review(), walk.record.check_at), ("", None));
}

#[test]
fn a_capture_that_is_cancelled_is_told() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    for status in ["capture", "cancel"] {
        walk.happens("t-1", status, "");
        walk.check();
    }
    assert_eq!(walk.words(), ["paid", "cancelled"]);
}

#[test]
fn a_dispute_is_told_once() {
    for (status, told) in [
        ("chargeback", "disputed"),
        ("partial_chargeback", "partly disputed"),
    ] {
        let mut walk = Walk::paid();
        walk.happens("t-1", status, "");
        walk.notified("200", "t-1");
        walk.check();
        walk.check();
        assert_eq!(walk.words(), ["paid", told]);
    }
}

#[test]
fn a_dispute_after_a_partial_refund_is_told_whether_the_refund_is_still_listed_or_not() {
    let refund = r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#;
    for more in [refund, ""] {
        let mut walk = Walk::paid();
        walk.happens("t-1", "partial_refund", refund);
        walk.notified("200", "t-1");
        walk.check();
        walk.happens("t-1", "chargeback", more);
        walk.notified("200", "t-1");
        walk.check();
        walk.check();
        assert_eq!(
            walk.words(),
            ["paid", "partly refunded: r-1 5000", "disputed"]
        );
        assert_eq!(walk.review(), "");
    }
}

#[test]
fn a_dispute_that_was_won_is_a_review_within_minutes() {
    let mut walk = Walk::paid();
    walk.happens("t-1", "chargeback", "");
    walk.check();
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    walk.check_when_due(6);
    assert_eq!(walk.words(), ["paid", "disputed"]);
    assert_eq!(
        walk.review(),
        "the gateway answers settlement after it answered chargeback"
    );
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["paid".to_owned(), "disputed".to_owned()], "")
    );
}
