//! A record of what happens in the shop: its own words, and every request and answer that goes in
//! or out.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use midtrans_axum::protocol::notification;
use midtrans_inbox::Outcome;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits, TransportError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The end of a channel to which entries go.
#[derive(Clone)]
pub(crate) struct Journal(UnboundedSender<Entry>);

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// The shop's own words about it.
    Said(Way, String),
    /// The worker acted on what has become of an order.
    Acted(String, Outcome),
    /// A request.
    Asked(Way, http::Request<Vec<u8>>),
    /// Its answer.
    Answered(Way, http::Response<Vec<u8>>),
}

/// The two ends of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The customer's browser to the shop or to the gateway.
    Browser,
    /// The shop to the gateway's API.
    Api,
    /// The shop's worker to the gateway's API.
    Worker,
    /// The gateway to the shop's notification URL.
    Notification,
    /// A stranger to the shop's notification URL.
    Stranger,
}

impl Entry {
    pub(crate) const fn way(&self) -> Way {
        match self {
            Self::Said(way, _) | Self::Asked(way, _) | Self::Answered(way, _) => *way,
            Self::Acted(..) => Way::Worker,
        }
    }

    /// The same, by another sender.
    pub(crate) fn by(self, way: Way) -> Self {
        match self {
            Self::Said(_, words) => Self::Said(way, words),
            Self::Asked(_, request) => Self::Asked(way, request),
            Self::Answered(_, response) => Self::Answered(way, response),
            acted @ Self::Acted(..) => acted,
        }
    }
}

impl Journal {
    /// A journal, and the end where it is read. Without a reader, entries are dropped.
    pub(crate) fn new() -> (Self, UnboundedReceiver<Entry>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    pub(crate) fn say(&self, way: Way, words: impl Into<String>) {
        self.record(Entry::Said(way, words.into()));
    }

    pub(crate) fn acted(&self, id: &str, outcome: Outcome) {
        self.record(Entry::Acted(id.to_owned(), outcome));
    }

    fn record(&self, entry: Entry) {
        // Without a reader it is dropped.
        let _ = self.0.send(entry);
    }
}

/// A transport that records what passes through it.
pub(crate) struct RecordingTransport {
    pub(crate) transport: Arc<dyn AsyncTransport>,
    pub(crate) journal: Journal,
    pub(crate) way: Way,
}

#[async_trait::async_trait]
impl AsyncTransport for RecordingTransport {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        limits: Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        self.journal.record(Entry::Asked(self.way, request.clone()));
        let response = self.transport.send(request, limits).await?;
        self.journal
            .record(Entry::Answered(self.way, response.clone()));
        Ok(response)
    }

    async fn pause(&self, pause: std::time::Duration) {
        self.transport.pause(pause).await;
    }
}

/// Middleware that records notifications and their answers.
pub(crate) async fn record_notification(
    State(journal): State<Journal>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, notification::MAX_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    journal.record(Entry::Asked(
        Way::Notification,
        Request::from_parts(head.clone(), body.to_vec()),
    ));
    let (head, body) = next
        .run(Request::from_parts(head, Body::from(body)))
        .await
        .into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    journal.record(Entry::Answered(
        Way::Notification,
        Response::from_parts(head.clone(), body.to_vec()),
    ));
    Response::from_parts(head, Body::from(body))
}
