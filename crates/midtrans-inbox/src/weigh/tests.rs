//! What is news, what is not, and what is doubtful.

use midtrans_protocol::{Extent, Failure, Notification, Review, Transaction};

use super::*;
use crate::tests::{answer, notification, record};

fn told(code: &str, fields: &str) -> Notification {
    notification("order-1", code, "40000.00", fields)
}

fn asked(code: &str, fields: &str) -> Transaction {
    answer("order-1", code, "40000.00", fields)
}

fn status(status: &str, id: &str) -> String {
    format!(r#""transaction_status":"{status}","transaction_id":"{id}""#)
}

/// Weighs one word after another; yields the outcomes that were acted on.
fn acts(record: &mut Record, words: &[Word<'_>]) -> Vec<Outcome> {
    let mut acted = Vec::new();
    for word in words {
        let weighed = record.weigh(*word).unwrap();
        *record = weighed.record;
        acted.extend(weighed.change.map(|change| change.outcome));
    }
    acted
}

#[test]
fn in_any_order_and_any_number_a_payment_is_acted_on_once() {
    let (pending, paid) = (told("201", &status("pending", "t-1")), told("200", &status("settlement", "t-1")));
    let (pending, paid) = (Word::Notified(&pending), Word::Notified(&paid));
    for words in [
        vec![pending, paid],
        vec![paid, pending],
        vec![paid, paid, pending, paid],
        vec![pending, pending, paid, pending],
    ] {
        let acted = acts(&mut record("order-1"), &words);
        assert_eq!(acted.iter().filter(|outcome| **outcome == Outcome::Paid).count(), 1);
        assert_eq!(acted.last(), Some(&Outcome::Paid));
    }
}

#[test]
fn a_card_that_is_captured_and_then_settled_is_paid_once() {
    let (captured, settled) = (asked("200", &status("capture", "t-1")), asked("200", &status("settlement", "t-1")));
    let mut record = record("order-1");
    assert_eq!(acts(&mut record, &[Word::Answered(&captured), Word::Answered(&settled)]), [Outcome::Paid]);
    assert_eq!(record.payments[0].stage.status.as_str(), "settlement");
}

#[test]
fn a_refund_before_anybody_heard_of_the_payment_says_so() {
    let refunded = asked("200", &status("refund", "t-1"));
    let weighed = record("order-1").weigh(Word::Answered(&refunded)).unwrap();
    let change = weighed.change.unwrap();
    assert_eq!((change.outcome, change.before), (Outcome::Refunded(Extent::Full), None));
    assert!(!weighed.record.acted_paid);
}

#[test]
fn both_notifications_of_a_refund_are_told_and_neither_twice() {
    let refund = |more: &str| {
        let refunds = format!(r#""refunds":[{{"refund_key":"r-1","refund_amount":"5000.00"{more}}}]"#);
        told("200", &format!("{},{refunds}", status("partial_refund", "t-1")))
    };
    let paid = told("200", &status("settlement", "t-1"));
    let (asked_for, confirmed) = (refund(""), refund(r#","bank_confirmed_at":"2026-11-22 10:00:00""#));
    let words = [&paid, &asked_for, &asked_for, &confirmed, &confirmed, &asked_for].map(Word::Notified);
    let mut record = record("order-1");
    let mut told = Vec::new();
    for word in words {
        let weighed = record.weigh(word).unwrap();
        record = weighed.record;
        told.extend(
            weighed.change.map(|change| change.refunds.iter().map(|refund| refund.confirmed).collect::<Vec<_>>()),
        );
    }
    assert_eq!(told, [vec![], vec![false], vec![true]]);
}

#[test]
fn an_order_that_is_charged_again_has_a_new_life() {
    let first = [told("201", &status("pending", "t-1")), told("202", &status("expire", "t-1"))];
    let second = [told("201", &status("pending", "t-2")), told("200", &status("settlement", "t-2"))];
    let words = [&first[0], &first[1], &second[0], &first[1], &second[1], &first[0]].map(Word::Notified);
    assert_eq!(
        acts(&mut record("order-1"), &words),
        [Outcome::Pending, Outcome::Failed(Failure::Expired), Outcome::Pending, Outcome::Paid]
    );
}

#[test]
fn the_end_of_an_earlier_transaction_does_not_fail_an_order_that_is_open_again() {
    let (open, old) = (told("201", &status("pending", "t-2")), told("202", &status("cancel", "t-1")));
    let mut record = record("order-1");
    assert_eq!(acts(&mut record, &[Word::Notified(&open), Word::Notified(&old)]), [Outcome::Pending]);
    assert_eq!(record.outcome, Some(Outcome::Pending));
}

#[test]
fn two_transactions_with_money_are_for_a_person() {
    let (first, second) = (asked("200", &status("settlement", "t-1")), asked("200", &status("settlement", "t-2")));
    let mut record = record("order-1");
    acts(&mut record, &[Word::Answered(&first)]);
    let doubt = record.weigh(Word::Answered(&second)).unwrap_err();
    assert_eq!(doubt, Doubt::PaidTwice { first: "t-1".to_owned(), second: "t-2".to_owned() });
}

#[test]
fn the_gateways_answer_overrules_a_notification_and_nothing_overrules_its_answer() {
    let (forged, paid) = (told("202", &status("expire", "t-1")), asked("200", &status("settlement", "t-1")));
    let mut record = record("order-1");
    let acted = acts(&mut record, &[Word::Notified(&forged), Word::Answered(&paid)]);
    assert_eq!(acted, [Outcome::Failed(Failure::Expired), Outcome::Paid]);
    let late = told("202", &status("cancel", "t-1"));
    assert!(matches!(record.weigh(Word::Notified(&late)), Err(Doubt::Conflict { .. })));
    let odd = asked("200", &status("cancel", "t-1"));
    assert!(matches!(record.weigh(Word::Answered(&odd)), Err(Doubt::Conflict { .. })));
}

#[test]
fn a_message_without_a_transaction_id_is_about_the_transaction_that_is_there() {
    let (pending, paid) = (told("201", &status("pending", "t-1")), told("200", r#""transaction_status":"settlement""#));
    let mut record = record("order-1");
    acts(&mut record, &[Word::Notified(&pending), Word::Notified(&paid)]);
    assert_eq!(record.payments.len(), 1);
    assert_eq!(record.outcome, Some(Outcome::Paid));
}

#[test]
fn what_does_not_fit_is_doubtful_and_says_why() {
    let other = notification("order-1", "200", "1.00", &status("settlement", "t-1"));
    let unknown = told("200", &status("partial_settlement", "t-1"));
    let disagrees = told("201", &status("settlement", "t-1"));
    for (word, review) in
        [(&other, Review::AmountDiffers), (&unknown, Review::UnknownStatus), (&disagrees, Review::CodeDisagrees)]
    {
        let doubt = record("order-1").weigh(Word::Notified(word)).unwrap_err();
        assert_eq!(doubt, Doubt::Review(review));
        assert!(!doubt.to_string().is_empty());
    }
}

#[test]
fn an_order_that_failed_may_be_expected_again_with_a_new_key_only() {
    use crate::{Expecting, from_millis};
    use midtrans_protocol::IdempotencyKey;

    let mut stored = record("order-1");
    let same = stored.expectation.clone();
    let new = crate::Expectation { idempotency_key: IdempotencyKey::new("key-2").unwrap(), ..same.clone() };
    let dearer = crate::Expectation { amount: midtrans_protocol::Rupiah::new(50_000), ..new.clone() };
    let now = from_millis(5);
    assert_eq!(stored.renewed(&new, now), Err(Expecting::Open(same.clone())));
    assert_eq!(stored.renewed(&dearer, now), Err(Expecting::Differs(same.clone())));
    let failed = Outcome::Failed(Failure::Expired);
    stored.outcome = Some(failed);
    assert_eq!(stored.renewed(&same, now), Err(Expecting::Decided(failed)));
    assert_eq!(stored.renewed(&dearer, now).unwrap().expectation, dearer);
    stored.outcome = Some(Outcome::Paid);
    assert_eq!(stored.renewed(&new, now), Err(Expecting::Decided(Outcome::Paid)));
}
