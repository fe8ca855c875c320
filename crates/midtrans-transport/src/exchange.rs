//! One call without its I/O: the requests to send, the retries, and the result.
//!
//! The clients are short loops around this; nothing about payments is written twice.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::reply::{DecodeError, ReplyError};
use midtrans_protocol::{GatewayReply, decode, encode};

use crate::caller::{CallOptions, Caller, RetryPolicy};
use crate::error::{Error, ErrorKind};
use crate::trace::Trace;
use crate::{Limits, ReplyInfo, Request, RequestInfo, Response, TransportError};

/// The next step after an attempt.
#[must_use = "it holds the reply, or the pause before the next attempt"]
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver has to know every step")]
pub enum Next<R> {
    /// Wait this long, then send [`Exchange::attempt`] again.
    Pause(Duration),
    /// The call is over.
    Done(Result<R, Error>),
}

/// One call. Made by [`Caller::begin`]; `elapsed` is always the time since then.
///
/// Two promises hold for any sequence of outcomes: no attempt starts after [`RetryPolicy::WINDOW`],
/// or sooner where the gateway forgets the operation's key sooner; and once an attempt may have
/// reached the gateway nothing is sent again, unless the operation only reads, is idempotent, or
/// carries an idempotency key.
#[derive(Debug)]
pub struct Exchange<'a, O: Operation> {
    caller: &'a Caller<O::Account>,
    operation: &'a O,
    options: CallOptions,
    attempts: u32,
    attempt_started: Duration,
    may_have_acted: bool,
    /// The failure of the latest attempt, while another is due.
    failed: Option<ErrorKind>,
    trace: Trace,
}

impl<'a, O: Operation> Exchange<'a, O> {
    pub(crate) fn new(
        caller: &'a Caller<O::Account>,
        operation: &'a O,
        options: CallOptions,
    ) -> Self {
        let trace = Trace::start(O::NAME, operation.target());
        Self {
            caller,
            operation,
            options,
            attempts: 0,
            attempt_started: Duration::ZERO,
            may_have_acted: false,
            failed: None,
            trace,
        }
    }

    /// The next request and its limits. Every attempt sends the same request; the account
    /// authorises it anew, and `now` is for those that sign a time.
    ///
    /// # Errors
    /// That of the latest attempt, when the pause after it took so much longer than asked for that
    /// it is too late for another: a process can be stopped, and a machine can sleep. Never on the
    /// first attempt.
    pub fn attempt(
        &mut self,
        elapsed: Duration,
        now: SystemTime,
    ) -> Result<(Request, Limits), Error> {
        if let Some(kind) = self.failed.take().filter(|_| !self.is_in_time(elapsed)) {
            let error = self.error(kind);
            self.trace.finish(self.attempts, Some(&error));
            return Err(error);
        }
        self.attempts += 1;
        self.attempt_started = elapsed;
        if let Some(observer) = &self.caller.observer {
            observer.request(&self.info());
        }
        let left = self
            .options
            .deadline
            .map_or(Duration::MAX, |deadline| deadline.saturating_sub(elapsed));
        // A transport may take zero for "no limit".
        let timeout = self
            .caller
            .config
            .timeout
            .min(left)
            .max(Duration::from_millis(1));
        let request = encode(
            self.operation,
            self.caller.account(),
            &self.options.request,
            now,
        );
        Ok((request, Limits::new(timeout, self.caller.config.max_body)))
    }

    /// Takes the outcome of the attempt. A response is believed as
    /// [`GatewayReply::from_own_client`] says.
    pub fn receive(
        &mut self,
        outcome: Result<Response, TransportError>,
        elapsed: Duration,
    ) -> Next<O::Reply> {
        self.notify(&outcome, elapsed);
        let (kind, repeatable, retry_after) = match outcome {
            Ok(response) => {
                let retry_after = retry_after(&response);
                let (parts, body) = response.into_parts();
                match decode(
                    self.operation,
                    GatewayReply::from_own_client(parts.status, body),
                ) {
                    Ok(reply) => return self.done(Ok(reply)),
                    Err(ReplyError::Api(error)) => {
                        self.may_have_acted |= error.outcome_unknown();
                        let repeatable = error.is_retryable();
                        (ErrorKind::Api(*error), repeatable, retry_after)
                    }
                    Err(ReplyError::Decode(error)) => {
                        self.may_have_acted = true;
                        // A stored reply to another call would only come again.
                        let repeatable = !error.is_mismatch();
                        (ErrorKind::Decode(error), repeatable, retry_after)
                    }
                }
            }
            Err(mut error) => {
                self.may_have_acted |= error.may_have_acted();
                let repeatable = error.is_repeatable();
                let kind = match error.take_reply() {
                    Some(beginning) => too_long(self.operation, beginning),
                    None => ErrorKind::Transport(error),
                };
                (kind, repeatable, None)
            }
        };
        let allowed = repeatable && (!self.may_have_acted || self.is_replayable());
        match self.pause(elapsed, retry_after) {
            Some(pause) if allowed => {
                self.failed = Some(kind);
                Next::Pause(pause)
            }
            _ => self.done(Err(self.error(kind).with_retry_after(retry_after))),
        }
    }

    fn is_replayable(&self) -> bool {
        match self.operation.replay() {
            Replay::Safe | Replay::Idempotent => true,
            Replay::Keyed => self.key().is_some(),
            Replay::Never => false,
        }
    }

    fn key(&self) -> Option<&IdempotencyKey> {
        self.options.request.idempotency_key.as_ref()
    }

    /// The pause before the next attempt, or `None` if there is none left in number or in time.
    fn pause(&self, elapsed: Duration, retry_after: Option<Duration>) -> Option<Duration> {
        let policy = self.options.retry.unwrap_or(self.caller.config.retry);
        if self.attempts >= policy.attempts {
            return None;
        }
        let doubled = policy
            .pause
            .saturating_mul(1 << self.attempts.saturating_sub(1).min(16));
        let pause = self
            .caller
            .jittered(doubled.min(policy.max_pause))
            .max(retry_after.unwrap_or_default());
        self.is_in_time(elapsed.checked_add(pause)?)
            .then_some(pause)
    }

    /// The time after the first attempt in which another one may start: two minutes before the
    /// gateway forgets the key, which leaves time for an attempt to arrive.
    fn window(&self) -> Duration {
        let lifetime = match self.operation.replay() {
            Replay::Keyed => self.operation.key_lifetime(),
            _ => Duration::MAX,
        };
        RetryPolicy::WINDOW.min(lifetime.saturating_sub(Duration::from_secs(120)))
    }

    /// Returns whether another attempt may start then.
    fn is_in_time(&self, elapsed: Duration) -> bool {
        elapsed <= self.window()
            && self
                .options
                .deadline
                .is_none_or(|deadline| elapsed < deadline)
    }

    fn error(&self, kind: ErrorKind) -> Error {
        let outcome_unknown = self.may_have_acted && self.operation.replay() != Replay::Safe;
        Error::new(
            O::NAME,
            kind,
            self.attempts,
            outcome_unknown,
            self.key().cloned(),
        )
    }

    fn done(&self, result: Result<O::Reply, Error>) -> Next<O::Reply> {
        self.trace.finish(self.attempts, result.as_ref().err());
        Next::Done(result)
    }

    fn info(&self) -> RequestInfo<'_> {
        RequestInfo {
            operation: O::NAME,
            order_id: self.operation.target(),
            attempt: self.attempts,
        }
    }

    /// Notifies the observer and the trace, if there are any.
    fn notify(&self, outcome: &Result<Response, TransportError>, elapsed: Duration) {
        if self.caller.observer.is_none() && !self.trace.is_on() {
            return;
        }
        let code = outcome
            .as_ref()
            .ok()
            .and_then(|response| midtrans_protocol::refusal::gateway_code(response.body()));
        // Prose in its place could be anything, also personal data.
        let code =
            code.filter(|code| code.len() <= 7 && code.bytes().all(|digit| digit.is_ascii_digit()));
        let reply = ReplyInfo {
            http_status: outcome
                .as_ref()
                .ok()
                .map(|response| response.status().as_u16()),
            gateway_code: code.as_deref(),
            failure: outcome.as_ref().err().map(TransportError::kind),
            duration: elapsed.saturating_sub(self.attempt_started),
        };
        self.trace.record(&reply, elapsed);
        if let Some(observer) = &self.caller.observer {
            observer.reply(&self.info(), &reply);
        }
    }
}

/// Reads the beginning of a reply that is too long: a refusal is recognised by its status.
fn too_long<O: Operation>(operation: &O, beginning: Response) -> ErrorKind {
    let (parts, body) = beginning.into_parts();
    match decode(
        operation,
        GatewayReply::from_own_client(parts.status, body.clone()),
    ) {
        Err(ReplyError::Api(error)) => ErrorKind::Api(*error),
        _ => ErrorKind::Decode(DecodeError::new(
            "a reply within the body limit",
            parts.status,
            body,
        )),
    }
}

/// The seconds of a `Retry-After` header; its date form is not worth a clock.
fn retry_after(response: &Response) -> Option<Duration> {
    response
        .headers()
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_secs)
}
