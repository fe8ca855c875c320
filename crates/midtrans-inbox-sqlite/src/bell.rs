//! A bell that wakes a worker before its next poll of the tables.
//!
//! It only saves time: a poll finds the same. So nothing is lost where it does not ring, as between
//! two processes and for rows that another client writes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// The bells of all workers of this process. A worker of another database polls in vain, which
/// costs it a few microseconds.
static WORKERS: Bells = Bells::new();

/// Wakes the workers of this process.
pub(crate) fn ring_workers() {
    WORKERS.ring();
}

/// The bell of one worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<Rung>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Rung {
    /// True if there is new data in the tables, or the worker is to stop.
    has_data: bool,
    /// True if a question has ended.
    has_answer: bool,
}

impl Bell {
    /// Creates a bell that [`ring_workers`] rings.
    pub(crate) fn of_a_worker() -> Arc<Self> {
        let bell = Arc::new(Self::default());
        WORKERS.add(&bell);
        bell
    }

    /// Rings for new data in the tables, or for the stop.
    pub(crate) fn look(&self) {
        self.lock().has_data = true;
        self.changed.notify_all();
    }

    /// Rings for the end of a question.
    pub(crate) fn answer(&self) {
        self.lock().has_answer = true;
        self.changed.notify_all();
    }

    /// Waits for a time, or until it rings. Returns whether there is new data in the tables.
    pub(crate) fn wait(&self, duration: Duration) -> bool {
        let is_silent = |rung: &mut Rung| !rung.has_data && !rung.has_answer;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), duration, is_silent);
        let mut rung = waited.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::take(&mut *rung).has_data
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        // Two flags are never half set.
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bells that ring together, as long as their workers exist.
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
