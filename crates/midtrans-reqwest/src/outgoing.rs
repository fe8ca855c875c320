//! The conversion of a request into reqwest's.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Uri};
use http_body_util::Full;
use midtrans_transport::{Reach, Request, TransportError, TransportErrorKind};
use reqwest::{Body, Url};

/// The request, with its timeout, and nothing sent yet.
pub(crate) fn prepare(
    mut request: Request,
    timeout: Duration,
) -> Result<reqwest::Request, TransportError> {
    let uri = request.uri().clone();
    if request.body().is_empty()
        && matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        )
    {
        // hyper says nothing about an empty body, and some servers then answer 411.
        request
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(0));
    }
    // A wrapped body cannot be copied, so that neither a retry policy nor a redirect sends it
    // again.
    let request = request.map(|bytes| Body::wrap(Full::<Bytes>::from(bytes)));
    let mut request = reqwest::Request::try_from(request)
        .map_err(|error| refused().with_source(error.without_url()))?;
    if !is_same(request.url(), &uri) {
        return Err(refused());
    }
    *request.timeout_mut() = Some(timeout);
    Ok(request)
}

/// Returns whether reqwest's URL is still the one that was asked for.
///
/// It is normalized: `/v2/%2E%2E/status` becomes `/status`, which is another operation.
fn is_same(url: &Url, uri: &Uri) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.path() == uri.path()
        && url.query() == uri.query()
}

fn refused() -> TransportError {
    TransportError::new(TransportErrorKind::Request, Reach::NotSent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(url: &str) -> Result<reqwest::Request, TransportError> {
        prepare(
            http::Request::get(url).body(Vec::new()).unwrap(),
            Duration::from_secs(1),
        )
    }

    #[test]
    fn a_path_that_would_be_rewritten_is_refused() {
        for url in [
            "https://h/v2/%2e%2E/status",
            "https://h/v2/../status",
            "https://h/v2/./status",
            "ftp://h/v2",
        ] {
            let error = prepared(url).unwrap_err();
            assert_eq!(
                (error.kind(), error.reach()),
                (TransportErrorKind::Request, Reach::NotSent),
                "{url}"
            );
        }
    }

    #[test]
    fn what_an_order_id_may_be_keeps_its_form() {
        for path in [
            "/v2/a-b_c~d.e/status",
            "/v2/a%2Fb%20c%3F/status",
            "/v2/a..b/status?x=%7B1%7D",
        ] {
            assert_eq!(
                prepared(&format!("https://h{path}"))
                    .unwrap()
                    .url()
                    .as_str(),
                format!("https://h{path}")
            );
        }
    }

    #[test]
    fn a_request_cannot_be_copied() {
        assert!(prepared("https://h/").unwrap().try_clone().is_none());
    }
}
