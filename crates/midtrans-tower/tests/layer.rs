//! The webhook in front of a service that is not ready.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use midtrans_tower::notifications;
use midtrans_tower::protocol::notification::signature;
use midtrans_tower::protocol::webhook::Acknowledge;
use midtrans_tower::protocol::{ServerKey, ServerKeys};
use tower::{Layer, Service, ServiceExt};

type Body = Full<Bytes>;

/// A service that is ready when it is told to be.
#[derive(Clone, Default)]
struct Busy(Arc<(AtomicBool, Mutex<Option<Waker>>)>);

impl Busy {
    fn becomes_ready(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0
            .1
            .lock()
            .expect("nothing panicked")
            .take()
            .into_iter()
            .for_each(Waker::wake);
    }
}

impl Service<Request<Body>> for Busy {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        *self.0.1.lock().expect("nothing panicked") = Some(context.waker().clone());
        if self.0.0.load(Ordering::SeqCst) {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert!(
            self.0.0.load(Ordering::SeqCst),
            "a service is called when it is ready"
        );
        ready(Ok(Response::new("the shop".into())))
    }
}

fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-abc123cde456").expect("a well-formed key")
}

fn notification() -> Request<Body> {
    let signed = signature::sign("order-101", "200", "11000.00", &key());
    let body = format!(
        r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
            "transaction_status":"settlement","signature_key":"{signed}"}}"#
    );
    Request::post("/midtrans/notification")
        .body(body.into())
        .expect("a request")
}

#[tokio::test]
async fn a_notification_does_not_wait_for_an_inner_service_that_is_not_ready() {
    let webhook = notifications(ServerKeys::from(key()), async |_| Acknowledge::Done)
        .at("/midtrans/notification");
    let busy = Busy::default();
    let service = webhook.layer(busy.clone());
    assert_eq!(
        service
            .clone()
            .oneshot(notification())
            .await
            .expect("an answer")
            .status(),
        200
    );

    let elsewhere = Request::get("/").body(Body::default()).expect("a request");
    let waiting = tokio::spawn(service.oneshot(elsewhere));
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished(), "every other request waits");
    busy.becomes_ready();
    assert_eq!(
        waiting
            .await
            .expect("no panic")
            .expect("an answer")
            .status(),
        200
    );
}
