//! Prefers a connection that is about to become free over a new one.
//!
//! hyper hands a connection back a moment after its caller has the reply. A next call in that
//! moment finds none idle, connects anew, and leaves the new connection to the background when the
//! old one turns up. So a single caller would have two or three connections, each paid with a TLS
//! handshake. This waits for the moment to pass, and does not connect when nobody needs it any
//! more.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower_layer::Layer;
use tower_service::Service;

/// Far longer than handing back takes, far shorter than connecting to a gateway does.
const MOMENT: Duration = Duration::from_millis(5);

tokio::task_local! {
    static WANTED: ();
}

/// Marks what happens inside the call. Connecting that hyper has moved to the background is not
/// inside.
pub(crate) fn wanted<F: Future>(call: F) -> impl Future<Output = F::Output> {
    WANTED.scope((), call)
}

/// Lets connecting wait for a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience;

impl<S> Layer<S> for Patience {
    type Service = Patient<S>;

    fn layer(&self, connector: S) -> Patient<S> {
        Patient { connector }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Patient<S> {
    connector: S,
}

impl<S, R> Service<R> for Patient<S>
where
    S: Service<R, Error = Box<dyn StdError + Send + Sync>> + Clone + Send + 'static,
    S::Future: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, destination: R) -> Self::Future {
        // The clone stays behind; only the connector that was polled is ready.
        let fresh = self.connector.clone();
        let mut ready = std::mem::replace(&mut self.connector, fresh);
        Box::pin(async move {
            tokio::time::sleep(MOMENT).await;
            if WANTED.try_with(|()| ()).is_err() {
                return Err(Superseded.into());
            }
            ready.call(destination).await
        })
    }
}

/// Seen by nobody but hyper's log.
#[derive(Debug)]
struct Superseded;

impl fmt::Display for Superseded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another connection became free")
    }
}

impl StdError for Superseded {}
