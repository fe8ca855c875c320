//! The rules of a durable inbox for Midtrans notifications: none is lost, and every payment is
//! acted on exactly once.
//!
//! This crate uses no database, no clock and no network. `midtrans-inbox-sqlite` and
//! `midtrans-inbox-postgres` apply it to your own database and re-export it. Take this crate alone
//! to write a store for another database.
//!
//! A notification is only a reason to ask the gateway. The record of an order changes only by what
//! the gateway answers over TLS. There is one schedule: the time at which each order is checked
//! next.
//!
//! - [`Expectation`]: what you store *before* you charge, so that a crash at any line is recovered
//!   from.
//! - [`Record`]: the stored state of an order. [`Record::notified`] adds a notification's reason to
//!   ask; [`apply`] adds the gateway's answers.
//! - [`Change`]: what you act on. It is stored in the commit that stores the record, and deleted in
//!   the commit that acts.
//! - [`Charged`]: the result of a charge, and what to show at a second click.
//! - [`Policy`], [`WorkerSettings`], [`RateLimiter`], [`Event`], [`Stats`]: settings, rate, events
//!   and metrics of a worker.
//! - [`Snapshot`], [`History`], [`DeadLetter`]: what an operator sees.
//! - [`store`]: only for authors of a store.
//!
//! An example without a database:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use midtrans_inbox::store::NewNotification;
//! use midtrans_inbox::{Answer, Expectation, Outcome, Policy, Record, apply};
//! # use midtrans_protocol::ids::IdempotencyKey;
//! # use midtrans_protocol::method::Akulaku;
//! # use midtrans_protocol::notification::signature;
//! # use midtrans_protocol::{
//! #     Charge, GatewayReply, GetStatus, OrderId, Rupiah, ServerKey, TransactionDetails, decode,
//! #     notification,
//! # };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
//! # let charge = Charge::builder(order, Akulaku).minimal().build()?;
//! # let signed = signature::sign("order-101", "200", "40000.00", &key);
//! # let body = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_status":"settlement","transaction_id":"t-1","signature_key":"{signed}"}}"#);
//! # let reply = br#"{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_status":"settlement","transaction_id":"t-1"}"#.to_vec();
//! # let notification = notification::verify(body.as_bytes(), &key.clone().into())?;
//! let policy = Policy::new(key);
//! let now = SystemTime::now();
//! let record = Record::new(Expectation::of(&charge, IdempotencyKey::new("d0a1")?, now), now);
//! assert_eq!(record.check_at, Some(now + Duration::from_secs(240)), "when the charge has arrived for certain");
//!
//! // A notification says that it is settled. Its status is not signed, so the gateway is asked now.
//! let wake = NewNotification::of(&notification, now).wake();
//! let (record, change) = record.notified(&wake, &policy, now);
//! assert_eq!((record.check_at, record.outcome, change), (Some(now), None, None));
//!
//! let asked = record.next_question(&[]).expect("the order id comes first");
//! # let reply = GatewayReply::from_own_client(http::StatusCode::OK, reply);
//! let transaction = decode(&GetStatus::new(asked.clone()), reply)?;
//! let answer = Answer { asked, transaction: Some(transaction) };
//! let applied = apply(&record, &[answer], &policy, now);
//! assert_eq!(applied.changes[0].outcome, Outcome::Paid);
//! assert_eq!(applied.record.check_at, None, "nothing more to ask");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! None. Beside the protocol the crate adds `midtrans-transport`, for the errors of a charge, and
//! `tracing`, for events; it opens no socket.

mod apply;
mod charging;
mod dedupe;
mod expectation;
mod history;
mod moment;
mod notice;
mod outcome;
mod policy;
mod rate_limiter;
mod reach;
mod record;
mod refund;
mod rupiah;
mod snapshot;
mod stats;
pub mod store;
#[cfg(test)]
mod tests;
mod trouble;
mod wake;
mod worker;

pub use apply::{Answer, Applied, apply};
pub use charging::{Again, Charged, Charging, Plan, Sending};
pub use dedupe::DedupeKey;
pub use expectation::{
    CHARGE_ARRIVES_WITHIN, EXPIRY_IS_TOLD_AFTER, ExpectResult, Expectation,
    SETTLEMENT_IS_TOLD_AFTER,
};
pub use history::{DeadLetter, Entry, History, Unexpected, Waiting};
pub use midtrans_protocol as protocol;
pub use midtrans_protocol::instructions::Instructions;
pub use notice::Accepted;
pub use outcome::Outcome;
pub use policy::Policy;
pub use rate_limiter::RateLimiter;
pub use reach::Reach;
pub use record::{Change, NamedId, Notified, Payment, Record};
pub use refund::Refund;
pub use snapshot::{Metric, OPEN, Snapshot};
pub use stats::Stats;
pub use store::Error;
pub use wake::Wake;
pub use worker::{Event, Level, WorkerSettings};

/// The error of a handler. A handler may return any library's error with `?`.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;
