//! What the gateway does, and what a caller must see.

use std::time::Duration;

use midtrans_protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, Merchant, OrderId, Rupiah, ServerKey, TransactionDetails,
};
use midtrans_transport::{CallOptions, Config, Error, ErrorKind, RetryPolicy, TransportErrorKind};

/// What the gateway does with one request.
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
    /// Nobody listens at the address; for all attempts.
    Dead,
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
        Self::Reply { status, headers, body: body.into() }
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
        Self::json(http, &format!(r#"{{"status_code":"{code}","status_message":"no","id":"req-1"}}"#))
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

/// Which operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A keyed operation.
    Charge,
    /// A safe one.
    Status,
}

/// How a call ended, as far as every transport must agree on it.
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

/// What the caller must see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How it ended.
    pub end: End,
    /// How many requests were sent.
    pub attempts: u32,
    /// Whether the error says that the outcome is unknown.
    pub outcome_unknown: bool,
}

/// One line of the contract.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The sentence that it proves.
    pub name: &'static str,
    /// The operation.
    pub call: Call,
    /// What the gateway does, request by request. The last step goes on for ever.
    pub script: Vec<Step>,
    /// What must be seen.
    pub seen: Seen,
}

/// The merchant of all scenarios, at this base URL.
///
/// # Panics
/// If the base URL is not one that the protocol crate allows.
#[must_use]
pub fn merchant(base: &str) -> Merchant {
    let key = ServerKey::new("SB-Mid-server-contract").expect("a well-formed key");
    Merchant::new(Environment::custom(base).expect("a loopback or https base"), key).expect("any key will do")
}

/// The charge of all scenarios.
///
/// # Panics
/// Never; its parts are constant.
#[must_use]
pub fn charge() -> Charge {
    let order = TransactionDetails::new(OrderId::new("contract-1").expect("valid"), Rupiah::new(40_000));
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order.expect("above zero"), items, customer).expect("a valid charge")
}

/// Bounds that keep the suite quick: 300 ms per attempt, 4 KiB of body, three attempts a millisecond apart.
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
            Ok(status) => Self { end: End::Answer(status.unwrap_or_default()), attempts, outcome_unknown: false },
            Err(error) => {
                let end = match error.kind() {
                    ErrorKind::Api(api) => End::Refused(api.code()),
                    ErrorKind::Transport(transport) => End::NoReply(transport.kind()),
                    _ => End::Unreadable,
                };
                Self { end, attempts: error.attempts(), outcome_unknown: error.outcome_unknown() }
            }
        }
    }
}

/// The whole contract.
#[must_use]
pub fn contract() -> Vec<Scenario> {
    let line = |name, call, script: Vec<Step>, end, attempts, outcome_unknown| Scenario {
        name,
        call,
        script,
        seen: Seen { end, attempts, outcome_unknown },
    };
    let answer = |status: &str| End::Answer(status.to_owned());
    let settled = Step::json(200, r#"{"status_code":"200","transaction_status":"settlement"}"#);
    let running = || Step::json(202, "{}");
    let html = |status| Step::Reply {
        status,
        headers: vec![("content-type", "text/html".into())],
        body: b"<html><body>no</body></html>".to_vec(),
    };
    let elsewhere = || Step::json(302, "").with_header("location", "http://127.0.0.1:9/");
    vec![
        line("an answer is an answer", Call::Charge, vec![Step::charged()], answer("pending"), 1, false),
        line("a status is a status", Call::Status, vec![settled.clone()], answer("settlement"), 1, false),
        line(
            "an answer with another content type is an answer",
            Call::Charge,
            vec![Step::charged().with_header("content-type", "text/plain")],
            answer("pending"),
            1,
            false,
        ),
        line(
            "a refusal under HTTP 200 is a refusal",
            Call::Charge,
            vec![Step::refusal(200, "402")],
            End::Refused(402),
            1,
            false,
        ),
        line(
            "a refusal under HTTP 400 keeps its body",
            Call::Charge,
            vec![Step::refusal(400, "400")],
            End::Refused(400),
            1,
            false,
        ),
        line("a wrong key is a refusal", Call::Status, vec![Step::refusal(401, "401")], End::Refused(401), 1, false),
        line(
            "an unknown order is a refusal",
            Call::Status,
            vec![Step::refusal(404, "404")],
            End::Refused(404),
            1,
            false,
        ),
        line(
            "a Snap-shaped refusal is one",
            Call::Charge,
            vec![Step::json(400, r#"{"error_messages":["no"]}"#)],
            End::Refused(400),
            1,
            false,
        ),
        line(
            "a BIN-shaped refusal is one",
            Call::Status,
            vec![Step::json(404, r#"{"errors":[{"message":"no"}]}"#)],
            End::Refused(404),
            1,
            false,
        ),
        line(
            "a BI-SNAP-shaped refusal is one",
            Call::Status,
            vec![Step::json(401, r#"{"responseCode":"4011200","responseMessage":"no"}"#)],
            End::Refused(401),
            1,
            false,
        ),
        line("an HTML refusal is one", Call::Charge, vec![html(403)], End::Refused(403), 1, false),
        line("a refusal without a body is one", Call::Charge, vec![Step::json(404, "")], End::Refused(404), 1, false),
        line(
            "prose in status_code survives",
            Call::Charge,
            vec![Step::refusal(400, "bad things")],
            End::Refused(400),
            1,
            false,
        ),
        line(
            "407 is a state and not a refusal",
            Call::Status,
            vec![Step::json(200, r#"{"status_code":"407","transaction_status":"expire"}"#)],
            answer("expire"),
            1,
            false,
        ),
        line(
            "a denied charge is a state and not a refusal",
            Call::Charge,
            vec![Step::json(202, r#"{"status_code":"202","transaction_status":"deny"}"#)],
            answer("deny"),
            1,
            false,
        ),
        line(
            "a call that is still running is asked again",
            Call::Charge,
            vec![running(), running(), Step::charged()],
            answer("pending"),
            3,
            false,
        ),
        line("a call that runs on has an unknown outcome", Call::Charge, vec![running()], End::Refused(202), 3, true),
        line(
            "429 is tried again",
            Call::Charge,
            vec![Step::refusal(429, "429"), Step::charged()],
            answer("pending"),
            2,
            false,
        ),
        line(
            "429 for ever is a refusal, and nothing happened",
            Call::Charge,
            vec![Step::refusal(200, "429")],
            End::Refused(429),
            3,
            false,
        ),
        line(
            "a server error is tried again",
            Call::Charge,
            vec![html(503), Step::refusal(200, "500"), Step::charged()],
            answer("pending"),
            3,
            false,
        ),
        line(
            "a server error for ever has an unknown outcome",
            Call::Charge,
            vec![html(502)],
            End::Refused(502),
            3,
            true,
        ),
        line("a reading has no outcome to be unknown", Call::Status, vec![html(502)], End::Refused(502), 3, false),
        line("501 is not tried again", Call::Charge, vec![Step::refusal(200, "501")], End::Refused(501), 1, false),
        line(
            "a refusal after an unknown outcome does not make it known",
            Call::Charge,
            vec![html(504), Step::refusal(200, "406")],
            End::Refused(406),
            2,
            true,
        ),
        line(
            "nobody there means nothing was sent",
            Call::Charge,
            vec![Step::Dead],
            End::NoReply(TransportErrorKind::Connect),
            3,
            false,
        ),
        line(
            "silence has an unknown outcome",
            Call::Charge,
            vec![Step::Silent],
            End::NoReply(TransportErrorKind::Timeout),
            3,
            true,
        ),
        line(
            "silence once is tried again with the key",
            Call::Charge,
            vec![Step::Silent, Step::charged()],
            answer("pending"),
            2,
            false,
        ),
        line(
            "a reset once is tried again with the key",
            Call::Charge,
            vec![Step::Reset, Step::charged()],
            answer("pending"),
            2,
            false,
        ),
        line(
            "resets for ever have an unknown outcome",
            Call::Charge,
            vec![Step::Reset],
            End::NoReply(TransportErrorKind::Broken),
            3,
            true,
        ),
        line(
            "a body that stops is a timeout",
            Call::Charge,
            vec![Step::SlowBody],
            End::NoReply(TransportErrorKind::Timeout),
            3,
            true,
        ),
        line(
            "a body that is cut off is a broken connection",
            Call::Charge,
            vec![Step::CutOff],
            End::NoReply(TransportErrorKind::Broken),
            3,
            true,
        ),
        line(
            "a body without end is cut and not repeated",
            Call::Charge,
            vec![Step::Endless],
            End::NoReply(TransportErrorKind::BodyTooLarge),
            1,
            true,
        ),
        line(
            "a body of a gigabyte is refused unread",
            Call::Status,
            vec![Step::Huge],
            End::NoReply(TransportErrorKind::BodyTooLarge),
            1,
            false,
        ),
        line(
            "what is not HTTP is a broken connection",
            Call::Charge,
            vec![Step::Garbage],
            End::NoReply(TransportErrorKind::Broken),
            3,
            true,
        ),
        line(
            "truncated JSON is unreadable and its outcome unknown",
            Call::Charge,
            vec![Step::json(200, r#"{"status_code":"201","#)],
            End::Unreadable,
            3,
            true,
        ),
        line(
            "truncated JSON once is tried again with the key",
            Call::Charge,
            vec![Step::json(200, "{\"a"), Step::charged()],
            answer("pending"),
            2,
            false,
        ),
        line("HTML under HTTP 200 is unreadable", Call::Status, vec![html(200)], End::Unreadable, 3, false),
        line("a redirect is refused and not followed", Call::Charge, vec![elsewhere()], End::Refused(302), 1, false),
    ]
}
