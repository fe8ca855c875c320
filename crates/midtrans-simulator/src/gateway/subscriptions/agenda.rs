//! The next charges of all subscriptions, in order.

use std::collections::{BTreeMap, BTreeSet};

use midtrans_protocol::time::WibTime;

/// The times of the next charges.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Agenda {
    due: BTreeSet<(WibTime, usize)>,
    by_number: BTreeMap<usize, WibTime>,
}

impl Agenda {
    /// Sets the next charge of a subscription; none with `None`.
    pub(in crate::gateway) fn plan(&mut self, number: usize, at: Option<WibTime>) {
        if let Some(before) = self.by_number.remove(&number) {
            self.due.remove(&(before, number));
        }
        if let Some(at) = at {
            self.by_number.insert(number, at);
            self.due.insert((at, number));
        }
    }

    /// Takes the earliest charge out that is due by then.
    pub(in crate::gateway) fn take(&mut self, until: WibTime) -> Option<(WibTime, usize)> {
        let (at, number) = self.due.first().copied().filter(|(at, _)| *at <= until)?;
        self.plan(number, None);
        Some((at, number))
    }

    /// The time of the earliest charge.
    pub(in crate::gateway) fn next_at(&self) -> Option<WibTime> {
        self.due.first().map(|(at, _)| *at)
    }
}
