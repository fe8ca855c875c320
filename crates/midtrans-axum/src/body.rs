//! Reading a body that a stranger sends.

use axum_core::RequestExt;
use axum_core::extract::rejection::{FailedToBufferBody, StringRejection};
use axum_core::extract::{DefaultBodyLimit, FromRequest, Request};
use http::HeaderMap;
use http::header::{AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE};

use midtrans_protocol::Rejection;

/// What the protocol crate says about a message's headers: content type, then content length.
pub(crate) type CheckHeaders = fn(Option<&[u8]>, Option<&[u8]>) -> Result<(), Rejection>;

/// Reads the whole body as text, unless its headers or its length speak against it.
///
/// The app's own `DefaultBodyLimit` counts as well; the smaller limit wins.
pub(crate) async fn read(request: Request, check_headers: CheckHeaders, max_bytes: usize) -> Result<String, Rejection> {
    let headers = request.headers();
    check_headers(value(headers, CONTENT_TYPE), value(headers, CONTENT_LENGTH))?;
    // Puts the app's limit around the body before ours replaces it among the request's extensions.
    let mut request = request.with_limited_body();
    DefaultBodyLimit::max(max_bytes).apply(&mut request);
    String::from_request(request, &()).await.map_err(|error| match error {
        StringRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => Rejection::TooLarge,
        StringRejection::InvalidUtf8(_) => Rejection::Malformed,
        _ => Rejection::Incomplete,
    })
}

fn value(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&[u8]> {
    headers.get(name).map(http::HeaderValue::as_bytes)
}
