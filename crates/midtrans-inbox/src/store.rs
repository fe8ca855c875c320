//! What only the author of a store needs: rows, claimed orders, and the shared half of the errors
//! and of the workers.
//!
//! A store has five tables: `midtrans_order` (one row per order: its record and its schedule),
//! `midtrans_notification` (raw notifications), `midtrans_wake` (notifications that no worker has
//! taken into their order's record yet), `midtrans_change` (changes that the merchant has not acted
//! on yet), and `midtrans_schema`. It decides nothing about payments; it calls
//! [`Record::notified`](crate::Record::notified), [`apply`](crate::apply) and
//! [`Record::plan`](crate::Record::plan).
//!
//! 1. `accept` inserts into `midtrans_notification` and `midtrans_wake`, and touches no order, so
//!    that it never waits for one.
//! 2. A worker takes wakes into records ([`Record::notified`](crate::Record::notified)), deletes
//!    them, and claims the orders that are due: it sets their lease and raises their fence. One
//!    commit.
//! 3. It asks the gateway, many orders at once, and holds no connection meanwhile ([`Check`]).
//! 4. It locks the orders, drops those whose fence has moved, applies the answers to what is stored
//!    *now*, and inserts the changes. One commit for many orders. Where a result [needs all
//!    notifications read](crate::Applied::needs_all_read) and one waits, nothing is stored and the
//!    order is checked again; a [`Plan`](crate::Plan::needs_all_read) and a renewed expectation are
//!    held back as well.
//! 5. It takes changes, at most one per order at a time and in order, calls the handler for each
//!    behind a savepoint, and deletes those that went well. One commit for many changes. Or the
//!    shop does this with any driver of its own.

mod check;
mod error;
mod order_row;
mod stored_change;

pub use check::{Asked, Check, Late};
pub use error::{DatabaseFault, Error};
pub use order_row::{OrderRow, moved_forward};
pub use stored_change::StoredChange;

pub use crate::moment::{from_millis, later, to_millis};
pub use crate::notice::{MAX_PER_ORDER, NewNotification};
