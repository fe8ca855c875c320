//! How a worker is told to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bell::{Bell, Bells};

/// Tells workers to stop, from a signal handler's thread or any other. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_stopped: AtomicBool,
    bells: Bells,
}

impl Stop {
    /// Nothing is to stop yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops every worker that was given this: it waits for the questions that are under way,
    /// stores their answers, releases the orders that it has not asked about, and returns.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::SeqCst);
        self.0.bells.ring();
    }

    /// Whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::SeqCst)
    }

    /// Rings this bell, too, when it is time to stop.
    pub(crate) fn also_rings(&self, bell: &Arc<Bell>) {
        self.0.bells.add(bell);
    }
}
