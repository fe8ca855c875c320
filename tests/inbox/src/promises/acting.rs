//! From a notification to the shop's ledger.

use midtrans_inbox::Outcome;

use super::promises;
use crate::message::{Message, PRICE};
use crate::worker::Act;
use crate::world::World;

promises![
    a_settlement_is_acted_on_once,
    a_change_says_what_was_before_and_which_transaction_it_is_about,
    every_end_without_money_is_told_once,
    the_changes_of_one_order_come_in_order,
    paid_is_told_before_a_refund_that_was_heard_of_with_it,
    both_confirmations_of_a_refund_are_told_once_each,
    a_refund_by_uuid_and_then_by_number_is_one,
    two_refunds_with_an_empty_key_are_two,
    refunds_under_settlement_are_told,
    a_dispute_after_a_partial_refund_is_told,
    a_fee_that_the_gateway_adds_is_no_wrong_amount,
    a_batch_larger_than_one_commit_is_acted_on_whole,
    one_order_a_commit_acts_on_all,
    paid_by_signature_is_told_at_once_and_confirmed_when_the_gateway_answers,
];

fn a_settlement_is_acted_on_once(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    assert_eq!(world.work(), 2, "one question and one change");
    let record = world.record("order-1");
    assert_eq!(
        (record.outcome, record.paid, record.check_at),
        (Some(Outcome::Paid), true, None)
    );
    assert_eq!(record.asked_at, Some(world.now));
    for _ in 0..5 {
        world.pass(86_400);
        assert_eq!(world.work(), 0);
    }
    assert_eq!(
        (world.effects("order-1"), world.gateway.asked("order-1")),
        (vec!["paid".to_owned()], vec![0])
    );
    assert!(world.store.waiting("order-1").is_empty());
}

fn a_change_says_what_was_before_and_which_transaction_it_is_about(world: &mut World<'_>) {
    world.expect("order-1");
    for status in ["pending", "settlement"] {
        world.gateway.says(&Message::new("order-1", status));
        world.store.ask_by("order-1", world.now);
        world.work();
        world.pass(60);
    }
    let ledger = world.store.ledger();
    let lines = ledger
        .iter()
        .map(|effect| (effect.outcome.as_str(), effect.before.as_str()));
    assert!(
        lines.eq([("pending", ""), ("paid", "pending")]),
        "{ledger:?}"
    );
    assert!(
        ledger
            .iter()
            .all(|effect| effect.transaction_id == "order-1-t-1")
    );
}

fn every_end_without_money_is_told_once(world: &mut World<'_>) {
    for (status, told) in [
        ("deny", "denied"),
        ("cancel", "cancelled"),
        ("expire", "expired"),
        ("failure", "failed"),
    ] {
        let order_id = format!("order-{status}");
        world.expect(&order_id);
        let end = Message::new(&order_id, status);
        world.happens(&end);
        world.work();
        world.pass(20);
        // With other words, so that it is no duplicate.
        world.hear(&Message {
            more: String::new(),
            ..end
        });
        world.hear(&Message::new(&order_id, "pending"));
        world.work();
        assert_eq!(world.effects(&order_id), [told]);
        assert_eq!(world.due_in(&order_id), None);
    }
}

fn the_changes_of_one_order_come_in_order(world: &mut World<'_>) {
    world.expect("order-1");
    for status in ["pending", "settlement", "partial_chargeback", "chargeback"] {
        world.gateway.says(&Message::new("order-1", status));
        world.hear(&Message::new("order-1", status));
        world.store.ask_by("order-1", world.now);
        // The handler fails.
        world.work_with(|_| Act::Fails);
        world.pass(10);
    }
    world.pass(86_400);
    world.work();
    world.work();
    assert_eq!(
        world.effects("order-1"),
        ["pending", "paid", "partly disputed", "disputed"]
    );
}

fn paid_is_told_before_a_refund_that_was_heard_of_with_it(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::refunded("order-1", &[("r-1", 5_000, true)]));
    world.work();
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: r-1 5000 confirmed"]
    );
}

/// The order is paid, and an hour later the gateway answers with this list of refunds.
fn refunded(world: &mut World<'_>, status: &'static str, list: &str) {
    world.pass(3_600);
    let more = format!(r#","refunds":[{list}]"#);
    world.happens(&Message::new("order-1", status).with(&more));
    world.work();
}

fn paid(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
}

fn both_confirmations_of_a_refund_are_told_once_each(world: &mut World<'_>) {
    paid(world);
    let asked_for = r#"{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":""}"#;
    let confirmed = r#"{"refund_key":"r-1","refund_amount":"5000.00","bank_confirmed_at":"2026-11-23 02:30:20"}"#;
    for list in [asked_for, confirmed, confirmed] {
        refunded(world, "partial_refund", list);
    }
    let told = [
        "paid",
        "partly refunded: r-1 5000",
        "partly refunded: r-1 5000 confirmed",
    ];
    assert_eq!(world.effects("order-1"), told);
}

fn a_refund_by_uuid_and_then_by_number_is_one(world: &mut World<'_>) {
    paid(world);
    refunded(
        world,
        "partial_refund",
        r#"{"refund_chargeback_uuid":"u-1","refund_amount":"5000.00"}"#,
    );
    refunded(
        world,
        "partial_refund",
        r#"{"refund_chargeback_id":7,"refund_amount":"5000.00"}"#,
    );
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: u-1 5000"]
    );
    assert_eq!(world.record("order-1").refunds.len(), 1);
}

fn two_refunds_with_an_empty_key_are_two(world: &mut World<'_>) {
    paid(world);
    let one = r#"{"refund_key":"","refund_chargeback_id":1,"refund_amount":"5000.00"}"#;
    let other = r#"{"refund_key":"","refund_chargeback_id":2,"refund_amount":"5000.00"}"#;
    refunded(world, "partial_refund", one);
    refunded(world, "partial_refund", &format!("{one},{other}"));
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: 1 5000", "partly refunded: 2 5000"]
    );
}

fn refunds_under_settlement_are_told(world: &mut World<'_>) {
    paid(world);
    refunded(
        world,
        "settlement",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: r-1 5000"]
    );
}

fn a_dispute_after_a_partial_refund_is_told(world: &mut World<'_>) {
    paid(world);
    refunded(
        world,
        "partial_refund",
        r#"{"refund_key":"r-1","refund_amount":"5000.00"}"#,
    );
    world.pass(3_600);
    world.happens(&Message::new("order-1", "chargeback"));
    world.work();
    assert_eq!(
        world.effects("order-1"),
        ["paid", "partly refunded: r-1 5000", "disputed"]
    );
}

fn a_fee_that_the_gateway_adds_is_no_wrong_amount(world: &mut World<'_>) {
    let info = format!(
        r#""gross_amount_info":{{"original_amount":"{PRICE}.00","gross_amount":"42000.00"}}"#
    );
    let places = [
        format!(r#","extra_info":{{{info}}}"#),
        format!(r#","metadata":{{"extra_info":{{{info}}}}}"#),
    ];
    for (number, place) in places.iter().enumerate() {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        let settled = Message {
            amount: "42000.00".to_owned(),
            ..Message::new(&order_id, "settlement")
        };
        world.happens(&settled.with(place));
        world.work();
        assert_eq!(world.effects(&order_id), ["paid"]);
    }
}

fn a_batch_larger_than_one_commit_is_acted_on_whole(world: &mut World<'_>) {
    world.settings.batch = 3;
    act_on_all(world);
}

fn one_order_a_commit_acts_on_all(world: &mut World<'_>) {
    world.settings.batch = 1;
    act_on_all(world);
}

fn act_on_all(world: &mut World<'_>) {
    for number in 0..10 {
        let order_id = format!("order-{number}");
        world.expect(&order_id);
        world.happens(&Message::new(&order_id, "settlement"));
    }
    world.work();
    for number in 0..10 {
        assert_eq!(world.effects(&format!("order-{number}")), ["paid"]);
    }
}

fn paid_by_signature_is_told_at_once_and_confirmed_when_the_gateway_answers(world: &mut World<'_>) {
    world.policy.paid_by_signature = true;
    world.expect("order-1");
    world.gateway.fails(Some(crate::gateway::Fault::Limits(1)));
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(world.record("order-1").is_unconfirmed);
    world.gateway.fails(None);
    world.work_when_due(10);
    assert_eq!(world.effects("order-1"), ["paid"]);
    let record = world.record("order-1");
    assert_eq!(
        (record.is_unconfirmed, record.review, record.check_at),
        (false, None, None)
    );
}
