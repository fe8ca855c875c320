//! The interface to an HTTP client: send one request, wait, and say how far a failure got.

mod closure;
mod pointer;
#[cfg(feature = "async")]
mod timer;

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, Instant};

/// A request as a transport gets it: absolute URI, all headers set, `Authorization` marked
/// sensitive.
pub type Request = http::Request<Vec<u8>>;
/// A reply as a transport hands it back: the body is read whole.
pub type Response = http::Response<Vec<u8>>;

/// The limits of one attempt. A transport keeps both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// From the first DNS query to the last byte of the reply body.
    pub timeout: Duration,
    /// Bytes of reply body; a longer body is [`TransportErrorKind::BodyTooLarge`].
    pub max_body: usize,
}

impl Limits {
    /// Limits of time and of bytes of reply body.
    #[must_use]
    pub const fn new(timeout: Duration, max_body: usize) -> Self {
        Self { timeout, max_body }
    }
}

/// The reach of a failed attempt: whether the request may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a third answer would have to change every retry decision"
)]
pub enum Reach {
    /// No byte of the request left this machine. Repeating cannot act twice.
    NotSent,
    /// The gateway may have received it, and may have acted on it.
    Unknown,
}

/// The kind of failure, for messages and metrics and not for retry decisions (see [`Reach`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The name did not resolve, or the address did not answer.
    Connect,
    /// The TLS handshake failed: certificate, protocol version, or a provider missing.
    Tls,
    /// A time limit ran out.
    Timeout,
    /// The reply was longer than [`Limits::max_body`].
    BodyTooLarge,
    /// The reply pointed elsewhere and the HTTP client followed it, which it must not.
    Redirected,
    /// The connection broke, or what came back was not HTTP.
    Broken,
    /// The HTTP client refused the request before sending it.
    Request,
}

/// The error of an attempt without a complete reply.
///
/// Neither `Display` nor `Debug` shows a header or a body; the HTTP client's own error is the
/// source.
pub struct TransportError {
    kind: TransportErrorKind,
    reach: Reach,
    source: Option<Box<dyn StdError + Send + Sync>>,
    reply: Option<Box<Response>>,
}

impl TransportError {
    /// A failure without an underlying error.
    #[must_use]
    pub const fn new(kind: TransportErrorKind, reach: Reach) -> Self {
        Self {
            kind,
            reach,
            source: None,
            reply: None,
        }
    }

    /// Attaches the HTTP client's own error. It must not contain headers or bodies.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Attaches what was read of a reply that is longer than [`Limits::max_body`]: its status and
    /// the beginning of its body, or none of the body.
    #[must_use]
    pub fn with_reply(mut self, beginning: Response) -> Self {
        self.reply = Some(Box::new(beginning));
        self
    }

    pub(crate) fn take_reply(&mut self) -> Option<Response> {
        self.reply.take().map(|reply| *reply)
    }

    /// The kind of failure.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The reach of the attempt.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "cannot connect to the gateway",
            TransportErrorKind::Tls => "the TLS handshake with the gateway failed",
            TransportErrorKind::Timeout => "the gateway did not answer in time",
            TransportErrorKind::BodyTooLarge => "the reply is longer than the body limit",
            TransportErrorKind::Redirected => {
                "the HTTP client followed a redirect; turn redirects off"
            }
            TransportErrorKind::Broken => "the connection to the gateway broke",
            TransportErrorKind::Request => "the HTTP client refused the request",
        })
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("reach", &self.reach)
            .field("source", &self.source.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Sends one request and blocks the thread until the reply is there.
///
/// A transport follows no redirect, sends the request at most once, hands back every HTTP status as
/// a reply, and keeps the [`Limits`]. It knows nothing about payments.
///
/// A closure from request and limits to the result is a transport, and so are `Arc<T>` and
/// `Box<dyn BlockingTransport>`:
///
/// ```
/// # use midtrans_protocol::{Environment, Merchant, OrderId, ServerKey};
/// use midtrans_transport::{BlockingClient, BlockingTransport, Limits, Request, Response};
///
/// # let merchant = Merchant::new(Environment::Sandbox, ServerKey::new("SB-Mid-server-abc123cde456")?)?;
/// // A fake for a test.
/// let settled = |_: Request, _: Limits| {
///     let body = r#"{"status_code":"200","order_id":"order-101","transaction_status":"settlement"}"#;
///     Ok(Response::new(body.into()))
/// };
/// // Two transports behind one name: the real one, and the fake.
/// let transport: Box<dyn BlockingTransport> = Box::new(settled);
/// let client = BlockingClient::new(transport, merchant);
/// assert_eq!(client.status(&OrderId::new("order-101")?)?.status_code(), Some("200"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait BlockingTransport: Send + Sync {
    /// Sends the request.
    ///
    /// # Errors
    /// [`TransportError`] when there is no complete reply. When in doubt about how far the request
    /// got, its [`reach`](TransportError::reach) is [`Reach::Unknown`].
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError>;

    /// Waits between two attempts.
    fn pause(&self, pause: Duration) {
        std::thread::sleep(pause);
    }

    /// The clock that deadlines are measured with. Tests move it by hand.
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// Sends one request without blocking the thread. The contract is that of [`BlockingTransport`].
///
/// A closure that returns a future of the result is a transport, and so are `Arc<T>` and
/// `Box<dyn AsyncTransport>`:
///
/// ```
/// use std::sync::Arc;
///
/// # use midtrans_protocol::{Environment, Merchant, OrderId, ServerKey};
/// use midtrans_transport::{AsyncClient, AsyncTransport, Limits, Request, Response};
///
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(output) => output,
/// #         std::task::Poll::Pending => unreachable!("nothing here waits"),
/// #     }
/// # }
/// # block_on(async {
/// # let merchant = Merchant::new(Environment::Sandbox, ServerKey::new("SB-Mid-server-abc123cde456")?)?;
/// // A fake for a test.
/// let settled = async |_: Request, _: Limits| {
///     let body = r#"{"status_code":"200","order_id":"order-101","transaction_status":"settlement"}"#;
///     Ok(Response::new(body.into()))
/// };
/// // Two transports behind one name: the real one, and the fake.
/// let transport: Arc<dyn AsyncTransport> = Arc::new(settled);
/// let client = AsyncClient::new(transport, merchant);
/// assert_eq!(client.status(&OrderId::new("order-101")?).await?.status_code(), Some("200"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[cfg(feature = "async")]
#[async_trait::async_trait]
pub trait AsyncTransport: Send + Sync {
    /// Sends the request.
    ///
    /// # Errors
    /// As [`BlockingTransport::send`].
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError>;

    /// Waits between two attempts. By default a thread of its own sleeps and wakes the task, which
    /// works on every runtime; a transport that knows its runtime takes the timer there.
    async fn pause(&self, pause: Duration) {
        timer::sleep(pause).await;
    }

    /// The clock that deadlines are measured with. Tests move it by hand.
    fn now(&self) -> Instant {
        Instant::now()
    }
}
