//! The shop's async HTTP client, for a worker that blocks its thread.
//!
//! A program without tokio takes `midtrans-ureq` instead. This one has a client already: a second one would bring its own
//! connections and its own settings, and the walk could not tell what passes through it.

use std::sync::Arc;
use std::time::Duration;

use midtrans_axum::protocol::Merchant;
use midtrans_reqwest::midtrans_transport::{
    AsyncTransport, BlockingClient, BlockingTransport, Limits, Request, Response, TransportError,
};
use tokio::runtime::Handle;

pub(crate) struct Blocking {
    transport: Arc<dyn AsyncTransport>,
    runtime: Handle,
}

impl Blocking {
    /// Made inside the runtime, used on a thread outside of it.
    pub(crate) fn client(transport: &Arc<dyn AsyncTransport>, merchant: Merchant) -> BlockingClient<Self> {
        BlockingClient::new(Self { transport: Arc::clone(transport), runtime: Handle::current() }, merchant)
    }
}

impl BlockingTransport for Blocking {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.runtime.block_on(self.transport.send(request, limits))
    }

    fn pause(&self, pause: Duration) {
        self.runtime.block_on(self.transport.pause(pause));
    }
}
