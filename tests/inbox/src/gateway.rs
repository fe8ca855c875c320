//! The gateway, in this process: answers Get Status from a map, and remembers what it was asked and when.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_inbox::Answer;
use midtrans_protocol::{GetStatus, PaymentId};
use midtrans_transport::{
    AsyncTransport, BlockingClient, BlockingTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

use crate::message::Message;
use crate::worker;

/// A gateway that knows no transaction yet. Clones are the same.
#[derive(Clone)]
pub struct Gateway(Arc<Mutex<State>>);

struct State {
    answers: BTreeMap<String, String>,
    asked: Vec<(String, SystemTime)>,
    is_down: bool,
    now: SystemTime,
}

/// The gateway's own words for a transaction that it does not know.
const NOT_FOUND: &str = r#"{"status_code":"404","status_message":"Transaction doesn't exist.",
    "id":"b19510c2-6ad3-4c5b-92bf-049cfd5846c9"}"#;

impl Gateway {
    /// A gateway that nobody charged yet.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(State { answers: BTreeMap::new(), asked: Vec::new(), is_down: false, now })))
    }

    /// From now on this is the order's latest transaction.
    pub fn says(&self, message: &Message) {
        let mut state = self.lock();
        state.answers.insert(message.order_id.clone(), message.answer());
        state.answers.insert(message.transaction_id.clone(), message.answer());
    }

    /// From now on it answers so when it is asked for this id.
    pub fn says_about(&self, id: &str, message: &Message) {
        self.lock().answers.insert(id.to_owned(), message.answer());
    }

    /// Begins or ends an outage.
    pub fn is_down(&self, is_down: bool) {
        self.lock().is_down = is_down;
    }

    /// Sets its clock.
    pub fn set(&self, now: SystemTime) {
        self.lock().now = now;
    }

    /// When it was asked for this id, in seconds after the first time that it was asked for anything.
    #[must_use]
    pub fn asked(&self, id: &str) -> Vec<u64> {
        let state = self.lock();
        let first = state.asked.first().map(|(_, at)| *at);
        let since = |at: &SystemTime| first.and_then(|first| at.duration_since(first).ok()).unwrap_or_default();
        state.asked.iter().filter(|(asked, _)| asked == id).map(|(_, at)| since(at).as_secs()).collect()
    }

    /// Its answer to a question, without a store around it.
    ///
    /// # Panics
    /// During an outage.
    #[must_use]
    pub fn answer(&self, id: &PaymentId) -> Answer {
        let client = BlockingClient::new(self.clone(), worker::merchant());
        let transaction = match client.send(&GetStatus::new(id.clone())) {
            Ok(transaction) => Some(transaction),
            Err(error) => {
                assert!(error.is_not_found(), "{error}");
                None
            }
        };
        Answer { asked: id.clone(), transaction }
    }

    fn reply(&self, request: &Request) -> Result<Response, TransportError> {
        let mut state = self.lock();
        let path = request.uri().path();
        let id = path.strip_prefix("/v2/").and_then(|path| path.strip_suffix("/status")).unwrap_or(path).to_owned();
        let now = state.now;
        state.asked.push((id.clone(), now));
        if state.is_down {
            return Err(TransportError::new(TransportErrorKind::Connect, Reach::NotSent));
        }
        let (status, body) = state.answers.get(&id).map_or((404, NOT_FOUND), |answer| (200, answer));
        let reply = http::Response::builder().status(status).body(body.as_bytes().to_vec());
        Ok(reply.expect("a status and a body are a reply"))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BlockingTransport for Gateway {
    fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        self.reply(&request)
    }
    fn pause(&self, _: Duration) {}
}

#[async_trait]
impl AsyncTransport for Gateway {
    async fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        self.reply(&request)
    }
    async fn pause(&self, _: Duration) {}
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}
