//! The times at which the gateway is asked, and at which it is not.

use std::time::Duration;

use midtrans_inbox::Outcome;

use super::promises;
use crate::gateway::Fault;
use crate::message::Message;
use crate::worker::Ends;
use crate::world::World;

promises![
    a_charge_that_never_arrived_is_told_after_five_404s_and_once,
    a_settlement_that_was_never_notified_is_found_and_acted_on_once,
    a_pending_order_is_asked_about_ever_less_often_until_its_end,
    ask_by_moves_the_question_earlier_and_never_later,
    ask_by_during_a_question_is_not_forgotten,
    ask_by_does_nothing_for_an_order_with_a_last_word_or_none_at_all,
    a_404_for_four_minutes_beside_a_stored_settlement_is_never_not_charged,
    a_settlement_that_is_only_found_by_its_transaction_id_is_paid,
    a_notification_that_comes_during_the_last_404_keeps_the_order_from_being_not_charged,
    a_charge_that_arrived_after_all_is_told,
    ten_seconds_lie_between_two_questions_about_one_order,
    an_outage_of_days_makes_no_dead_letter_and_the_payment_is_acted_on_when_it_is_over,
    a_gateway_that_refuses_for_ten_minutes_and_recovers_leaves_no_review,
    a_foreign_404_says_nothing,
    a_stopped_worker_asks_nothing_and_releases_what_it_has_claimed,
    a_worker_that_dies_with_claims_in_its_hands_is_taken_over,
    a_clock_that_jumps_costs_at_most_questions,
];

fn a_charge_that_never_arrived_is_told_after_five_404s_and_once(world: &mut World<'_>) {
    world.expect("order-1");
    world.store.reopen();
    world.pass(239);
    assert_eq!(world.work(), 0);
    world.pass(1);
    for _ in 0..4 {
        assert_eq!(world.work(), 1);
        assert!(world.store.ledger().is_empty());
        world.pass(79);
        assert_eq!(world.work(), 0);
        world.pass(1);
    }
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged"]);
    for _ in 0..3 {
        world.pass(86_400);
        assert_eq!(world.work(), 0);
    }
    assert_eq!(world.gateway.asked("order-1"), [0, 80, 160, 240, 320]);
}

fn a_settlement_that_was_never_notified_is_found_and_acted_on_once(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    world.pass(60);
    world.hear(&Message::new("order-1", "settlement"));
    world.hear(&Message::new("order-1", "pending"));
    world.work_when_due(10);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.gateway.asked("order-1"), [0, 60]);
}

fn a_pending_order_is_asked_about_ever_less_often_until_its_end(world: &mut World<'_>) {
    world.expect("order-1");
    let expires_at = world.record("order-1").expectation.expires_at;
    world.gateway.says(&Message::new("order-1", "pending"));
    while world
        .outcome("order-1")
        .is_none_or(|outcome| outcome == Outcome::Pending)
    {
        let check_at = world.record("order-1").check_at.expect("it is open");
        world.set(check_at - Duration::from_millis(1));
        assert_eq!(world.work(), 0);
        world.set(check_at);
        if check_at >= expires_at {
            world.gateway.says(&Message::new("order-1", "expire"));
        }
        world.work();
    }
    let asked = world.gateway.asked("order-1");
    let gaps: Vec<_> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (_, others) = gaps.split_last().expect("several questions");
    assert!(
        others.windows(2).all(|pair| pair[0] <= pair[1]) && asked.len() < 12,
        "{gaps:?}"
    );
    assert_eq!(
        world.now,
        expires_at + Duration::from_secs(90),
        "as soon as it should have been told"
    );
    assert_eq!(world.effects("order-1"), ["pending", "expired"]);
    assert_eq!(world.work(), 0);
}

fn ask_by_moves_the_question_earlier_and_never_later(world: &mut World<'_>) {
    world.expect("order-1");
    let start = world.now;
    for (seconds, expected) in [(500, 240), (240, 240), (100, 100), (200, 100), (20, 20)] {
        world
            .store
            .ask_by("order-1", start + Duration::from_secs(seconds));
        assert_eq!(world.due_in("order-1"), Some(expected));
    }
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(19);
    assert_eq!(world.work(), 0);
    world.pass(1);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

/// Class E of the findings: the customer is back while the worker is still asking why the order is
/// open.
fn ask_by_during_a_question_is_not_forgotten(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    let soon = world.now + Duration::from_secs(20);
    world.work_while(move |store| store.ask_by("order-1", soon));
    assert_eq!(world.effects("order-1"), ["pending"]);
    assert_eq!(world.due_in("order-1"), Some(20));
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(20);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
}

fn ask_by_does_nothing_for_an_order_with_a_last_word_or_none_at_all(world: &mut World<'_>) {
    for status in ["settlement", "expire"] {
        world.expect(status);
        world.happens(&Message::new(status, status));
        world.work();
        world.store.ask_by(status, world.now);
        assert_eq!(world.due_in(status), None);
    }
    world.store.ask_by("stranger", world.now);
    assert!(world.store.load("stranger").is_none());
    assert_eq!(world.work(), 0);
}

/// Class E of the findings.
fn a_404_for_four_minutes_beside_a_stored_settlement_is_never_not_charged(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    world.hear(&Message::new("order-1", "settlement"));
    let end = world.now + Duration::from_secs(240);
    while world.record("order-1").check_at.is_some_and(|at| at < end) {
        world.work();
        assert!(world.store.ledger().is_empty());
        let next = world
            .record("order-1")
            .check_at
            .expect("it is asked about again");
        world.set(next);
    }
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(
        (world.effects("order-1"), world.review("order-1")),
        (vec!["paid".to_owned()], String::new())
    );
}

fn a_settlement_that_is_only_found_by_its_transaction_id_is_paid(world: &mut World<'_>) {
    world.expect("order-1");
    let settled = Message::new("order-1", "settlement");
    world.gateway.says_about("order-1-t-1", &settled);
    world.hear(&settled);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(
        (
            world.gateway.asked("order-1"),
            world.gateway.asked("order-1-t-1")
        ),
        (vec![0], vec![0])
    );
}

/// It is accepted before the commit that would report the end.
fn a_notification_that_comes_during_the_last_404_keeps_the_order_from_being_not_charged(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    world.pass(240);
    for _ in 0..3 {
        world.work();
        world.pass(80);
    }
    let (settled, now) = (Message::new("order-1", "settlement"), world.now);
    let notification = settled.notification();
    world.work_while(move |store| {
        let _ = store.accept(&notification, now);
    });
    assert!(world.effects("order-1").is_empty() && world.outcome("order-1").is_none());
    world.gateway.says(&settled);
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_charge_that_arrived_after_all_is_told(world: &mut World<'_>) {
    world.expect("order-1");
    world.work_when_due(10);
    world.pass(60);
    world.happens(&Message::new("order-1", "pending"));
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "pending"]);
    // The customer pays, and that notification is lost.
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.work_when_due(3);
    assert_eq!(world.effects("order-1"), ["not charged", "pending", "paid"]);
    assert_eq!(world.store.ledger()[1].before, Outcome::NotCharged.as_str());
}

fn ten_seconds_lie_between_two_questions_about_one_order(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "pending").by("t-0"));
    for (second, status) in [
        "settlement",
        "partial_refund",
        "chargeback",
        "refund",
        "deny",
    ]
    .into_iter()
    .enumerate()
    {
        world.hear(&Message::new("order-1", status).by(&format!("t-{second}")));
        world.work();
        world.pass(3);
    }
    world.work_when_due(8);
    let asked = world.gateway.asked("order-1");
    assert!(
        asked.len() > 2 && asked.windows(2).all(|pair| pair[1] >= pair[0] + 10),
        "{asked:?}"
    );
}

fn an_outage_of_days_makes_no_dead_letter_and_the_payment_is_acted_on_when_it_is_over(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.gateway.fails(Some(Fault::Down));
    // Three days, in steps that are longer than any pause of an outage.
    for _ in 0..3 * 48 {
        world.work();
        world.pass(1_800);
    }
    let record = world.record("order-1");
    assert_eq!(
        (record.failures, record.outcome, record.review),
        (144, None, None)
    );
    assert!(world.store.dead_letters(1).is_empty() && world.store.ledger().is_empty());
    world.gateway.fails(None);
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_gateway_that_refuses_for_ten_minutes_and_recovers_leaves_no_review(world: &mut World<'_>) {
    for number in 0..5 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        world.happens(&Message::new(&order_id, "settlement"));
    }
    world.gateway.fails(Some(Fault::Limits(7)));
    for _ in 0..60 {
        world.work();
        world.pass(10);
    }
    world.gateway.fails(None);
    world.pass(300);
    world.work();
    for number in 0..5 {
        assert_eq!(world.effects(&format!("order-{number}")), ["paid"]);
    }
    assert!(!world.store.snapshot(world.now).needs_attention());
}

fn a_foreign_404_says_nothing(world: &mut World<'_>) {
    for fault in [Fault::ForeignNotFound, Fault::WrongKey] {
        world.expect("order-1");
        world.gateway.fails(Some(fault));
        world.pass(240);
        for _ in 0..12 {
            world.work();
            world.pass(300);
        }
        let record = world.record("order-1");
        assert_eq!(
            (record.outcome, record.lag, record.review),
            (None, 0, None),
            "{fault:?}"
        );
    }
    assert!(world.store.ledger().is_empty());
}

fn a_stopped_worker_asks_nothing_and_releases_what_it_has_claimed(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    let mut round = world.round();
    round.ends = Ends::Stopped;
    world.store.round(&round, &mut |_| crate::worker::Act::Well);
    assert!(world.store.ledger().is_empty() && world.gateway.asked("order-1").is_empty());
    assert_eq!(world.record("order-1").failures, 0, "a stop is no outage");
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_worker_that_dies_with_claims_in_its_hands_is_taken_over(world: &mut World<'_>) {
    for ends in [Ends::DiesBeforeItAsks, Ends::DiesWithAnswers] {
        let order_id = format!("{ends:?}");
        world.expect(&order_id);
        world.happens(&Message::new(&order_id, "settlement"));
        let mut round = world.round();
        round.ends = ends;
        world.store.round(&round, &mut |_| crate::worker::Act::Well);
        world.pass(61);
        world.work();
        assert_eq!(world.effects(&order_id), ["paid"]);
    }
}

fn a_clock_that_jumps_costs_at_most_questions(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work();
    let now = world.now;
    for jump in [
        now + Duration::from_secs(3_600),
        now - Duration::from_secs(3_600),
        now,
    ] {
        world.set(jump);
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["pending"]);
    world.happens(&Message::new("order-1", "settlement"));
    world.pass(3_700);
    world.work();
    assert_eq!(
        (world.effects("order-1"), world.review("order-1")),
        (vec!["pending".into(), "paid".into()], String::new())
    );
}
