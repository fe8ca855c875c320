//! The decision at each click.

use midtrans_protocol::decision::Failure;
use midtrans_protocol::method::{Akulaku, PaymentType};
use midtrans_protocol::{OrderId, Rupiah, TransactionDetails};

use super::*;
use crate::tests::{Walk, charge, key};

mod again;
mod own_id;

/// The plan of a click at this moment.
fn click(walk: &Walk, again: Again) -> Plan {
    Record::plan(Some(&walk.record), &charge(), key("key-9"), again, walk.now)
}

/// A first click: what is stored, and what is sent.
fn first_click() -> (Walk, Sending) {
    let mut walk = Walk::new();
    let Plan::Send(record, sending) =
        Record::plan(None, &charge(), key("key-1"), Again::Never, walk.now)
    else {
        unreachable!("nothing is stored")
    };
    walk.record = *record;
    (walk, sending)
}

fn sends(plan: Plan) -> (Record, Sending) {
    let Plan::Send(record, sending) = plan else {
        unreachable!("{plan:?}")
    };
    (*record, sending)
}

fn page() -> Instructions {
    Instructions::Redirect("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1".to_owned())
}

#[test]
fn a_first_click_writes_down_and_sends() {
    let (walk, sending) = first_click();
    assert_eq!(
        sending,
        Sending {
            key: key("key-1"),
            deadline: DEADLINE,
            attempt: 1,
            is_new: true
        }
    );
    assert_eq!(
        walk.record.charging,
        Charging {
            first_sent_at: Some(walk.now),
            attempts: 1,
            instructions: None
        }
    );
    assert_eq!(walk.due_in(), Some(240));
}

#[test]
fn a_second_click_shows_the_first_ones_pay_page_for_as_long_as_the_payment_is_open() {
    let (mut walk, sending) = first_click();
    assert!(!click(&walk, Again::Never).needs_all_read());
    walk.record = walk.record.charged(&sending, &page(), None).unwrap();
    for seconds in [1, 179, 235, 7_000] {
        walk.pass(seconds);
        assert_eq!(click(&walk, Again::Never), Plan::Show(page()));
    }
    walk.happens("t-1", "pending", "");
    walk.check();
    assert_eq!(click(&walk, Again::Wanted), Plan::Show(page()));
}

/// The gateway forgets a key after five minutes.
#[test]
fn a_second_click_at_179_seconds_has_one_second_and_at_235_it_asks() {
    let (mut walk, first) = first_click();
    walk.pass(179);
    let (record, sending) = sends(click(&walk, Again::Never));
    assert_eq!(
        (&sending.key, sending.deadline, sending.attempt),
        (&first.key, Duration::from_secs(1), 2)
    );
    assert!(!sending.is_new);
    assert_eq!(
        record.expectation.charge_until, walk.record.expectation.charge_until,
        "four minutes are enough"
    );
    walk.record = record;
    walk.pass(1);
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
    walk.pass(55);
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
}

#[test]
fn no_attempt_of_any_click_is_under_way_when_the_charge_counts_as_over() {
    for seconds in 0..400 {
        let (mut walk, _) = first_click();
        walk.pass(seconds);
        let Plan::Send(record, sending) = click(&walk, Again::Never) else {
            continue;
        };
        let arrives_by = walk.now + sending.deadline + ON_THE_WAY;
        assert!(record.expectation.charge_until >= arrives_by, "{seconds}");
        let first = record.charging.first_sent_at.unwrap();
        assert!(
            walk.now + sending.deadline <= first + KEY_IS_GOOD_FOR,
            "{seconds}"
        );
    }
}

#[test]
fn another_attempt_forgets_the_404s_before_it() {
    let (mut walk, _) = first_click();
    walk.check_when_due(0);
    walk.check();
    walk.pass(80);
    walk.check();
    assert_eq!(walk.record.lag, 2);
    let (record, _) = sends(click(&walk, Again::Never));
    assert_eq!((record.lag, record.lagged_at), (0, None));
}

#[test]
fn a_single_refused_attempt_is_certain_and_may_be_tried_again_at_once() {
    let (mut walk, sending) = first_click();
    walk.record = walk.record.refused(&sending).expect("it is certain");
    assert_eq!(walk.record.outcome, Some(Outcome::NotCharged));
    let (record, again) = sends(click(&walk, Again::Never));
    assert_eq!(
        (record.life, again.attempt, again.is_new, again.key),
        (2, 1, true, key("key-9"))
    );
}

#[test]
fn a_refusal_after_an_unknown_end_stays_unknown() {
    let (mut walk, _) = first_click();
    walk.pass(30);
    let (record, sending) = sends(click(&walk, Again::Never));
    assert_eq!(
        record.refused(&sending),
        None,
        "the first attempt may have arrived"
    );
}

#[test]
fn a_refusal_is_unknown_where_anything_was_heard() {
    for code in ["200", "201", "202"] {
        let (mut walk, sending) = first_click();
        walk.notified(code, "t-1");
        assert_eq!(walk.record.refused(&sending), None, "{code}");
    }
    let (mut walk, sending) = first_click();
    walk.happens("t-1", "pending", "");
    walk.check();
    assert_eq!(walk.record.refused(&sending), None);
}

#[test]
fn two_clicks_at_once_make_no_refusal_certain() {
    let (mut walk, first) = first_click();
    let (record, second) = sends(click(&walk, Again::Never));
    walk.record = record;
    assert_eq!(
        (walk.record.refused(&first), walk.record.refused(&second)),
        (None, None)
    );
}

#[test]
fn an_end_of_an_earlier_life_changes_nothing() {
    let (mut walk, sending) = first_click();
    walk.record = walk.record.refused(&sending).unwrap();
    (walk.record, _) = sends(click(&walk, Again::Never));
    assert_eq!(
        (
            walk.record.refused(&sending),
            walk.record.charged(&sending, &page(), None)
        ),
        (None, None)
    );
}

#[test]
fn a_refused_charge_is_asked_about_all_the_same() {
    let (mut walk, sending) = first_click();
    walk.record = walk.record.refused(&sending).unwrap();
    walk.happens("t-1", "settlement", "");
    walk.check_when_due(1);
    assert_eq!(walk.words(), ["paid"]);
}

#[test]
fn an_unknown_end_is_asked_about_in_seconds_and_never_later_than_before() {
    let (walk, _) = first_click();
    assert_eq!(
        walk.record.ask_soon(walk.now).check_at,
        Some(walk.now + ASK_AFTER)
    );
    let due = Record {
        check_at: Some(walk.now),
        ..walk.record.clone()
    };
    assert_eq!(due.ask_soon(walk.now).check_at, Some(walk.now));
}

#[test]
fn a_clock_that_went_back_or_jumped_ahead_asks_and_does_not_send() {
    let (mut walk, _) = first_click();
    walk.now -= Duration::from_secs(3_600);
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
    walk.now += Duration::from_secs(7_200);
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
}

#[test]
fn another_amount_or_method_differs_while_the_payment_is_open() {
    let (walk, _) = first_click();
    let order =
        TransactionDetails::new(OrderId::new("order-1").unwrap(), Rupiah::new(50_000)).unwrap();
    let dearer = Charge::builder(order, Akulaku).minimal().build().unwrap();
    let plan = Record::plan(
        Some(&walk.record),
        &dearer,
        key("key-9"),
        Again::Wanted,
        walk.now,
    );
    assert_eq!(plan, Plan::Differs(walk.record.expectation.clone()));
    let other = Walk::of(PaymentType::Kredivo);
    assert_eq!(
        click(&other, Again::Never),
        Plan::Differs(other.record.expectation.clone())
    );
}

#[test]
fn a_decided_order_says_so() {
    let paid = Walk::paid();
    for again in [Again::Never, Again::Wanted] {
        assert_eq!(click(&paid, again), Plan::Decided(Outcome::Paid));
    }
    let mut expired = Walk::new();
    expired.happens("t-1", "expire", "");
    expired.check();
    assert_eq!(
        click(&expired, Again::Never),
        Plan::Decided(Outcome::Failed(Failure::Expired))
    );
}

#[test]
fn an_expired_order_is_charged_again_only_when_that_is_wanted_and_paid_in_its_second_life() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.check();
    let (record, sending) = sends(click(&walk, Again::Wanted));
    assert_eq!(
        (record.life, sending.is_new, record.outcome),
        (2, true, None)
    );
    assert!(
        click(&walk, Again::Wanted).needs_all_read(),
        "a notification may wait that says otherwise"
    );
    assert_eq!(
        record.payments.len(),
        1,
        "the first life's transaction stays"
    );
    walk.record = record;
    walk.happens("t-2", "settlement", "");
    walk.notified("200", "t-2");
    walk.check();
    assert_eq!(walk.words(), ["expired", "paid"]);
}

#[test]
fn an_order_is_not_charged_again_while_something_speaks_against_its_end() {
    // A signed 200 after it was told as not charged.
    let mut walk = Walk::new();
    walk.check_when_due(5);
    assert_eq!(walk.words(), ["not charged"]);
    walk.notified("200", "t-1");
    // A settlement after it was told as expired.
    let mut late = Walk::new();
    for status in ["expire", "settlement"] {
        late.happens("t-1", status, "");
        late.check();
    }
    // A person has asked again, and the gateway was not asked yet.
    let mut asked = Walk::new();
    asked.record = late.record.reviewed(late.now);
    // And then it knew nothing of the order.
    let mut forgotten = Walk::new();
    forgotten.record = asked.record.clone();
    forgotten.check();
    // Whatever came is looked at first.
    let mut notified = Walk::new();
    notified.happens("t-1", "expire", "");
    notified.check();
    notified.notified_of("200", "39999.00", r#""transaction_id":"t-1""#);
    for walk in [walk, late, asked, forgotten, notified] {
        assert_eq!(
            (click(&walk, Again::Never), click(&walk, Again::Wanted)),
            (Plan::Ask, Plan::Ask)
        );
        let wanted = Expectation::of(&charge(), key("key-9"), walk.now);
        assert_eq!(
            walk.record.renewed(&wanted, walk.now).err(),
            walk.record.outcome.map(ExpectResult::Decided)
        );
    }
}

#[test]
fn an_order_that_was_written_down_earlier_is_sent_when_the_customer_clicks() {
    let mut walk = Walk::new();
    walk.pass(120);
    let (_, sending) = sends(click(&walk, Again::Never));
    assert_eq!(
        (sending.key.as_str(), sending.is_new, sending.deadline),
        ("key-1", false, DEADLINE)
    );
}

#[test]
fn an_order_that_was_charged_in_another_way_is_asked_about_and_not_charged_twice() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.check();
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
    let mut walk = Walk::new();
    walk.notified("201", "t-1");
    assert_eq!(click(&walk, Again::Never), Plan::Ask);
}

#[test]
fn with_its_old_key_no_order_begins_another_life() {
    let mut walk = Walk::new();
    walk.happens("t-1", "expire", "");
    walk.check();
    let wanted = walk.record.expectation.clone();
    let decided = ExpectResult::Decided(Outcome::Failed(Failure::Expired));
    assert_eq!(walk.record.renewed(&wanted, walk.now), Err(decided));
}

#[test]
fn instructions_show_no_pay_page_in_their_debug() {
    assert_eq!(format!("{:?}", page()), "Redirect(..)");
}

#[test]
fn a_number_whose_answer_was_lost_is_learnt_from_get_status_and_shown_at_the_next_click() {
    let mut walk = Walk::of(PaymentType::BankTransfer);
    walk.happens(
        "t-1",
        "pending",
        r#","va_numbers":[{"bank":"bni","va_number":"8578"}]"#,
    );
    walk.check();
    let number = Instructions::VirtualAccount {
        bank: "bni".to_owned(),
        va_number: "8578".to_owned(),
    };
    assert_eq!(walk.record.charging.instructions, Some(number.clone()));
    walk.happens(
        "t-1",
        "pending",
        r#","va_numbers":[{"bank":"bni","va_number":"9999"}]"#,
    );
    walk.pass(60);
    walk.check();
    assert_eq!(
        walk.record.charging.instructions,
        Some(number),
        "what the customer was shown stays"
    );
    let mut paid = Walk::of(PaymentType::BankTransfer);
    paid.happens(
        "t-1",
        "settlement",
        r#","va_numbers":[{"bank":"bni","va_number":"8578"}]"#,
    );
    paid.check();
    assert_eq!(paid.record.charging.instructions, None);
}
