//! Back to the beginning, for tests that share a simulator.

use super::Gateway;

impl Gateway {
    /// Forgets transactions, notifications, stored answers and calls, and goes back to the faults
    /// of the start. Settings stay, and ids and numbers go on, so that none comes twice.
    pub fn reset(&mut self) {
        self.ledger.forget();
        self.memory.forget();
        self.outbox.forget();
        self.calls.forget();
        self.faults.start_again();
        self.was_reset = true;
    }

    /// Notes that the rules so far are those that a [`reset`](Self::reset) goes back to.
    pub(crate) fn have_started(&mut self) {
        self.faults.have_started();
    }
}
