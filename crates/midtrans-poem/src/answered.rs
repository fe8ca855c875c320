//! Answers as responses of poem.

use std::error::Error;
use std::{fmt, io};

use http_body_util::BodyExt;
use poem::error::ResponseError;
use poem::http::{self, StatusCode};
use poem::{IntoResponse, Response};

use midtrans_protocol::{Answer, Rejection};
use midtrans_tower::ResponseBody;

/// What a handler of your own says: to a notification, or to a customer who wants to pay. Also the
/// error of [`Verified`](crate::Verified) and [`Landed`](crate::Landed).
///
/// `Answered(result.into())` says whether your store worked: 200, or 503 and the gateway comes
/// again. `Answered(url.into())` is `303 See Other` to a pay page:
///
/// ```
/// use midtrans_poem::Answered;
/// use midtrans_poem::protocol::{Environment, RedirectUrl};
/// use poem::IntoResponse;
///
/// // `Transaction::redirect_url()` of the charge's reply.
/// let url = RedirectUrl::new("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1", &Environment::Sandbox)?;
/// assert_eq!(Answered(url.into()).into_response().status(), 303);
/// # Ok::<(), midtrans_poem::protocol::InvalidInput>(())
/// ```
///
/// A refusal is the status and that status' usual words, nothing else: whoever tries to forge
/// learns nothing. Your own log may know more: take the extractor as a `Result` and ask
/// [`Answer::rejection`], or let a middleware take the [`Rejection`] out of the response's
/// extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not returned is not given"]
pub struct Answered(pub Answer);

impl From<Rejection> for Answered {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.into())
    }
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        response(midtrans_tower::respond(self.0))
    }
}

impl ResponseError for Answered {
    fn status(&self) -> StatusCode {
        self.0.status()
    }

    fn as_response(&self) -> Response {
        self.clone().into_response()
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Answered {}

pub(crate) fn response(response: http::Response<ResponseBody>) -> Response {
    response
        .map(|body| body.map_err(|never| -> io::Error { match never {} }))
        .into()
}
