//! The webhook as a handler.

use std::pin::{Pin, pin};
use std::time::Duration;

use actix_web::web::Payload;
use actix_web::{Handler, HttpRequest, rt};

use midtrans_protocol::Notification;
use midtrans_protocol::notification::{Family, PayAccountNotification, SubscriptionEvent};
use midtrans_protocol::webhook::Acknowledge;
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};

use crate::{Answered, extract};

/// A webhook that hands every notification that was signed with one of the keys to the handler.
/// Mount it with [`web::to`](actix_web::web::to), for all methods.
///
/// `keys` is [`ServerKeys`](midtrans_protocol::ServerKeys), or a closure from [`HttpRequest`] to
/// `Option<ServerKeys>`. The handler's `Ok` (or [`Acknowledge::Done`]) is answered with 200, its
/// `Err` with 503, and so are a panic and ten seconds without an answer ([`Notifications::within`]
/// sets another deadline). Messages that are not genuine never reach it: they get 400, 403, 413 or
/// 415, an unknown merchant 404, and every method but POST 405. The gateway's notifications about
/// other things than payments go to handlers of their own, and get 200 where they have none
/// ([`Notifications::on_misdirected`]).
///
/// The handler runs to its end, or to the deadline, whatever the sender does. When it waits for the
/// first time it becomes a task of its own: so its future owns what it uses, and from then on it is
/// outside the spans and task-locals of your middleware. A graceful shutdown waits for a handler as
/// long as its sender is connected, within
/// [`shutdown_timeout`](actix_web::HttpServer::shutdown_timeout). One whose sender has hung up ends
/// with the worker; the gateway got no answer and sends the notification again.
pub fn notifications<K, H>(keys: K, handler: H) -> Notifications<K, H> {
    Notifications(Endpoint::new(keys, handler))
}

/// The handler that [`notifications`] makes. Clones share keys and handler.
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
}

impl<K, H, F, A> Handler<(HttpRequest, Payload)> for Notifications<K, H>
where
    K: KeysFor<HttpRequest> + 'static,
    H: Fn(Notification) -> F + 'static,
    F: Future<Output = A> + 'static,
    A: Into<Acknowledge>,
{
    type Output = Answered;
    type Future = Pin<Box<dyn Future<Output = Answered>>>;

    fn call(&self, (request, payload): (HttpRequest, Payload)) -> Self::Future {
        let endpoint = self.0.clone();
        Box::pin(async move {
            // Pinned once and lent: a future that is handed on takes its memory again for each
            // hand.
            let mut payload = payload.into_inner();
            let body = pin!(extract::notification_body(&request, &mut payload));
            let deadline = endpoint.deadline();
            let timer = move || Box::pin(rt::time::sleep(deadline));
            Answered(
                endpoint
                    .answer(|keys| keys.keys_for(&request), body, timer, rt::spawn)
                    .await,
            )
        })
    }
}

impl<K, H> Clone for Notifications<K, H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
