//! The console's commands and views.

use std::time::Duration;

use midtrans_protocol::Rupiah;
use midtrans_simulator::gateway::{
    BANK_CONFIRMS_AFTER, Choice, Command, DeliveryState, NotPossible, Outcome, TimelineEvent,
    timeline,
};

use crate::desk::{Desk, pairs};

#[test]
fn each_command_moves_an_open_transaction_and_no_other() {
    for (command, status) in [
        (Command::Settle, "settlement"),
        (Command::Decline, "deny"),
        (Command::Expire, "expire"),
        (Command::Cancel, "cancel"),
    ] {
        let mut desk = Desk::open();
        desk.charge("kredivo", "order-1", 44_000);
        assert_eq!(desk.gateway.command("order-1", command, desk.now), Ok(()));
        assert_eq!(desk.status("order-1").text_of("transaction_status"), status);
        assert_eq!(
            desk.gateway.command("order-1", command, desk.now),
            Err(NotPossible::WrongState)
        );
        assert_eq!(
            desk.gateway.command("order-2", command, desk.now),
            Err(NotPossible::Unknown)
        );
        assert_eq!(desk.told().len(), 2, "pending and {status}");
    }
}

#[test]
fn a_refund_by_the_console_is_a_refund_like_any_other() {
    let mut desk = Desk::open();
    desk.charge("kredivo", "order-1", 44_000);
    let refund = |desk: &mut Desk, amount: Option<u64>| {
        desk.gateway.command(
            "order-1",
            Command::Refund(amount.map(Rupiah::new)),
            desk.now,
        )
    };
    assert_eq!(
        refund(&mut desk, None),
        Err(NotPossible::WrongState),
        "not paid yet"
    );
    desk.choose("order-1", Choice::Approve);
    desk.told();
    for nothing in [0, 44_001] {
        assert_eq!(refund(&mut desk, Some(nothing)), Err(NotPossible::Amount));
    }
    assert_eq!(refund(&mut desk, Some(4_000)), Ok(()));
    assert_eq!(refund(&mut desk, None), Ok(()));
    desk.wait(BANK_CONFIRMS_AFTER.as_secs());
    let news = pairs(&[
        ("partial_refund", "200"),
        ("refund", "200"),
        ("refund", "200"),
        ("refund", "200"),
    ]);
    assert_eq!(desk.news(), news);
    let timeline = desk.gateway.timeline("order-1").unwrap();
    assert_eq!(timeline.summary.refunded, Rupiah::new(44_000));
    assert!(
        timeline
            .refunds
            .iter()
            .all(|refund| refund.confirmed.is_some())
    );
}

#[test]
fn a_timeline_tells_a_payment_from_the_charge_to_the_merchants_answers() {
    let mut desk = Desk::open();
    desk.charge("kredivo", "order-1", 44_000);
    desk.gateway.checkout("order-1", desk.now).unwrap();
    desk.choose("order-1", Choice::Approve);
    let due = desk.gateway.due(desk.now);
    let answer = Outcome::answered(503).saying("later");
    desk.gateway.delivered(due[0].id, answer.clone(), desk.now);
    desk.gateway
        .delivered(due[1].id, Outcome::answered(200), desk.now);
    let timeline = desk.gateway.timeline("order-1").unwrap();
    let words: Vec<&str> = timeline
        .entries
        .iter()
        .map(|entry| match &entry.what {
            TimelineEvent::Called { operation, .. } => operation,
            TimelineEvent::StatusChanged(_) => "became",
            TimelineEvent::NotificationCreated(_) => "told",
            TimelineEvent::Visited => "visited",
            TimelineEvent::Chose(_) => "chose",
            TimelineEvent::SentBack { .. } => "sent back",
            _ => "other",
        })
        .collect();
    assert_eq!(
        words,
        [
            "became",
            "told",
            "charge",
            "visited",
            "chose",
            "became",
            "told",
            "sent back"
        ]
    );
    assert_eq!(timeline.messages[0].attempts[0].outcome, answer);
    let DeliveryState::Waiting(next) = timeline.messages[0].state else {
        panic!("{:?}", timeline.messages[0].state)
    };
    assert_eq!(Some(next), desk.now.checked_add(Duration::from_secs(120)));
    assert_eq!((timeline.summary.waiting, timeline.summary.failed), (1, 0));
    assert!(
        timeline
            .pay_page_url
            .contains(&timeline.summary.transaction_id)
    );
    assert!(desk.gateway.timeline("order-2").is_none());
}

#[test]
fn a_notification_can_be_sent_again_doubled_and_put_off() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    let id = desk.gateway.messages()[0].id;
    assert_eq!(id.to_string().parse(), Ok(id));
    assert!(!desk.gateway.repeat(id, desk.now), "it waits");
    assert!(desk.gateway.postpone(id, Duration::from_secs(60), desk.now));
    assert!(desk.gateway.duplicate(id, desk.now));
    assert!(desk.news().is_empty());
    desk.wait(60);
    assert_eq!(
        (desk.news().len(), desk.news().len(), desk.news().len()),
        (1, 1, 0)
    );
    assert!(
        !desk.gateway.postpone(id, Duration::from_secs(60), desk.now),
        "nothing waits"
    );
    assert!(desk.gateway.repeat(id, desk.now) && !desk.gateway.repeat(id, desk.now));
    assert_eq!(desk.news().len(), 1);
    let unknown = "7-7".parse().unwrap();
    assert!(!desk.gateway.repeat(unknown, desk.now) && !desk.gateway.duplicate(unknown, desk.now));
    assert!(
        "7".parse::<midtrans_simulator::gateway::DeliveryId>()
            .is_err()
    );
}

#[test]
fn the_latest_calls_are_kept_whole_and_without_the_key() {
    let mut desk = Desk::open();
    let body = crate::desk::charge("akulaku", "order-1", 44_000).to_string();
    desk.call_with("POST", "/v2/charge", &[("idempotency-key", "k-1")], &body);
    for _ in 0..timeline::CALLS {
        desk.status("order-1");
    }
    assert_eq!(desk.gateway.calls().count(), timeline::CALLS);
    desk.call_with("POST", "/v2/charge", &[("idempotency-key", "k-1")], &body);
    let last = desk.gateway.calls().next_back().unwrap().clone();
    assert_eq!(
        (last.request.as_str(), last.idempotency_key.as_deref()),
        (body.as_str(), Some("k-1"))
    );
    assert_eq!(
        (last.http_status, last.status_code, last.order_id.as_deref()),
        (200, 201, Some("order-1"))
    );
    assert!(last.answer.contains("redirect_url"));
    assert!(!format!("{:?}", desk.gateway).contains("SB-Mid-server"));
}

#[test]
fn a_merchant_who_asks_all_day_does_not_fill_the_timeline() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    for _ in 0..1_000 {
        desk.status("order-1");
    }
    let entries = desk.gateway.timeline("order-1").unwrap().entries;
    assert!(entries.len() <= 300);
    assert!(matches!(
        &entries[2].what,
        TimelineEvent::Called { operation, .. } if operation == "charge"
    ));
}

#[test]
fn neither_refusals_nor_visits_fill_the_timeline_and_strangers_are_not_in_it() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    for _ in 0..1_000 {
        desk.charge("akulaku", "order-1", 44_000);
        desk.gateway.checkout("order-1", desk.now);
    }
    let before = desk.gateway.timeline("order-1").unwrap().entries;
    assert!(before.len() <= 300, "{}", before.len());
    let long = "x".repeat(900_000);
    let body = format!(r#"{{"transaction_details":{{"order_id":"{long}"}}}}"#);
    for body in [
        body,
        crate::desk::charge("akulaku", "order-1", 1).to_string(),
    ] {
        let mut request = Desk::request("POST", "/v2/charge", &[], &body);
        request.headers_mut().remove("authorization");
        drop(desk.gateway.handle(&request, desk.now));
    }
    assert_eq!(desk.gateway.timeline("order-1").unwrap().entries, before);
    assert!(
        desk.gateway
            .calls()
            .all(|call| call.order_id.as_ref().is_none_or(|id| id.len() <= 50))
    );
}

#[test]
fn a_search_finds_by_text_id_and_status_and_counts_all() {
    let mut desk = Desk::open();
    for number in 0..30 {
        desk.charge("kredivo", &format!("Order-{number}"), 44_000);
    }
    desk.choose("Order-7", Choice::Approve);
    let (rows, count) = desk.gateway.search(Some("order-1"), None, 2..4);
    assert_eq!(
        rows.iter()
            .map(|row| row.order_id.as_str())
            .collect::<Vec<_>>(),
        ["Order-17", "Order-16"]
    );
    assert_eq!(count, 11);
    let (rows, count) = desk.gateway.search(None, Some("settlement"), 0..50);
    assert_eq!((rows[0].order_id.as_str(), count), ("Order-7", 1));
    let id = &rows[0].transaction_id;
    assert_eq!(desk.gateway.search(Some(id), None, 0..50).1, 1);
    assert_eq!(desk.gateway.search(Some("nope"), None, 0..50).1, 0);
}
