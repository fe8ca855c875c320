//! Operations: a request, whether it may be retried, and its reply.

mod options;

use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, StatusCode};

pub use options::{NotificationUrls, RequestOptions};

use crate::account::Account;
use crate::refusal::ApiError;
use crate::reply::{Reply, ReplyError};
use crate::{Environment, GatewayReply, refusal};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const APPEND_NOTIFICATION: HeaderName = HeaderName::from_static("x-append-notification");
const OVERRIDE_NOTIFICATION: HeaderName = HeaderName::from_static("x-override-notification");

/// The retry rule of an operation: whether a request may be sent again when it is unknown whether
/// the first copy arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a fifth answer would have to change every retry decision"
)]
pub enum Replay {
    /// It only reads.
    Safe,
    /// A second copy brings about the same state again, and is harmless. Whether the first one
    /// arrived may stay unknown.
    Idempotent,
    /// The gateway recognises a repeat by its `Idempotency-Key`; without a key, never.
    Keyed,
    /// A second copy is a second effect.
    Never,
}

/// One operation of the gateway.
///
/// An implementation is a file: request, reply, this trait. [`encode`] makes an HTTP request of it
/// for any HTTP client, [`decode`] reads the reply.
///
/// ```
/// use http::{Method, Request};
/// use midtrans_protocol::account::{Environment, Host, Merchant};
/// use midtrans_protocol::operation::{Operation, Replay};
/// use midtrans_protocol::transaction::Transaction;
///
/// /// `POST /v2/capture`
/// struct Capture {
///     transaction_id: String,
/// }
///
/// impl Operation for Capture {
///     type Account = Merchant;
///     type Reply = Transaction;
///     const NAME: &'static str = "capture";
///
///     fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
///         let body = serde_json::json!({ "transaction_id": self.transaction_id });
///         environment.request(Method::POST, Host::Api, "/v2/capture", body.to_string().into())
///     }
///
///     fn replay(&self) -> Replay {
///         Replay::Keyed
///     }
///
///     fn target(&self) -> Option<&str> {
///         Some(&self.transaction_id)
///     }
/// }
/// ```
pub trait Operation {
    /// The account that authorises the request.
    type Account: Account;
    /// The result of a successful call.
    type Reply: Reply;
    /// A short name for errors, logs and metrics, such as `charge`.
    const NAME: &'static str;

    /// The request without credentials: method, URL, body, and headers that only this operation
    /// has. [`Environment::request`] makes one.
    fn request(&self, environment: &Environment) -> Request<Vec<u8>>;

    /// Returns whether it may be sent again.
    fn replay(&self) -> Replay;

    /// The order id or transaction id that it is about, for logs.
    fn target(&self) -> Option<&str>;

    /// The header that carries the idempotency key of a [`Keyed`](Replay::Keyed) operation. Invoices
    /// have one of their own.
    fn idempotency_header(&self) -> HeaderName {
        IDEMPOTENCY_KEY
    }

    /// The time for which the gateway remembers the idempotency key of a [`Keyed`](Replay::Keyed)
    /// operation: five minutes. A repeat after it is a second effect.
    fn key_lifetime(&self) -> Duration {
        Duration::from_secs(5 * 60)
    }

    /// Reads a refusal as an answer, where the documentation lists it among the results of the
    /// operation, such as a phone number that has no account. By default no refusal is an answer.
    ///
    /// # Errors
    /// The refusal itself, where it is one.
    fn answer_of(&self, refusal: Box<ApiError>) -> Result<Self::Reply, Box<ApiError>> {
        Err(refusal)
    }

    /// Checks that a reply answers this operation. By default every reply does.
    ///
    /// # Errors
    /// [`ReplyError::Decode`] with a [`DecodeError::mismatch`](crate::reply::DecodeError::mismatch)
    /// when the reply is about something else, and [`ReplyError::Api`] when it is a refusal in the
    /// shape of an answer.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Self::Reply,
    ) -> Result<Self::Reply, ReplyError> {
        let _ = http_status;
        Ok(reply)
    }
}

/// Makes the HTTP request of an operation.
///
/// The account adds its credentials, which are marked sensitive. `now` is for the accounts that
/// sign a time; a [`Merchant`](crate::Merchant) does not look at it. The URI is absolute, and plain
/// HTTP only where [`Environment::custom`] allowed it.
///
/// ```
/// use std::time::SystemTime;
///
/// use midtrans_protocol::{
///     Environment, GetStatus, Merchant, OrderId, RequestOptions, ServerKey, encode,
/// };
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let merchant = Merchant::new(Environment::Sandbox, key)?;
/// let status = GetStatus::new(&OrderId::new("order-101")?);
/// let request = encode(&status, &merchant, &RequestOptions::default(), SystemTime::now());
/// assert_eq!(request.uri(), "https://api.sandbox.midtrans.com/v2/order-101/status");
/// assert!(request.headers()["authorization"].is_sensitive());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// # Panics
/// Only if an implementation of [`Operation::request`] outside this crate gives
/// [`Environment::request`] something that is not a path.
pub fn encode<O: Operation>(
    operation: &O,
    account: &O::Account,
    options: &RequestOptions,
    now: SystemTime,
) -> Request<Vec<u8>> {
    let mut request = operation.request(account.environment());
    request.headers_mut().reserve(6);
    account.authorize(&mut request, now);
    let has_body = !request.body().is_empty();
    let headers = request.headers_mut();
    headers.insert(ACCEPT, JSON);
    if has_body {
        headers.insert(CONTENT_TYPE, JSON);
    }
    if let (Replay::Keyed, Some(key)) = (operation.replay(), &options.idempotency_key) {
        let value =
            HeaderValue::from_str(key.as_str()).expect("visible ASCII is a valid header value");
        headers.insert(operation.idempotency_header(), value);
    }
    if let Some(urls) = &options.append_notification {
        headers.insert(APPEND_NOTIFICATION, urls.0.clone());
    }
    if let Some(urls) = &options.override_notification {
        headers.insert(OVERRIDE_NOTIFICATION, urls.0.clone());
    }
    request
}

/// Reads the reply to an operation, and checks that it answers this operation.
///
/// The body's own `status_code` decides before the HTTP status does. 202 (denied) and 407 (expired)
/// are states of a transaction and not refusals, except where a charge or a refund is answered with
/// a denial.
///
/// # Errors
/// [`ReplyError::Api`] when the gateway refused, or the provider denied what was asked for.
/// [`ReplyError::Decode`] when the reply cannot be read, is about something else, or reports
/// another state than the one that was asked for.
pub fn decode<O: Operation>(operation: &O, reply: GatewayReply) -> Result<O::Reply, ReplyError> {
    let http_status = reply.http_status();
    if let Some(refusal) = refusal::refusal(http_status, reply.body()) {
        return operation
            .answer_of(Box::new(refusal))
            .map_err(ReplyError::Api);
    }
    let reply = O::Reply::read(reply).map_err(ReplyError::Decode)?;
    operation.accept_reply(http_status, reply)
}
