//! Answers as responses of actix-web.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};

use midtrans_protocol::webhook::{Answer, Rejection};

/// The answer of a handler of your own, to a notification or to a customer who wants to pay. Also
/// the error of [`Verified`](crate::Verified) and [`Landed`](crate::Landed).
///
/// `Answered(result.into())` is 200 if your store worked, and else 503, after which the gateway
/// sends again. `Answered(url.into())` is `303 See Other` to a pay page:
///
/// ```
/// use actix_web::ResponseError;
/// use midtrans_actix_web::Answered;
/// use midtrans_actix_web::protocol::Environment;
/// use midtrans_actix_web::protocol::instructions::RedirectUrl;
///
/// // `Transaction::redirect_url()` of the charge's reply.
/// let url = RedirectUrl::new("https://api.sandbox.midtrans.com/v2/akulaku/redirect/1", &Environment::Sandbox)?;
/// assert_eq!(Answered(url.into()).error_response().status(), 303);
/// # Ok::<(), midtrans_actix_web::protocol::InvalidInput>(())
/// ```
///
/// A refusal is the status and that status' usual words, nothing else: a forger
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

impl Responder for Answered {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.error_response()
    }
}

impl ResponseError for Answered {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status().as_u16())
            .expect("both versions of `http` have the same statuses")
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in self.0.headers() {
            response.insert_header((name, HeaderValue::from_static(value)));
        }
        if let Some(location) = self.0.location() {
            response.insert_header((LOCATION, location));
        }
        let mut response = response.body(self.0.text());
        if let Some(rejection) = self.0.rejection() {
            response.extensions_mut().insert(rejection.clone());
        }
        response
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
