//! The console's commands and views.

use std::time::Duration;

use midtrans_protocol::Rupiah;
use midtrans_simulator::gateway::{
    BANK_CONFIRMS_AFTER, Choice, Command, DeliveryState, NotPossible, Outcome, TimelineEvent,
    timeline,
};

use crate::api_caller::{ApiCaller, pairs};

#[test]
fn each_command_moves_an_open_transaction_and_no_other() {
    for (command, status) in [
        (Command::Settle, "settlement"),
        (Command::Decline, "deny"),
        (Command::Expire, "expire"),
        (Command::Cancel, "cancel"),
    ] {
        let mut api = ApiCaller::new();
        api.charge("kredivo", "order-1", 44_000);
        assert_eq!(api.gateway.command("order-1", command, api.now), Ok(()));
        assert_eq!(api.status("order-1").text_of("transaction_status"), status);
        assert_eq!(
            api.gateway.command("order-1", command, api.now),
            Err(NotPossible::WrongState)
        );
        assert_eq!(
            api.gateway.command("order-2", command, api.now),
            Err(NotPossible::Unknown)
        );
        assert_eq!(api.notifications().len(), 2, "pending and {status}");
    }
}

#[test]
fn a_refund_by_the_console_is_a_refund_like_any_other() {
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 44_000);
    let refund = |api: &mut ApiCaller, amount: Option<u64>| {
        api.gateway
            .command("order-1", Command::Refund(amount.map(Rupiah::new)), api.now)
    };
    assert_eq!(
        refund(&mut api, None),
        Err(NotPossible::WrongState),
        "not paid yet"
    );
    api.choose("order-1", Choice::Approve);
    api.notifications();
    for nothing in [0, 44_001] {
        assert_eq!(refund(&mut api, Some(nothing)), Err(NotPossible::Amount));
    }
    assert_eq!(refund(&mut api, Some(4_000)), Ok(()));
    assert_eq!(refund(&mut api, None), Ok(()));
    api.wait(BANK_CONFIRMS_AFTER.as_secs());
    let news = pairs(&[
        ("partial_refund", "200"),
        ("refund", "200"),
        ("refund", "200"),
        ("refund", "200"),
    ]);
    assert_eq!(api.notified(), news);
    let timeline = api.gateway.timeline("order-1").unwrap();
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
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 44_000);
    api.gateway.checkout("order-1", api.now).unwrap();
    api.choose("order-1", Choice::Approve);
    let due = api.gateway.due(api.now);
    let answer = Outcome::answered(503).saying("later");
    api.gateway.delivered(due[0].id, answer.clone(), api.now);
    api.gateway
        .delivered(due[1].id, Outcome::answered(200), api.now);
    let timeline = api.gateway.timeline("order-1").unwrap();
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
    assert_eq!(Some(next), api.now.checked_add(Duration::from_secs(120)));
    assert_eq!((timeline.summary.waiting, timeline.summary.failed), (1, 0));
    assert!(
        timeline
            .pay_page_url
            .contains(&timeline.summary.transaction_id)
    );
    assert!(api.gateway.timeline("order-2").is_none());
}

#[test]
fn a_notification_can_be_sent_again_doubled_and_put_off() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let id = api.gateway.messages()[0].id;
    assert_eq!(id.to_string().parse(), Ok(id));
    assert!(!api.gateway.repeat(id, api.now), "it waits");
    assert!(api.gateway.postpone(id, Duration::from_secs(60), api.now));
    assert!(api.gateway.duplicate(id, api.now));
    assert!(api.notified().is_empty());
    api.wait(60);
    assert_eq!(
        (
            api.notified().len(),
            api.notified().len(),
            api.notified().len()
        ),
        (1, 1, 0)
    );
    assert!(
        !api.gateway.postpone(id, Duration::from_secs(60), api.now),
        "nothing waits"
    );
    assert!(api.gateway.repeat(id, api.now) && !api.gateway.repeat(id, api.now));
    assert_eq!(api.notified().len(), 1);
    let unknown = "7-7".parse().unwrap();
    assert!(!api.gateway.repeat(unknown, api.now) && !api.gateway.duplicate(unknown, api.now));
    assert!(
        "7".parse::<midtrans_simulator::gateway::DeliveryId>()
            .is_err()
    );
}

#[test]
fn the_latest_calls_are_kept_whole_and_without_the_key() {
    let mut api = ApiCaller::new();
    let body = crate::api_caller::charge("akulaku", "order-1", 44_000).to_string();
    api.call_with("POST", "/v2/charge", &[("idempotency-key", "k-1")], &body);
    for _ in 0..timeline::CALLS {
        api.status("order-1");
    }
    assert_eq!(api.gateway.calls().count(), timeline::CALLS);
    api.call_with("POST", "/v2/charge", &[("idempotency-key", "k-1")], &body);
    let last = api.gateway.calls().next_back().unwrap().clone();
    assert_eq!(
        (last.request.as_str(), last.idempotency_key.as_deref()),
        (body.as_str(), Some("k-1"))
    );
    assert_eq!(
        (last.http_status, last.status_code, last.order_id.as_deref()),
        (200, 201, Some("order-1"))
    );
    assert!(last.answer.contains("redirect_url"));
    assert!(!format!("{:?}", api.gateway).contains("SB-Mid-server"));
}

#[test]
fn a_merchant_who_asks_all_day_does_not_fill_the_timeline() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    for _ in 0..1_000 {
        api.status("order-1");
    }
    let entries = api.gateway.timeline("order-1").unwrap().entries;
    assert!(entries.len() <= 300);
    assert!(matches!(
        &entries[2].what,
        TimelineEvent::Called { operation, .. } if operation == "charge"
    ));
}

#[test]
fn neither_refusals_nor_visits_fill_the_timeline_and_strangers_are_not_in_it() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    for _ in 0..1_000 {
        api.charge("akulaku", "order-1", 44_000);
        api.gateway.checkout("order-1", api.now);
    }
    let before = api.gateway.timeline("order-1").unwrap().entries;
    assert!(before.len() <= 300, "{}", before.len());
    let long = "x".repeat(900_000);
    let body = format!(r#"{{"transaction_details":{{"order_id":"{long}"}}}}"#);
    for body in [
        body,
        crate::api_caller::charge("akulaku", "order-1", 1).to_string(),
    ] {
        let mut request = ApiCaller::request("POST", "/v2/charge", &[], &body);
        request.headers_mut().remove("authorization");
        drop(api.gateway.handle(&request, api.now));
    }
    assert_eq!(api.gateway.timeline("order-1").unwrap().entries, before);
    assert!(
        api.gateway
            .calls()
            .all(|call| call.order_id.as_ref().is_none_or(|id| id.len() <= 50))
    );
}

#[test]
fn a_search_finds_by_text_id_and_status_and_counts_all() {
    let mut api = ApiCaller::new();
    for number in 0..30 {
        api.charge("kredivo", &format!("Order-{number}"), 44_000);
    }
    api.choose("Order-7", Choice::Approve);
    let (rows, count) = api.gateway.search(Some("order-1"), None, 2..4);
    assert_eq!(
        rows.iter()
            .map(|row| row.order_id.as_str())
            .collect::<Vec<_>>(),
        ["Order-17", "Order-16"]
    );
    assert_eq!(count, 11);
    let (rows, count) = api.gateway.search(None, Some("settlement"), 0..50);
    assert_eq!((rows[0].order_id.as_str(), count), ("Order-7", 1));
    let id = &rows[0].transaction_id;
    assert_eq!(api.gateway.search(Some(id), None, 0..50).1, 1);
    assert_eq!(api.gateway.search(Some("nope"), None, 0..50).1, 0);
}
