//! The end of a command that goes on.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

/// Counts how often the command was told to end.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(Arc<watch::Sender<u32>>);

impl Stopping {
    /// Listens for SIGTERM and Ctrl-C.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let stopping = Self(Arc::new(watch::Sender::new(0)));
        let at_signal = stopping.clone();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut end, mut interrupt) = (
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            );
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = end.recv() => {}
                        _ = interrupt.recv() => {}
                    }
                    at_signal
                        .0
                        .send_modify(|times| *times = times.saturating_add(1));
                }
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                at_signal
                    .0
                    .send_modify(|times| *times = times.saturating_add(1));
            }
        });
        Ok(stopping)
    }

    /// Ends the command without a signal.
    pub(crate) fn stop(&self) {
        self.0.send_modify(|times| *times = (*times).max(1));
    }

    /// Waits until the command is to end.
    pub(crate) async fn wait(&self) {
        self.wait_for(1).await;
    }

    /// Waits for a second signal: until the command is to end at once, whatever is under way.
    pub(crate) async fn wait_again(&self) {
        self.wait_for(2).await;
    }

    async fn wait_for(&self, times: u32) {
        // It has a sender as long as this is there.
        let _ = self.0.subscribe().wait_for(|told| *told >= times).await;
    }
}
