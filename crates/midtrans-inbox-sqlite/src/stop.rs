//! The signal that stops a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bell::{Bell, Bells};

/// Stops workers, from a signal handler's thread or any other. Clones share one signal.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_stopped: AtomicBool,
    bells: Bells,
}

impl Stop {
    /// Creates a signal that is not set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops every worker that was given this signal. A worker then waits for the questions in
    /// flight, stores their answers, releases the orders that it has not asked about, and returns.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::SeqCst);
        self.0.bells.ring();
    }

    /// Returns whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::SeqCst)
    }

    /// Rings this bell, too, at the stop.
    pub(crate) fn also_rings(&self, bell: &Arc<Bell>) {
        self.0.bells.add(bell);
    }
}
