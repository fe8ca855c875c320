//! A gateway in this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_postgres::protocol::{Environment, Merchant, ServerKey};
use midtrans_transport::{
    AsyncClient, AsyncTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};
use tokio::sync::Semaphore;

/// A gateway that answers from a list. Clones share it.
#[derive(Clone)]
pub(crate) struct Gateway {
    state: Arc<Mutex<State>>,
    /// One permit per answer, if they are limited.
    answers: Arc<Semaphore>,
}

#[derive(Default)]
pub(crate) struct State {
    /// HTTP status and body, by the id in the question, or by `charge`. A missing one is a 404; a
    /// status of 0 is no reply.
    pub(crate) replies: BTreeMap<String, (u16, String)>,
    /// The ids in the questions, and `charge` with its idempotency key.
    pub(crate) seen: Vec<String>,
    /// The most questions in flight at once.
    pub(crate) most: usize,
    under_way: usize,
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
        Self {
            state: Arc::default(),
            answers: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        }
    }

    pub(crate) fn client(&self) -> AsyncClient<Self> {
        AsyncClient::new(
            self.clone(),
            Merchant::new(Environment::Sandbox, key()).unwrap(),
        )
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Sets the status of the order's transaction.
    pub(crate) fn says(&self, order_id: &str, status: &str) {
        self.replies(order_id, 200, &transaction(order_id, status));
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

    /// Limits the number of further answers.
    pub(crate) fn answers_only(&self, times: usize) {
        let all = self.answers.available_permits();
        self.answers.forget_permits(all);
        self.answers.add_permits(times);
    }

    /// Allows so many further answers.
    pub(crate) fn answers_more(&self, times: usize) {
        self.answers.add_permits(times);
    }
}

#[async_trait]
impl AsyncTransport for Gateway {
    async fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
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
        {
            let mut state = self.lock();
            state
                .seen
                .push(key.map_or(id.clone(), |key| format!("{id} {key}")));
            state.under_way += 1;
            state.most = state.most.max(state.under_way);
        }
        self.answers.acquire().await.unwrap().forget();
        let mut state = self.lock();
        state.under_way -= 1;
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
        let mut reply = Response::new(body.into_bytes());
        *reply.status_mut() = status.try_into().unwrap();
        Ok(reply)
    }

    async fn pause(&self, _: Duration) {}
}
