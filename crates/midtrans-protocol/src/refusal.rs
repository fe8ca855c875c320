//! Refusals, in all shapes of error body that the gateway has.

mod code;
mod read;
mod shown;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use http::StatusCode;

pub use code::gateway_code;
use code::numeric;
use read::api_error;
pub(crate) use read::refusal;
use shown::{Sentences, without_cards};

use crate::Transaction;

/// A sentence as a log may show it: without the card numbers, security codes, expiries and tokens
/// that it quotes. `Display` and `Debug` of [`ApiError`] show no other; for the texts that you take
/// out of one, such as [`ApiError::message`].
///
/// ```
/// use midtrans_protocol::refusal::shown;
///
/// let said = "GET /v2/token?card_number=4811111111111114&card_cvv=123 failed";
/// assert_eq!(shown(said), "GET /v2/token?card_number=[card number]&card_cvv=[hidden] failed");
/// ```
#[must_use]
pub fn shown(sentence: &str) -> Cow<'_, str> {
    without_cards(sentence)
}

/// The most characters of a gateway's sentence in an error message.
const MAX_SHOWN: usize = 300;

/// A refusal by the gateway, or by a proxy in front of it.
///
/// Six shapes of error body are understood, HTML included. The codes are listed on the
/// [gateway's page](https://docs.midtrans.com/reference/code-4xx).
#[derive(Clone)]
pub struct ApiError {
    http_status: StatusCode,
    status_code: Option<String>,
    messages: Vec<String>,
    validation_messages: Vec<String>,
    id: Option<String>,
    /// The number in a `status_code` that is written as the gateway writes it: a string of three
    /// digits.
    own_code: Option<u16>,
    in_progress: bool,
    denied: bool,
    /// Advice of the operation, instead of the code's own.
    advice: Option<&'static str>,
    body: Vec<u8>,
}

impl ApiError {
    /// The refusal in an answer about a transaction.
    pub(crate) fn denied(http_status: StatusCode, reply: &Transaction) -> Self {
        let body = reply.details().raw().as_str().as_bytes();
        Self {
            denied: true,
            ..api_error(http_status, gateway_code(body), body)
        }
    }

    pub(crate) fn with_advice(mut self, advice: &'static str) -> Self {
        self.advice = Some(advice);
        self
    }

    /// The code: the body's `status_code` where it is a number, else the HTTP status.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.gateway_code().unwrap_or(self.http_status.as_u16())
    }

    /// The body's `status_code` as received, also where it is prose; `None` when the body had none.
    #[must_use]
    pub fn status_code(&self) -> Option<&str> {
        self.status_code.as_deref()
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> StatusCode {
        self.http_status
    }

    /// The gateway's sentence; empty when there was none, as in an HTML page.
    #[must_use]
    pub fn message(&self) -> &str {
        self.messages.first().map_or("", String::as_str)
    }

    /// All sentences; some shapes have several.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// The fields that were wrong, in English or Indonesian sentences that may change.
    #[must_use]
    pub fn validation_messages(&self) -> &[String] {
        &self.validation_messages
    }

    /// The gateway's id of this call, for its support; not a transaction id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The body as received. It may hold personal data: don't log it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// 401: the key is wrong, or belongs to the other environment.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.code() == 401
    }

    /// 404 in the gateway's own words, a body whose `status_code` is `"404"`: it knows no such
    /// transaction.
    ///
    /// Any other 404 says nothing about a transaction, also where it is JSON with a sentence: an
    /// API gateway or a proxy on the way may have written it, or the path may be wrong.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.own_code == Some(404)
    }

    /// 406 in the gateway's own words: the order id is taken (or the refund key). After a call
    /// whose outcome was unknown this may be the first copy of the same call: ask Get Status.
    #[must_use]
    pub fn is_duplicate_order(&self) -> bool {
        self.own_code == Some(406)
    }

    /// 412 in the gateway's own words: the transaction is in a state that does not allow the
    /// operation.
    #[must_use]
    pub fn is_wrong_state(&self) -> bool {
        self.own_code == Some(412)
    }

    /// 411 in the gateway's own words: the token of the card is missing, wrong, used already, or too
    /// old. The same one never succeeds. If this charge was sent before, its first copy may have used
    /// the token: ask Get Status. Otherwise ask for a new token.
    #[must_use]
    pub fn is_token_refused(&self) -> bool {
        self.own_code == Some(411)
    }

    /// HTTP 202 with neither a transaction nor a refusal: a call with the same idempotency key is
    /// still running.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.in_progress
    }

    /// Returns whether the provider or fraud detection denied a charge, or the provider a direct
    /// refund or a capture: the gateway answers with a transaction, code 202 and HTTP success. No
    /// money moves, and the answer is final: charge again under a new order id, or refund again
    /// under a new refund key. A payment whose capture was denied stays reserved: capture again, or
    /// cancel it.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.denied
    }

    /// Returns whether the same request may succeed later. Whether it *may be sent again* depends
    /// on the operation: see [`Replay`](crate::operation::Replay).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.in_progress
            || self.is_proxy_timeout()
            || matches!(self.code(), 429 | 500 | 502..=599 | 900..=999)
    }

    /// Returns whether the operation may have happened in spite of this answer: a server error, a
    /// gateway timeout in front of the API, the same call still running, or a code that is no known
    /// refusal, such as prose under HTTP 200. Then ask Get Status; never charge again under a new
    /// id.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        let is_final = self.denied || matches!(self.code(), 300..=499 | 501);
        self.in_progress || self.is_proxy_timeout() || !is_final
    }

    fn is_proxy_timeout(&self) -> bool {
        self.http_status == StatusCode::REQUEST_TIMEOUT && self.gateway_code().is_none()
    }

    fn gateway_code(&self) -> Option<u16> {
        self.status_code.as_deref().and_then(numeric)
    }

    /// Advice for the codes that an operator can do something about.
    fn hint(&self) -> Option<&'static str> {
        match self.code() {
            _ if self.advice.is_some() => self.advice,
            _ if self.denied => Some("the provider or fraud detection denied it"),
            401 => Some("check that the server key belongs to this environment"),
            402 => Some("this payment method is not activated for the account"),
            404 if self.is_not_found() => Some("there is no such transaction"),
            406 if self.is_duplicate_order() => Some("this order id or refund key is taken"),
            411 if self.is_token_refused() => Some(
                "the card's token is missing, wrong, used or too old: if this charge was sent \
                 before, ask Get Status, else ask the customer's browser for a new token",
            ),
            412 if self.is_wrong_state() => Some("the transaction's state does not allow it"),
            414 if self.own_code == Some(414) => {
                Some("the amount is refused, or the merchant's balance is too low")
            }
            409 if self.own_code.is_none() => Some("too many calls, or a conflict: wait a minute"),
            429 => Some("too many calls"),
            _ => None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_in_progress() {
            return f.write_str("the same call is still running at the gateway");
        }
        write!(f, "the gateway refused with {}", self.code())?;
        if self
            .gateway_code()
            .is_some_and(|code| code != self.http_status.as_u16())
        {
            write!(f, " (HTTP {})", self.http_status.as_u16())?;
        }
        if let Some(hint) = self.hint() {
            write!(f, ", {hint}")?;
        }
        let sentences = self.messages.iter().chain(&self.validation_messages);
        let shown = sentences
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
        let shown = without_cards(&shown);
        if !shown.is_empty() {
            // Control characters would let a sentence write lines of its own into a log.
            let clean = |c: char| if c.is_control() { ' ' } else { c };
            write!(
                f,
                ": {}",
                shown.chars().map(clean).take(MAX_SHOWN).collect::<String>()
            )?;
        }
        Ok(())
    }
}

/// As `Display`, with the parts apart; the body only by its length. Neither shows a card number that
/// a sentence quotes.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("http_status", &self.http_status)
            .field(
                "status_code",
                &self.status_code.as_deref().map(without_cards),
            )
            .field("messages", &Sentences(&self.messages))
            .field("validation_messages", &Sentences(&self.validation_messages))
            .field("id", &self.id)
            .field("denied", &self.denied)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl Error for ApiError {}
