//! A repeat never starts so late that the gateway may have forgotten the key of the first copy.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::time::{Duration, SystemTime};

use http::StatusCode;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::subscription::{
    Contents, Create, IntervalUnit, Schedule, SubscriptionToken,
};
use midtrans_protocol::transaction::Capture;
use midtrans_protocol::{Environment, Merchant, Rupiah, ServerKey};
use midtrans_transport::{CallOptions, Caller, Next, Response, RetryPolicy};

/// Returns whether a call is tried again whose first attempt has ended, with an unknown outcome,
/// after this many seconds.
fn is_repeated(operation: &impl Operation<Account = Merchant>, seconds: u64) -> bool {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let caller = Caller::new(Merchant::new(Environment::Sandbox, key).unwrap());
    let mut exchange = caller.begin(operation, &CallOptions::default()).unwrap();
    exchange
        .attempt(Duration::ZERO, SystemTime::UNIX_EPOCH)
        .unwrap();
    let mut lost = Response::new(b"{}".to_vec());
    *lost.status_mut() = StatusCode::BAD_GATEWAY;
    let next = exchange.receive(Ok(lost), Duration::from_secs(seconds));
    matches!(next, Next::Pause(_))
}

#[test]
fn a_new_subscription_whose_key_lives_three_minutes_is_not_sent_again_after_one() {
    let token = SubscriptionToken::new("481111sHfSakAvHv1114").unwrap();
    let monthly = Schedule::every(1, IntervalUnit::Month);
    let contents = Contents::card("kopi", Rupiah::new(14_000), token, monthly);
    let create = Create::new(contents).unwrap();
    assert!(is_repeated(&create, 50));
    assert!(!is_repeated(&create, 60));
}

#[test]
fn a_capture_whose_key_lives_five_minutes_is_sent_again_within_three() {
    let id = PaymentId::received("be4f3e44").unwrap();
    let capture = Capture::full(id);
    let window = RetryPolicy::WINDOW.as_secs();
    assert!(is_repeated(&capture, window - 10));
    assert!(!is_repeated(&capture, window));
}
