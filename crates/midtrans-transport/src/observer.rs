//! A hook for those who count, log or trace calls in their own way.

use std::time::Duration;

use crate::TransportErrorKind;

/// Is told about every attempt. Never sees a body, a key or customer data.
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

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReplyInfo<'a> {
    /// The HTTP status, where a reply came.
    pub http_status: Option<u16>,
    /// The body's `status_code`, where there was one and it is a number.
    pub gateway_code: Option<&'a str>,
    /// The failure, where no reply came.
    pub failure: Option<TransportErrorKind>,
    /// How long this attempt took.
    pub duration: Duration,
}
