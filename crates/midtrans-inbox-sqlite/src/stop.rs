//! How a worker is told to stop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Tells workers to stop, from a signal handler's thread or any other. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Nobody is to stop yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Has every worker stop that was given this: it ends the case that it is at and gives the others back.
    pub fn stop(&self) {
        *self.lock() = true;
        self.0.1.notify_all();
    }

    /// Whether it was said.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.lock()
    }

    /// Waits so long, or until it is said. Returns whether it was.
    pub(crate) fn wait(&self, duration: Duration) -> bool {
        let waited = self.0.1.wait_timeout_while(self.lock(), duration, |stopped| !*stopped);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
