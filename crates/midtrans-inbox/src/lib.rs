//! The rules of an inbox for Midtrans notifications: no notification lost, every payment acted on exactly once.
//!
//! This crate knows no database, no clock and no network; `midtrans-inbox-sqlite` and `midtrans-inbox-postgres` apply it to
//! the merchant's own database, and re-export it. It holds what is the same for both:
//!
//! - [`Expectation`]: what the merchant writes down *before* charging, so that a crash at any line is found again.
//! - [`DedupeKey`]: what tells a notification that came again from one that says something new.
//! - [`Record`]: what is stored about an order; [`Record::weigh`] holds a word of the gateway's against it.
//! - [`Case::judge`]: what to do next with an order that a worker has claimed. Ask, store and act, come back later, or
//!   call a person.
//! - [`Settings`], [`Event`], [`Pacer`]: what the worker loops share.
//! - [`Policy`]: how patient, how polite and how trusting all that is.
//! - [`Change`]: what a merchant's handler is told, inside the transaction that stores it.
//! - [`Snapshot`], [`History`], [`DeadLetter`]: what an operator sees.
//!
//! A walk through it, without a database:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use midtrans_inbox::{Answer, Case, Claimed, Expectation, Outcome, Policy, Record, Step};
//! # use midtrans_protocol::{Charge, GatewayReply, GetStatus, IdempotencyKey, OrderId, Rupiah, ServerKey, TransactionDetails, decode, signature};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
//! # let charge = Charge::akulaku_minimal(order);
//! # let signed = signature::sign("order-101", "200", "40000.00", &key);
//! # let body = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_status":"settlement","transaction_id":"t-1","signature_key":"{signed}"}}"#);
//! # let reply = br#"{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_status":"settlement","transaction_id":"t-1"}"#.to_vec();
//! let policy = Policy::new(key);
//! let now = SystemTime::now();
//! let record = Record::new(Expectation::of(&charge, IdempotencyKey::new("d0a1")?, now), now);
//!
//! // A notification says that it is settled. Its status is not signed, so the gateway is asked.
//! let claimed = Claimed { id: 1, body, tries: 1, failures: 0, received_at: now };
//! let case = Case {
//!     order_id: "order-101".to_owned(),
//!     notifications: vec![claimed],
//!     question: None,
//!     lease_until: policy.lease_until(now),
//! };
//! let Step::Ask(asked) = case.judge(Some(&record), &[], &policy, now) else { panic!() };
//!
//! # let status = GetStatus::new(OrderId::new("order-101")?);
//! # let reply = GatewayReply::from_own_client(http::StatusCode::OK, reply);
//! let transaction = decode(&status, reply)?;
//! let answer = Answer { asked, transaction: Some(transaction) };
//! let Step::Settle { record, changes, .. } = case.judge(Some(&record), &[answer], &policy, now) else { panic!() };
//! assert_eq!(changes[0].outcome, Outcome::Paid);
//! assert!(record.acted_paid);
//! # Ok(())
//! # }
//! ```

mod arrival;
mod case;
mod dedupe;
mod expectation;
mod handling;
mod history;
mod moment;
mod outcome;
mod policy;
mod record;
mod refunds;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod weigh;
mod worker;

pub use arrival::{Accepted, Arrival};
pub use case::{Answer, Case, Claimed, Question, Step};
pub use dedupe::DedupeKey;
pub use expectation::{CHARGE_ENDS_AFTER, EXPIRY_IS_TOLD_AFTER, Expectation, Expecting, SETTLEMENT_IS_TOLD_AFTER};
pub use handling::{Finish, HandlerError};
pub use history::{DeadLetter, Entry, History};
pub use midtrans_protocol as protocol;
pub use moment::{from_millis, to_millis};
pub use outcome::Outcome;
pub use policy::{Asking, Policy};
pub use record::{Change, Payment, Record, Refund};
pub use snapshot::{Metric, OPEN, Snapshot};
pub use state::State;
pub use weigh::{Doubt, Weighed, Word};
pub use worker::{Event, Pacer, Settings};
