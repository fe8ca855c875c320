//! The changes that are told, each once.

use midtrans_protocol::ids::PaymentId;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

use crate::tests::{PRICE, Walk, answer, says};
use crate::{Answer, Outcome, apply};

#[test]
fn paid_is_told_once_and_nothing_is_asked_afterwards() {
    let mut walk = Walk::new();
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    assert_eq!(walk.due_in(), Some(0));
    for _ in 0..3 {
        walk.check();
    }
    assert_eq!(
        (walk.words(), walk.record.check_at),
        (vec!["paid".to_owned()], None)
    );
    let change = &walk.told[0];
    assert_eq!(
        (
            change.transaction_id.as_str(),
            change.before,
            change.amount.get()
        ),
        ("t-1", None, 40_000)
    );
}

#[test]
fn every_end_without_money_is_told_once() {
    for (status, told) in [
        ("deny", "denied"),
        ("cancel", "cancelled"),
        ("expire", "expired"),
        ("failure", "failed"),
    ] {
        let mut walk = Walk::new();
        walk.happens("t-1", "pending", "");
        walk.check();
        walk.happens("t-1", status, "");
        walk.notified("202", "t-1");
        walk.check();
        walk.check();
        assert_eq!(walk.words(), ["pending", told]);
        assert_eq!(
            (walk.record.check_at, walk.review()),
            (None, ""),
            "{status}"
        );
    }
}

#[test]
fn what_does_not_fit_the_expectation_is_a_review_at_once_and_never_paid() {
    let cases = [
        (
            PRICE,
            r#","fraud_status":"challenge""#,
            "fraud detection did not accept",
        ),
        (PRICE, r#","currency":"USD""#, "the currency is not rupiah"),
        ("39999.00", "", "the amount is not the expected one"),
        ("50000.00", "", "the amount is not the expected one"),
    ];
    for (amount, more, why) in cases {
        let mut walk = Walk::new();
        let fields = format!(r#""transaction_id":"t-1","transaction_status":"settlement"{more}"#);
        walk.answers("order-1", answer("order-1", "200", amount, &fields));
        walk.check();
        assert!(
            walk.told.is_empty() && walk.review().contains(why),
            "{}",
            walk.review()
        );
        assert!(walk.record.check_at.is_some(), "a review stops no question");
        walk.happens("t-1", "settlement", "");
        walk.check();
        assert_eq!(
            (walk.words(), walk.review()),
            (vec!["paid".to_owned()], ""),
            "the next answer may settle it"
        );
    }
}

#[test]
fn an_unknown_status_is_neither_paid_nor_failed_and_never_not_charged() {
    let mut walk = Walk::new();
    walk.happens("t-1", "floating", "");
    walk.check_when_due(12);
    assert!(
        walk.told.is_empty() && walk.review().contains("missing or unknown"),
        "{}",
        walk.review()
    );
}

#[test]
fn a_fee_that_the_gateway_added_is_no_other_amount_wherever_it_stands() {
    let info = r#""gross_amount_info":{"original_amount":"40000.00","gross_amount":"42000.00"}"#;
    for place in [
        format!(r#""metadata":{{"extra_info":{{{info}}}}}"#),
        format!(r#""extra_info":{{{info}}}"#),
    ] {
        let mut walk = Walk::new();
        let settled = |more: &str| {
            let fields = format!(
                r#""transaction_id":"t-1","transaction_status":"settlement",{place}{more}"#
            );
            answer("order-1", "200", "42000.00", &fields)
        };
        walk.answers("order-1", settled(""));
        walk.check();
        assert_eq!(walk.words(), ["paid"]);
        // The price goes back, and the fee does not.
        walk.answers(
            "order-1",
            settled(r#","refunds":[{"refund_key":"r-1","refund_amount":"40000.00"}]"#),
        );
        walk.check();
        assert_eq!(walk.words(), ["paid", "partly refunded: r-1 40000"]);
        assert_eq!(walk.review(), "");
    }
}

#[test]
fn an_answer_about_another_order_changes_nothing() {
    let mut walk = Walk::new();
    let other = answer(
        "order-2",
        "200",
        PRICE,
        r#""transaction_id":"t-2","transaction_status":"settlement""#,
    );
    walk.notified("200", "t-2");
    walk.answers("t-2", other.clone());
    walk.check();
    assert_eq!(walk.asked, ["order-1", "t-2"]);
    assert!(walk.told.is_empty() && walk.record.payments.is_empty());
    assert_eq!(
        walk.review(),
        "",
        "a forged id is no reason to call a person"
    );
    walk.answers("order-1", other);
    walk.check();
    assert!(walk.told.is_empty() && walk.record.payments.is_empty());
    assert!(
        walk.review().contains("it is about another order"),
        "{}",
        walk.review()
    );
}

#[test]
fn reserved_money_is_pending_and_its_signed_200_is_explained() {
    let mut walk = Walk::of(midtrans_protocol::method::PaymentType::CreditCard);
    walk.happens("t-1", "authorize", "");
    walk.notified("200", "t-1");
    walk.check_when_due(10);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["pending".to_owned()], "")
    );
    walk.happens("t-1", "capture", "");
    walk.pass(60);
    walk.notified("200", "t-1");
    assert_eq!(
        walk.due_in(),
        Some(0),
        "the capture's own 200 is asked about"
    );
    walk.check();
    assert_eq!(walk.words(), ["pending", "paid"]);
}

#[test]
fn reserved_money_that_was_released_needs_no_person() {
    let mut walk = Walk::of(midtrans_protocol::method::PaymentType::CreditCard);
    walk.notified("200", "t-1");
    walk.happens("t-1", "cancel", "");
    walk.check_when_due(10);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["cancelled".to_owned()], "")
    );
}

#[test]
fn an_order_that_is_open_long_after_its_expiry_is_a_review_and_not_asked_about_for_ever() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check_when_due(1_000);
    assert_eq!(
        (walk.words(), walk.record.check_at),
        (vec!["pending".to_owned()], None)
    );
    assert!(
        walk.review().contains("open long after"),
        "{}",
        walk.review()
    );
    assert!(walk.asked.len() < 130, "{} questions", walk.asked.len());
}

#[test]
fn no_usable_answer_says_nothing_and_is_asked_for_again_after_growing_pauses() {
    let mut walk = Walk::paid();
    walk.notified("200", "t-1");
    let before = walk.record.clone();
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let applied = apply(&walk.record, &[], &walk.policy, walk.now);
        assert!(applied.changes.is_empty());
        walk.record = applied.record;
        pauses.extend(walk.due_in());
    }
    assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300, 300]);
    assert_eq!(
        (
            &walk.record.payments,
            walk.record.outcome,
            walk.record.review.as_deref()
        ),
        (&before.payments, before.outcome, None)
    );
}

/// Whatever the gateway answers, in any order and number, apply ends, and what it tells keeps to
/// the rules.
fn transaction() -> impl Strategy<Value = Option<midtrans_protocol::Transaction>> {
    let status = select(vec![
        "pending",
        "authorize",
        "capture",
        "settlement",
        "deny",
        "cancel",
        "expire",
        "failure",
        "refund",
        "partial_refund",
        "chargeback",
        "partial_chargeback",
        "odd",
    ]);
    let refunds = select(vec![
        "",
        r#","refund_amount":"5000.00""#,
        r#","refund_amount":"40000.00""#,
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00"}]"#,
        r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":"2026-11-23 02:30:20"}]"#,
        r#","refunds":[{"refund_chargeback_id":1,"refund_amount":"5000.00"},{"refund_key":"r-2","refund_amount":"35000.00"}]"#,
        r#","refunds":[{"refund_amount":"5000.00"}]"#,
        r#","refund_amount":"18446744073709551615.00""#,
    ]);
    let said = (select(vec!["t-1", "t-2"]), status, refunds)
        .prop_map(|(id, status, more)| says(id, status, more));
    prop_oneof![1 => Just(None), 6 => said.prop_map(Some)]
}

proptest! {
    #[test]
    fn any_answers_end_in_a_record_that_keeps_the_rules(
        checks in proptest::collection::vec((proptest::collection::vec(transaction(), 1..4), 0..4_000_u64, any::<bool>()), 1..24),
    ) {
        let mut walk = Walk::new();
        for (transactions, seconds, is_notified) in checks {
            walk.pass(seconds);
            if is_notified {
                walk.notified("200", "t-1");
            }
            let asked = |at| PaymentId::received(["order-1", "t-1", "t-2"][at]).unwrap();
            let answers: Vec<_> =
                transactions.into_iter().enumerate().map(|(at, transaction)| Answer { asked: asked(at), transaction }).collect();
            let applied = apply(&walk.record, &answers, &walk.policy, walk.now);
            walk.record = applied.record;
            walk.told.extend(applied.changes);
            let due = walk.record.check_at.is_none_or(|at| at >= walk.now + walk.policy.between_questions);
            prop_assert!(due, "{:?}", walk.record);
            prop_assert!(walk.record.lag == 0 || walk.record.check_at.is_some() || walk.record.review.is_some()
                || walk.record.outcome == Some(Outcome::NotCharged));
        }
        let paid = walk.told.iter().filter(|change| change.outcome == Outcome::Paid).count();
        let taken_back = walk.told.iter().filter(|change| change.before.is_some_and(Outcome::had_money) && !change.outcome.had_money()).count();
        prop_assert!(paid <= 1 + taken_back, "{:?}", walk.words());
        prop_assert!(walk.told.iter().all(|change| change.outcome != Outcome::Paid || change.refunds.is_empty()));
        for pair in walk.told.windows(2) {
            prop_assert_eq!(pair[1].before, Some(pair[0].outcome));
        }
        let mut refunds: Vec<_> = walk.told.iter().flat_map(|change| &change.refunds).collect();
        let told = refunds.len();
        refunds.dedup();
        prop_assert_eq!(refunds.len(), told);
    }
}
