//! Answers that do not fit or contradict themselves, and forged notifications.

use midtrans_inbox::{Accepted, Outcome};

use super::promises;
use crate::message::Message;
use crate::world::World;

promises![
    a_forged_pending_with_refunds_books_nothing,
    a_forged_pending_named_like_the_order_keeps_nothing_open,
    a_forged_settlement_is_never_acted_on_and_becomes_a_review_within_minutes,
    an_id_that_names_another_orders_transaction_moves_nothing,
    a_forged_notification_keeps_no_payment_from_being_found,
    an_answer_that_lags_behind_is_waited_for,
    an_end_without_money_behind_a_signed_settlement_is_not_told,
    a_status_amount_or_currency_that_does_not_fit_is_a_review_until_it_does,
    a_settlement_after_an_expiry_is_a_review_at_once_and_told_when_a_person_has_looked,
    two_transactions_with_money_are_acted_on_once_and_a_review_that_ends_when_one_is_given_back,
    a_refund_that_is_taken_back_is_a_review_that_a_person_ends,
    a_refund_that_get_status_shows_later_is_found,
    what_is_under_review_is_a_dead_letter_until_it_is_settled,
    an_answer_that_comes_after_the_lease_is_not_used,
];

const FORGED: &str = "t-forged";

/// Class A of the findings.
fn a_forged_pending_with_refunds_books_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work();
    let before = world.record("order-1");
    let refunds = r#","refund_amount":"40000.00","refunds":[{"refund_key":"r-1","refund_amount":"40000.00",
        "bank_confirmed_at":"2026-11-23 02:30:20"}]"#;
    assert_eq!(
        world.takes(&Message::new("order-1", "pending").with(refunds)),
        Accepted::New
    );
    world.pass(20);
    world.work();
    assert_eq!(world.effects("order-1"), ["pending"]);
    assert_eq!(
        (
            world.record("order-1"),
            world.gateway.asked("order-1").len()
        ),
        (before, 1)
    );
}

fn a_forged_pending_named_like_the_order_keeps_nothing_open(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(60);
    world.hear(&Message::new("order-1", "pending").by("order-1"));
    world.work_when_due(20);
    assert_eq!(
        (world.effects("order-1"), world.due_in("order-1")),
        (vec!["paid".to_owned()], None)
    );
    assert!(world.gateway.asked("order-1").len() <= 2);
}

fn a_forged_settlement_is_never_acted_on_and_becomes_a_review_within_minutes(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.hear(&Message::new("order-1", "settlement").by(FORGED));
    let start = world.now;
    while world.review("order-1").is_empty() {
        world.work_when_due(1);
    }
    let minutes = world
        .now
        .duration_since(start)
        .unwrap_or_default()
        .as_secs()
        / 60;
    assert!(minutes <= 70, "{minutes}");
    assert_eq!(world.effects("order-1"), ["pending"]);
    assert!(world.gateway.asked(FORGED).len() <= 7);
}

/// The customer has paid in the last second: the answer is still that of a moment ago.
fn an_end_without_money_behind_a_signed_settlement_is_not_told(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "expire"));
    world.hear(&Message::new("order-1", "settlement"));
    for _ in 0..3 {
        world.work_when_due(1);
        assert!(
            world.effects("order-1").is_empty(),
            "a shop would put the goods back on sale"
        );
    }
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.work_when_due(1);
    world.store.retry("order-1", world.now);
    world.work_when_due(2);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn an_id_that_names_another_orders_transaction_moves_nothing(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2"] {
        world.expect(order_id);
    }
    world.gateway.says(&Message::new("order-1", "pending"));
    world.gateway.says(&Message::new("order-2", "settlement"));
    world.hear(&Message::new("order-1", "deny").by("order-2-t-1"));
    world.work();
    assert_eq!(
        (world.effects("order-1"), world.effects("order-2")),
        (vec!["pending".to_owned()], Vec::new())
    );
    assert!(
        world
            .record("order-1")
            .payments
            .iter()
            .all(|payment| payment.transaction_id == "order-1-t-1")
    );
}

fn a_forged_notification_keeps_no_payment_from_being_found(world: &mut World<'_>) {
    world.expect("order-1");
    for number in 0..20 {
        world.hear(&Message::new("order-1", "settlement").by(&format!("forged-{number}")));
    }
    world.work();
    world.happens(&Message::new("order-1", "settlement"));
    world.work_when_due(2);
    assert_eq!(
        (world.effects("order-1"), world.review("order-1").as_str()),
        (vec!["paid".to_owned()], "")
    );
    assert_eq!(world.record("order-1").notified.ids.len(), 8);
}

fn an_answer_that_lags_behind_is_waited_for(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.hear(&Message::new("order-1", "settlement"));
    for seconds in [10, 20, 40] {
        world.work();
        assert_eq!(world.due_in("order-1"), Some(seconds));
        world.pass(seconds);
    }
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(
        (world.effects("order-1"), world.due_in("order-1")),
        (vec!["pending".into(), "paid".into()], None)
    );
}

fn a_status_amount_or_currency_that_does_not_fit_is_a_review_until_it_does(world: &mut World<'_>) {
    let settled = |order_id: &str| Message::new(order_id, "settlement");
    let cases = [
        (
            Message::new("order-0", "floating"),
            "the status is missing or unknown",
        ),
        (
            Message {
                amount: "39000.00".to_owned(),
                ..settled("order-1")
            },
            "the amount is not the expected one",
        ),
        (
            settled("order-2").with(r#","currency":"USD""#),
            "the currency is not rupiah",
        ),
        (
            Message {
                more: r#","fraud_status":"deny""#.to_owned(),
                ..settled("order-3")
            },
            "fraud detection",
        ),
    ];
    for (said, why) in cases {
        let order_id = said.order_id.clone();
        world.expect(&order_id);
        world.gateway.says(&said);
        world.hear(&settled(&order_id));
        world.work();
        assert!(
            world.review(&order_id).contains(why),
            "{}",
            world.review(&order_id)
        );
        assert!(world.effects(&order_id).is_empty() && world.due_in(&order_id).is_some());
        world.gateway.says(&settled(&order_id));
        world.store.ask_by(&order_id, world.now);
        world.work();
        assert_eq!(
            (world.effects(&order_id), world.review(&order_id)),
            (vec!["paid".to_owned()], String::new())
        );
    }
}

fn a_settlement_after_an_expiry_is_a_review_at_once_and_told_when_a_person_has_looked(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    for status in ["expire", "settlement"] {
        world.happens(&Message::new("order-1", status));
        world.work();
        world.pass(60);
    }
    assert_eq!(world.effects("order-1"), ["expired"]);
    let why = "the gateway answers settlement after it answered expire, which does not follow";
    assert_eq!(world.review("order-1"), why);
    assert_eq!(world.store.retry("order-1", world.now), 1);
    world.work();
    assert_eq!(
        (world.effects("order-1"), world.review("order-1")),
        (vec!["expired".into(), "paid".into()], String::new())
    );
}

fn two_transactions_with_money_are_acted_on_once_and_a_review_that_ends_when_one_is_given_back(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    for transaction in ["t-1", "t-2"] {
        world.happens(&Message::new("order-1", "settlement").by(transaction));
        world.work();
        world.pass(60);
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(
        world
            .review("order-1")
            .starts_with("paid twice, by transaction t-1 and by transaction t-2")
    );
    world.happens(&Message::refunded("order-1", &[("r-1", 40_000, true)]).by("t-2"));
    world.work();
    let told = ["paid", "partly refunded: r-1 40000 confirmed"];
    assert_eq!(
        (world.effects("order-1"), world.review("order-1")),
        (told.map(str::to_owned).to_vec(), String::new())
    );
}

fn a_refund_that_is_taken_back_is_a_review_that_a_person_ends(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::refunded("order-1", &[("r-1", 5_000, true)]));
    world.work();
    world.happens(&Message::new("order-1", "partial_refund").with(r#","refund_amount":"0.00""#));
    world.work_when_due(8);
    assert!(
        world
            .review("order-1")
            .contains("a refund that was told before is missing")
    );
    assert_eq!(world.effects("order-1").len(), 2);
}

fn a_refund_that_get_status_shows_later_is_found(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    world.pass(3_600);
    let refunded = Message::refunded("order-1", &[("r-1", 5_000, true)]);
    world.hear(&refunded);
    world.work_when_due(2);
    assert_eq!(world.effects("order-1"), ["paid"]);
    world.gateway.says(&refunded);
    world.work_when_due(1);
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: r-1 5000 confirmed"]
    );
}

fn what_is_under_review_is_a_dead_letter_until_it_is_settled(world: &mut World<'_>) {
    world.expect("order-1");
    let since = world.now;
    world.happens(&Message::new("order-1", "floating"));
    world.store.ask_by("order-1", world.now);
    world.work();
    let letters = world.store.dead_letters(10);
    let [letter] = &letters[..] else {
        unreachable!("{letters:?}")
    };
    assert_eq!(
        (letter.order_id.as_str(), letter.change, letter.since),
        ("order-1", None, since)
    );
    assert!(letter.reason.contains("missing or unknown"));
    assert_eq!(world.store.snapshot(world.now).reviews, 1);
    world.gateway.says(&Message::new("order-1", "settlement"));
    world.work_when_due(2);
    assert!(world.store.dead_letters(10).is_empty());
    assert_eq!(world.outcome("order-1"), Some(Outcome::Paid));
}

/// A worker has an answer and sleeps. Another one takes over the order, asks, and has the shop act.
/// The first one's answer is out of date.
fn an_answer_that_comes_after_the_lease_is_not_used(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "pending"));
    world.hear(&Message::new("order-1", "settlement"));
    let gateway = world.gateway.clone();
    let mut round = world.round();
    round.now += std::time::Duration::from_secs(120);
    world.work_while(move |store| {
        gateway.says(&Message::new("order-1", "settlement"));
        store.round(&round, &mut |_| crate::worker::Act::Well);
    });
    assert_eq!(world.effects("order-1"), ["paid"]);
    let record = world.record("order-1");
    assert_eq!(
        (record.outcome, record.lag, record.check_at),
        (Some(Outcome::Paid), 0, None)
    );
}
