//! Two transactions of one order.

use crate::tests::{PRICE, Walk, answer};

/// `t-1` is paid and told; `t-2` is paid as well.
fn paid_twice() -> Walk {
    let mut walk = Walk::paid();
    walk.happens("t-2", "settlement", "");
    walk.notified("200", "t-2");
    walk.check();
    walk
}

const WHOLE: &str = r#","refunds":[{"refund_key":"r-1","refund_amount":"40000.00"}]"#;

#[test]
fn two_transactions_with_money_are_a_review_at_once_and_paid_once() {
    let mut walk = paid_twice();
    assert_eq!(walk.words(), ["paid"]);
    assert_eq!(
        walk.review(),
        "paid twice, by transaction t-1 and by transaction t-2: give one of them back"
    );
    walk.check_when_due(3);
    assert_eq!(walk.words(), ["paid"]);
    assert!(walk.review().starts_with("paid twice"));
}

#[test]
fn the_second_one_given_back_ends_the_review_and_is_told_as_a_refund() {
    for (status, more) in [("refund", WHOLE), ("settlement", WHOLE)] {
        let mut walk = paid_twice();
        walk.happens("t-2", status, more);
        walk.notified("200", "t-2");
        walk.check();
        assert_eq!(
            (walk.words(), walk.review()),
            (
                vec!["paid".to_owned(), "partly refunded: r-1 40000".to_owned()],
                ""
            )
        );
        assert_eq!(walk.told[1].refunds[0].transaction_id, "t-2");
        walk.check();
        assert_eq!(walk.words().len(), 2);
    }
}

#[test]
fn the_first_one_given_back_ends_the_review_and_the_order_stays_paid_by_the_second() {
    let mut walk = paid_twice();
    walk.answers("t-1", crate::tests::says("t-1", "refund", WHOLE));
    walk.notified("200", "t-1");
    walk.check();
    assert_eq!(
        (walk.words(), walk.review()),
        (
            vec!["paid".to_owned(), "partly refunded: r-1 40000".to_owned()],
            ""
        )
    );
    assert_eq!(walk.told[1].refunds[0].transaction_id, "t-1");
    walk.check_when_due(5);
    assert_eq!((walk.words().len(), walk.review()), (2, ""));
}

#[test]
fn a_person_who_asks_again_before_anything_was_given_back_is_told_the_same() {
    let mut walk = paid_twice();
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert_eq!(walk.words(), ["paid"]);
    assert!(walk.review().starts_with("paid twice"), "{}", walk.review());
}

#[test]
fn forged_ids_do_not_make_a_person_lose_sight_of_the_first_payment() {
    let mut walk = paid_twice();
    for number in 0..20 {
        walk.notified("200", &format!("forged-{number}"));
    }
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert!(walk.review().starts_with("paid twice"), "{}", walk.review());
}

#[test]
fn money_that_comes_after_all_was_given_back_is_a_review() {
    let mut walk = Walk::paid();
    walk.happens("t-1", "refund", WHOLE);
    walk.notified("200", "t-1");
    walk.check();
    assert_eq!(walk.words(), ["paid", "refunded: r-1 40000"]);
    walk.happens("t-2", "settlement", "");
    walk.notified("200", "t-2");
    walk.check();
    assert_eq!(walk.words().len(), 2);
    assert!(walk.review().starts_with("paid twice"), "{}", walk.review());
}

#[test]
fn a_second_attempt_after_a_refused_one_is_told_and_paid() {
    let mut walk = Walk::new();
    walk.happens("t-1", "deny", "");
    walk.check();
    for (code, status) in [("201", "pending"), ("200", "settlement")] {
        walk.happens("t-2", status, "");
        walk.notified(code, "t-2");
        walk.check();
    }
    assert_eq!(
        (walk.words(), walk.review()),
        (
            vec!["denied".to_owned(), "pending".to_owned(), "paid".to_owned()],
            ""
        )
    );
}

#[test]
fn an_open_attempt_beside_the_latest_one_is_asked_about_by_its_id() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check();
    walk.happens("t-2", "expire", "");
    walk.answers("t-1", crate::tests::says("t-1", "settlement", ""));
    walk.check();
    assert_eq!(walk.asked, ["order-1", "order-1", "t-1"]);
    assert_eq!(
        (walk.words(), walk.review()),
        (vec!["pending".to_owned(), "paid".to_owned()], "")
    );
    assert_eq!(walk.told[1].transaction_id, "t-1");
}

#[test]
fn an_answer_without_a_transaction_id_is_about_the_transaction_that_is_known() {
    let mut walk = Walk::paid();
    let nameless = r#""transaction_status":"settlement""#;
    walk.answers("order-1", answer("order-1", "200", PRICE, nameless));
    walk.check();
    assert_eq!((walk.words(), walk.review()), (vec!["paid".to_owned()], ""));
    assert_eq!(walk.record.payments.len(), 1);
}
