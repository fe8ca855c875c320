//! An answer that is lost on its way.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http::Response;
use hyper::body::{Frame, SizeHint};

/// An answer that breaks off before its body: the caller learns that somebody was there, and not what happened.
pub(crate) fn answer() -> Response<Body> {
    Response::new(Body::new(Cut))
}

struct Cut;

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        Poll::Ready(Some(Err(Broken)))
    }

    /// Promising bytes is what makes their absence visible.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(512)
    }
}

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was to be lost")
    }
}

impl Error for Broken {}
