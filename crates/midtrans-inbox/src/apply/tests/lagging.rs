//! Answers that are behind what was signed or answered before.

use std::time::Duration;

use midtrans_protocol::decision::Extent;
use midtrans_protocol::method::PaymentType;

use crate::tests::{PRICE, Walk};
use crate::{Answer, NamedId, Outcome, Reach, apply};

/// The gateway answers 404 for four minutes while a genuine signed settlement is there.
#[test]
fn a_404_for_four_minutes_beside_a_signed_settlement_is_not_charged_never_and_paid_in_the_end() {
    let mut walk = Walk::new();
    walk.notified("200", "t-1");
    let four_minutes = walk.now + Duration::from_secs(240);
    while walk.record.check_at.is_some_and(|at| at < four_minutes) {
        walk.check_when_due(1);
        assert!(
            walk.told.is_empty() && walk.review().is_empty(),
            "{}",
            walk.review()
        );
    }
    assert_eq!(walk.record.lag, 5);
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid"]);
}

#[test]
fn a_settlement_that_is_only_found_by_its_transaction_id_is_paid() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.forgets("order-1");
    walk.notified("200", "t-1");
    walk.check();
    assert_eq!(walk.asked, ["order-1", "t-1"]);
    assert_eq!(
        (walk.words(), walk.review(), walk.record.check_at),
        (vec!["paid".to_owned()], "", None)
    );
}

#[test]
fn a_settlement_that_is_found_by_its_transaction_id_later_is_paid() {
    let mut walk = Walk::new();
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    walk.happens("t-1", "settlement", "");
    walk.forgets("order-1");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid"]);
}

#[test]
fn an_answer_behind_a_signed_settlement_is_asked_for_after_growing_pauses_and_then_a_review_within_minutes()
 {
    for status in ["", "pending"] {
        let mut walk = Walk::new();
        if !status.is_empty() {
            walk.happens("t-1", status, "");
        }
        walk.notified("200", "t-1");
        let mut pauses = Vec::new();
        while walk.review().is_empty() {
            walk.check_when_due(1);
            pauses.extend(walk.due_in());
        }
        assert_eq!(pauses[..5], [10, 20, 40, 80, 160], "{status}");
        assert_eq!(pauses.len(), 6);
        assert!(pauses[5] >= 3_600, "afterwards each hour to each day");
        walk.happens("t-1", "settlement", "");
        walk.check_when_due(1);
        assert_eq!(
            (walk.words().last().map(String::as_str), walk.review()),
            (Some("paid"), "")
        );
    }
}

#[test]
fn an_end_without_money_behind_a_signed_200_waits_for_minutes_and_is_then_told_with_a_review() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.notified("200", "t-1");
    walk.check_when_due(5);
    assert!(walk.told.is_empty() && walk.review().is_empty());
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["expired"]);
    assert!(
        walk.review()
            .contains("says more than the gateway's answer, which is expired"),
        "{}",
        walk.review()
    );
}

#[test]
fn a_signed_end_that_the_gateway_does_not_answer_needs_no_person() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.notified("202", "t-1");
    walk.check_when_due(20);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["pending".to_owned()], "")
    );
}

/// The number of one order's questions is bounded, however it lags.
#[test]
fn a_lagging_order_costs_a_bounded_number_of_questions() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    for number in 0..20 {
        walk.notified("202", &format!("t-{number}"));
    }
    walk.notified("200", "t-1");
    walk.check_when_due(1_000);
    assert_eq!(walk.record.check_at, None);
    assert!(walk.asked.len() < 1_000, "{} questions", walk.asked.len());
}

#[test]
fn an_answer_that_falls_back_is_asked_for_again_and_then_a_review() {
    let mut walk = Walk::paid();
    walk.happens("t-1", "pending", "");
    walk.notified("200", "t-1");
    walk.check_when_due(5);
    assert_eq!(walk.review(), "");
    walk.check_when_due(1);
    assert_eq!(
        walk.review(),
        "the gateway answers pending after it answered settlement"
    );
    assert_eq!(walk.words(), ["paid"]);
    walk.happens("t-1", "settlement", "");
    walk.check();
    assert_eq!(
        (walk.words(), walk.review(), walk.record.check_at),
        (vec!["paid".to_owned()], "", None)
    );
}

#[test]
fn a_404_about_a_known_order_is_asked_for_again_and_loses_no_refund() {
    let mut walk = Walk::paid();
    walk.forgets("order-1");
    walk.forgets("t-1");
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    assert_eq!(
        (walk.words(), walk.due_in()),
        (vec!["paid".to_owned()], Some(40))
    );
    walk.happens(
        "t-1",
        "partial_refund",
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#,
    );
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
}

#[test]
fn a_known_order_that_the_gateway_knows_no_more_is_a_review_and_never_not_charged() {
    for status in ["settlement", "pending", "expire"] {
        let mut walk = Walk::new();
        walk.happens("t-1", status, "");
        walk.check();
        let told = walk.words();
        walk.forgets("order-1");
        walk.forgets("t-1");
        walk.notified("200", "t-1");
        walk.check_when_due(12);
        assert_eq!(walk.words(), told);
        assert!(!walk.review().is_empty(), "{status}");
        // A person does not make it true either.
        walk.record = walk.record.reviewed(walk.now);
        walk.check_when_due(12);
        assert_eq!(walk.words(), told);
        assert!(
            walk.review()
                .contains("knows no transaction of this order any more"),
            "{}",
            walk.review()
        );
    }
}

/// A refund's notification has the settlement's code, so that nothing signed says that an answer is
/// behind.
#[test]
fn a_refund_that_is_notified_before_get_status_shows_it_is_found() {
    let mut walk = Walk::paid();
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    assert_eq!(walk.words(), ["paid"]);
    walk.happens(
        "t-1",
        "partial_refund",
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#,
    );
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
}

/// Both are taken in before the first question, whose answer shows only the settlement.
#[test]
fn a_refund_that_is_notified_together_with_the_settlement_is_found_when_get_status_shows_it() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    walk.happens(
        "t-1",
        "settlement",
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#,
    );
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
}

#[test]
fn a_refund_of_an_order_whose_settlement_was_never_notified_is_found_when_get_status_shows_it() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.check();
    walk.pass(3_600);
    walk.notified("200", "t-1");
    walk.check_when_due(3);
    walk.happens(
        "t-1",
        "settlement",
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#,
    );
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
}

#[test]
fn a_payment_that_is_taken_back_is_found_when_get_status_shows_it() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    walk.happens("t-1", "capture", "");
    walk.check();
    walk.notified("202", "t-1");
    walk.check_when_due(3);
    walk.happens("t-1", "cancel", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid", "cancelled"]);
}

#[test]
fn a_notification_that_says_nothing_new_causes_a_handful_of_questions() {
    let mut walk = Walk::paid();
    let before = walk.asked.len();
    walk.notified("200", "t-1");
    walk.check_when_due(100);
    assert_eq!(walk.record.check_at, None);
    assert!(
        walk.asked.len() - before <= 7,
        "{}",
        walk.asked.len() - before
    );
}

#[test]
fn the_settlements_own_notification_after_it_was_found_causes_one_question() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.check();
    assert_eq!(walk.words(), ["paid"]);
    walk.notified("200", "t-1");
    walk.check_when_due(100);
    assert_eq!(walk.asked, ["order-1"; 2]);
}

#[test]
fn a_capture_and_its_settlement_cost_one_question_each() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    for status in ["capture", "settlement"] {
        walk.happens("t-1", status, "");
        walk.notified("200", "t-1");
        walk.check_when_due(100);
        walk.pass(3_600);
    }
    assert_eq!(walk.asked, ["order-1"; 2]);
}

#[test]
fn ten_seconds_lie_between_two_questions_also_when_one_came_before_it_was_due() {
    let mut walk = Walk::new();
    walk.notified("200", "t-1");
    walk.check();
    walk.pass(5);
    walk.check();
    assert_eq!(walk.due_in(), Some(10));
}

/// A gateway, or something before it, may fail at an id that a notification names.
#[test]
fn an_id_that_no_usable_answer_comes_about_keeps_no_payment_from_being_found() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.record.notified.ids.push(NamedId {
        id: "../admin".to_owned(),
        is_asked: false,
    });
    walk.notified("200", "t-1");
    for failures in 1..=3 {
        assert!(walk.record.next_question(&[]).is_some());
        walk.record = walk.policy.unanswered(&walk.record, walk.now);
        assert_eq!(walk.record.failures, failures);
    }
    walk.check();
    assert_eq!(walk.asked, ["order-1"], "the order id alone");
    assert_eq!(
        (walk.words(), walk.record.check_at),
        (vec!["paid".to_owned()], None)
    );
}

#[test]
fn an_id_that_no_usable_answer_comes_about_hides_no_contradiction_of_a_known_transaction() {
    let mut walk = Walk::new();
    for status in ["deny", "settlement"] {
        walk.happens("t-1", status, "");
        walk.check();
    }
    walk.record = walk.record.reviewed(walk.now);
    walk.record.notified.ids.push(NamedId {
        id: "../admin".to_owned(),
        is_asked: false,
    });
    walk.happens("t-2", "pending", "");
    walk.record.failures = 3;
    walk.asked.clear();
    walk.check();
    assert_eq!(walk.asked, ["order-1"], "nothing is known of this life yet");
    let mut walk = Walk::paid();
    walk.record.notified.ids.push(NamedId {
        id: "../admin".to_owned(),
        is_asked: false,
    });
    walk.record.notified.ids[0].is_asked = false;
    walk.happens("t-2", "expire", "");
    walk.record.failures = 3;
    walk.asked.clear();
    walk.check();
    assert_eq!(walk.asked, ["order-1", "t-1"]);
}

#[test]
fn patience_cannot_be_hurried() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.notified("200", "t-1");
    walk.check_when_due(1);
    for _ in 0..60 {
        walk.pass(1);
        walk.check();
    }
    assert!(walk.record.lag < 6, "{}", walk.record.lag);
    assert!(walk.told.is_empty() && walk.review().is_empty());
}

#[test]
fn a_reversal_after_the_answer_was_explained_is_no_lag() {
    let mut walk = Walk::of(PaymentType::BankTransfer);
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    walk.check();
    assert_eq!(walk.record.notified.reach, Reach::Nothing);
    walk.happens("t-1", "deny", "");
    walk.notified("202", "t-1");
    walk.check();
    assert_eq!(
        (walk.record.outcome, walk.review()),
        (
            Some(Outcome::Failed(
                midtrans_protocol::decision::Failure::Denied
            )),
            ""
        )
    );
}

#[test]
fn a_reversal_that_is_quicker_than_the_question_needs_no_person() {
    let mut walk = Walk::of(PaymentType::Cstore);
    walk.happens("t-1", "deny", "");
    walk.notified("200", "t-1");
    walk.notified("202", "t-1");
    walk.check_when_due(10);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["denied".to_owned()], "")
    );
}

#[test]
fn an_amount_below_the_price_counts_for_nothing() {
    let mut walk = Walk::new();
    walk.notified_of("200", "39999.00", r#""transaction_id":"t-9""#);
    assert_eq!(walk.record.notified.reach, Reach::Nothing);
    walk.notified_of("200", PRICE, r#""transaction_id":"t-9""#);
    assert_eq!(walk.record.notified.reach, Reach::Money);
}

#[test]
fn an_id_that_is_named_while_the_gateway_is_asked_is_asked_about_soon() {
    let mut walk = Walk::paid();
    let asked = walk.record.next_question(&[]).unwrap();
    let transaction = walk.gateway.get(asked.as_str()).cloned();
    walk.notified("201", "t-9");
    walk.record = apply(
        &walk.record,
        &[Answer { asked, transaction }],
        &walk.policy,
        walk.now,
    )
    .record;
    assert_eq!(walk.due_in(), Some(10));
    walk.asked.clear();
    walk.check_when_due(1);
    assert_eq!(walk.asked, ["order-1", "t-9"]);
    assert_eq!(walk.record.check_at, None, "once");
}

/// Neither settlement nor refund was notified; the answer to the dispute's notification shows both
/// and is older than the dispute.
#[test]
fn an_answer_that_tells_more_than_was_notified_is_asked_for_again() {
    let mut walk = Walk::of(PaymentType::CreditCard);
    walk.happens("t-1", "pending", "");
    walk.check();
    walk.pass(11 * 3_600);
    walk.notified("200", "t-1");
    let refund = r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#;
    walk.happens("t-1", "partial_refund", refund);
    walk.check();
    assert!(walk.due_in().is_some(), "the 200 may tell of more");
    walk.happens("t-1", "chargeback", refund);
    walk.check_when_due(1);
    assert_eq!(walk.record.outcome, Some(Outcome::Disputed(Extent::Full)));
    walk.check_when_due(10);
    assert_eq!(walk.review(), "");
}

/// Three 200s were notified while the gateway knew no transaction, and the first answer that shows
/// one is behind the last of them.
#[test]
fn a_dispute_that_was_notified_before_any_answer_is_asked_for_until_it_is_answered() {
    let mut walk = Walk::of(PaymentType::Akulaku);
    for _ in 0..3 {
        walk.pass(1);
        walk.notified("200", "t-1");
    }
    walk.check();
    walk.happens("t-1", "partial_chargeback", "");
    walk.check_when_due(1);
    assert_eq!(
        walk.record.outcome,
        Some(Outcome::Disputed(Extent::Partial))
    );
    assert!(walk.due_in().is_some(), "one 200 is not explained yet");
    walk.happens("t-1", "chargeback", "");
    walk.check_when_due(1);
    assert_eq!(walk.record.outcome, Some(Outcome::Disputed(Extent::Full)));
    walk.check_when_due(10);
    assert_eq!((walk.review(), walk.due_in()), ("", None));
}

/// The second refund was never notified, so that the last of three 200s is the dispute's.
#[test]
fn an_answer_that_tells_as_much_as_was_notified_is_asked_for_again_if_one_of_it_may_be_lost() {
    let mut walk = Walk::of(PaymentType::Kredivo);
    for _ in 0..3 {
        walk.pass(1);
        walk.notified("200", "t-1");
    }
    let refunds = r#","refunds":[
        {"refund_key":"r-1","refund_amount":"1000.00","bank_confirmed_at":"2026-11-23 02:30:20"},
        {"refund_key":"r-2","refund_amount":"2000.00","bank_confirmed_at":"2026-11-23 02:30:21"}]"#;
    walk.happens("t-1", "settlement", refunds);
    walk.check();
    assert!(walk.due_in().is_some(), "the third 200 may be a dispute's");
    walk.happens("t-1", "chargeback", "");
    walk.check_when_due(1);
    assert_eq!(walk.record.outcome, Some(Outcome::Disputed(Extent::Full)));
}
