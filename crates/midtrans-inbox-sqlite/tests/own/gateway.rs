//! A gateway in this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use midtrans_inbox_sqlite::protocol::{Environment, Merchant, ServerKey};
use midtrans_transport::{
    BlockingClient, BlockingTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

/// A gateway that answers from a list. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Gateway(Arc<Mutex<State>>);

#[derive(Default)]
pub(crate) struct State {
    /// HTTP status and body, by the id in the question, or by `charge`. A missing one is a 404; a
    /// status of 0 is no reply.
    pub(crate) replies: BTreeMap<String, (u16, String)>,
    /// The `Retry-After` of every reply, in seconds.
    pub(crate) retry_after: Option<u64>,
    /// The ids in the questions, and `charge` with its idempotency key.
    pub(crate) seen: Vec<String>,
    /// The deadline of each of them.
    pub(crate) timeouts: Vec<Duration>,
}

pub(crate) const CHARGE: &str = "charge";
pub(crate) const PAGE: &str = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";

pub(crate) fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-abc123cde456").unwrap()
}

/// A transaction of 40,000 rupiah in the gateway's words.
pub(crate) fn transaction(order_id: &str, status: &str) -> String {
    let code = match status {
        "settlement" => "200",
        "pending" => "201",
        _ => "202",
    };
    format!(
        r#"{{"status_code":"{code}","order_id":"{order_id}","gross_amount":"40000.00","transaction_id":"t-{order_id}",
            "transaction_status":"{status}","fraud_status":"accept","currency":"IDR","payment_type":"akulaku",
            "redirect_url":"{PAGE}"}}"#
    )
}

impl Gateway {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn client(&self) -> BlockingClient<Self> {
        BlockingClient::new(
            self.clone(),
            Merchant::new(Environment::Sandbox, key()).unwrap(),
        )
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Sets the status of the order's transaction.
    pub(crate) fn says(&self, order_id: &str, status: &str) {
        self.lock()
            .replies
            .insert(order_id.to_owned(), (200, transaction(order_id, status)));
    }

    /// Sets the reply about an id.
    pub(crate) fn replies(&self, id: &str, status: u16, body: &str) {
        self.lock()
            .replies
            .insert(id.to_owned(), (status, body.to_owned()));
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.lock().seen.clone()
    }
}

impl BlockingTransport for Gateway {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let mut state = self.lock();
        let path = request.uri().path();
        let id = path
            .strip_prefix("/v2/")
            .and_then(|path| path.strip_suffix("/status"))
            .unwrap_or(CHARGE)
            .to_owned();
        let key = request
            .headers()
            .get("idempotency-key")
            .map(|key| key.to_str().unwrap());
        state
            .seen
            .push(key.map_or(id.clone(), |key| format!("{id} {key}")));
        state.timeouts.push(limits.timeout);
        let missing = (
            404,
            r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#.to_owned(),
        );
        let (status, body) = state.replies.get(&id).cloned().unwrap_or(missing);
        if status == 0 {
            return Err(TransportError::new(
                TransportErrorKind::Timeout,
                Reach::Unknown,
            ));
        }
        let mut reply = http::Response::builder().status(status);
        if let Some(seconds) = state.retry_after {
            reply = reply.header("retry-after", seconds);
        }
        Ok(reply.body(body.into_bytes()).unwrap())
    }

    fn pause(&self, _: Duration) {}
}
