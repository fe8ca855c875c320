//! The webhook as routes.

use std::time::Duration;

use rocket::http::Method;
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request, async_trait, tokio};

use midtrans_protocol::Notification;
use midtrans_protocol::notification::{Family, PayAccountNotification, SubscriptionEvent};
use midtrans_protocol::webhook::Acknowledge;
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};

use crate::{Answered, guards};

/// A webhook that hands every notification that was signed with one of the keys to the handler.
/// Mount it at its address: `rocket.mount("/midtrans/notification", notifications(keys, handler))`.
///
/// `keys` is [`ServerKeys`](midtrans_protocol::ServerKeys), or a closure from [`Request`] to
/// `Option<ServerKeys>`. The handler's `Ok` (or [`Acknowledge::Done`]) is answered with 200, its
/// `Err` with 503, and so are a panic and ten seconds without an answer ([`Notifications::within`]
/// sets another deadline). Messages that are not genuine never reach it: they get 400, 403, 413 or
/// 415, an unknown merchant 404, and every method but POST 405. The gateway's notifications about
/// other things than payments go to handlers of their own, and get 200 where they have none
/// ([`Notifications::on_misdirected`]).
///
/// The handler runs to its end, or to the deadline, whatever the sender does. When it waits for the
/// first time it becomes a task of its own: so its future owns what it uses, and from then on it is
/// outside the spans and task-locals of your middleware. A shutdown waits for a handler as long as
/// its sender is connected, within Rocket's `grace` and `mercy`. One whose sender has hung up ends
/// with the runtime; the gateway got no answer and sends the notification again.
pub fn notifications<K, H>(keys: K, handler: H) -> Notifications<K, H> {
    Notifications {
        endpoint: Endpoint::new(keys, handler),
        path: "/",
    }
}

/// The routes that [`notifications`] makes. Clones share keys and handler.
#[derive(Debug)]
pub struct Notifications<K, H> {
    endpoint: Endpoint<K, H>,
    path: &'static str,
}

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
        Self {
            endpoint: self.endpoint.on_pay_account(handler),
            ..self
        }
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
        Self {
            endpoint: self.endpoint.on_subscription(handler),
            ..self
        }
    }

    /// Calls `tell` once for each [`Family`] of notifications that arrive here and have no handler.
    /// They are answered with 200 and reach none.
    #[must_use]
    pub fn on_misdirected(self, tell: impl Fn(Family) + Send + Sync + 'static) -> Self {
        Self {
            endpoint: self.endpoint.on_misdirected(tell),
            ..self
        }
    }

    /// Sets the time from the first 14 bytes of a request's body to its answer. The gateway hangs
    /// up after 15 seconds.
    ///
    /// Rocket reads those bytes of every body before any route sees the request, and waits for them
    /// as long as the sender stays connected.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self {
            endpoint: self.endpoint.within(deadline),
            ..self
        }
    }

    /// Sets the path below the mount point, such as `/<merchant>`.
    #[must_use]
    pub fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }
}

impl<K, H, F, A> From<Notifications<K, H>> for Vec<Route>
where
    K: for<'r> KeysFor<Request<'r>> + Send + Sync + 'static,
    H: Fn(Notification) -> F + Send + Sync + 'static,
    F: Future<Output = A> + Send + 'static,
    A: Into<Acknowledge>,
{
    fn from(webhook: Notifications<K, H>) -> Self {
        // Rocket answers HEAD with the route for GET.
        let methods = [
            Method::Post,
            Method::Get,
            Method::Put,
            Method::Delete,
            Method::Options,
            Method::Patch,
        ];
        methods
            .map(|method| Route::new(method, webhook.path, webhook.clone()))
            .into()
    }
}

#[async_trait]
impl<K, H, F, A> Handler for Notifications<K, H>
where
    K: for<'r> KeysFor<Request<'r>> + Send + Sync + 'static,
    H: Fn(Notification) -> F + Send + Sync + 'static,
    F: Future<Output = A> + Send + 'static,
    A: Into<Acknowledge>,
{
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let deadline = self.endpoint.deadline();
        let timer = move || Box::pin(tokio::time::sleep(deadline));
        let body = guards::notification_body(request, data);
        let answer = self
            .endpoint
            .answer(|keys| keys.keys_for(request), body, timer, tokio::spawn)
            .await;
        Outcome::Success(Answered(answer).response())
    }
}

impl<K, H> Clone for Notifications<K, H> {
    fn clone(&self) -> Self {
        Self {
            endpoint: self.endpoint.clone(),
            path: self.path,
        }
    }
}
