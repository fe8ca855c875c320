//! Refunds, as the gateway names them.

use crate::Outcome;
use crate::tests::Walk;

const LATER: &str = r#""bank_confirmed_at":"2026-11-23 02:30:20""#;

/// The gateway answers with this status and these refunds, and is asked.
fn answered(walk: &mut Walk, status: &str, refunds: &str) {
    walk.happens("t-1", status, &format!(r#","refunds":[{refunds}]"#));
    walk.notified("200", "t-1");
    walk.check();
}

#[test]
fn a_refund_is_told_when_it_is_first_heard_of_and_when_it_is_confirmed() {
    let mut walk = Walk::paid();
    let asked_for = r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#;
    let confirmed = format!(r#"{{"refund_key":"r-1","refund_amount":"5000.00",{LATER}}}"#);
    for refunds in [asked_for, asked_for, &confirmed, &confirmed, asked_for] {
        answered(&mut walk, "partial_refund", refunds);
    }
    assert_eq!(
        walk.words(),
        [
            "paid",
            "partly refunded: r-1 5000",
            "partly refunded: r-1 5000 confirmed"
        ]
    );
    assert_eq!(walk.review(), "");
}

#[test]
fn a_refund_by_uuid_and_then_by_number_is_one() {
    let names = [
        (
            r#""refund_chargeback_uuid":"u-1""#,
            r#""refund_chargeback_id":7"#,
        ),
        (r#""refund_chargeback_id":7"#, r#""refund_key":"r-1""#),
        (
            r#""refund_key":"r-1","refund_chargeback_id":7"#,
            r#""refund_chargeback_id":"7","refund_chargeback_uuid":"u-1""#,
        ),
    ];
    for (first, then) in names {
        let mut walk = Walk::paid();
        answered(
            &mut walk,
            "partial_refund",
            &format!(r#"{{{first},"refund_amount":"5000.00"}}"#),
        );
        answered(
            &mut walk,
            "partial_refund",
            &format!(r#"{{{then},"refund_amount":"5000.00",{LATER}}}"#),
        );
        assert_eq!(
            (walk.record.refunds.len(), walk.words().len(), walk.review()),
            (1, 3, ""),
            "{first} {then}"
        );
        let refund = &walk.told[2].refunds[0];
        assert!(refund.confirmed && walk.told[2].outcome.as_str() == "partly refunded");
    }
}

#[test]
fn two_refunds_with_an_empty_key_are_two() {
    let mut walk = Walk::paid();
    let refund = |id: u32| {
        format!(r#"{{"refund_key":"","refund_chargeback_id":{id},"refund_amount":"5000.00"}}"#)
    };
    answered(&mut walk, "partial_refund", &refund(1));
    answered(
        &mut walk,
        "partial_refund",
        &format!("{},{}", refund(1), refund(2)),
    );
    assert_eq!(
        walk.words(),
        ["paid", "partly refunded: 1 5000", "partly refunded: 2 5000"]
    );
    assert!(
        walk.record
            .refunds
            .iter()
            .all(|refund| refund.refund_key.is_none())
    );
}

#[test]
fn an_empty_bank_confirmed_at_is_no_confirmation() {
    for confirmed in [r#""""#, r#"" ""#, "null"] {
        let mut walk = Walk::paid();
        let refund = format!(
            r#"{{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":{confirmed}}}"#
        );
        answered(&mut walk, "partial_refund", &refund);
        assert_eq!(
            walk.words(),
            ["paid", "partly refunded: r-1 5000"],
            "{confirmed}"
        );
    }
}

#[test]
fn refunds_under_settlement_are_told_and_paid_before_them() {
    let mut walk = Walk::new();
    answered(
        &mut walk,
        "settlement",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
    assert_eq!(walk.told[1].before, Some(Outcome::Paid));
    answered(
        &mut walk,
        "settlement",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"},{"refund_key":"r-2","refund_amount":"35000.00"}"#,
    );
    assert_eq!(walk.words()[2..], ["refunded: r-2 35000"]);
    assert_eq!(walk.review(), "");
}

#[test]
fn a_confirmation_that_was_never_notified_is_found() {
    let mut walk = Walk::paid();
    answered(
        &mut walk,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    let soonest = walk.due_in().unwrap_or_default();
    assert!((3_600..=86_400).contains(&soonest), "{soonest}");
    let confirmed =
        format!(r#","refunds":[{{"refund_key":"r-1","refund_amount":"5000.00",{LATER}}}]"#);
    walk.happens("t-1", "partial_refund", &confirmed);
    walk.check_when_due(1);
    assert_eq!(walk.words()[2..], ["partly refunded: r-1 5000 confirmed"]);
    assert_eq!(walk.record.check_at, None);
}

#[test]
fn a_refund_that_is_never_confirmed_is_not_asked_about_for_ever() {
    let mut walk = Walk::paid();
    answered(
        &mut walk,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    let before = walk.asked.len();
    walk.check_when_due(100);
    assert_eq!(walk.record.check_at, None);
    assert!(
        walk.asked.len() - before < 40,
        "{}",
        walk.asked.len() - before
    );
}

#[test]
fn a_whole_refund_of_an_order_that_was_never_told_as_paid_is_told_alone() {
    let mut walk = Walk::new();
    answered(
        &mut walk,
        "refund",
        r#"{"refund_key":"r-1","refund_amount":"40000.00"}"#,
    );
    assert_eq!(walk.words(), ["refunded: r-1 40000"]);
}

#[test]
fn a_refund_that_is_taken_back_is_asked_about_again_and_then_a_review_that_a_person_ends() {
    let mut walk = Walk::paid();
    answered(
        &mut walk,
        "settlement",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    walk.happens("t-1", "settlement", "");
    walk.notified("200", "t-1");
    walk.check_when_due(5);
    assert_eq!(walk.review(), "");
    walk.check_when_due(1);
    assert_eq!(
        walk.review(),
        "the refunds cannot be booked: a refund that was told before is missing"
    );
    assert_eq!(walk.words(), ["paid", "partly refunded: r-1 5000"]);
    walk.record = walk.record.reviewed(walk.now);
    walk.check();
    assert_eq!(
        (walk.review(), walk.record.refunds.len(), walk.words().len()),
        ("", 0, 2)
    );
    answered(
        &mut walk,
        "settlement",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    assert_eq!(
        walk.words()[2..],
        ["partly refunded: r-1 5000"],
        "given back after all"
    );
}

#[test]
fn a_total_without_a_list_is_told_as_what_is_new_of_it() {
    let mut walk = Walk::paid();
    for total in ["5000.00", "5000.00", "12000.00"] {
        walk.happens(
            "t-1",
            "partial_refund",
            &format!(r#","refund_amount":"{total}""#),
        );
        walk.check();
    }
    assert_eq!(
        walk.words(),
        [
            "paid",
            "partly refunded: nameless 5000",
            "partly refunded: nameless 7000"
        ]
    );
    let mut walk = Walk::paid();
    for (key, total) in [("r-1", "5000.00"), ("r-2", "12000.00"), ("r-2", "15000.00")] {
        walk.happens(
            "t-1",
            "partial_refund",
            &format!(r#","refund_amount":"{total}","refund_key":"{key}""#),
        );
        walk.check();
    }
    let told = [
        "paid",
        "partly refunded: r-1 5000",
        "partly refunded: r-2 7000",
        "partly refunded: nameless 3000",
    ];
    assert_eq!(walk.words(), told);
}

#[test]
fn a_status_without_any_refund_is_told_and_its_refunds_when_they_are_listed() {
    let mut walk = Walk::paid();
    walk.happens("t-1", "partial_refund", "");
    walk.check();
    answered(
        &mut walk,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    walk.happens("t-1", "partial_refund", "");
    walk.check();
    assert_eq!(
        (walk.words(), walk.review()),
        (
            vec![
                "paid".into(),
                "partly refunded".into(),
                "partly refunded: r-1 5000".into()
            ],
            ""
        )
    );
}

#[test]
fn what_does_not_add_up_is_a_review_and_books_nothing() {
    let one = r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#;
    let cases = [
        (
            format!(r#","refund_amount":"6000.00","refunds":[{one}]"#),
            "do not add up",
        ),
        (
            format!(r#","refunds":[{one},{{"refund_key":"r-2","refund_amount":"35001.00"}}]"#),
            "more went back than was paid",
        ),
        (
            r#","refunds":[{"refund_amount":"5000.00"}]"#.to_owned(),
            "no amount, or neither uuid, number nor key",
        ),
        (
            r#","refunds":[{"refund_key":"r-1","refund_amount":"5000.50"}]"#.to_owned(),
            "no amount",
        ),
        (
            format!(r#","refunds":[{one},{{"refund_key":"r-1","refund_amount":"6000.00"}}]"#),
            "no amount",
        ),
        (
            r#","refund_amount":"40001.00""#.to_owned(),
            "more went back than was paid",
        ),
    ];
    for (more, why) in cases {
        let mut walk = Walk::paid();
        walk.happens("t-1", "settlement", &more);
        walk.check();
        assert!(walk.review().contains(why), "{more}: {}", walk.review());
        assert!(walk.record.refunds.is_empty(), "{more}");
        assert_eq!(walk.words(), ["paid"]);
    }
}

#[test]
fn a_refund_whose_amount_changes_is_a_review() {
    let mut walk = Walk::paid();
    answered(
        &mut walk,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    answered(
        &mut walk,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"6000.00"}"#,
    );
    assert!(
        walk.review().contains("another amount than it had before"),
        "{}",
        walk.review()
    );
    assert_eq!(walk.words().len(), 2);
}

#[test]
fn a_refund_that_is_listed_twice_is_one_and_one_of_nothing_is_none() {
    let mut walk = Walk::paid();
    let refund = r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#;
    answered(
        &mut walk,
        "settlement",
        &format!(r#"{refund},{refund},{{"refund_key":"r-0","refund_amount":"0.00"}}"#),
    );
    assert_eq!(
        (walk.words(), walk.review()),
        (
            vec!["paid".to_owned(), "partly refunded: r-1 5000".to_owned()],
            ""
        )
    );
}

#[test]
fn refunds_of_a_payment_that_never_had_money_are_a_review() {
    for status in ["pending", "deny"] {
        let mut walk = Walk::new();
        answered(
            &mut walk,
            status,
            r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
        );
        assert!(
            walk.review().contains("more went back than was paid"),
            "{}",
            walk.review()
        );
        assert!(walk.record.refunds.is_empty());
    }
}

#[test]
fn equal_refunds_that_are_named_in_other_ways_one_after_the_other_stay_two() {
    let mut walk = Walk::paid();
    let list = |names: [&str; 2]| {
        names
            .map(|name| format!(r#"{{{name},"refund_amount":"5000.00"}}"#))
            .join(",")
    };
    answered(
        &mut walk,
        "partial_refund",
        &list([
            r#""refund_chargeback_uuid":"u-1""#,
            r#""refund_chargeback_uuid":"u-2""#,
        ]),
    );
    answered(
        &mut walk,
        "partial_refund",
        &list([r#""refund_chargeback_id":1"#, r#""refund_chargeback_id":2"#]),
    );
    answered(
        &mut walk,
        "partial_refund",
        &list([
            r#""refund_chargeback_id":1,"refund_chargeback_uuid":"u-1""#,
            r#""refund_chargeback_id":2,"refund_chargeback_uuid":"u-2""#,
        ]),
    );
    assert_eq!(
        (walk.words().len(), walk.record.refunds.len(), walk.review()),
        (2, 2, "")
    );
}
