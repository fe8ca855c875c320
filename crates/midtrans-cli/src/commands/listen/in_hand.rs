//! Notifications that arrived whole and have no answer yet. The end of `listen` waits for these, and for nothing that
//! anybody has only begun to send.

use tokio::sync::watch;

/// How many there are.
#[derive(Debug)]
pub(super) struct InHand(watch::Sender<usize>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Held<'a>(&'a watch::Sender<usize>);

impl InHand {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(super) fn hold(&self) -> Held<'_> {
        self.0.send_modify(|count| *count += 1);
        Held(&self.0)
    }

    /// Waits until all are answered.
    pub(super) async fn none(&self) {
        // It has a sender as long as this is there.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
