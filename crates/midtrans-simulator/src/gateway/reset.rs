//! The reset, for tests that share a simulator.

use super::Gateway;

impl Gateway {
    /// Forgets transactions, notifications, stored answers, card tokens and calls, and goes back to the faults
    /// of the start. Settings stay, and ids and numbers go on, so that none comes twice.
    pub fn reset(&mut self) {
        self.ledger.forget();
        self.shelves.forget();
        self.memory.forget();
        self.tokens.forget();
        self.outbox.forget();
        self.calls.forget();
        self.faults.return_to_start();
        self.was_reset = true;
        self.link_owners.forget(self.account);
    }

    /// Marks the rules so far as those that a [`reset`](Self::reset) goes back to.
    pub(crate) fn mark_start(&mut self) {
        self.faults.mark_start();
    }
}
