//! One `tracing` span per call, if the feature is on. Never a body, a key or customer data.

use std::time::Duration;

use crate::{Error, ReplyInfo};

/// The span of one call; nothing at all without the `tracing` feature.
#[derive(Debug)]
pub(crate) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Trace {
    pub(crate) fn start(operation: &'static str, order_id: Option<&str>) -> Self {
        #[cfg(feature = "tracing")]
        let span = tracing::info_span!(
            "midtrans",
            operation,
            order_id,
            attempt = tracing::field::Empty,
            http_status = tracing::field::Empty,
            gateway_code = tracing::field::Empty,
            failure = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        let _ = (operation, order_id);
        Self {
            #[cfg(feature = "tracing")]
            span,
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        let on = false;
        #[cfg(feature = "tracing")]
        let on = on || !self.span.is_disabled();
        on
    }

    /// Records the outcome of the latest attempt, and the time since the call began.
    pub(crate) fn record(&self, reply: &ReplyInfo<'_>, elapsed: Duration) {
        #[cfg(feature = "tracing")]
        {
            self.span.record("http_status", reply.http_status);
            self.span.record("gateway_code", reply.gateway_code);
            self.span
                .record("failure", reply.failure.map(tracing::field::debug));
            self.span.record(
                "duration_ms",
                u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            );
        }
        let _ = (reply, elapsed);
    }

    /// Ends the call with one event, so that subscribers that print events only show it too.
    pub(crate) fn finish(&self, attempts: u32, error: Option<&Error>) {
        #[cfg(feature = "tracing")]
        {
            self.span.record("attempt", attempts);
            self.span.in_scope(|| match error {
                None => tracing::debug!("call answered"),
                Some(error) => {
                    tracing::warn!(outcome_unknown = error.outcome_unknown(), "call failed")
                }
            });
        }
        let _ = (attempts, error);
    }
}
