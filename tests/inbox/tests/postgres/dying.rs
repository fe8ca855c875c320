//! A transport on which a worker crashes.

use std::future::{self, Future};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_tests::gateway::{Answered, Transport};
use midtrans_inbox_tests::worker::Ends;
use midtrans_transport::{AsyncTransport, Limits, Request};
use tokio::sync::Notify;

/// A transport that never answers, and reports it, so that the round ends.
pub(crate) struct Dying {
    transport: Transport,
    ends: Ends,
    dies: Arc<Notify>,
}

impl Dying {
    pub(crate) fn new(transport: Transport, ends: Ends) -> Self {
        Self {
            transport,
            ends,
            dies: Arc::new(Notify::new()),
        }
    }

    /// Returns a future that is ready when the worker is to crash.
    pub(crate) fn dies(&self) -> impl Future<Output = ()> + use<> {
        let dies = Arc::clone(&self.dies);
        async move { dies.notified().await }
    }

    async fn die(&self) -> Answered {
        self.dies.notify_one();
        future::pending().await
    }
}

#[async_trait]
impl AsyncTransport for Dying {
    async fn send(&self, request: Request, limits: Limits) -> Answered {
        match self.ends {
            Ends::Well | Ends::Stopped => self.transport.send(request, limits).await,
            Ends::DiesBeforeItAsks => self.die().await,
            Ends::DiesWithAnswers | Ends::SleepsWithAnswers => {
                let _ = AsyncTransport::send(&self.transport, request, limits).await;
                self.die().await
            }
        }
    }

    async fn pause(&self, _: Duration) {}
}
