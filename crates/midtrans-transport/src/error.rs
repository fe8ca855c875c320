//! The error of a failed call, which says whether its outcome is unknown.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::paging::RepeatedPage;
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::reply::DecodeError;

use crate::{Reach, TransportError};

/// The error of a call: a refusal, or no answer.
///
/// Ask [`outcome_unknown`](Self::outcome_unknown) first: if it is true, the operation may have
/// happened, and the next thing to do is Get Status, not a second charge.
pub struct Error(Box<Call>);

/// The failed call, on the heap so that results stay small.
struct Call {
    operation: &'static str,
    kind: ErrorKind,
    attempts: u32,
    outcome_unknown: bool,
    idempotency_key: Option<IdempotencyKey>,
    retry_after: Option<Duration>,
}

/// The kind of error.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The gateway refused.
    Api(ApiError),
    /// A reply came that cannot be read, or that does not answer the call.
    Decode(DecodeError),
    /// No reply came.
    Transport(TransportError),
    /// The gateway answered a page of a list that it had answered before.
    RepeatedPage(RepeatedPage),
}

impl Error {
    pub(crate) fn new(
        operation: &'static str,
        kind: ErrorKind,
        attempts: u32,
        outcome_unknown: bool,
        idempotency_key: Option<IdempotencyKey>,
    ) -> Self {
        Self(Box::new(Call {
            operation,
            kind,
            attempts,
            outcome_unknown,
            idempotency_key,
            retry_after: None,
        }))
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn unsent(operation: &'static str, error: TransportError) -> Self {
        Self::new(operation, ErrorKind::Transport(error), 0, false, None)
    }

    pub(crate) fn repeated(operation: &'static str, page: RepeatedPage) -> Self {
        Self::new(operation, ErrorKind::RepeatedPage(page), 1, false, None)
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The refusal, if it was one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The transport's failure, if no reply came.
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.0.kind {
            ErrorKind::Transport(error) => Some(error),
            _ => None,
        }
    }

    /// The number of attempts that were sent; of a repeated page, which was answered, 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The idempotency key of all attempts. Within five minutes of the first, the same call with
    /// the same key is safe.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.0.idempotency_key.as_ref()
    }

    /// Returns whether the operation may have happened: some attempt may have arrived, and no
    /// answer says how it ended. Ask Get Status by order id; [`is_not_found`](Self::is_not_found)
    /// there means that it did not happen. False for operations that only read.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// 406: the order id (or refund key) is taken. With [`outcome_unknown`](Self::outcome_unknown),
    /// it may have been taken by an earlier attempt of this very call.
    #[must_use]
    pub fn is_duplicate_order(&self) -> bool {
        self.api().is_some_and(ApiError::is_duplicate_order)
    }

    /// 404: the gateway knows no such transaction.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.api().is_some_and(ApiError::is_not_found)
    }

    /// 401: wrong key, or the key of the other environment.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.api().is_some_and(ApiError::is_unauthorized)
    }

    /// 411: the token of the card is missing, wrong, used already, or too old. Ask for a new token;
    /// but after an attempt whose outcome is [unknown](Self::outcome_unknown) that attempt may have
    /// used it and taken the money: ask Get Status first.
    #[must_use]
    pub fn is_token_refused(&self) -> bool {
        self.api().is_some_and(ApiError::is_token_refused)
    }

    /// The time that the gateway's last reply asked to wait (`Retry-After`, in seconds), if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns whether the provider or fraud detection denied the charge, or the provider the
    /// direct refund or the capture: no money moves. Charge again under a new order id, or refund
    /// again under a new refund key. After a capture the money stays reserved: capture again, or
    /// cancel.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.api().is_some_and(ApiError::is_denied)
    }

    /// Returns whether the same call, with the same idempotency key, may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            ErrorKind::Api(error) => error.is_retryable(),
            ErrorKind::Decode(error) => !error.is_mismatch(),
            ErrorKind::Transport(error) => error.is_repeatable(),
            ErrorKind::RepeatedPage(_) => false,
        }
    }
}

impl TransportError {
    /// Returns whether another attempt could end otherwise, which does not mean that it is allowed.
    pub(crate) fn is_repeatable(&self) -> bool {
        use crate::TransportErrorKind::{BodyTooLarge, Redirected, Request};
        !matches!(self.kind(), BodyTooLarge | Redirected | Request)
    }

    pub(crate) fn may_have_acted(&self) -> bool {
        self.reach() == Reach::Unknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.0.operation)?;
        match &self.0.kind {
            ErrorKind::Api(error) => error.fmt(f)?,
            ErrorKind::Decode(error) => error.fmt(f)?,
            ErrorKind::Transport(error) => error.fmt(f)?,
            ErrorKind::RepeatedPage(error) => error.fmt(f)?,
        }
        if self.0.outcome_unknown {
            f.write_str("; the outcome is unknown: ask Get Status before trying again")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.attempts)
            .field("outcome_unknown", &self.0.outcome_unknown)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Transport(error) => error.source(),
            ErrorKind::Api(_) | ErrorKind::Decode(_) | ErrorKind::RepeatedPage(_) => None,
        }
    }
}
