//! Answers as responses of axum.

use std::error::Error;
use std::fmt;

use axum_core::response::{IntoResponse, Response};

use midtrans_protocol::webhook::{Answer, Rejection};

/// The answer of a handler of your own, to a notification or to a customer who wants to pay. Also
/// the rejection of [`Verified`](crate::Verified) and [`Landed`](crate::Landed).
///
/// `Answered(result.into())` is 200 if your store worked, and else 503, after which the gateway
/// sends again. `Answered(url.into())` is `303 See Other` to a pay page:
///
/// ```
/// use axum::response::IntoResponse;
/// use midtrans_axum::Answered;
/// use midtrans_axum::protocol::Environment;
/// use midtrans_axum::protocol::instructions::RedirectUrl;
///
/// // `Transaction::redirect_url()` of the charge's reply, perhaps held against a list of hosts.
/// let url = RedirectUrl::new("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1", &Environment::Sandbox)?;
/// assert_eq!(Answered(url.into()).into_response().status(), 303);
/// # Ok::<(), midtrans_axum::protocol::InvalidInput>(())
/// ```
///
/// A refusal is the status and that status' usual words, nothing else: a forger
/// learns nothing. Your own log may know more. Either take the extractor as a `Result` and ask
/// [`Answer::rejection`], or let a middleware take the [`Rejection`] out of the response's
/// extensions:
///
/// ```
/// use axum::response::Response;
/// use midtrans_axum::protocol::webhook::Rejection;
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
#[must_use = "an answer that is not returned is not given"]
pub struct Answered(pub Answer);

impl From<Rejection> for Answered {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.into())
    }
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        midtrans_tower::respond(self.0).into_response()
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Answered {}
