//! Notifications that arrived whole and have no answer yet. The end of `listen` waits for these,
//! and for no request that is only begun.

use tokio::sync::watch;

/// The number of them.
#[derive(Debug)]
pub(super) struct InFlight(watch::Sender<usize>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct InFlightGuard(watch::Sender<usize>);

impl InFlight {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(super) fn hold(&self) -> InFlightGuard {
        self.0.send_modify(|count| *count += 1);
        InFlightGuard(self.0.clone())
    }

    pub(super) fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until all are answered.
    pub(super) async fn none(&self) {
        // It has a sender as long as this is there.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
