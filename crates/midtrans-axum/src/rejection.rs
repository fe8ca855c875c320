//! Messages that were turned away, and how little their sender learns.

use std::error::Error;
use std::fmt;

use axum_core::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};

use midtrans_protocol::Rejection;

/// A notification or landing that no handler gets to see.
///
/// Its answer is the status and that status' usual words, nothing else: whoever tries to forge learns nothing. Your
/// own log may know more. Either take the extractor as a `Result` and look at the [`Rejection`], or let a middleware
/// take it out of the response's extensions:
///
/// ```
/// use axum::response::Response;
/// use midtrans_axum::protocol::Rejection;
///
/// async fn log_rejections(response: Response) -> Response {
///     if let Some(rejection) = response.extensions().get::<Rejection>() {
///         eprintln!("turned away: {rejection}");
///     }
///     response
/// }
/// # let _: axum::Router = axum::Router::new().layer(axum::middleware::map_response(log_rejections));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected(pub Rejection);

impl From<Rejection> for Rejected {
    fn from(rejection: Rejection) -> Self {
        Self(rejection)
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Rejected {}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        let mut response = bare(self.0.status());
        response.extensions_mut().insert(self.0);
        response
    }
}

/// A status and its usual words, never to be cached.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = (status, status.canonical_reason().unwrap_or_default()).into_response();
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
