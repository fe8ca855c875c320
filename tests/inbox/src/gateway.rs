//! The gateway in this process: a transport over a function, and a gateway that answers Get Status
//! from a map.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use midtrans_transport::{
    AsyncTransport, BlockingTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

use crate::message::Message;

/// A gateway's answer to one request, or its failure.
pub type Answered = Result<Response, TransportError>;

/// A transport over a function. Clones share it.
#[derive(Clone)]
pub struct Transport(Arc<dyn Fn(&Request) -> Answered + Send + Sync>);

impl Transport {
    /// Creates the transport to a gateway with these answers.
    #[must_use]
    pub fn new(answer: impl Fn(&Request) -> Answered + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }
}

impl Transport {
    /// Returns the gateway's answer to this request.
    ///
    /// # Errors
    /// The failure of the request.
    pub fn answer(&self, request: &Request) -> Answered {
        (self.0)(request)
    }
}

impl BlockingTransport for Transport {
    fn send(&self, request: Request, _: Limits) -> Answered {
        self.answer(&request)
    }
    fn pause(&self, _: Duration) {}
}

#[async_trait]
impl AsyncTransport for Transport {
    async fn send(&self, request: Request, _: Limits) -> Answered {
        self.answer(&request)
    }
    async fn pause(&self, _: Duration) {}
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

/// Returns a reply with this status and body.
///
/// # Panics
/// If there is no such status.
#[must_use]
pub fn reply(status: u16, body: &str) -> Response {
    let reply = http::Response::builder()
        .status(status)
        .header("content-type", "application/json");
    reply
        .body(body.as_bytes().to_vec())
        .expect("a status and a body are a reply")
}

/// Returns the id of a Get Status; `None` for another request.
#[must_use]
pub fn asked_id(request: &Request) -> Option<String> {
    let id = request
        .uri()
        .path()
        .strip_prefix("/v2/")?
        .strip_suffix("/status")?;
    let mut bytes = Vec::new();
    let mut rest = id.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The gateway's own words for a transaction that it does not know.
pub const NOT_FOUND: &str = r#"{"status_code":"404","status_message":"Transaction doesn't exist.",
    "id":"b19510c2-6ad3-4c5b-92bf-049cfd5846c9"}"#;

/// A gateway whose answers are set by scenarios. Clones share them.
#[derive(Clone)]
pub struct Gateway(Arc<Mutex<State>>);

struct State {
    answers: BTreeMap<String, String>,
    asked: Vec<(String, SystemTime)>,
    fault: Option<Fault>,
    charges: Vec<String>,
    charge: Charge,
    now: SystemTime,
}

/// The way in which a gateway fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "scenarios choose one")]
pub enum Fault {
    /// No connection.
    Down,
    /// 429, and this `Retry-After` in seconds.
    Limits(u64),
    /// A proxy's page instead of the gateway's own 404.
    ForeignNotFound,
    /// 401: the key is wrong.
    WrongKey,
}

/// The treatment of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "scenarios choose one")]
pub enum Charge {
    /// It is created and answered with a pay page.
    Answered,
    /// It is created, and the answer is lost.
    AnswerLost,
    /// It never arrives, which its caller cannot know.
    Lost,
    /// It is refused.
    Refused,
    /// 429, and this `Retry-After` in seconds.
    Limits(u64),
    /// 503, and this `Retry-After` in seconds.
    Fails(u64),
}

impl Gateway {
    /// Creates a gateway without charges.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        let (answers, asked, charges) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(State {
            answers,
            asked,
            fault: None,
            charges,
            charge: Charge::Answered,
            now,
        })))
    }

    /// Returns the transport to it.
    #[must_use]
    pub fn transport(&self) -> Transport {
        let gateway = self.clone();
        Transport::new(move |request| gateway.reply(request))
    }

    /// Sets the order's latest transaction.
    pub fn says(&self, message: &Message) {
        self.says_about(&message.order_id, message);
        self.says_about(&message.transaction_id, message);
    }

    /// Sets the answer about this id.
    pub fn says_about(&self, id: &str, message: &Message) {
        self.lock().answers.insert(id.to_owned(), message.answer());
    }

    /// Makes this id unknown.
    pub fn forgets(&self, id: &str) {
        self.lock().answers.remove(id);
    }

    /// Begins or ends a failure to answer questions.
    pub fn fails(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// Sets the treatment of charges.
    pub fn charges(&self, charge: Charge) {
        self.lock().charge = charge;
    }

    /// Sets its clock.
    pub fn set(&self, now: SystemTime) {
        self.lock().now = now;
    }

    /// Returns the times of the questions about this id, in seconds after the first question of
    /// all.
    #[must_use]
    pub fn asked(&self, id: &str) -> Vec<u64> {
        let state = self.lock();
        let first = state.asked.first().map(|(_, at)| *at);
        let since = |at: &SystemTime| {
            first
                .and_then(|first| at.duration_since(first).ok())
                .unwrap_or_default()
        };
        state
            .asked
            .iter()
            .filter(|(asked, _)| asked == id)
            .map(|(_, at)| since(at).as_secs())
            .collect()
    }

    /// Returns the idempotency keys of the charges that it received.
    #[must_use]
    pub fn charged(&self) -> Vec<String> {
        self.lock().charges.clone()
    }

    fn reply(&self, request: &Request) -> Answered {
        let mut state = self.lock();
        match asked_id(request) {
            Some(id) => state.status(id),
            None => state.take_charge(request),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn status(&mut self, id: String) -> Answered {
        let answer = self.answers.get(&id).cloned();
        self.asked.push((id, self.now));
        match self.fault {
            Some(Fault::Down) => Err(TransportError::new(
                TransportErrorKind::Connect,
                Reach::NotSent,
            )),
            Some(Fault::Limits(seconds)) => Ok(later(429, seconds)),
            Some(Fault::ForeignNotFound) => Ok(reply(404, "<html>not found</html>")),
            Some(Fault::WrongKey) => {
                let why = "Transaction cannot be authorized with the current client/server key.";
                Ok(reply(
                    401,
                    &format!(r#"{{"status_code":"401","status_message":"{why}"}}"#),
                ))
            }
            None => Ok(answer.map_or_else(|| reply(404, NOT_FOUND), |answer| reply(200, &answer))),
        }
    }

    fn take_charge(&mut self, request: &Request) -> Answered {
        let key = request
            .headers()
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok());
        self.charges.push(key.unwrap_or_default().to_owned());
        let order_id = "order-1";
        let message = Message::new(order_id, "pending");
        if matches!(self.charge, Charge::Answered | Charge::AnswerLost) {
            for id in [order_id, message.transaction_id.as_str()] {
                self.answers
                    .entry(id.to_owned())
                    .or_insert_with(|| message.answer());
            }
        }
        match self.charge {
            Charge::Answered => {
                let page =
                    r#","redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/1""#;
                Ok(reply(200, &message.with(page).answer()))
            }
            Charge::AnswerLost | Charge::Lost => Err(TransportError::new(
                TransportErrorKind::Timeout,
                Reach::Unknown,
            )),
            Charge::Refused => Ok(reply(
                200,
                r#"{"status_code":"400","status_message":"invalid"}"#,
            )),
            Charge::Limits(seconds) => Ok(later(429, seconds)),
            Charge::Fails(seconds) => Ok(later(503, seconds)),
        }
    }
}

/// A temporary refusal.
fn later(status: u16, seconds: u64) -> Response {
    let mut reply = reply(
        status,
        &format!(r#"{{"status_code":"{status}","status_message":"not now"}}"#),
    );
    reply.headers_mut().insert("retry-after", seconds.into());
    reply
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}
