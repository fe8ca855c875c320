//! How a worker notices that it is to stop.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

/// The future that says so, and whether it has. Once it has, it is not polled again.
pub(crate) struct Stop<'a, F> {
    future: Pin<&'a mut F>,
    is_stopped: bool,
}

impl<'a, F: Future<Output = ()>> Stop<'a, F> {
    pub(crate) fn on(future: Pin<&'a mut F>) -> Self {
        Self { future, is_stopped: false }
    }

    /// Whether it was said by now.
    pub(crate) async fn is_stopped(&mut self) -> bool {
        self.before(async {}).await.is_none()
    }

    /// Waits so long, or until it is said. Returns whether it was.
    pub(crate) async fn wait(&mut self, duration: Duration) -> bool {
        self.before(tokio::time::sleep(duration)).await.is_none()
    }

    /// Does this; drops it and yields `None` if it is said before that is done.
    pub(crate) async fn before<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.is_stopped = self.is_stopped || self.future.as_mut().poll(context).is_ready();
            if self.is_stopped { Poll::Ready(None) } else { work.as_mut().poll(context).map(Some) }
        })
        .await
    }
}
