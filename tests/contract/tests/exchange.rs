//! The order of events inside a call: when something is sent again, with what, and what the caller
//! is told.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use http::Method;
use midtrans_contract_tests::fake::Fake;
use midtrans_contract_tests::scenario::{self, Step};
use midtrans_protocol::account::Host;
use midtrans_protocol::ids::{IdempotencyKey, RefundKey};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::transaction::{Cancel, DirectRefund, Expire, Refund};
use midtrans_protocol::{Environment, Merchant, OrderId, Transaction};
use midtrans_transport::{
    BlockingClient, BlockingTransport, CallOptions, Caller, Config, ErrorKind, Limits, Next,
    Observer, RandomSource, Reach, ReplyInfo, Request, RequestInfo, Response, RetryPolicy,
    TransportError, TransportErrorKind,
};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

/// An operation with any replay.
#[derive(Debug)]
struct Any(Replay);

impl Operation for Any {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "any";
    fn request(&self, environment: &Environment) -> Request {
        environment.request(Method::POST, Host::Api, "/v2/any", b"{}".to_vec())
    }
    fn replay(&self) -> Replay {
        self.0
    }
    fn target(&self) -> Option<&str> {
        None
    }
}

/// The same numbers for every test.
struct Fixed(u128);
impl RandomSource for Fixed {
    fn random(&self) -> io::Result<u128> {
        Ok(self.0)
    }
}

struct Broken;
impl RandomSource for Broken {
    fn random(&self) -> io::Result<u128> {
        Err(io::Error::other("none"))
    }
}

/// The outcome of an attempt, and whether the gateway may have acted on it.
fn outcome() -> impl Strategy<Value = (u8, bool)> {
    prop_oneof![
        Just((0, false)), // not sent
        Just((1, true)),  // unknown
        Just((2, false)), // 429
        Just((3, true)),  // 503
        Just((4, true)),  // unreadable
        Just((5, true)),  // still running
        Just((6, false)), // refused
        Just((7, false)), // answered
    ]
}

fn make(outcome: u8) -> Result<Response, TransportError> {
    let reply = |status, body: &str| {
        Ok(http::Response::builder()
            .status(status)
            .body(body.into())
            .unwrap())
    };
    match outcome {
        0 => Err(TransportError::new(
            TransportErrorKind::Connect,
            Reach::NotSent,
        )),
        1 => Err(TransportError::new(
            TransportErrorKind::Timeout,
            Reach::Unknown,
        )),
        2 => reply(429, ""),
        3 => reply(503, "<html>"),
        4 => reply(200, "{"),
        5 => reply(202, "{}"),
        6 => reply(200, r#"{"status_code":"412"}"#),
        _ => reply(
            200,
            r#"{"status_code":"200","transaction_status":"settlement"}"#,
        ),
    }
}

fn replay() -> impl Strategy<Value = Replay> {
    prop_oneof![
        Just(Replay::Safe),
        Just(Replay::Idempotent),
        Just(Replay::Keyed),
        Just(Replay::Never)
    ]
}

proptest! {
    #[test]
    fn for_any_outcomes_nothing_is_repeated_that_must_not_be(
        replay in replay(),
        outcomes in proptest::collection::vec((outcome(), 0u64..100_000), 1..12),
        attempts in 0u32..12,
        pause_ms in 0u64..60_000,
        deadline_ms in proptest::option::of(1u64..300_000),
        oversleep_ms in prop_oneof![4 => Just(0), 1 => 0u64..400_000],
        random in any::<u128>(),
    ) {
        let mut config = Config::default();
        config.retry.attempts = attempts;
        config.retry.pause = Duration::from_millis(pause_ms);
        config.retry.max_pause = Duration::from_secs(3_600);
        let mut options = CallOptions::default();
        options.deadline = deadline_ms.map(Duration::from_millis);
        let caller = Caller::new(scenario::merchant("https://gateway.example")).with_config(config).with_random(Fixed(random));
        let operation = Any(replay);
        let mut exchange = caller.begin(&operation, &options).unwrap();

        let (mut now, mut sent, mut may_have_acted) = (Duration::ZERO, 0, false);
        let mut first: Option<Request> = None;
        for ((outcome, acts), took) in outcomes {
            let is_late = now > RetryPolicy::WINDOW || options.deadline.is_some_and(|deadline| now >= deadline);
            let (request, limits) = match exchange.attempt(now, SystemTime::UNIX_EPOCH) {
                Ok(attempt) => attempt,
                Err(error) => {
                    prop_assert!(is_late && sent > 0 && oversleep_ms > 0);
                    prop_assert_eq!(error.attempts(), sent);
                    prop_assert_eq!(error.outcome_unknown(), may_have_acted && replay != Replay::Safe);
                    return Ok(());
                }
            };
            prop_assert!(sent == 0 || !is_late, "an attempt started {now:?} after the first");
            prop_assert!(!may_have_acted || replay != Replay::Never, "sent again without a key");
            prop_assert!(limits.timeout <= config.timeout);
            let first = first.get_or_insert_with(|| request.clone());
            prop_assert_eq!(request.body(), first.body());
            prop_assert_eq!(request.headers(), first.headers());
            prop_assert_eq!(request.headers().contains_key("idempotency-key"), replay == Replay::Keyed);
            sent += 1;
            now += Duration::from_millis(took);
            may_have_acted |= acts;
            match exchange.receive(make(outcome), now) {
                Next::Pause(pause) => {
                    prop_assert!(outcome < 6, "a refusal or an answer was not the end");
                    now += pause + Duration::from_millis(oversleep_ms);
                }
                Next::Done(Ok(_)) => {
                    prop_assert_eq!(outcome, 7);
                    return Ok(());
                }
                Next::Done(Err(error)) => {
                    prop_assert_eq!(error.attempts(), sent);
                    prop_assert_eq!(error.outcome_unknown(), may_have_acted && replay != Replay::Safe);
                    prop_assert_eq!(error.to_string().contains("ask Get Status"), error.outcome_unknown());
                    return Ok(());
                }
            }
            prop_assert!(sent < attempts.max(1), "more attempts than allowed");
        }
    }
}

#[test]
fn every_attempt_of_a_charge_carries_the_same_fresh_key() {
    let fake = Fake::new(vec![Step::Silent, Step::Reset, Step::charged()]);
    let client = BlockingClient::new(fake.clone(), scenario::merchant("https://gateway.example"));
    let _ = client.charge(&scenario::charge()).unwrap();
    let _ = client.charge(&scenario::charge()).unwrap();
    let keys: Vec<String> = fake
        .requests()
        .iter()
        .map(|request| {
            request.headers()["idempotency-key"]
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(keys.len(), 4);
    assert!(keys[0].len() <= 36);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[1], keys[2]);
    assert_ne!(keys[2], keys[3], "another call has another key");
}

/// Sleeps ten minutes whenever it is asked to pause.
struct Sleeper(Fake);
impl BlockingTransport for Sleeper {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        BlockingTransport::send(&self.0, request, limits)
    }
    fn pause(&self, _: Duration) {
        BlockingTransport::pause(&self.0, Duration::from_secs(600));
    }
    fn now(&self) -> Instant {
        BlockingTransport::now(&self.0)
    }
}

#[test]
fn a_machine_that_slept_through_the_pause_does_not_send_again() {
    let fake = Fake::new(vec![Step::Silent, Step::charged()]);
    let client = BlockingClient::new(
        Sleeper(fake.clone()),
        scenario::merchant("https://gateway.example"),
    );
    let error = client.charge(&scenario::charge()).unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(
        error.transport().map(TransportError::kind),
        Some(TransportErrorKind::Timeout)
    );
    assert_eq!((error.attempts(), fake.requests().len()), (1, 1));
}

#[test]
fn a_key_of_the_caller_is_used_and_comes_back_in_the_error() {
    let fake = Fake::new(vec![Step::refusal(200, "402")]);
    let client = BlockingClient::new(fake.clone(), scenario::merchant("https://gateway.example"));
    let key = IdempotencyKey::new("order-1-try-1").unwrap();
    let error = client
        .send_with(&scenario::charge(), &CallOptions::keyed(key.clone()))
        .unwrap_err();
    assert_eq!(
        fake.requests()[0].headers()["idempotency-key"],
        "order-1-try-1"
    );
    assert_eq!(error.idempotency_key(), Some(&key));
}

#[test]
fn a_key_that_is_stored_before_the_charge_is_a_fresh_one_each_time() {
    let client = BlockingClient::new(
        Fake::new(Vec::new()),
        scenario::merchant("https://gateway.example"),
    );
    assert_ne!(
        client.idempotency_key().unwrap(),
        client.idempotency_key().unwrap()
    );
    assert!(client.with_random(Broken).idempotency_key().is_err());
}

#[test]
fn another_orders_reply_to_a_charge_is_no_answer() {
    // What the gateway sends when a key is used for a second order within five minutes.
    let other =
        r#"{"status_code":"201","order_id":"contract-2","redirect_url":"https://pay.example/2"}"#;
    let client = BlockingClient::new(
        Fake::new(vec![Step::json(200, other)]),
        scenario::merchant("https://gateway.example"),
    );
    let error = client.charge(&scenario::charge()).unwrap_err();
    assert!(
        error.outcome_unknown()
            && error
                .to_string()
                .contains("under an idempotency key of its own"),
        "{error}"
    );
    assert!(
        !error.is_retryable(),
        "a stored reply would only come again"
    );
    assert!(matches!(error.kind(), ErrorKind::Decode(error) if error.body() == other.as_bytes()));
}

#[test]
fn a_cancellation_under_a_used_key_that_is_answered_with_a_pending_charge_has_an_unknown_outcome() {
    let fake = Fake::new(vec![Step::charged()]);
    let client = BlockingClient::new(fake.clone(), scenario::merchant("https://gateway.example"));
    let order = || OrderId::new("contract-1").unwrap();
    let options = CallOptions::keyed(IdempotencyKey::new("the-charges-own-key").unwrap());
    let refund = Refund::full(order(), RefundKey::new("contract-1-r1").unwrap());
    for error in [
        client
            .send_with(&Cancel::new(order()), &options)
            .unwrap_err(),
        client
            .send_with(&Expire::new(order()), &options)
            .unwrap_err(),
        client.send_with(&refund, &options).unwrap_err(),
        client
            .send_with(&DirectRefund::from(refund.clone()), &options)
            .unwrap_err(),
    ] {
        assert!(error.outcome_unknown() && error.attempts() == 1, "{error}");
        assert!(
            error
                .to_string()
                .contains("it says pending; the outcome is unknown: ask Get Status"),
            "{error}"
        );
    }
}

#[test]
fn a_refund_that_is_answered_with_another_order_has_an_unknown_outcome() {
    let other = r#"{"status_code":"200","order_id":"contract-2","transaction_status":"refund"}"#;
    let client = BlockingClient::new(
        Fake::new(vec![Step::json(200, other)]),
        scenario::merchant("https://gateway.example"),
    );
    let refund = Refund::full(
        OrderId::new("contract-1").unwrap(),
        RefundKey::new("contract-1-r1").unwrap(),
    );
    let error = client.refund(&refund).unwrap_err();
    assert!(
        error.outcome_unknown()
            && error
                .to_string()
                .contains("the transaction that was asked about"),
        "{error}"
    );
}

#[test]
fn a_denied_charge_is_a_refusal_with_a_known_outcome() {
    let denied = r#"{"status_code":"202","status_message":"Deny by provider","order_id":"contract-1",
        "transaction_status":"deny"}"#;
    let client = BlockingClient::new(
        Fake::new(vec![Step::json(200, denied)]),
        scenario::merchant("https://gateway.example"),
    );
    let error = client.charge(&scenario::charge()).unwrap_err();
    assert!(error.is_denied() && !error.outcome_unknown() && !error.is_retryable());
    assert!(
        error.to_string().contains("denied it: Deny by provider"),
        "{error}"
    );
}

#[test]
fn a_foreign_404_does_not_say_that_an_order_is_unknown() {
    let foreign = r#"{"errors":[{"code":7000,"message":"No route for that URI"}]}"#;
    let client = BlockingClient::new(
        Fake::new(vec![Step::json(404, foreign)]),
        scenario::merchant("https://gateway.example"),
    );
    let error = client
        .status(OrderId::new("contract-1").unwrap())
        .unwrap_err();
    assert!(
        !error.is_not_found() && error.api().unwrap().code() == 404,
        "{error}"
    );
    let own = Step::refusal(404, "404");
    let client = BlockingClient::new(
        Fake::new(vec![own]),
        scenario::merchant("https://gateway.example"),
    );
    assert!(
        client
            .status(OrderId::new("contract-1").unwrap())
            .unwrap_err()
            .is_not_found()
    );
}

#[test]
fn without_random_numbers_a_charge_is_not_sent_and_a_reading_is() {
    let fake = Fake::new(vec![Step::charged()]);
    let client = BlockingClient::new(fake.clone(), scenario::merchant("https://gateway.example"))
        .with_random(Broken);
    let error = client.charge(&scenario::charge()).unwrap_err();
    assert!(!error.outcome_unknown());
    assert_eq!((error.attempts(), fake.requests().len()), (0, 0));
    assert!(client.status(OrderId::new("contract-1").unwrap()).is_ok());
}

#[test]
fn a_duplicate_order_after_an_unknown_outcome_is_settled_by_status() {
    let fake = Fake::new(vec![
        Step::Silent,
        Step::refusal(200, "406"),
        Step::charged(),
    ]);
    let client = BlockingClient::new(fake, scenario::merchant("https://gateway.example"));
    let error = client.charge(&scenario::charge()).unwrap_err();
    assert!(error.is_duplicate_order() && error.outcome_unknown());
    let transaction = client.status(OrderId::new("contract-1").unwrap()).unwrap();
    assert_eq!(transaction.order_id(), Some("contract-1"));
}

#[test]
fn a_deadline_bounds_the_whole_call() {
    let fake = Fake::new(vec![Step::Silent]);
    let mut options = CallOptions::default();
    options.deadline = Some(Duration::from_secs(40));
    let client = BlockingClient::new(fake.clone(), scenario::merchant("https://gateway.example"));
    let error = client.send_with(&scenario::charge(), &options).unwrap_err();
    // 30 s, a pause, and what is left of 40 s; then none is left for a third.
    assert_eq!(error.attempts(), 2);
    assert!(error.outcome_unknown());
}

#[test]
fn retry_after_is_honoured_within_the_window_and_ends_the_call_beyond_it() {
    for (seconds, attempts) in [
        ("2", 3),
        ("100", 2),
        ("181", 1),
        ("18446744073709551615", 1),
        ("soon", 3),
    ] {
        let fake = Fake::new(vec![
            Step::refusal(429, "429").with_header("retry-after", seconds),
        ]);
        let client = BlockingClient::new(fake, scenario::merchant("https://gateway.example"));
        assert_eq!(
            client.charge(&scenario::charge()).unwrap_err().attempts(),
            attempts,
            "{seconds}"
        );
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);
impl Observer for Log {
    fn request(&self, request: &RequestInfo<'_>) {
        self.0.lock().unwrap().push(format!("{request:?}"));
    }
    fn reply(&self, _: &RequestInfo<'_>, reply: &ReplyInfo<'_>) {
        self.0.lock().unwrap().push(format!("{reply:?}"));
    }
}

#[test]
fn an_observer_sees_every_attempt_and_no_secret() {
    let log = Log::default();
    let fake = Fake::new(vec![Step::Silent, Step::charged()]);
    let client = BlockingClient::new(fake, scenario::merchant("https://gateway.example"))
        .with_observer(log.clone());
    let _ = client.charge(&scenario::charge()).unwrap();
    let seen = log.0.lock().unwrap().join("\n");
    assert_eq!(seen.lines().count(), 4);
    for word in [
        "charge",
        "contract-1",
        "attempt: 2",
        "Timeout",
        "Some(200)",
        "Some(\"201\")",
    ] {
        assert!(seen.contains(word), "{word} is missing in {seen}");
    }
    for secret in ["Siti", "example.com", "Mid-server", "U0It", "pay.example"] {
        assert!(!seen.contains(secret), "{secret} leaked into {seen}");
    }
}
