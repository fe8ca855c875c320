//! Repeats of a notification, on a clock that is turned by hand.

use midtrans_simulator::gateway::{Delivery, DeliveryState, Outcome};

use crate::api_caller::ApiCaller;

const MINUTES: [u64; 5] = [2, 10, 30, 90, 210];

/// Charges, answers every attempt with `outcome`, and returns the minutes between the attempts.
fn pauses(outcome: &Outcome) -> Vec<i64> {
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 600_000);
    let mut times = Vec::new();
    // Until the expiry, which would be told too.
    for _ in 0..6 * 60 {
        for delivery in api.gateway.due(api.now) {
            times.push(api.now.unix());
            api.gateway.delivered(delivery.id, outcome.clone(), api.now);
        }
        api.wait(60);
    }
    let message = &api.gateway.messages()[0];
    assert_eq!(message.attempts.len(), times.len());
    assert!(
        matches!(
            message.state,
            DeliveryState::Delivered | DeliveryState::GivenUp
        ),
        "{:?}",
        message.state
    );
    times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) / 60)
        .collect()
}

#[test]
fn every_class_of_answer_is_retried_as_often_as_documented() {
    let mut expected = vec![
        (Outcome::TimedOut, 5),
        (Outcome::Unreachable, 5),
        (Outcome::Forbidden, 0),
    ];
    let statuses = [
        (200, 0),
        (202, 0),
        (204, 0),
        (301, 0),
        (302, 0),
        (303, 0),
        (400, 2),
        (404, 2),
        (500, 1),
        (503, 4),
    ];
    let others =
        [300, 304, 307, 308, 401, 403, 410, 429, 501, 502, 504, 599].map(|status| (status, 5));
    expected.extend(
        statuses
            .into_iter()
            .chain(others)
            .map(|(status, times)| (Outcome::answered(status), times)),
    );
    for (outcome, times) in expected {
        let minutes: Vec<i64> = MINUTES[..times]
            .iter()
            .map(|minutes| i64::try_from(*minutes).unwrap())
            .collect();
        assert_eq!(pauses(&outcome), minutes, "{outcome:?}");
    }
}

#[test]
fn the_last_answer_decides_whether_another_attempt_follows() {
    let mut api = ApiCaller::new();
    api.charge("kredivo", "order-1", 600_000);
    let mut attempt = |outcome: Outcome, wait: u64| -> Option<Delivery> {
        let delivery = api.gateway.due(api.now).pop()?;
        api.gateway.delivered(delivery.id, outcome, api.now);
        api.wait(wait);
        Some(delivery)
    };
    assert!(attempt(Outcome::answered(503), 120).is_some());
    assert!(attempt(Outcome::TimedOut, 600).is_some());
    assert!(
        attempt(Outcome::answered(500), 80_000).is_some(),
        "500 is retried once, and there were two already"
    );
    assert!(attempt(Outcome::answered(200), 0).is_none());
}

#[test]
fn the_same_bytes_are_sent_every_time() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let first = api.gateway.due(api.now).remove(0);
    api.gateway.delivered(first.id, Outcome::TimedOut, api.now);
    api.ask("order-1", "cancel");
    api.wait(120);
    let again = api
        .gateway
        .due(api.now)
        .into_iter()
        .find(|delivery| delivery.id == first.id)
        .unwrap();
    assert_eq!(
        again, first,
        "still pending, though the order was cancelled meanwhile"
    );
}

#[test]
fn a_redirect_with_307_or_308_is_followed_at_once_and_five_hops_at_most() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let mut urls = Vec::new();
    for hop in 0..7 {
        let Some(delivery) = api.gateway.due(api.now).pop() else {
            break;
        };
        urls.push(delivery.url);
        let outcome = Outcome::redirected(307 + hop % 2, format!("/hop-{hop}"));
        api.gateway.delivered(delivery.id, outcome, api.now);
    }
    assert_eq!(urls.len(), 6);
    assert_eq!(urls[5], "http://127.0.0.1:3000/hop-4");
    api.wait(120);
    let again = api.gateway.due(api.now).pop().unwrap();
    assert_eq!(
        again.url, "http://127.0.0.1:3000/notify",
        "the next attempt starts from the beginning"
    );
}

#[test]
fn what_is_under_way_is_not_handed_out_twice_and_counts_once() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let delivery = api.gateway.due(api.now).remove(0);
    assert!(api.gateway.is_delivering());
    assert!(api.gateway.due(api.now).is_empty());
    assert!(!api.gateway.repeat(delivery.id, api.now), "it is under way");
    api.gateway
        .delivered(delivery.id, Outcome::answered(200), api.now);
    api.gateway
        .delivered(delivery.id, Outcome::answered(500), api.now);
    assert!(!api.gateway.is_delivering());
    assert_eq!(api.gateway.messages()[0].attempts.len(), 1);
    assert!(api.gateway.repeat(delivery.id, api.now));
    assert_eq!(api.gateway.due(api.now), [delivery]);
}
