//! Answers on their way to the caller, with the faults that hit them there.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::answer::Answer;
use super::fault::Fault;
use super::refusal::Refusal;

/// The answer as the caller of the API receives it.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a server of answers has to know every case"
)]
pub enum Reply {
    /// An answer.
    Whole(Response<Vec<u8>>),
    /// An answer that breaks off after so many bytes of its body.
    Cut {
        /// The answer as it should be.
        response: Response<Vec<u8>>,
        /// The bytes of its body that arrive.
        sent: usize,
    },
    /// The connection breaks without an answer.
    Reset,
}

impl Reply {
    /// The answer, if it arrives whole.
    #[must_use]
    pub fn into_response(self) -> Option<Response<Vec<u8>>> {
        match self {
            Self::Whole(response) => Some(response),
            Self::Cut { .. } | Self::Reset => None,
        }
    }

    /// The answer to a call whose outcome could not be written down: HTTP 500, which says nothing
    /// about the outcome.
    pub(crate) fn unsaved() -> Response<Vec<u8>> {
        let answer = Refusal::OnPurpose(500).answer("00000000-0000-4000-8000-000000000000");
        Answer {
            http_status: 500,
            ..answer
        }
        .into_response()
    }

    /// Applies a fault to the answer of a call that was carried out.
    pub(super) fn with_fault(response: Response<Vec<u8>>, fault: Option<Fault>) -> Self {
        match fault {
            Some(Fault::ResetAfter | Fault::ResetBefore) => Self::Reset,
            Some(Fault::Truncated) => {
                let sent = response.body().len() / 2;
                Self::Cut { response, sent }
            }
            Some(Fault::Html(status)) => Self::Whole(proxy_page(status)),
            _ => Self::Whole(response),
        }
    }
}

/// The faults that apply to one call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ActiveFaults {
    /// The time that the call takes.
    pub(super) pause: Duration,
    /// The other fault, if there is one.
    pub(super) fault: Option<Fault>,
}

impl ActiveFaults {
    /// Of several faults of one call, the longest pause and the first other one count.
    pub(super) fn of(faults: &[Fault]) -> Self {
        let mut active = Self::default();
        for fault in faults {
            match fault {
                Fault::Latency(pause) => active.pause = active.pause.max(*pause),
                other => active.fault = active.fault.or(Some(*other)),
            }
        }
        active
    }

    /// The fault that the timeline shows.
    pub(super) fn shown(self) -> Option<Fault> {
        self.fault
            .or_else(|| (!self.pause.is_zero()).then_some(Fault::Latency(self.pause)))
    }
}

/// The error page of a proxy.
fn proxy_page(status: u16) -> Response<Vec<u8>> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let page = format!(
        "<html>\n<head><title>{code} {reason}</title></head>\n<body><h1>{code} {reason}</h1></body>\n</html>\n"
    );
    let mut response = Response::new(page.into_bytes());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
