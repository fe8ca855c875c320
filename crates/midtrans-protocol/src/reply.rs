//! Replies: the result of an operation, or the reason why there is none.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::notification::head;
use crate::raw::RawBody;
use crate::refusal::ApiError;

/// The gateway's reply to a request, as an HTTP client received it. [`decode`](crate::decode) reads
/// it.
///
/// `midtrans-transport` makes it from its transports' responses.
/// [`from_own_client`](Self::from_own_client) is the only way to make one from other bytes:
///
/// ```compile_fail,E0308
/// # use midtrans_protocol::{GetStatus, OrderId, decode};
/// # let status = GetStatus::new(OrderId::new("order-101").unwrap());
/// let unsigned = br#"{"order_id":"order-101","status_code":"200","transaction_status":"settlement"}"#.to_vec();
/// decode(&status, unsigned);
/// ```
#[derive(Clone)]
pub struct GatewayReply {
    http_status: StatusCode,
    body: Vec<u8>,
}

impl GatewayReply {
    /// Vouches for a reply that an HTTP client of your own received.
    ///
    /// Its content counts as the gateway's own statement, and [`decide`](crate::decide) may say
    /// [`Paid`](crate::Decision::Paid) on it. The bytes themselves prove nothing: a reply carries
    /// no signature that could be checked. You assert that
    ///
    /// - your client sent the request that [`encode`](crate::encode) made, to the address in it,
    ///   and these bytes are the whole response to this very request;
    /// - the connection was TLS with a checked certificate (or stayed on this machine, for
    ///   [`Environment::custom`](crate::Environment::custom));
    /// - your client followed no redirect.
    ///
    /// Never give it the body of a notification: its signature would go unchecked, and anyone can
    /// write one. That is what [`notification::verify`](crate::notification::verify) is for. The
    /// same holds for bytes from a browser, a queue or a file.
    ///
    /// ```
    /// use http::StatusCode;
    /// use midtrans_protocol::transaction::TransactionStatus;
    /// use midtrans_protocol::{GatewayReply, GetStatus, OrderId, decode};
    ///
    /// # let (status, body) = (StatusCode::OK, br#"{"status_code":"200","order_id":"order-101",
    /// #     "transaction_status":"settlement"}"#.to_vec());
    /// let operation = GetStatus::new(OrderId::new("order-101")?);
    /// // Sent with your own HTTP client, which answered with `status` and `body`:
    /// let transaction = decode(&operation, GatewayReply::from_own_client(status, body))?;
    /// assert_eq!(transaction.transaction_status(), Some(&TransactionStatus::Settlement));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn from_own_client(http_status: StatusCode, body: Vec<u8>) -> Self {
        Self { http_status, body }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> StatusCode {
        self.http_status
    }

    /// The body as received. It may hold personal data: don't log it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as a JSON object in which each name occurs once.
    pub(crate) fn into_object(self) -> Result<(StatusCode, RawBody), DecodeError> {
        let (http_status, body) = self.into_parts();
        match String::from_utf8(body) {
            Ok(text) if head::read(&text).is_ok() => Ok((http_status, RawBody::new(text))),
            Ok(text) => Err(DecodeError::new(
                "one JSON object with distinct fields",
                http_status,
                text.into(),
            )),
            Err(error) => Err(DecodeError::new("UTF-8", http_status, error.into_bytes())),
        }
    }

    /// The HTTP status and the body as received.
    #[must_use]
    pub fn into_parts(self) -> (StatusCode, Vec<u8>) {
        (self.http_status, self.body)
    }
}

/// Shows only the length of the body, which may hold personal data.
impl fmt::Debug for GatewayReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayReply")
            .field("http_status", &self.http_status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// The result type of an [`Operation`](crate::operation::Operation), read from a reply that is not
/// a refusal.
pub trait Reply: Sized {
    /// Reads the body.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not what the gateway documents.
    fn read(reply: GatewayReply) -> Result<Self, DecodeError>;
}

/// The reason why a reply gives no result.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a reply is an answer, a refusal or of no use; there is no fourth end"
)]
pub enum ReplyError {
    /// The gateway refused.
    Api(Box<ApiError>),
    /// The reply could not be read, or answers something else. The operation may have happened all
    /// the same.
    Decode(DecodeError),
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl Error for ReplyError {}

/// A reply that cannot be read, such as one that was cut off, or that does not answer what was
/// asked. The operation may have happened: ask Get Status.
#[derive(Clone)]
pub struct DecodeError {
    expected: Cow<'static, str>,
    is_mismatch: bool,
    reply: GatewayReply,
}

impl DecodeError {
    /// An error for implementations of [`Reply`]: what was expected, and what came instead.
    #[must_use]
    pub const fn new(expected: &'static str, http_status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            expected: Cow::Borrowed(expected),
            is_mismatch: false,
            reply: GatewayReply { http_status, body },
        }
    }

    /// An error for implementations of
    /// [`Operation::accept_reply`](crate::operation::Operation::accept_reply): the reply can be
    /// read and is not about this call. `expected` goes into messages, so it holds nothing of the
    /// body that could be personal.
    #[must_use]
    pub fn mismatch(
        expected: impl Into<Cow<'static, str>>,
        http_status: StatusCode,
        body: Vec<u8>,
    ) -> Self {
        Self {
            expected: expected.into(),
            is_mismatch: true,
            reply: GatewayReply { http_status, body },
        }
    }

    /// Returns whether the reply can be read and does not answer this call: it is about another
    /// transaction, or reports another state than the one that was asked for. The usual reason is
    /// an idempotency key that was used before.
    #[must_use]
    pub const fn is_mismatch(&self) -> bool {
        self.is_mismatch
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> StatusCode {
        self.reply.http_status
    }

    /// The body as received. It may hold personal data: don't log it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.reply.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_mismatch {
            "the reply does not answer this call"
        } else {
            "cannot read the reply"
        };
        let (status, length) = (self.reply.http_status.as_u16(), self.reply.body.len());
        write!(
            f,
            "{what} (HTTP {status}, {length} bytes): expected {}",
            self.expected
        )
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("expected", &self.expected)
            .field("is_mismatch", &self.is_mismatch)
            .field("http_status", &self.reply.http_status)
            .field("body", &format_args!("{} bytes", self.reply.body.len()))
            .finish()
    }
}

impl Error for DecodeError {}

/// Fails with a mismatch unless the reply answers what was asked. `expected` is described as in
/// [`DecodeError::mismatch`].
pub(crate) fn answers(
    is_its: bool,
    expected: &'static str,
    http_status: StatusCode,
    reply: &RawBody,
) -> Result<(), ReplyError> {
    if is_its {
        return Ok(());
    }
    let body = reply.as_str().into();
    Err(ReplyError::Decode(DecodeError::mismatch(
        expected,
        http_status,
        body,
    )))
}
