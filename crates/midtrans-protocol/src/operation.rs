//! An operation is a value: what is sent, whether it may be sent twice, and what comes back.

use std::fmt;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};

use crate::{
    GatewayReply, Host, IdempotencyKey, InvalidInput, Merchant, Reply, ReplyError, refusal,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const APPEND_NOTIFICATION: HeaderName = HeaderName::from_static("x-append-notification");
const OVERRIDE_NOTIFICATION: HeaderName = HeaderName::from_static("x-override-notification");

/// Whether a request may be sent again when nobody knows whether the first copy arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a fourth answer would have to change every retry decision"
)]
pub enum Replay {
    /// It only reads.
    Safe,
    /// The gateway recognises a repeat by its `Idempotency-Key`; without a key, never.
    Keyed,
    /// A second copy is a second effect.
    Never,
}

/// One operation of the gateway.
///
/// An implementation is a file: request, reply, this trait. [`encode`] makes an HTTP request of it
/// for any HTTP client, [`decode`] reads the reply.
pub trait Operation {
    /// What a successful call yields.
    type Reply: Reply;
    /// A short name for logs and metrics, such as `charge`.
    const NAME: &'static str;
    /// The HTTP method.
    const METHOD: Method;

    /// Which of the gateway's hosts it lives on.
    fn host(&self) -> Host {
        Host::Api
    }

    /// The path, every segment percent-encoded.
    fn path(&self) -> String;

    /// The JSON body; `None` for a request without one.
    fn body(&self) -> Option<Vec<u8>>;

    /// Whether it may be sent again.
    fn replay(&self) -> Replay;

    /// The order or transaction it is about, for logs.
    fn order_id(&self) -> Option<&str>;

    /// Holds a reply against what was asked for. Unless an operation says otherwise, every reply
    /// will do.
    ///
    /// # Errors
    /// [`ReplyError::Decode`] with a [`DecodeError::mismatch`](crate::DecodeError::mismatch) when
    /// the reply is about something else, and [`ReplyError::Api`] when it is a refusal in the shape
    /// of an answer.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Self::Reply,
    ) -> Result<Self::Reply, ReplyError> {
        let _ = http_status;
        Ok(reply)
    }
}

/// What a single call may set beside the operation itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestOptions {
    /// Sent for operations whose replay is [`Replay::Keyed`]. Keep it across your own retries of
    /// the same call.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Notifications of this charge also go here.
    pub append_notification: Option<NotificationUrls>,
    /// Notifications of this charge go only here. If one cannot be reached there is no fall-back,
    /// and if both are set, the gateway lets this one win.
    pub override_notification: Option<NotificationUrls>,
}

/// One to three URLs that notifications of one charge go to.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
#[derive(Clone, PartialEq, Eq)]
pub struct NotificationUrls(HeaderValue);

impl NotificationUrls {
    /// Most URLs in one header. (One page of the gateway says two, for Snap.)
    pub const MAX: usize = 3;

    /// Checks the URLs.
    ///
    /// # Errors
    /// [`InvalidInput`] unless there are one to three absolute `http` or `https` URLs without a
    /// comma, which would split one in two.
    pub fn new<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Self, InvalidInput> {
        let refused = || {
            InvalidInput::new(
                "notification_urls",
                "1 to 3 absolute http(s) URLs without commas",
            )
        };
        let urls: Vec<U> = urls.into_iter().collect();
        let valid = |url: &U| {
            let uri: Result<Uri, _> = url.as_ref().parse();
            let web = uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
            web && !url.as_ref().contains(',')
        };
        if urls.is_empty() || urls.len() > Self::MAX || !urls.iter().all(valid) {
            return Err(refused());
        }
        let joined = urls.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",");
        HeaderValue::from_str(&joined)
            .map(Self)
            .map_err(|_| refused())
    }
}

/// A notification URL often holds a secret of its own, so it is left out.
impl fmt::Debug for NotificationUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotificationUrls(..)")
    }
}

/// Makes the HTTP request of an operation.
///
/// The `Authorization` header is marked sensitive. The URI is absolute, and plain HTTP only where
/// [`Environment::custom`](crate::Environment::custom) allowed it.
///
/// ```
/// use midtrans_protocol::{Environment, GetStatus, Merchant, OrderId, RequestOptions, ServerKey, encode};
///
/// let merchant = Merchant::new(Environment::Sandbox, ServerKey::new("SB-Mid-server-abc123cde456")?)?;
/// let request = encode(&GetStatus::new(&OrderId::new("order-101")?), &merchant, &RequestOptions::default());
/// assert_eq!(request.uri(), "https://api.sandbox.midtrans.com/v2/order-101/status");
/// assert!(request.headers()["authorization"].is_sensitive());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// # Panics
/// Only if an implementation of [`Operation::path`] outside this crate returns something that is
/// not a path.
pub fn encode<O: Operation>(
    operation: &O,
    merchant: &Merchant,
    options: &RequestOptions,
) -> Request<Vec<u8>> {
    let body = operation.body();
    let has_body = body.is_some();
    let mut request = Request::new(body.unwrap_or_default());
    let url = [
        merchant.environment().base(operation.host()),
        &operation.path(),
    ]
    .concat();
    *request.uri_mut() =
        Uri::try_from(url).expect("a checked base and a percent-encoded path make a URI");
    *request.method_mut() = O::METHOD;
    let headers = request.headers_mut();
    headers.reserve(6);
    headers.insert(AUTHORIZATION, merchant.authorization().clone());
    headers.insert(ACCEPT, JSON);
    if has_body {
        headers.insert(CONTENT_TYPE, JSON);
    }
    if let (Replay::Keyed, Some(key)) = (operation.replay(), &options.idempotency_key) {
        let value =
            HeaderValue::from_str(key.as_str()).expect("visible ASCII is a valid header value");
        headers.insert(IDEMPOTENCY_KEY, value);
    }
    if let Some(urls) = &options.append_notification {
        headers.insert(APPEND_NOTIFICATION, urls.0.clone());
    }
    if let Some(urls) = &options.override_notification {
        headers.insert(OVERRIDE_NOTIFICATION, urls.0.clone());
    }
    request
}

/// Reads the reply to an operation, and holds it against what was asked for.
///
/// The body's own `status_code` decides before the HTTP status does. 202 (denied) and 407 (expired)
/// are states of a transaction and not refusals, except where a charge or a refund is answered with
/// a denial.
///
/// # Errors
/// [`ReplyError::Api`] when the gateway refused, or the provider denied what was asked for.
/// [`ReplyError::Decode`] when the reply cannot be read, is about something else, or tells of
/// another state than the one that was asked for.
pub fn decode<O: Operation>(operation: &O, reply: GatewayReply) -> Result<O::Reply, ReplyError> {
    let http_status = reply.http_status();
    if let Some(refusal) = refusal::refusal(http_status, reply.body()) {
        return Err(ReplyError::Api(Box::new(refusal)));
    }
    let reply = O::Reply::read(reply).map_err(ReplyError::Decode)?;
    operation.accept_reply(http_status, reply)
}
