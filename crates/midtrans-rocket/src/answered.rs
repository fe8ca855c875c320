//! Answers as responses of Rocket.

use std::fmt;
use std::io::Cursor;

use rocket::http::Status;
use rocket::response::{Responder, Result};
use rocket::{Request, Response};

use midtrans_protocol::webhook::{Answer, Rejection};

/// The answer of a handler of your own, to a notification or to a customer who wants to pay. Also
/// the error of [`Verified`](crate::Verified) and [`Landed`](crate::Landed).
///
/// `Answered(result.into())` is 200 if your store worked, and else 503, after which the gateway
/// sends again. `Answered(url.into())` is `303 See Other` to a pay page, where `url` is a
/// [`RedirectUrl`](midtrans_protocol::instructions::RedirectUrl) of the `redirect_url()` in the
/// charge's reply.
///
/// A refusal is the status and that status' usual words, nothing else: a forger
/// learns nothing. Your own log may know more: take the guard as a `Result` and ask
/// [`Answer::rejection`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not returned is not given"]
pub struct Answered(pub Answer);

impl Answered {
    pub(crate) fn status(&self) -> Status {
        Status::new(self.0.status().as_u16())
    }

    pub(crate) fn response(&self) -> Response<'static> {
        let mut response = Response::new();
        response.set_status(self.status());
        for (name, value) in self.0.headers() {
            response.set_raw_header(name, value);
        }
        if let Some(location) = self.0.location() {
            response.set_raw_header("location", location.to_owned());
        }
        response.set_sized_body(self.0.text().len(), Cursor::new(self.0.text()));
        response
    }
}

impl From<Rejection> for Answered {
    fn from(rejection: Rejection) -> Self {
        Self(rejection.into())
    }
}

impl<'r> Responder<'r, 'static> for Answered {
    fn respond_to(self, _: &'r Request<'_>) -> Result<'static> {
        Ok(self.response())
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
