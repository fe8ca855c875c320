//! Scenarios: the gateway's behaviour and the outcome that a caller must see.

use std::time::Duration;

use midtrans_protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, Merchant, OrderId, Rupiah, ServerKey,
    TransactionDetails,
};
use midtrans_transport::{CallOptions, Config, Error, ErrorKind, RetryPolicy, TransportErrorKind};

/// The gateway's behaviour at one request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Answers.
    Reply {
        /// HTTP status.
        status: u16,
        /// Further headers.
        headers: Vec<(&'static str, String)>,
        /// Body.
        body: Vec<u8>,
    },
    /// No listener at the address; for all attempts.
    Dead,
    /// Takes connections and never shakes hands for TLS; for all attempts.
    NoHandshake,
    /// Takes the request and never answers.
    Silent,
    /// Takes the request and resets the connection.
    Reset,
    /// Sends the head of a reply and a part of its body, then nothing more.
    SlowBody,
    /// Sends a part of the body and closes.
    CutOff,
    /// Sends a body without end.
    Endless,
    /// Says that a body of 1 GiB follows.
    Huge,
    /// Answers with something that is not HTTP.
    Garbage,
}

impl Step {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self::Reply {
            status,
            headers,
            body: body.into(),
        }
    }

    /// The answer to a charge.
    #[must_use]
    pub fn charged() -> Self {
        Self::json(
            200,
            r#"{"status_code":"201","status_message":"Success, Akulaku transaction is created",
            "transaction_id":"5b8e0c52-0f63-4d8a-9a39-3a3a54f4c7f1","order_id":"contract-1",
            "redirect_url":"https://pay.example/1","gross_amount":"40000.00","transaction_status":"pending"}"#,
        )
    }

    /// A refusal in the Core API's shape.
    #[must_use]
    pub fn refusal(http: u16, code: &str) -> Self {
        Self::json(
            http,
            &format!(r#"{{"status_code":"{code}","status_message":"no","id":"req-1"}}"#),
        )
    }

    /// The same answer with another header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.retain(|(known, _)| *known != name);
            headers.push((name, value.into()));
        }
        self
    }
}

impl Scenario {
    /// Returns whether no request can arrive.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self.script[..], [Step::Dead | Step::NoHandshake, ..])
    }
}

/// The operation that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A keyed operation.
    Charge,
    /// A safe one.
    Status,
}

/// The end of a call, as far as every transport must agree on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// An answer, by its transaction status.
    Answer(String),
    /// A refusal, by its code.
    Refused(u16),
    /// A reply that cannot be read.
    Unreadable,
    /// No reply.
    NoReply(TransportErrorKind),
}

/// The outcome that the caller must see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The end of the call.
    pub end: End,
    /// The number of requests that were sent.
    pub attempts: u32,
    /// `true` if the error says that the outcome is unknown.
    pub outcome_unknown: bool,
}

/// One line of the contract.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The sentence that it proves.
    pub name: &'static str,
    /// The operation.
    pub call: Call,
    /// The gateway's behaviour, request by request. The last step repeats for ever.
    pub script: Vec<Step>,
    /// The required outcome.
    pub seen: Seen,
}

/// The merchant of all scenarios, at this base URL.
///
/// # Panics
/// If the base URL is not one that the protocol crate allows.
#[must_use]
pub fn merchant(base: &str) -> Merchant {
    let key = ServerKey::new("SB-Mid-server-contract").expect("a well-formed key");
    Merchant::new(
        Environment::custom(base).expect("a loopback or https base"),
        key,
    )
    .expect("any key will do")
}

/// The charge of all scenarios.
///
/// # Panics
/// Never; its parts are constant.
#[must_use]
pub fn charge() -> Charge {
    let order = TransactionDetails::new(
        OrderId::new("contract-1").expect("valid"),
        Rupiah::new(40_000),
    );
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu",
        Rupiah::new(40_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order.expect("above zero"), items, customer).expect("a valid charge")
}

/// Bounds that keep the suite quick: 300 ms per attempt, 4 KiB of body, three attempts a
/// millisecond apart.
#[must_use]
pub fn config() -> Config {
    let mut config = Config::default();
    config.timeout = Duration::from_millis(300);
    config.max_body = 4096;
    config.retry = RetryPolicy::default();
    config.retry.pause = Duration::from_millis(1);
    config
}

/// No options.
#[must_use]
pub fn options() -> CallOptions {
    CallOptions::default()
}

impl Seen {
    /// From what a client returned and how many requests arrived.
    #[must_use]
    pub fn new(result: Result<Option<String>, Error>, attempts: u32) -> Self {
        match result {
            Ok(status) => Self {
                end: End::Answer(status.unwrap_or_default()),
                attempts,
                outcome_unknown: false,
            },
            Err(error) => {
                let end = match error.kind() {
                    ErrorKind::Api(api) => End::Refused(api.code()),
                    ErrorKind::Transport(transport) => End::NoReply(transport.kind()),
                    _ => End::Unreadable,
                };
                Self {
                    end,
                    attempts: error.attempts(),
                    outcome_unknown: error.outcome_unknown(),
                }
            }
        }
    }
}
