//! What a call is answered with.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

/// A JSON answer. `status_code` is the body's own, which says more than HTTP's.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) http_status: u16,
    pub(super) status_code: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// An answer under HTTP 200.
    pub(super) fn ok(status_code: u16, body: String) -> Self {
        Self {
            http_status: 200,
            status_code,
            body: body.into_bytes(),
        }
    }

    pub(super) fn into_response(self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body);
        *response.status_mut() =
            StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
