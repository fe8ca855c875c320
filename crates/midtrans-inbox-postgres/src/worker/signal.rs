//! Waiting for one of several events.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;

/// A signal that tells a worker to stop.
#[derive(Clone, Debug)]
pub(super) struct Stopped(watch::Receiver<bool>);

impl Stopped {
    pub(super) const fn new(receiver: watch::Receiver<bool>) -> Self {
        Self(receiver)
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for the signal.
    pub(super) async fn stopped(&self) {
        if self
            .0
            .clone()
            .wait_for(|is_stopped| *is_stopped)
            .await
            .is_err()
        {
            pending().await
        }
    }

    /// Waits for a time, or for the signal.
    pub(super) async fn pause(&self, pause: Duration) {
        first_of(&mut [
            Box::pin(tokio::time::sleep(pause)),
            Box::pin(self.stopped()),
        ])
        .await;
    }
}

/// Waits for a new message since the last one.
pub(super) async fn changed(receiver: &mut watch::Receiver<u64>) {
    if receiver.changed().await.is_err() {
        pending().await
    }
}

/// Waits for the first of several events.
pub(super) async fn first_of(events: &mut [Pin<Box<dyn Future<Output = ()> + Send + '_>>]) {
    poll_fn(|context| {
        let is_ready = events
            .iter_mut()
            .any(|event| event.as_mut().poll(context).is_ready());
        if is_ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await
}
