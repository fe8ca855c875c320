//! An answer that is lost on its way, or in the middle of it.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http::Response;
use hyper::body::{Frame, SizeHint};

/// An answer that breaks off before its body: the caller learns that the server was there, and not
/// what happened.
pub(crate) fn answer() -> Response<Body> {
    Response::new(Body::new(Cut {
        beginning: None,
        is_flushed: true,
        promised: 512,
    }))
}

/// An answer of whose body so many bytes arrive.
pub(crate) fn cut(response: Response<Vec<u8>>, sent: usize) -> Response<Body> {
    response.map(|body| {
        let promised = body.len().max(sent + 1) as u64;
        let beginning = Bytes::copy_from_slice(&body[..sent.min(body.len())]);
        Body::new(Cut {
            beginning: Some(beginning),
            is_flushed: false,
            promised,
        })
    })
}

struct Cut {
    beginning: Option<Bytes>,
    is_flushed: bool,
    /// Promising bytes is what makes their absence visible.
    promised: u64,
}

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(beginning) = self.beginning.take() {
            return Poll::Ready(Some(Ok(Frame::data(beginning))));
        }
        if !self.is_flushed {
            // Being pending makes the server flush what it has.
            self.is_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Broken)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
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
