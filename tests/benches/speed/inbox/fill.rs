//! Databases with many orders, written by the database itself.

mod postgres;
mod sqlite;

pub(super) use postgres::PostgresFill;
pub(super) use sqlite::SqliteFill;

/// What is known of orders that are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// They were charged; nothing was heard of them.
    Charged,
    /// They were charged, and their settlement was notified and not looked at.
    Notified,
    /// They were charged, and the schedule says that the gateway is to be asked about them now.
    Due,
    /// They are paid and acted on, and their notification is kept.
    Settled,
}

/// Which orders: their numbers begin here, and there are so many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: u64,
    pub(super) count: u64,
}

impl Span {
    pub(super) const fn first(count: u64) -> Self {
        Self { from: 1, count }
    }

    pub(super) const fn last(self) -> u64 {
        self.from + self.count - 1
    }

    fn parameters(self) -> [i64; 2] {
        [self.from as i64, self.last() as i64]
    }
}
