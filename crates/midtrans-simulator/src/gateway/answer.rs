//! The answer to a call.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};

/// An answer, JSON unless it says otherwise. `status_code` is the body's own, which says more than HTTP's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) http_status: u16,
    pub(super) status_code: u16,
    pub(super) body: String,
    #[serde(default)]
    pub(super) is_text: bool,
}

impl Answer {
    /// An answer under HTTP 200.
    pub(super) fn ok(status_code: u16, body: String) -> Self {
        Self {
            http_status: 200,
            status_code,
            body,
            is_text: false,
        }
    }

    /// An answer in plain text.
    pub(super) fn text(code: u16, text: &str) -> Self {
        Self {
            http_status: code,
            status_code: code,
            body: text.to_owned(),
            is_text: true,
        }
    }

    pub(super) fn into_response(self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body.into_bytes());
        *response.status_mut() =
            StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = if self.is_text {
            "text/plain"
        } else {
            "application/json"
        };
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}
