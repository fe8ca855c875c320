//! A hook for your own metrics, logs or traces of calls.

use std::time::Duration;

use crate::TransportErrorKind;

/// An observer of every attempt. It never sees a body, a key or customer data.
///
/// Called in the middle of a call: keep it short, and don't block.
pub trait Observer: Send + Sync {
    /// An attempt is about to be sent.
    fn request(&self, request: &RequestInfo<'_>) {
        let _ = request;
    }

    /// An attempt has ended, with a reply or without.
    fn reply(&self, request: &RequestInfo<'_>, reply: &ReplyInfo<'_>) {
        let _ = (request, reply);
    }
}

/// One attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestInfo<'a> {
    /// The operation's name, such as `charge`.
    pub operation: &'static str,
    /// The order or transaction that it is about.
    pub order_id: Option<&'a str>,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReplyInfo<'a> {
    /// The HTTP status, where a reply came.
    pub http_status: Option<u16>,
    /// The body's `status_code`, where there was one and it is a number.
    pub gateway_code: Option<&'a str>,
    /// The failure, where no reply came.
    pub failure: Option<TransportErrorKind>,
    /// The duration of this attempt.
    pub duration: Duration,
}
