//! A bell that wakes a worker before its next look at the tables.
//!
//! It says nothing that a look would not find. So nothing is lost where it cannot be heard: between
//! two processes, and for rows that another client writes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// The bells of all workers of this process. A worker of another database looks in vain, which
/// costs it a few microseconds.
static WORKERS: Bells = Bells::new();

/// Tells the workers of this process that there is something in the tables.
pub(crate) fn ring_workers() {
    WORKERS.ring();
}

/// The bell of one worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<Rung>,
    heard: Condvar,
}

#[derive(Debug, Default)]
struct Rung {
    /// There is something in the tables, or the worker is to stop.
    look: bool,
    /// A question has ended.
    answer: bool,
}

impl Bell {
    /// A bell that [`ring_workers`] rings.
    pub(crate) fn of_a_worker() -> Arc<Self> {
        let bell = Arc::new(Self::default());
        WORKERS.add(&bell);
        bell
    }

    /// Tells that there is something in the tables, or that the worker is to stop.
    pub(crate) fn look(&self) {
        self.lock().look = true;
        self.heard.notify_all();
    }

    /// Tells that a question has ended.
    pub(crate) fn answer(&self) {
        self.lock().answer = true;
        self.heard.notify_all();
    }

    /// Waits so long, or until it rings. Returns whether there is something in the tables.
    pub(crate) fn wait(&self, duration: Duration) -> bool {
        let is_silent = |rung: &mut Rung| !rung.look && !rung.answer;
        let waited = self
            .heard
            .wait_timeout_while(self.lock(), duration, is_silent);
        let mut rung = waited.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::take(&mut *rung).look
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        // Two flags are never half set.
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bells that ring together, as long as their workers are there.
#[derive(Debug, Default)]
pub(crate) struct Bells(Mutex<Vec<Weak<Bell>>>);

impl Bells {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(crate) fn add(&self, bell: &Arc<Bell>) {
        let mut bells = self.lock();
        bells.retain(|bell| bell.strong_count() > 0);
        bells.push(Arc::downgrade(bell));
    }

    pub(crate) fn ring(&self) {
        for bell in self.lock().iter().filter_map(Weak::upgrade) {
            bell.look();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Bell>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
