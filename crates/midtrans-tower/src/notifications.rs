//! The webhook as a service.

use std::convert::Infallible;
use std::error::Error;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use midtrans_protocol::Notification;
use midtrans_protocol::notification::{Family, PayAccountNotification, SubscriptionEvent};
use midtrans_protocol::webhook::Acknowledge;
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};

use crate::{NotificationsLayer, ResponseBody, body, respond};

/// A webhook that hands every notification that was signed with one of the keys to the handler.
///
/// `keys` is [`ServerKeys`](midtrans_protocol::ServerKeys), or a closure from [`Parts`] to
/// `Option<ServerKeys>`. The handler's `Ok` (or [`Acknowledge::Done`]) is answered with 200, its
/// `Err` with 503, and so are a panic and ten seconds without an answer ([`Notifications::within`]
/// sets another deadline). Messages that are not genuine never reach it: they get 400, 403, 413 or
/// 415, an unknown merchant 404, and every method but POST 405. The gateway's notifications about
/// other things than payments go to handlers of their own, and get 200 where they have none
/// ([`Notifications::on_misdirected`]).
///
/// The handler runs to its end, or to the deadline, whatever the sender does. When it waits for the
/// first time it becomes a task of its own: so its future owns what it uses, and from then on it is
/// outside the spans and task-locals of your middleware. A server that waits for its connections
/// when it shuts down waits for a handler as long as its sender is connected. One whose sender has
/// hung up ends with the runtime; the gateway got no answer and sends the notification again.
pub fn notifications<K, H>(keys: K, handler: H) -> Notifications<K, H> {
    Notifications(Endpoint::new(keys, handler))
}

/// The service that [`notifications`] makes. Clones share keys and handler.
#[derive(Debug)]
pub struct Notifications<K, H>(Endpoint<K, H>);

impl<K, H> Notifications<K, H> {
    /// Sets a handler for signed notifications about linked accounts: see
    /// [`Endpoint::on_pay_account`].
    #[must_use]
    pub fn on_pay_account<T, R>(
        self,
        handler: impl Fn(PayAccountNotification) -> T + Send + Sync + 'static,
    ) -> Self
    where
        T: Future<Output = R> + Send + 'static,
        R: Into<Acknowledge>,
    {
        Self(self.0.on_pay_account(handler))
    }

    /// Sets a handler for events of subscriptions, **which are not signed**: see
    /// [`Endpoint::on_subscription`].
    #[must_use]
    pub fn on_subscription<T, R>(
        self,
        handler: impl Fn(SubscriptionEvent) -> T + Send + Sync + 'static,
    ) -> Self
    where
        T: Future<Output = R> + Send + 'static,
        R: Into<Acknowledge>,
    {
        Self(self.0.on_subscription(handler))
    }

    /// Calls `tell` once for each [`Family`] of notifications that arrive here and have no handler.
    /// They are answered with 200 and reach none.
    #[must_use]
    pub fn on_misdirected(self, tell: impl Fn(Family) + Send + Sync + 'static) -> Self {
        Self(self.0.on_misdirected(tell))
    }

    /// Sets the time from a request's headers to its answer. The gateway hangs up after 15 seconds.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self(self.0.within(deadline))
    }

    /// A layer that answers this path and lets every other request through.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> NotificationsLayer<K, H> {
        NotificationsLayer {
            path: path.into().into(),
            webhook: self,
        }
    }
}

impl<B, K, H, F, A> Service<Request<B>> for Notifications<K, H>
where
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    K: KeysFor<Parts> + Send + Sync + 'static,
    H: Fn(Notification) -> F + Send + Sync + 'static,
    F: Future<Output = A> + Send + 'static,
    A: Into<Acknowledge>,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = self.0.clone();
        let (parts, body) = request.into_parts();
        let intake = body::notification_intake(&parts);
        // A connection may wait for long, so it carries little: the head is in a box that ends with
        // its last use, the body is pinned once and lent from there, since a future that is handed
        // on takes its memory again for each hand.
        let parts = Box::new(parts);
        Box::pin(async move {
            let body = pin!(body);
            let body = pin!(body::read(intake, body));
            let deadline = endpoint.deadline();
            let timer = move || Box::pin(tokio::time::sleep(deadline));
            Ok(respond(
                endpoint
                    .answer(move |keys| keys.keys_for(&parts), body, timer, tokio::spawn)
                    .await,
            ))
        })
    }
}

impl<K, H> Clone for Notifications<K, H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
