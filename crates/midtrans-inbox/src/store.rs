//! Parts for authors of a store: rows, claimed orders, and what the errors and workers of all
//! stores share.
//!
//! A store has five tables: `midtrans_order` (one row per order: its record and its schedule),
//! `midtrans_notification` (verified notifications), `midtrans_wake` (notifications that are not
//! yet in their order's record), `midtrans_change` (changes that are not acted on yet), and
//! `midtrans_schema`. A store decides nothing about payments; it calls
//! [`Record::notified`](crate::Record::notified), [`apply`](crate::apply) and
//! [`Record::plan`](crate::Record::plan).
//!
//! 1. `accept` inserts into `midtrans_notification` and `midtrans_wake`. It touches no order, so it
//!    never waits for one.
//! 2. A worker adds wakes to records ([`Record::notified`](crate::Record::notified)), deletes them,
//!    and claims the orders that are due: it sets their lease and increments their fence. One
//!    commit.
//! 3. It asks the gateway about many orders at once, and holds no connection meanwhile ([`Check`]).
//! 4. It locks the orders, drops those whose fence has changed, applies the answers to what is
//!    stored *now*, and inserts the changes. One commit for many orders. If a result [needs all
//!    notifications read](crate::Applied::needs_all_read) and one waits, nothing is stored and the
//!    order is checked again; a [`Plan`](crate::Plan::needs_all_read) and a renewed expectation are
//!    held back as well.
//! 5. It takes changes in order and at most one per order at a time, calls the handler for each
//!    behind a savepoint, and deletes those that succeeded. One commit for many changes. Or the
//!    shop does this with any driver of its own.

mod charge_call;
mod check;
mod error;
mod order_row;
mod pending_event;
mod stored_change;
mod worker_limiter;

pub use charge_call::{ChargeEnd, ChargeRequest, ChargeStart, charge_options};
pub use check::{Check, LateCheck, QuestionResult};
pub use error::{DatabaseFault, Error};
pub use order_row::{OrderRow, moved_forward};
pub use pending_event::PendingEvent;
pub use stored_change::StoredChange;
pub use worker_limiter::WorkerLimiter;

pub use crate::moment::{from_millis, later, to_millis};
pub use crate::notice::{MAX_PER_ORDER, NewNotification};
