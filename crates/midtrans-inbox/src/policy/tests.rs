//! Pauses and schedules.

use crate::tests::Walk;

use super::*;
use crate::Outcome;

fn seconds(pauses: impl IntoIterator<Item = Option<SystemTime>>, now: SystemTime) -> Vec<u64> {
    let pauses = pauses.into_iter().flatten();
    pauses
        .map(|at| at.duration_since(now).unwrap_or_default().as_secs())
        .collect()
}

#[test]
fn a_handlers_failures_are_tried_again_after_growing_pauses_and_then_a_dead_letter() {
    let Walk { policy, now, .. } = Walk::new();
    let pauses = seconds((1..20).map(|failures| policy.retry_at(failures, now)), now);
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
    assert_eq!(policy.retry_at(10, now), None);
    let mut patient = policy;
    patient.max_failures = u32::MAX;
    assert_eq!(seconds([patient.retry_at(1_000_000, now)], now), [3_600]);
}

#[test]
fn an_open_order_is_asked_about_ever_less_often_and_when_its_expiry_should_have_been_told() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    let expires_at = walk.record.expectation.expires_at;
    let mut questions = Vec::new();
    while walk
        .record
        .outcome
        .is_none_or(|outcome| outcome == Outcome::Pending)
    {
        if walk.record.check_at.is_some_and(|at| at >= expires_at) {
            walk.happens("t-1", "expire", "");
        }
        walk.check_when_due(1);
        questions.push(walk.now);
    }
    assert_eq!(questions.last(), Some(&(expires_at + EXPIRY_IS_TOLD_AFTER)));
    let gaps: Vec<_> = questions
        .windows(2)
        .map(|pair| pair[1].duration_since(pair[0]).unwrap().as_secs())
        .collect();
    let (last, others) = gaps.split_last().unwrap();
    assert!(others.windows(2).all(|pair| pair[0] <= pair[1]), "{gaps:?}");
    assert!(*last <= 3_600 && questions.len() < 12, "{gaps:?}");
    assert_eq!(walk.words(), ["pending", "expired"]);
}

#[test]
fn clocks_before_the_order_was_written_down_ask_within_a_minute() {
    let mut walk = Walk::new();
    walk.happens("t-1", "pending", "");
    walk.now -= HOUR;
    walk.check();
    assert_eq!(walk.due_in(), Some(60));
}

#[test]
fn no_order_is_asked_about_thirty_days_after_its_expiry() {
    let walk = Walk::new();
    let late = walk.record.expectation.expires_at + 30 * DAY;
    assert_eq!(walk.policy.next_check(&walk.record, late), None);
    assert!(
        walk.policy
            .next_check(&walk.record, late - MINUTE)
            .is_some()
    );
    let reviewed = Record {
        review: Some("why".to_owned()),
        ..walk.record
    };
    assert_eq!(walk.policy.next_check(&reviewed, late), None);
}

#[test]
fn pauses_beyond_all_bounds_end_at_the_last_moment() {
    let mut walk = Walk::new();
    walk.policy.between_questions = Duration::MAX;
    (walk.policy.pause, walk.policy.max_pause, walk.policy.lease) =
        (Duration::MAX, Duration::MAX, Duration::MAX);
    let latest = later(walk.now, Duration::MAX);
    assert_eq!(walk.policy.lease_until(walk.now), latest);
    assert_eq!(walk.policy.retry_at(9, walk.now), Some(latest));
    walk.notified("200", "t-1");
    walk.check();
    assert!(walk.record.check_at.is_some());
}
