//! What a worker is told to do, step by step.

use std::time::Duration;

use midtrans_protocol::OrderId;

use super::*;
use crate::from_millis;
use crate::tests::{answer, body, keys, record};

const NOW: Duration = Duration::from_secs(1_000);

fn now() -> SystemTime {
    from_millis(0) + NOW
}

fn policy(asking: Asking) -> Policy {
    Policy { asking, ..Policy::new(keys()) }
}

fn status(status: &str, id: &str) -> String {
    format!(r#""transaction_status":"{status}","transaction_id":"{id}""#)
}

fn notified(bodies: &[String]) -> Case {
    let claimed = bodies.iter().zip(1..).map(|(body, id)| Claimed {
        id,
        body: body.clone(),
        tries: 1,
        failures: 0,
        received_at: now(),
    });
    Case { order_id: "order-1".to_owned(), notifications: claimed.collect(), question: None, lease_until: now() }
}

fn settled() -> String {
    body("order-1", "200", "40000.00", &status("settlement", "t-1"))
}

fn due() -> Case {
    Case { question: Some(Question { asked: 1, failures: 0 }), ..notified(&[]) }
}

fn main_answer(transaction: Option<Transaction>) -> Answer {
    Answer { asked: (&OrderId::new("order-1").unwrap()).into(), transaction }
}

fn says(code: &str, word: &str, id: &str) -> Answer {
    main_answer(Some(answer("order-1", code, "40000.00", &status(word, id))))
}

fn outcomes(step: Step) -> Vec<Outcome> {
    match step {
        Step::Settle { changes, .. } => changes.into_iter().map(|change| change.outcome).collect(),
        other => panic!("{other:?}"),
    }
}

fn why(step: Step) -> String {
    match step {
        Step::GiveBack { why, .. } | Step::Dead { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn always_asks_before_it_acts_and_acts_on_the_answer() {
    let (case, record, policy) = (notified(&[settled()]), record("order-1"), policy(Asking::Always));
    assert!(matches!(case.judge(Some(&record), &[], &policy, now()), Step::Ask(id) if id.as_str() == "order-1"));
    let answers = [says("200", "settlement", "t-1")];
    assert_eq!(outcomes(case.judge(Some(&record), &answers, &policy, now())), [Outcome::Paid]);
}

#[test]
fn a_waiting_customer_and_what_is_known_already_need_no_question() {
    let policy = policy(Asking::Always);
    let pending = body("order-1", "201", "40000.00", &status("pending", "t-1"));
    let record = record("order-1");
    assert_eq!(
        outcomes(notified(std::slice::from_ref(&pending)).judge(Some(&record), &[], &policy, now())),
        [Outcome::Pending]
    );
    let answers = [says("200", "settlement", "t-1")];
    let Step::Settle { record, .. } = notified(&[settled()]).judge(Some(&record), &answers, &policy, now()) else {
        panic!()
    };
    assert_eq!(outcomes(notified(&[pending, settled()]).judge(Some(&record), &[], &policy, now())), []);
}

#[test]
fn doubtful_and_never_trust_a_signed_notification() {
    for asking in [Asking::Doubtful, Asking::Never] {
        let step = notified(&[settled()]).judge(Some(&record("order-1")), &[], &policy(asking), now());
        assert_eq!(outcomes(step), [Outcome::Paid]);
    }
}

#[test]
fn a_doubtful_notification_is_asked_about_or_dead() {
    let odd = notified(&[body("order-1", "201", "40000.00", &status("settlement", "t-1"))]);
    let record = record("order-1");
    for asking in [Asking::Always, Asking::Doubtful] {
        assert!(matches!(odd.judge(Some(&record), &[], &policy(asking), now()), Step::Ask(_)));
    }
    assert!(matches!(odd.judge(Some(&record), &[], &policy(Asking::Never), now()), Step::Dead { .. }));
}

#[test]
fn a_notification_whose_key_is_gone_is_asked_about() {
    let body = settled().replace("signature_key\":\"", "signature_key\":\"00");
    let step = notified(&[body]).judge(Some(&record("order-1")), &[], &policy(Asking::Doubtful), now());
    assert!(matches!(step, Step::Ask(_)));
}

/// The numbers of the notifications that an answer does not settle.
fn ahead(step: Step) -> Vec<i64> {
    match step {
        Step::Settle { ahead, .. } => ahead,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_lags_behind_the_notification_is_asked_for_again() {
    let (case, record, policy) = (notified(&[settled()]), record("order-1"), policy(Asking::Always));
    let ahead = ahead(case.judge(Some(&record), &[says("201", "pending", "t-1")], &policy, now()));
    let (settled, later) = case.ahead(&ahead, &policy, now());
    assert!(settled.notifications.is_empty());
    let (later, step) = later.unwrap();
    assert_eq!(later.notifications.len(), 1);
    assert!(matches!(&step, Step::GiveBack { failures: 1, .. }), "{step:?}");
    assert_eq!(why(step), "it tells more than the gateway's own answer");
}

#[test]
fn what_is_ahead_of_the_answer_takes_nothing_else_with_it() {
    let pending = body("order-1", "201", "40000.00", &status("pending", "t-1"));
    let mut case = notified(&[pending, settled()]);
    case.notifications[1].failures = 9;
    let policy = policy(Asking::Always);
    let ahead = ahead(case.judge(Some(&record("order-1")), &[says("201", "pending", "t-1")], &policy, now()));
    let (settled, later) = case.ahead(&ahead, &policy, now());
    assert_eq!(settled.notifications[0].id, 1);
    assert!(matches!(later, Some((_, Step::Dead { .. }))));
}

#[test]
fn a_doubtful_notification_is_settled_by_a_clear_answer() {
    let odd = notified(&[body("order-1", "201", "40000.00", &status("settlement", "t-1"))]);
    let answers = [says("200", "settlement", "t-1")];
    let step = odd.judge(Some(&record("order-1")), &answers, &policy(Asking::Doubtful), now());
    assert_eq!(outcomes(step), [Outcome::Paid]);
}

#[test]
fn a_notification_about_an_earlier_transaction_is_asked_about_by_its_id() {
    let (case, record, policy) = (notified(&[settled()]), record("order-1"), policy(Asking::Always));
    let latest = says("201", "pending", "t-2");
    let Step::Ask(asked) = case.judge(Some(&record), std::slice::from_ref(&latest), &policy, now()) else { panic!() };
    assert_eq!(asked.as_str(), "t-1");
    let earlier = Answer { asked, ..says("200", "settlement", "t-1") };
    let outcomes = outcomes(case.judge(Some(&record), &[latest, earlier], &policy, now()));
    assert_eq!(outcomes, [Outcome::Paid]);
}

#[test]
fn an_id_that_names_anothers_transaction_changes_nothing() {
    let (case, record, policy) = (notified(&[settled()]), record("order-1"), policy(Asking::Always));
    let latest = says("201", "pending", "t-2");
    let foreign = answer("order-2", "200", "40000.00", &status("settlement", "t-1"));
    let foreign = Answer { asked: PaymentId::received("t-1").unwrap(), transaction: Some(foreign) };
    assert_eq!(ahead(case.judge(Some(&record), &[latest, foreign], &policy, now())), [1]);
}

#[test]
fn no_order_is_asked_about_twice_within_ten_seconds() {
    let mut record = record("order-1");
    record.asked_at = Some(now() - Duration::from_secs(4));
    let step = notified(&[settled()]).judge(Some(&record), &[], &policy(Asking::Always), now());
    assert!(matches!(&step, Step::GiveBack { until, failures: 0, .. } if *until == now() + Duration::from_secs(6)));
}

#[test]
fn a_notification_of_an_unexpected_order_ends_as_a_dead_letter() {
    let mut case = notified(&[settled()]);
    let policy = policy(Asking::Always);
    assert_eq!(why(case.judge(None, &[], &policy, now())), "no payment of this order was expected");
    case.notifications[0].failures = 9;
    assert!(matches!(case.judge(None, &[], &policy, now()), Step::Dead { .. }));
}

#[test]
fn a_charge_that_never_arrived_is_known_only_when_it_cannot_arrive_any_more() {
    let (case, record, policy) = (due(), record("order-1"), policy(Asking::Always));
    assert!(matches!(case.judge(Some(&record), &[], &policy, now()), Step::Ask(_)));
    let early = record.recorded_at + Duration::from_secs(239);
    let step = case.judge(Some(&record), &[main_answer(None)], &policy, early);
    assert!(matches!(&step, Step::GiveBack { until, failures: 0, .. } if *until == record.expectation.ask_from));
    let step = case.judge(Some(&record), &[main_answer(None)], &policy, record.expectation.ask_from);
    assert_eq!(outcomes(step), [Outcome::NotCharged]);
}

#[test]
fn a_transaction_that_was_there_and_is_gone_is_no_failed_payment() {
    let policy = policy(Asking::Always);
    let by_id = Answer { asked: PaymentId::received("t-1").unwrap(), transaction: None };
    let answers = [main_answer(None), by_id];
    let step = notified(&[settled()]).judge(Some(&record("order-1")), &answers, &policy, now());
    assert!(matches!(step, Step::GiveBack { failures: 1, .. }));
    let Step::Settle { record, .. } =
        due().judge(Some(&record("order-1")), &[says("201", "pending", "t")], &policy, now())
    else {
        panic!()
    };
    assert!(matches!(due().judge(Some(&record), &[main_answer(None)], &policy, now()), Step::GiveBack { .. }));
}

#[test]
fn the_reconciler_asks_again_until_there_is_a_last_word() {
    let policy = policy(Asking::Always);
    let Step::Settle { record, changes, .. } =
        due().judge(Some(&record("order-1")), &[says("201", "pending", "t")], &policy, now())
    else {
        panic!()
    };
    assert_eq!(changes.len(), 1);
    assert!(record.ask_at > Some(now()) && record.asked_at == Some(now()));
    let Step::Settle { record, changes, .. } =
        due().judge(Some(&record), &[says("407", "expire", "t")], &policy, now())
    else {
        panic!()
    };
    assert_eq!(changes[0].outcome.as_str(), "expired");
    assert_eq!(record.ask_at, None);
}

#[test]
fn a_paid_order_is_asked_about_no_more_whoever_brought_the_word() {
    let step = notified(&[settled()]).judge(Some(&record("order-1")), &[], &policy(Asking::Never), now());
    assert!(matches!(step, Step::Settle { record, .. } if record.ask_at.is_none()));
}

#[test]
fn a_body_is_in_no_debug_output() {
    let case = notified(&["Siti".to_owned()]);
    assert!(!format!("{case:?}").contains("Siti"));
}

#[test]
fn what_was_claimed_together_is_one_case_per_order_and_the_oldest_comes_first() {
    let claimed =
        |id: i64, at: i64| Claimed { id, body: String::new(), tries: 1, failures: 0, received_at: from_millis(at) };
    let rows = [("b", 3, 30), ("a", 2, 20), ("b", 1, 10), ("a", 4, 15)];
    let rows = rows.map(|(order, id, at)| (order.to_owned(), claimed(id, at)));
    let cases = Case::by_order(rows.into(), now());
    let ids = |case: &Case| case.notifications.iter().map(|claimed| claimed.id).collect::<Vec<_>>();
    assert_eq!(
        cases.iter().map(|case| (case.order_id.as_str(), ids(case))).collect::<Vec<_>>(),
        [("b", vec![1, 3]), ("a", vec![4, 2])]
    );
}

#[test]
fn a_transaction_that_only_a_notification_named_is_forgotten_when_the_gateway_does_not_know_it() {
    let policy = policy(Asking::Always);
    let word = |id: &str| body("order-1", "201", "40000.00", &status("pending", id));
    let Step::Settle { record, .. } =
        notified(&[word("t-1"), word("no-such")]).judge(Some(&record("order-1")), &[], &policy, now())
    else {
        panic!()
    };
    assert_eq!(record.payments.len(), 2);
    let expired = says("407", "expire", "t-1");
    let Step::Ask(asked) = due().judge(Some(&record), std::slice::from_ref(&expired), &policy, now()) else { panic!() };
    assert_eq!(asked.as_str(), "no-such");
    let step = due().judge(Some(&record), &[expired, Answer { asked, transaction: None }], &policy, now());
    let Step::Settle { record, changes, .. } = step else { panic!("{step:?}") };
    assert_eq!(changes.last().map(|change| change.outcome.as_str()), Some("expired"));
    assert_eq!(record.payments.len(), 1);
}

#[test]
fn a_second_life_whose_charge_never_arrived_ends_although_the_gateway_knows_the_first() {
    let policy = policy(Asking::Always);
    let Step::Settle { record, .. } =
        due().judge(Some(&record("order-1")), &[says("407", "expire", "t-1")], &policy, now())
    else {
        panic!()
    };
    let key = midtrans_protocol::IdempotencyKey::new("key-2").unwrap();
    let wanted = crate::Expectation { idempotency_key: key, ask_from: now(), ..record.expectation.clone() };
    let renewed = record.renewed(&wanted, now()).unwrap();
    let later = now() + Duration::from_secs(240);
    let early = due().judge(Some(&renewed), &[says("407", "expire", "t-1")], &policy, later - Duration::from_secs(1));
    assert!(matches!(&early, Step::GiveBack { until, failures: 0, .. } if *until == later), "{early:?}");
    let step = due().judge(Some(&renewed), &[says("407", "expire", "t-1")], &policy, later);
    assert_eq!(outcomes(step), [Outcome::NotCharged]);
}

#[test]
fn a_refused_charge_is_asked_about_once_and_found_if_it_arrived_after_all() {
    let policy = policy(Asking::Always);
    let refused = Record { outcome: Some(Outcome::NotCharged), ..record("order-1") };
    let Step::Settle { record, changes, .. } = due().judge(Some(&refused), &[main_answer(None)], &policy, now()) else {
        panic!()
    };
    assert!(changes.is_empty() && record.ask_at.is_none());
    assert_eq!(
        outcomes(due().judge(Some(&refused), &[says("201", "pending", "t-1")], &policy, now())),
        [Outcome::Pending]
    );
}

#[test]
fn an_order_that_waits_for_a_person_is_not_taken_from_him_by_a_word_that_settles_nothing() {
    let waits = Record { ask_at: None, review: Some("odd".to_owned()), ..record("order-1") };
    let pending = body("order-1", "201", "40000.00", &status("pending", "t-1"));
    let step = notified(&[pending]).judge(Some(&waits), &[], &policy(Asking::Always), now());
    let Step::Settle { record, .. } = step else { panic!("{step:?}") };
    assert_eq!((record.review.as_deref(), record.ask_at), (Some("odd"), None));
}
