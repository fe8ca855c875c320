//! Accepted notifications are stored once, and wake their order as often as necessary.

use std::time::Duration;

use midtrans_inbox::{Accepted, ExpectResult};
use midtrans_protocol::notification::signature;
use midtrans_protocol::{Notification, ServerKeys, notification};

use super::promises;
use crate::message::{self, Message};
use crate::store::End;
use crate::world::{World, expectation};

promises![
    a_stored_notification_survives_a_crash,
    an_expectation_survives_a_crash,
    a_notification_is_kept_as_it_came,
    a_duplicate_is_one_whatever_else_its_body_says_and_wakes_nothing,
    a_duplicate_that_speaks_against_what_was_told_wakes_its_order,
    what_the_merchant_rolls_back_was_never_stored,
    in_the_merchants_transaction_the_commit_is_the_acknowledgement,
    the_dashboards_test_is_about_no_order,
    a_nul_in_a_field_keeps_no_other_order_out,
    an_order_that_differs_from_another_in_a_nul_is_kept_apart_or_not_at_all,
    a_notification_of_an_unexpected_order_is_kept_and_listed_and_taken_in_when_it_is_expected,
    what_comes_for_strangers_is_no_failure_and_is_asked_about_by_no_worker,
    sixteen_thousand_variations_of_one_pending_cost_no_question_and_a_hundred_rows,
    beyond_its_hundred_notifications_an_order_is_still_woken,
    a_resent_notification_after_a_review_has_the_order_asked_about_again,
    a_bare_refund_that_comes_again_has_the_order_asked_about_again,
    a_webhook_host_whose_clock_is_an_hour_ahead_delays_nothing,
];

fn a_stored_notification_survives_a_crash(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    assert_eq!(
        world.takes(&Message::new("order-1", "settlement")),
        Accepted::New
    );
    world.store.reopen();
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    world.store.reopen();
    assert_eq!(world.work(), 0);
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn an_expectation_survives_a_crash(world: &mut World<'_>) {
    let written = expectation("order-1", "key-1", world.now);
    assert_eq!(
        world.expect_with("order-1", "key-1"),
        ExpectResult::Recorded
    );
    world.store.reopen();
    let record = world.record("order-1");
    assert_eq!(
        (&record.expectation, record.recorded_at),
        (&written, world.now)
    );
    assert_eq!(
        (record.outcome, record.check_at),
        (None, Some(written.charge_until))
    );
}

fn a_notification_is_kept_as_it_came(world: &mut World<'_>) {
    world.hear(&Message::new("order-1", "settlement").with(r#", "x" : [ 1.0,"\u00e9 é" ]  "#));
    let notifications = world.store.history("order-1").notifications;
    let [entry] = &notifications[..] else {
        unreachable!("{notifications:?}")
    };
    assert_eq!(
        (entry.transaction_id.as_deref(), entry.status_code.as_str()),
        (Some("order-1-t-1"), "200")
    );
    assert_eq!(
        (
            entry.transaction_status.as_deref(),
            entry.gross_amount.as_str()
        ),
        (Some("settlement"), "40000.00")
    );
    assert_eq!((entry.received_at, entry.has_body), (world.now, true));
}

fn a_duplicate_is_one_whatever_else_its_body_says_and_wakes_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    let first = Message::new("order-1", "settlement");
    world.gateway.says(&first);
    assert_eq!(world.takes(&first), Accepted::New);
    world.work();
    let asked = world.gateway.asked("order-1").len();
    world.pass(120);
    for again in [
        first.clone(),
        first.with(r#","settlement_time":"2026-11-22 10:00:00""#),
    ] {
        assert_eq!(world.takes(&again), Accepted::Duplicate);
    }
    assert_eq!(world.store.history("order-1").notifications.len(), 1);
    assert_eq!(world.store.snapshot(world.now).unread, 0);
    assert_eq!(
        (world.work(), world.gateway.asked("order-1").len()),
        (0, asked)
    );
}

/// The money of a reversed payment comes back, in the words in which it came first.
fn a_duplicate_that_speaks_against_what_was_told_wakes_its_order(world: &mut World<'_>) {
    let mut written = expectation("order-1", "key-1", world.now);
    written.payment_type = "bank_transfer".into();
    assert_eq!(
        world.store.expect(&written, world.now),
        ExpectResult::Recorded
    );
    let settled = Message::new("order-1", "settlement");
    let denied = Message::new("order-1", "deny");
    for told in [&settled, &denied] {
        world.gateway.says(told);
        world.hear(told);
        world.work();
        world.pass(3_600);
    }
    assert_eq!(world.effects("order-1"), ["paid", "denied"]);
    world.gateway.says(&settled);
    assert_eq!(world.takes(&settled), Accepted::Duplicate);
    world.work();
    let why = world.review("order-1");
    assert!(why.contains("settlement after it answered deny"), "{why}");
}

fn what_the_merchant_rolls_back_was_never_stored(world: &mut World<'_>) {
    let written = expectation("order-1", "key-1", world.now);
    assert_eq!(
        world.store.expect_in_vain(&written, world.now),
        ExpectResult::Recorded
    );
    assert_eq!(world.store.load("order-1"), None);
    assert_eq!(
        world.expect_with("order-1", "key-1"),
        ExpectResult::Recorded
    );
    let settled = Message::new("order-1", "settlement").notification();
    assert_eq!(
        world.store.accept_in(&settled, world.now, End::RolledBack),
        Accepted::New
    );
    assert!(world.store.history("order-1").notifications.is_empty());
    assert_eq!(world.store.accept(&settled, world.now), Accepted::New);
}

fn in_the_merchants_transaction_the_commit_is_the_acknowledgement(world: &mut World<'_>) {
    world.expect("order-1");
    let settled = Message::new("order-1", "settlement");
    world.gateway.says(&settled);
    assert_eq!(
        world
            .store
            .accept_in(&settled.notification(), world.now, End::Committed),
        Accepted::New
    );
    assert_eq!(
        world
            .store
            .accept_in(&settled.notification(), world.now, End::Committed),
        Accepted::Duplicate
    );
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn the_dashboards_test_is_about_no_order(world: &mut World<'_>) {
    assert_eq!(
        world.takes(&Message::new("payment_notif_test_M123_1", "settlement")),
        Accepted::New
    );
    assert_eq!(
        (world.work(), world.store.snapshot(world.now).unread),
        (0, 0)
    );
    assert!(world.store.unexpected(10).is_empty());
}

/// A body with these texts, which are JSON and may hold escapes.
fn odd(order_id: &str, transaction_id: &str) -> Notification {
    let plain: String = serde_json::from_str(&format!("\"{order_id}\"")).expect("it is JSON");
    let signed = signature::sign(&plain, "200", "40000.00", &message::key());
    let body = format!(
        r#"{{"order_id":"{order_id}","status_code":"200","gross_amount":"40000.00","signature_key":"{signed}",
            "transaction_id":"{transaction_id}","transaction_status":"settlement"}}"#
    );
    notification::verify(body.as_bytes(), &ServerKeys::from(message::key())).expect("it is signed")
}

fn a_nul_in_a_field_keeps_no_other_order_out(world: &mut World<'_>) {
    for order_id in ["order-1", "order-2"] {
        world.expect(order_id);
        world.gateway.says(&Message::new(order_id, "settlement"));
    }
    let _ = world.store.accept(&odd("order-1", "a\\u0000b"), world.now);
    world.hear(&Message::new("order-2", "settlement"));
    world.work();
    for order_id in ["order-1", "order-2"] {
        assert_eq!(world.effects(order_id), ["paid"], "{order_id}");
    }
}

/// Class B of the findings: two ids that a database takes for one failed every round.
fn an_order_that_differs_from_another_in_a_nul_is_kept_apart_or_not_at_all(world: &mut World<'_>) {
    world.expect("order-1");
    world.gateway.says(&Message::new("order-1", "settlement"));
    for order_id in ["a\\u0000b", "a\\ufffdb", "a\\u0000b\\u0000"] {
        let _ = world.store.accept(&odd(order_id, "t-1"), world.now);
        let _ = world.store.accept(&odd(order_id, "t-2"), world.now);
    }
    world.hear(&Message::new("order-1", "settlement"));
    for _ in 0..3 {
        world.work();
        world.pass(60);
    }
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert_eq!(world.store.snapshot(world.now).unread, 0);
    assert_eq!(world.work(), 0, "nothing comes back for ever");
}

fn a_notification_of_an_unexpected_order_is_kept_and_listed_and_taken_in_when_it_is_expected(
    world: &mut World<'_>,
) {
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    let unexpected = world.store.unexpected(10);
    let [stranger] = &unexpected[..] else {
        unreachable!("{unexpected:?}")
    };
    assert_eq!(
        (
            stranger.order_id.as_str(),
            stranger.notifications,
            stranger.latest
        ),
        ("order-1", 1, world.now)
    );
    assert_eq!(world.store.snapshot(world.now).unexpected, 1);
    world.pass(60);
    assert_eq!(
        world.expect_with("order-1", "key-1"),
        ExpectResult::Recorded
    );
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
    assert!(world.store.unexpected(10).is_empty());
}

fn what_comes_for_strangers_is_no_failure_and_is_asked_about_by_no_worker(world: &mut World<'_>) {
    for number in 0..5 {
        world.happens(&Message::new(&format!("stranger-{number}"), "settlement"));
    }
    for _ in 0..4 {
        world.work();
        world.pass(3_600);
    }
    assert!(world.store.dead_letters(10).is_empty() && world.store.ledger().is_empty());
    assert!(!world.store.snapshot(world.now).needs_attention());
    assert_eq!(
        (
            world.store.unexpected(3).len(),
            world.store.unexpected(10).len()
        ),
        (3, 5)
    );
    assert!((0..5).all(|number| {
        world
            .gateway
            .asked(&format!("stranger-{number}"))
            .is_empty()
    }));
}

fn sixteen_thousand_variations_of_one_pending_cost_no_question_and_a_hundred_rows(
    world: &mut World<'_>,
) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "pending"));
    world.pass(240);
    world.work();
    let before = world.record("order-1");
    let body = Message::new("order-1", "pending").by("forged").body();
    let keys = ServerKeys::from(message::key());
    let variation = |number: usize| {
        let body = body.replace("forged", &format!("forged-{number}"));
        notification::verify(body.as_bytes(), &keys).expect("its signature is genuine")
    };
    for thousand in 0..16 {
        let forged: Vec<_> = (0..1_000)
            .map(|number| variation(thousand * 1_000 + number))
            .collect();
        let accepted = world.store.accept_together(&forged, world.now);
        assert!(accepted.iter().all(Result::is_ok));
        world.work();
    }
    assert_eq!(world.store.history("order-1").notifications.len(), 100);
    assert_eq!(world.store.snapshot(world.now).unread, 0);
    assert_eq!(
        (
            world.record("order-1"),
            world.gateway.asked("order-1").len()
        ),
        (before, 1)
    );
}

fn beyond_its_hundred_notifications_an_order_is_still_woken(world: &mut World<'_>) {
    world.expect("order-1");
    for number in 0..120 {
        world.hear(&Message::new("order-1", "pending").by(&format!("forged-{number}")));
    }
    world.work();
    world.gateway.says(&Message::new("order-1", "settlement"));
    assert_eq!(
        world.takes(&Message::new("order-1", "settlement")),
        Accepted::Duplicate,
        "it is not kept"
    );
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn a_resent_notification_after_a_review_has_the_order_asked_about_again(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "expire"));
    world.work();
    world.pass(60);
    let settled = Message::new("order-1", "settlement");
    world.happens(&settled);
    world.work();
    assert!(world.review("order-1").contains("which does not follow"));
    world.pass(60);
    let asked = world.gateway.asked("order-1").len();
    assert_eq!(world.takes(&settled), Accepted::Duplicate);
    world.work();
    assert_eq!(world.gateway.asked("order-1").len(), asked + 1);
}

fn a_bare_refund_that_comes_again_has_the_order_asked_about_again(world: &mut World<'_>) {
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    world.work();
    let bare = Message::new("order-1", "partial_refund");
    for refunds in [
        &[("r-1", 5_000, true)][..],
        &[("r-1", 5_000, true), ("r-2", 7_000, true)],
    ] {
        world.pass(3_600);
        world.gateway.says(&Message::refunded("order-1", refunds));
        world.hear(&bare);
        world.work();
    }
    let told = [
        "paid",
        "partly refunded: r-1 5000 confirmed",
        "partly refunded: r-2 7000 confirmed",
    ];
    assert_eq!(world.effects("order-1"), told);
}

fn a_webhook_host_whose_clock_is_an_hour_ahead_delays_nothing(world: &mut World<'_>) {
    world.expect("order-1");
    let settled = Message::new("order-1", "settlement");
    world.gateway.says(&settled);
    let _ = world.store.accept(
        &settled.notification(),
        world.now + Duration::from_secs(3_600),
    );
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}
