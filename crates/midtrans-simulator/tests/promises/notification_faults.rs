//! Faults of notifications, at the state machine.

use std::time::Duration;

use midtrans_protocol::notification;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_simulator::gateway::{Choice, DeliveryState, Fault, HELD, Outcome};

use crate::api_caller::{ApiCaller, charge, pairs};

#[test]
fn a_duplicate_comes_twice_and_a_lost_one_never() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Duplicate);
    api.charge("akulaku", "order-1", 44_000);
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
    assert_eq!(api.notified(), pairs(&[("pending", "201")]), "the copy");
    assert!(api.notified().is_empty());
    api.gateway.fail_next(Fault::Lose);
    api.choose("order-1", Choice::Approve);
    api.wait(86_400);
    assert!(api.notified().is_empty());
    assert_eq!(api.gateway.messages()[1].state, DeliveryState::GivenUp);
    assert_eq!(api.gateway.messages()[1].fault, Some(Fault::Lose));
}

#[test]
fn a_delayed_one_leaves_later() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Delay(Duration::from_secs(90)));
    api.charge("akulaku", "order-1", 44_000);
    api.wait(89);
    assert!(api.notified().is_empty());
    api.wait(1);
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
}

#[test]
fn a_reordered_one_comes_after_the_next_or_after_a_minute() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Reorder);
    api.charge("akulaku", "order-1", 44_000);
    assert!(api.notified().is_empty());
    api.choose("order-1", Choice::Approve);
    assert_eq!(api.notified(), pairs(&[("settlement", "200")]));
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));

    api.gateway.fail_next(Fault::Reorder);
    api.charge("akulaku", "order-2", 44_000);
    api.wait(HELD.as_secs());
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
}

#[test]
fn a_forged_one_says_settled_and_does_not_verify_and_the_true_one_follows() {
    let mut api = ApiCaller::new();
    let keys = api.gateway.settings().server_key().clone().into();
    api.gateway.fail_next(Fault::Forge);
    api.charge("akulaku", "order-1", 44_000);
    let bodies = api.notifications();
    assert_eq!(bodies.len(), 2);
    assert!(
        bodies[0].contains("settlement")
            && notification::verify(bodies[0].as_bytes(), &keys).is_err()
    );
    let genuine = notification::verify(bodies[1].as_bytes(), &keys).unwrap();
    assert_eq!(
        genuine.reported().transaction_status(),
        Some(&TransactionStatus::Pending)
    );
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "pending"
    );
}

#[test]
fn a_corrupted_one_is_half_and_its_repeat_is_whole() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Corrupt);
    api.charge("akulaku", "order-1", 44_000);
    let half = api.gateway.due(api.now).remove(0);
    assert!(serde_json::from_str::<serde_json::Value>(&half.body).is_err());
    api.gateway
        .delivered(half.id, Outcome::answered(400), api.now);
    api.wait(120);
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
}

#[test]
fn reorder_as_a_standing_rule_turns_each_pair_round() {
    let mut api = ApiCaller::new();
    api.gateway.add_fault(Fault::Reorder);
    api.charge("akulaku", "order-1", 44_000);
    api.wait(10);
    api.choose("order-1", Choice::Approve);
    assert_eq!(api.notified(), pairs(&[("settlement", "200")]));
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
}

#[test]
fn reorder_is_about_one_place_and_ends_when_the_notification_leaves() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Reorder);
    let headers = [("x-append-notification", "http://127.0.0.1:4000/b")];
    api.call_with(
        "POST",
        "/v2/charge",
        &headers,
        &charge("akulaku", "order-1", 44_000).to_string(),
    );
    assert_eq!(api.notified().len(), 1, "the other place hears at once");
    assert!(api.notified().is_empty(), "and frees nothing");
    api.wait(HELD.as_secs());
    let late = api.gateway.due(api.now).remove(0);
    api.gateway
        .delivered(late.id, Outcome::answered(503), api.now);
    let before = api.gateway.messages()[0].state;
    api.choose("order-1", Choice::Approve);
    api.notifications();
    assert_eq!(
        api.gateway.messages()[0].state,
        before,
        "a repeat keeps its time"
    );
}

#[test]
fn a_later_notification_that_is_lost_frees_the_one_that_waited_for_it() {
    let mut api = ApiCaller::new();
    api.gateway.fail_next(Fault::Reorder);
    api.charge("akulaku", "order-1", 44_000);
    api.gateway.fail_next(Fault::Lose);
    api.choose("order-1", Choice::Approve);
    assert_eq!(api.notified(), pairs(&[("pending", "201")]));
}
