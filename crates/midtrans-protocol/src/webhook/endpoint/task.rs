//! A running handler with its deadline, owned by the task that runs it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::webhook::Acknowledge;

/// A running handler and its deadline, as
/// [`Endpoint::answer`](crate::webhook::endpoint::Endpoint::answer) hands them to the adapter's
/// runtime: a future of the [`Acknowledge`].
///
/// It ends with the handler, and as [`Acknowledge::Later`] when the handler panics or the time is
/// up. It borrows nothing, so it continues when the connection is closed.
#[must_use = "a handler that is not polled does nothing"]
pub struct HandlerTask<F, M, T> {
    handling: Handling<F>,
    timer: Timer<M, T>,
}

/// A running handler: the endpoint's own, or that of another family.
pub(super) enum Handling<F> {
    Own(Pin<Box<F>>),
    Other(Pin<Box<dyn Future<Output = Acknowledge> + Send>>),
}

impl<F> Handling<F> {
    pub(super) fn own(handler: F) -> Self {
        Self::Own(Box::pin(handler))
    }
}

// The handler is pinned by its box, and nothing else is pinned.
impl<F, M, T> Unpin for HandlerTask<F, M, T> {}

impl<F, A, M, T> HandlerTask<F, M, T>
where
    F: Future<Output = A>,
    A: Into<Acknowledge>,
{
    pub(super) const fn new(handling: Handling<F>, timer: Timer<M, T>) -> Self {
        Self { handling, timer }
    }

    /// Polls the handler, but no timer. A handler that panicked is never polled again.
    pub(super) fn poll_handler(&mut self, context: &mut Context<'_>) -> Poll<Acknowledge> {
        match catch_unwind(AssertUnwindSafe(|| match &mut self.handling {
            Handling::Own(handler) => handler.as_mut().poll(context).map(Into::into),
            Handling::Other(handler) => handler.as_mut().poll(context),
        })) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Acknowledge::Later),
        }
    }
}

impl<F, A, M, T> Future for HandlerTask<F, M, T>
where
    F: Future<Output = A>,
    A: Into<Acknowledge>,
    M: FnOnce() -> T,
    T: Future + Unpin,
{
    type Output = Acknowledge;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Acknowledge> {
        match self.poll_handler(context) {
            Poll::Pending => self.timer.poll_up(context).map(|()| Acknowledge::Later),
            ready => ready,
        }
    }
}

impl<F, M, T> std::fmt::Debug for HandlerTask<F, M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HandlerTask").finish_non_exhaustive()
    }
}

/// A timer that is made when it is first asked, which is seldom.
pub(super) struct Timer<M, T> {
    make: Option<M>,
    made: Option<T>,
}

impl<M, T> Timer<M, T> {
    pub(super) const fn new(make: M) -> Self {
        Self {
            make: Some(make),
            made: None,
        }
    }
}

impl<M: FnOnce() -> T, T: Future + Unpin> Timer<M, T> {
    /// Resolves when the time is up. Never polled again after that.
    pub(super) fn poll_up(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(make) = self.make.take() {
            self.made = Some(make());
        }
        self.made.as_mut().map_or(Poll::Pending, |timer| {
            Pin::new(timer).poll(context).map(drop)
        })
    }
}
