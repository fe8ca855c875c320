//! Payments that the gateway finds by their own ids alone.

use super::*;

fn first_click_with_dana() -> (Walk, Sending) {
    let (mut walk, sending) = first_click();
    walk.record.expectation.payment_type = PaymentType::Dana;
    walk.forgets("order-1");
    (walk, sending)
}

#[test]
fn a_payment_that_is_found_by_its_own_id_alone_is_asked_about_by_the_id_of_its_charge() {
    let (mut walk, sending) = first_click_with_dana();
    walk.record = walk.record.charged(&sending, &page(), Some("t-1")).unwrap();
    walk.happens("t-1", "pending", "");
    walk.forgets("order-1");
    walk.check_when_due(1);
    assert_eq!(walk.asked, ["order-1", "t-1"]);
    walk.happens("t-1", "settlement", "");
    walk.forgets("order-1");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["pending", "paid"]);
}

/// The answer to the charge was lost, and so is every notification.
#[test]
fn a_payment_that_cannot_be_found_is_a_review_and_never_told_as_not_charged() {
    let (mut walk, _) = first_click_with_dana();
    walk.check_when_due(12);
    assert!(walk.told.is_empty(), "{:?}", walk.words());
    assert!(
        walk.review().contains("transaction ids"),
        "{}",
        walk.review()
    );
    // A notification tells the id after all.
    walk.happens("t-1", "settlement", "");
    walk.forgets("order-1");
    walk.notified("200", "t-1");
    walk.check_when_due(2);
    assert_eq!((walk.words(), walk.review()), (vec!["paid".to_owned()], ""));
}

#[test]
fn a_charge_of_another_method_needs_no_id() {
    let (mut walk, sending) = first_click();
    walk.record = walk.record.charged(&sending, &page(), Some("t-1")).unwrap();
    walk.check_when_due(1);
    assert_eq!(walk.asked, ["order-1"]);
}
