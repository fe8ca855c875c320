//! The end of a running inbox.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

/// Becomes true once, and stays so.
#[derive(Clone, Debug)]
pub(super) struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    /// Stops at SIGTERM and at Ctrl-C.
    pub(super) fn on_signals() -> io::Result<Self> {
        let stopping = Self(Arc::new(watch::Sender::new(false)));
        let at_signal = stopping.clone();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut end, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            tokio::spawn(async move {
                tokio::select! {
                    _ = end.recv() => {}
                    _ = interrupt.recv() => {}
                }
                at_signal.stop();
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                at_signal.stop();
            }
        });
        Ok(stopping)
    }

    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }

    pub(super) async fn wait(&self) {
        // It has a sender as long as this is there.
        let _ = self.0.subscribe().wait_for(|is_stopped| *is_stopped).await;
    }
}
