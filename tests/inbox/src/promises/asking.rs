//! Nothing was heard: the reconciler asks.

use std::time::Duration;

use midtrans_inbox::{Accepted, Expecting, Outcome, Step};

use super::promises;
use crate::message::Message;
use crate::store::{End, Finished};
use crate::world::World;

promises![
    a_charge_that_never_arrived_is_told_when_it_cannot_arrive_any_more,
    a_settlement_that_was_never_notified_is_found_and_acted_on_once,
    a_pending_order_is_asked_about_ever_less_often_until_its_end,
    ask_by_moves_the_question_earlier_and_never_later,
    ask_by_does_nothing_for_an_order_with_a_last_word_or_none_at_all,
    an_early_question_decides_nothing_about_a_charge_on_its_way,
    a_charge_that_arrived_after_all_is_told,
    an_order_that_is_open_after_all_is_asked_about_again,
    a_worker_that_does_not_reconcile_asks_nothing_by_itself,
    a_notification_waits_where_the_order_was_asked_about_a_moment_ago,
    the_customers_return_asks_no_second_time_within_ten_seconds,
    the_reconciler_waits_where_a_notification_was_asked_about_a_moment_ago,
    two_doubtful_notifications_ask_once_within_ten_seconds,
    while_one_worker_asks_about_an_order_another_one_does_not,
    another_life_of_an_order_is_no_reason_to_ask_sooner,
];

fn a_charge_that_never_arrived_is_told_when_it_cannot_arrive_any_more(world: &mut World<'_>) {
    world.expect("order-1");
    world.store.reopen();
    world.pass(239);
    assert!(world.store.due_for_status(&world.policy, 10, world.now).is_empty());
    assert_eq!(world.work(), 0);
    world.pass(1);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["not charged"]);
    for _ in 0..3 {
        world.pass(86_400);
        assert_eq!(world.work(), 0);
    }
    assert_eq!(world.gateway.asked("order-1"), [0]);
}

fn a_settlement_that_was_never_notified_is_found_and_acted_on_once(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(240);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    world.pass(60);
    assert_eq!(world.hear(&Message::new("order-1", "settlement")), Accepted::New);
    world.hear(&Message::new("order-1", "pending"));
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.gateway.asked("order-1"), [0]);
}

fn a_pending_order_is_asked_about_ever_less_often_until_its_end(world: &mut World<'_>) {
    world.expect("order-1");
    let expires_at = world.now + Duration::from_secs(2 * 3_600);
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    let mut questions = Vec::new();
    for _ in 0..30 {
        let Some(ask_at) = world.store.load("order-1").and_then(|record| record.ask_at) else { break };
        world.set(ask_at - Duration::from_millis(1));
        assert_eq!(world.work(), 0);
        world.set(ask_at);
        if ask_at >= expires_at + Duration::from_secs(90) {
            world.gateway.says(&Message::new("order-1", "expire"));
        }
        assert_eq!(world.work(), 1);
        questions.push(ask_at);
    }
    let gaps: Vec<_> = questions.windows(2).map(|pair| pair[1].duration_since(pair[0]).unwrap_or_default()).collect();
    let (last, others) = gaps.split_last().expect("several questions");
    assert!(others.windows(2).all(|pair| pair[0] <= pair[1]), "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap >= Duration::from_secs(10)) && *last <= Duration::from_secs(3_600), "{gaps:?}");
    assert_eq!(questions.last(), Some(&(expires_at + Duration::from_secs(90))), "as soon as it should have been told");
    assert!(questions.len() < 12, "{gaps:?}");
    assert_eq!(world.effects("order-1"), ["pending", "expired"]);
    assert_eq!(world.work(), 0);
}

fn ask_at(world: &mut World<'_>) -> Option<u64> {
    let record = world.store.load("order-1").expect("it is there");
    let since = |at: std::time::SystemTime| at.duration_since(record.recorded_at).unwrap_or_default().as_secs();
    record.ask_at.map(since)
}

fn ask_by_moves_the_question_earlier_and_never_later(world: &mut World<'_>) {
    world.expect("order-1");
    let start = world.now;
    for (seconds, expected) in [(500, 240), (240, 240), (100, 100), (200, 100), (20, 20)] {
        world.store.ask_by("order-1", start + Duration::from_secs(seconds));
        assert_eq!(ask_at(world), Some(expected));
    }
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(19);
    assert_eq!(world.work(), 0);
    world.pass(1);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn ask_by_does_nothing_for_an_order_with_a_last_word_or_none_at_all(world: &mut World<'_>) {
    for status in ["settlement", "expire"] {
        world.expect(status);
        world.happens(&Message::new(status, status));
        world.work();
        world.store.ask_by(status, world.now);
        assert_eq!(world.store.load(status).and_then(|record| record.ask_at), None);
    }
    world.store.ask_by("nobodys", world.now);
    assert!(world.store.load("nobodys").is_none());
    assert_eq!(world.work(), 0);
}

fn an_early_question_decides_nothing_about_a_charge_on_its_way(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(5);
    world.store.ask_by("order-1", world.now);
    assert_eq!(world.work(), 1);
    assert!(world.store.ledger().is_empty());
    assert_eq!(ask_at(world), Some(240));
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.pass(235);
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_charge_that_arrived_after_all_is_told(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    world.work();
    world.pass(60);
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "paid"]);
    assert_eq!(world.ledger("order-1")[1].before, Outcome::NotCharged.as_str());
}

/// Its clock was wrong, or it charged with longer timeouts: the charge arrived later than anybody thought it could. The
/// customer pays, and that notification is lost.
fn an_order_that_is_open_after_all_is_asked_about_again(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(240);
    world.work();
    world.pass(60);
    world.happens(&Message::new("order-1", "pending"));
    world.work();
    assert_eq!(world.effects("order-1"), ["not charged", "pending"]);
    world.gateway.says(&Message::new("order-1", "settlement"));
    for _ in 0..24 {
        world.pass(3_600);
        world.work();
    }
    assert_eq!(world.effects("order-1"), ["not charged", "pending", "paid"]);
}

fn a_worker_that_does_not_reconcile_asks_nothing_by_itself(world: &mut World<'_>) {
    world.settings.reconciles = false;
    world.expect("order-1");
    world.pass(86_400);
    assert_eq!(world.work(), 0);
    assert!(world.gateway.asked("order-1").is_empty());
}

/// How often the gateway was asked about an order, where that is more often than every ten seconds.
fn assert_polite(world: &World<'_>) {
    let asked = world.gateway.asked("order-1");
    assert!(asked.windows(2).all(|pair| pair[1] >= pair[0] + 10), "asked about one order at {asked:?} seconds");
}

fn a_notification_waits_where_the_order_was_asked_about_a_moment_ago(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work();
    world.pass(3);
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(world.effects("order-1"), ["pending"]);
    world.pass(7);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending", "paid"]);
    assert_polite(world);
}

fn the_customers_return_asks_no_second_time_within_ten_seconds(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work();
    world.pass(2);
    world.store.ask_by("order-1", world.now);
    world.work();
    world.pass(10);
    world.work();
    assert_polite(world);
    assert_eq!(world.gateway.asked("order-1").len(), 2);
}

fn the_reconciler_waits_where_a_notification_was_asked_about_a_moment_ago(world: &mut World<'_>) {
    world.expect("order-1");
    world.pass(238);
    world.gateway.says(&Message::new("order-1", "pending"));
    world.hear(&Message { amount: "1.00".to_owned(), ..Message::new("order-1", "settlement") });
    world.work();
    world.pass(2);
    world.work();
    assert_polite(world);
}

fn two_doubtful_notifications_ask_once_within_ten_seconds(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    let settled = Message::new("order-1", "settlement");
    world.hear(&settled);
    world.work();
    world.pass(3);
    world.hear(&Message { more: String::new(), ..settled });
    world.work();
    assert_polite(world);
}

fn while_one_worker_asks_about_an_order_another_one_does_not(world: &mut World<'_>) {
    world.expect("order-1");
    let settled = Message::new("order-1", "settlement");
    world.happens(&settled);
    world.hear(&Message { more: String::new(), ..settled });
    let cases = [world.claim_one(), world.claim_one()];
    let first = world.store.finish(&cases[0], &[], &world.policy, world.now, End::Committed);
    assert!(matches!(first, Finished::Next(Step::Ask(_))), "{first:?}");
    world.pass(1);
    let second = world.store.finish(&cases[1], &[], &world.policy, world.now, End::Committed);
    assert!(matches!(second, Finished::Next(Step::GiveBack { .. })), "{second:?}");
}

fn another_life_of_an_order_is_no_reason_to_ask_sooner(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "expire"));
    world.pass(240);
    world.work();
    world.pass(2);
    assert_eq!(world.expect_with("order-1", "key-2"), Expecting::Recorded);
    world.happens(&Message::new("order-1", "settlement").by("t-2"));
    world.work();
    world.pass(10);
    world.work();
    assert_eq!(world.effects("order-1"), ["expired", "paid"]);
    assert_polite(world);
}
