//! Databases with many orders, written by the database itself.

mod postgres;
mod sqlite;

use midtrans_inbox::store::to_millis;

use super::template::{NUMBER, Template};

pub(super) use postgres::PostgresFill;
pub(super) use sqlite::SqliteFill;

/// The state of orders that are filled in.
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

/// A range of orders: the first number, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: u64,
    pub(super) count: u64,
}

/// Returns the time at which the notification of the settled order with this number came: a year
/// ago, one each millisecond.
pub(super) fn settled_at(template: &Template, number: u64) -> i64 {
    to_millis(template.notification.received_at) - 365 * 24 * 3_600_000 + number as i64
}

/// The moment to count on from, by a millisecond per number: of settled orders only.
fn received_from(template: &Template, state: State) -> (i64, i64) {
    match state {
        State::Settled => (settled_at(template, 0), 1),
        _ => (to_millis(template.notification.received_at), 0),
    }
}

impl Span {
    pub(super) const fn first(count: u64) -> Self {
        Self { from: 1, count }
    }

    pub(super) const fn last(self) -> u64 {
        self.from + self.count - 1
    }

    /// The ids of the first and the last order.
    fn order_ids(self, template: &Template) -> [String; 2] {
        [self.from, self.last()].map(|number| {
            template
                .open
                .order_id
                .replace(NUMBER, &format!("{number:012}"))
        })
    }

    fn parameters(self) -> [i64; 2] {
        [self.from as i64, self.last() as i64]
    }
}
