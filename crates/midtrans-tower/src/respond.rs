//! Answers as HTTP responses.

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Response};
use http_body_util::Full;

use midtrans_protocol::webhook::Answer;

/// The body of an answer; a few words, or none.
pub type ResponseBody = Full<Bytes>;

/// Returns the response for an answer: an [`Acknowledge`](midtrans_protocol::webhook::Acknowledge)
/// or a `Result` of your store, a [`Rejection`](midtrans_protocol::webhook::Rejection), or the
/// [`RedirectUrl`](midtrans_protocol::instructions::RedirectUrl) of a pay page.
///
/// A rejection is put into the response's extensions as well, where a middleware finds it for your
/// log.
///
/// ```
/// use midtrans_tower::protocol::Environment;
/// use midtrans_tower::protocol::instructions::RedirectUrl;
/// use midtrans_tower::respond;
///
/// // `Transaction::redirect_url()` of the charge's reply.
/// let url = RedirectUrl::new("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1", &Environment::Sandbox)?;
/// assert_eq!(respond(url).status(), 303);
/// # Ok::<(), midtrans_tower::protocol::InvalidInput>(())
/// ```
pub fn respond(answer: impl Into<Answer>) -> Response<ResponseBody> {
    let answer = answer.into();
    let mut response = Response::new(Full::from(answer.text()));
    *response.status_mut() = answer.status();
    for (name, value) in answer.headers() {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    // Visible ASCII is always a value.
    if let Some(Ok(location)) = answer.location().map(HeaderValue::from_str) {
        response.headers_mut().insert(LOCATION, location);
    }
    if let Some(rejection) = answer.rejection() {
        response.extensions_mut().insert(rejection.clone());
    }
    response
}
