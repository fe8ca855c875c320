//! The webhook without a web framework: how a handler's end is answered, and whose keys count.

#[path = "support/bodies.rs"]
mod bodies;

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bodies::{key, keys, settlement, signed};
use midtrans_protocol::notification::Family;
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};
use midtrans_protocol::webhook::landing::Landing;
use midtrans_protocol::webhook::{Acknowledge, Answer, Rejection, endpoint};
use midtrans_protocol::{Notification, ServerKey, ServerKeys};

/// The output of a future that waits for nothing but a second look.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut look = || {
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    };
    for _ in 0..2 {
        if let Poll::Ready(output) = look() {
            return output;
        }
    }
    unreachable!("nothing here waits")
}

fn body() -> impl Future<Output = Result<Vec<u8>, Rejection>> {
    ready(Ok(signed(&settlement())))
}

fn fixed(keys: &ServerKeys) -> Option<ServerKeys> {
    keys.keys_for("anything")
}

fn answered<F: Future>(handler: impl Fn(Notification) -> F) -> Answer
where
    F::Output: Into<Acknowledge>,
{
    now(Endpoint::new(keys(), handler).answer(fixed, body(), pending::<()>, here))
}

/// A runtime that runs a task where it is awaited.
async fn here<T: Future>(task: T) -> Result<T::Output, Infallible> {
    Ok(task.await)
}

#[test]
fn the_handlers_word_becomes_the_status() {
    assert_eq!(answered(|_| ready(Ok::<_, ()>(()))).status(), 200);
    assert_eq!(answered(|_| ready(Acknowledge::Done)).status(), 200);
    assert_eq!(answered(|_| ready(Err::<(), _>("full"))).status(), 503);
}

#[test]
fn a_handler_that_panics_before_or_while_it_works_ends_in_503() {
    let before = answered(|_| -> std::future::Ready<Acknowledge> { panic!("before") });
    let within = answered(|notification| async move {
        assert!(notification.order_id().is_empty(), "within");
        Acknowledge::Done
    });
    assert_eq!(
        (before.status(), within.status()),
        (http::StatusCode::SERVICE_UNAVAILABLE, before.status())
    );
}

#[test]
fn when_the_time_is_up_it_is_503_whether_the_body_or_the_handler_is_late() {
    let late = Endpoint::new(keys(), |_| pending::<Acknowledge>());
    assert_eq!(
        now(late.answer(fixed, body(), || ready(()), here)).status(),
        503
    );
    assert_eq!(
        now(late.answer(fixed, pending(), || ready(()), here)).status(),
        503
    );
    let prompt = Endpoint::new(keys(), |_| ready(Acknowledge::Done));
    assert_eq!(
        now(prompt.answer(fixed, body(), || ready(()), here)).status(),
        200,
        "done is done"
    );
}

#[test]
fn a_body_that_is_there_at_the_second_look_needs_no_timer() {
    let endpoint = Endpoint::new(keys(), |_| ready(Acknowledge::Done));
    let mut looks = 0;
    let body = poll_fn(|_| {
        looks += 1;
        if looks < 2 {
            Poll::Pending
        } else {
            Poll::Ready(Ok(signed(&settlement())))
        }
    });
    let timer = || -> std::future::Ready<()> { unreachable!("a timer was made") };
    assert_eq!(now(endpoint.answer(fixed, body, timer, here)).status(), 200);
}

#[test]
fn the_request_chooses_the_keys_and_an_unknown_merchant_is_404() {
    let merchants = |path: &str| match path {
        "/ours" => Some(ServerKeys::from(key())),
        "/theirs" => Some(ServerKey::new("SB-Mid-server-another").unwrap().into()),
        _ => None,
    };
    let endpoint = Endpoint::new(merchants, |_| ready(Acknowledge::Done));
    let status = |path: &str| {
        now(endpoint.answer(|keys| keys(path), body(), pending::<()>, here))
            .status()
            .as_u16()
    };
    assert_eq!(
        [status("/ours"), status("/theirs"), status("/unknown")],
        [200, 403, 404]
    );
}

#[test]
fn fixed_keys_are_for_every_request() {
    assert_eq!(keys().keys_for("anything").unwrap().len(), keys().len());
}

/// A landing whose body has arrived, or whose time is up.
fn landed(query: Option<&str>, form: impl Future<Output = Result<Vec<u8>, Rejection>>) -> Landing {
    now(endpoint::landing("POST", query, form, ready(())))
}

#[test]
fn the_body_of_a_get_is_not_even_asked_for() {
    let unread = || pending::<Result<Vec<u8>, Rejection>>();
    for method in ["GET", "HEAD"] {
        let landing = now(endpoint::landing(
            method,
            Some("order_id=a"),
            unread(),
            pending::<()>(),
        ));
        assert_eq!(landing.order_id(), Some("a"));
        assert!(
            now(endpoint::landing(method, None, unread(), pending::<()>()))
                .order_id()
                .is_none()
        );
    }
    let form = ready(Ok(b"response=%7B%22order_id%22%3A%22a%22%7D".to_vec()));
    assert_eq!(landed(Some("order_id=b"), form).order_id(), Some("a"));
}

#[test]
fn whatever_becomes_of_a_form_the_customer_gets_a_page() {
    for rejection in [Rejection::Incomplete, Rejection::TooLarge] {
        assert!(landed(None, ready(Err(rejection.clone()))).is_empty());
        assert_eq!(
            landed(Some("order_id=b"), ready(Err(rejection))).order_id(),
            Some("b")
        );
    }
    assert_eq!(
        landed(Some("order_id=b"), ready(Ok(b"x".to_vec()))).order_id(),
        Some("b")
    );
}

#[test]
fn a_form_that_trickles_is_waited_for_until_the_time_is_up() {
    assert_eq!(landed(Some("order_id=b"), pending()).order_id(), Some("b"));
}

#[test]
fn an_extractors_body_is_waited_for_until_the_time_is_up() {
    assert_eq!(
        now(endpoint::in_time(pending(), ready(()))),
        Err(Rejection::TooSlow)
    );
    assert_eq!(Rejection::TooSlow.status(), 503);
    assert_eq!(
        now(endpoint::in_time(ready(Ok(vec![1])), ready(()))),
        Ok(vec![1]),
        "done is done"
    );
    let mut looks = 0;
    let second = poll_fn(|_| {
        looks += 1;
        if looks < 2 {
            Poll::Pending
        } else {
            Poll::Ready(Ok(vec![1]))
        }
    });
    let timer = poll_fn(|_| -> Poll<()> { unreachable!("a timer was made") });
    assert_eq!(now(endpoint::in_time(second, timer)), Ok(vec![1]));
}

#[test]
fn another_familys_notification_is_answered_with_200_told_once_and_reaches_no_handler() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let endpoint = Endpoint::new(keys(), |_| -> std::future::Ready<Acknowledge> {
        unreachable!("no payment")
    })
    .on_misdirected(move |family| heard.lock().unwrap().push(family));
    let linked =
        r#"{"account_id":"a","account_status":"ENABLED","status_code":"200","signature_key":"0"}"#;
    let paid_out = r#"{"reference_no":"r","amount":"1.0","status":"processed","updated_at":"2026-03-02T10:23:31Z"}"#;
    for body in [linked, paid_out, linked, paid_out] {
        let body = ready(Ok(body.as_bytes().to_vec()));
        let answer = now(endpoint.clone().answer(fixed, body, pending::<()>, here));
        assert_eq!((answer.status().as_u16(), answer.text()), (200, "OK"));
    }
    assert_eq!(*told.lock().unwrap(), [Family::PayAccount, Family::Payout]);
}
