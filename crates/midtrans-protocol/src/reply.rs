//! Replies: what an operation yields, and why one is not that.

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::ApiError;

/// What an [`Operation`] yields, read from the body of a reply that is not a refusal.
pub trait Reply: Sized {
    /// Reads the body.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not what the gateway documents.
    fn read(http_status: StatusCode, body: Vec<u8>) -> Result<Self, DecodeError>;
}

/// Why a reply is not what the operation yields.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a reply is read, refused or unreadable; there is no fourth end")]
pub enum ReplyError {
    /// The gateway refused.
    Api(Box<ApiError>),
    /// The reply could not be read. The operation may have happened all the same.
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

/// A reply that cannot be read, such as one that was cut off. The operation may have happened: ask Get Status.
#[derive(Clone)]
pub struct DecodeError {
    expected: &'static str,
    http_status: StatusCode,
    body: Vec<u8>,
}

impl DecodeError {
    /// For implementations of [`Reply`](crate::Reply): what was expected, and what came instead.
    #[must_use]
    pub const fn new(expected: &'static str, http_status: StatusCode, body: Vec<u8>) -> Self {
        Self { expected, http_status, body }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> StatusCode {
        self.http_status
    }

    /// The body as it came. It may hold personal data: don't log it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, length) = (self.http_status.as_u16(), self.body.len());
        write!(f, "cannot read the reply (HTTP {status}, {length} bytes): expected {}", self.expected)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("expected", &self.expected)
            .field("http_status", &self.http_status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl Error for DecodeError {}
