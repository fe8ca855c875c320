//! What is stored stays stored, once.

use midtrans_inbox::{Accepted, Expecting, State};

use super::promises;
use crate::message::Message;
use crate::store::End;
use crate::world::{World, expectation};

promises![
    a_stored_notification_survives_a_crash,
    an_expectation_survives_a_crash,
    a_notification_comes_back_to_the_letter,
    a_repeat_is_a_repeat_whatever_else_its_body_says,
    a_repeat_is_not_worked_on_again,
    what_is_rolled_back_was_never_stored,
    the_dashboards_test_is_done_at_once,
    odd_letters_are_kept,
    a_nul_in_an_unsigned_field_keeps_nobody_else_out,
];

fn a_stored_notification_survives_a_crash(world: &mut World<'_>) {
    world.expect("order-1");
    assert_eq!(world.happens(&Message::new("order-1", "settlement")), Accepted::New);
    world.store.reopen();
    assert_eq!(world.work(), 1);
    assert_eq!(world.effects("order-1"), ["paid"]);
    world.store.reopen();
    assert_eq!(world.work(), 0);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn an_expectation_survives_a_crash(world: &mut World<'_>) {
    let written = expectation("order-1", "key-1", world.now);
    world.expect("order-1");
    world.store.reopen();
    let record = world.store.load("order-1").expect("it is there");
    assert_eq!(record.expectation, written);
    assert_eq!((record.recorded_at, record.outcome, record.ask_at), (world.now, None, Some(written.ask_from)));
}

fn a_notification_comes_back_to_the_letter(world: &mut World<'_>) {
    let message = Message::new("order-1", "settlement").with(r#", "x" : [ 1.0,"\u00e9 é" ]  "#);
    world.hear(&message);
    let case = world.claim_one();
    assert_eq!(case.notifications[0].body, message.body());
    assert_eq!(case.notifications[0].received_at, world.now);
    let entry = world.entry("order-1");
    assert_eq!(entry.transaction_id.as_deref(), Some("order-1-t-1"));
    assert_eq!(entry.status_code, "200");
    assert_eq!(entry.transaction_status.as_deref(), Some("settlement"));
    assert_eq!(entry.gross_amount, "40000.00");
    assert!(entry.has_body);
}

fn a_repeat_is_a_repeat_whatever_else_its_body_says(world: &mut World<'_>) {
    let first = Message::new("order-1", "settlement");
    assert_eq!(world.hear(&first), Accepted::New);
    let since = world.now;
    world.pass(120);
    for message in [first.clone(), first.with(r#","settlement_time":"2026-11-22 10:00:09","x_new":[1]"#)] {
        assert_eq!(world.hear(&message), Accepted::Repeat);
    }
    assert_eq!(world.entry("order-1").received_at, since);
}

fn a_repeat_is_not_worked_on_again(world: &mut World<'_>) {
    let message = Message::new("order-1", "settlement");
    world.expect("order-1");
    world.happens(&message);
    world.hear(&message);
    assert_eq!(world.work(), 1);
    for _ in 0..3 {
        world.pass(3_600);
        assert_eq!(world.hear(&message), Accepted::Repeat);
        assert_eq!(world.work(), 0);
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn what_is_rolled_back_was_never_stored(world: &mut World<'_>) {
    let (written, message) = (expectation("order-1", "key-1", world.now), Message::new("order-1", "settlement"));
    for end in [End::RolledBack, End::Committed] {
        assert!(world.store.load("order-1").is_none());
        assert!(world.store.history("order-1").notifications.is_empty());
        assert_eq!(world.store.expect(&written, world.now, end), Expecting::Recorded);
        assert_eq!(world.store.accept(&message.notification(), world.now, end), Accepted::New);
    }
    assert!(world.store.load("order-1").is_some());
    world.entry("order-1");
}

fn the_dashboards_test_is_done_at_once(world: &mut World<'_>) {
    let test = Message::new("payment_notif_test_G141532850_d3c2", "settlement");
    assert_eq!(world.hear(&test), Accepted::New);
    assert_eq!(world.entry(&test.order_id).state, State::Done);
    assert_eq!(world.work(), 0);
    assert_eq!(world.hear(&test), Accepted::Repeat);
    assert!(world.store.ledger().is_empty() && world.gateway.asked(&test.order_id).is_empty());
    assert!(!world.store.snapshot(world.now).needs_attention());
}

/// Whoever has the key may sign anything.
fn odd_letters_are_kept(world: &mut World<'_>) {
    let odd = Message::new("'; DROP TABLE effects; -- 🛵 é%_", "settlement").by("' OR 1=1 --");
    assert_eq!(world.hear(&odd), Accepted::New);
    assert_eq!(world.hear(&odd), Accepted::Repeat);
    let order_id = odd.notification().order_id().to_owned();
    assert_eq!(world.entry(&order_id).transaction_id.as_deref(), Some("' OR 1=1 --"));
    world.work();
    assert_eq!(world.entry(&order_id).reason.as_deref(), Some("no payment of this order was expected"));
}

/// PostgreSQL's texts have no NUL. Whoever has seen one genuine notification can put it into an unsigned field.
fn a_nul_in_an_unsigned_field_keeps_nobody_else_out(world: &mut World<'_>) {
    let [before, odd, after] = [("order-1", "t-1"), ("order-2", r"t-\u0000"), ("order-3", "t-3")]
        .map(|(order_id, transaction_id)| Message::new(order_id, "settlement").by(transaction_id).notification());
    let accepted = world.store.accept_together(&[before, odd, after], world.now);
    assert_eq!(accepted[0], Ok(Accepted::New));
    assert_eq!(accepted[2], Ok(Accepted::New));
    world.entry("order-1");
    world.entry("order-3");
    assert_eq!(world.store.history("order-2").notifications.len(), usize::from(accepted[1].is_ok()));
}
