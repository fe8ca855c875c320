//! The webhook as an endpoint.

use std::time::Duration;

use poem::http::request::Parts;
use poem::{Endpoint, Request, Response, Result};
use tower_service::Service;

use midtrans_protocol::endpoint::KeysFor;
use midtrans_protocol::{Acknowledge, Family, Notification};

use crate::answered;

/// A webhook that hands every notification that was signed with one of the keys to the handler:
/// `Route::new().at("/midtrans/notification", notifications(keys, handler))`.
///
/// `keys` is [`ServerKeys`](midtrans_protocol::ServerKeys), or a closure from [`Parts`] to
/// `Option<ServerKeys>`. The handler's `Ok` (or [`Acknowledge::Done`]) is answered with 200, its
/// `Err` with 503, and so are a panic and ten seconds without an answer ([`Notifications::within`]
/// sets another deadline). Messages that are not genuine never reach it: they get 400, 403, 413 or
/// 415, an unknown merchant 404, and every method but POST 405. The gateway's notifications about
/// other things than payments get 200 ([`Notifications::on_misdirected`]).
///
/// The handler runs to its end, or to the deadline, whatever the sender does. When it waits for the
/// first time it becomes a task of its own: so its future owns what it uses, and from then on it is
/// outside the spans and task-locals of your middleware. A graceful shutdown waits for a handler as
/// long as its sender is connected. One whose sender has hung up ends with the runtime; the gateway
/// got no answer and sends the notification again.
pub fn notifications<K, H>(keys: K, handler: H) -> Notifications<K, H> {
    Notifications(midtrans_tower::notifications(keys, handler))
}

/// The endpoint that [`notifications`] makes. Clones share keys and handler.
#[derive(Debug)]
pub struct Notifications<K, H>(midtrans_tower::Notifications<K, H>);

impl<K, H> Notifications<K, H> {
    /// Has a function told, once for each family, that notifications arrive here which are about no
    /// payment; see [`Family`]. They are answered with 200 and never reach the handler.
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

impl<K, H, F, A> Endpoint for Notifications<K, H>
where
    K: KeysFor<Parts> + Send + Sync + 'static,
    H: Fn(Notification) -> F + Send + Sync + 'static,
    F: Future<Output = A> + Send + 'static,
    A: Into<Acknowledge>,
{
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let request: poem::http::Request<_> = request.into();
        let Ok(response) = self.0.clone().call(request).await;
        Ok(answered::response(response))
    }
}

impl<K, H> Clone for Notifications<K, H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
