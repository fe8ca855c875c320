//! The charge of an order, between the two transactions of a store.

use std::time::{Duration, SystemTime};

use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::{Charge, Transaction};
use midtrans_transport::{CallOptions, Error as CallError};

use crate::{Again, Charged, Error, Event, Record, Sending};

/// A charge for a store's `charge_with`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChargeRequest<'a> {
    /// The charge.
    pub charge: &'a Charge,
    /// A new idempotency key, from the client's `idempotency_key`. It is used only if a new charge
    /// begins.
    pub key: IdempotencyKey,
    /// The orders without money that are charged again. Default: only one whose charge never
    /// arrived or was refused.
    pub again: Again,
    /// The time of the click.
    pub now: SystemTime,
}

impl<'a> ChargeRequest<'a> {
    /// Creates the request of a charge at a click now.
    #[must_use]
    pub const fn new(charge: &'a Charge, key: IdempotencyKey, now: SystemTime) -> Self {
        Self {
            charge,
            key,
            again: Again::Never,
            now,
        }
    }
}

/// The result of the transaction before the call.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "stores have to know every case")]
pub enum ChargeStart {
    /// The charge is to be sent.
    Send(Sending),
    /// Nothing is to be sent.
    Done(Charged),
}

/// Returns the options of the call, `elapsed` after the click; `None` if its deadline has passed,
/// because the first transaction waited too long.
#[must_use]
pub fn charge_options(sending: &Sending, elapsed: Duration) -> Option<CallOptions> {
    let left = sending.deadline.saturating_sub(elapsed);
    let mut options = CallOptions::keyed(sending.key.clone());
    options.deadline = Some(left);
    (left > Duration::ZERO).then_some(options)
}

/// The result of the call.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth case")]
pub enum ChargeEnd {
    /// The charge succeeded.
    Charged {
        /// The customer's next step.
        instructions: Instructions,
        /// The id of the transaction, if the answer has one.
        transaction_id: Option<String>,
    },
    /// The gateway refused it.
    Refused(CallError),
    /// It may have arrived or not.
    Unknown,
}

impl ChargeEnd {
    /// Returns the meaning of a call's result; `None` is a call that was not made.
    #[must_use]
    pub fn of(result: Option<Result<Transaction, CallError>>) -> Self {
        match result {
            Some(Ok(reply)) => match reply.instructions() {
                Some(instructions) => Self::Charged {
                    instructions,
                    transaction_id: reply.transaction_id().map(ToOwned::to_owned),
                },
                None => Self::Unknown,
            },
            Some(Err(error)) if !error.outcome_unknown() && !error.is_duplicate_order() => {
                Self::Refused(error)
            }
            Some(Err(_)) | None => Self::Unknown,
        }
    }

    /// Returns the record to store in the transaction after the call, and whether the result is
    /// certain and belongs to this life of the order. Otherwise the gateway is asked soon.
    #[must_use]
    pub fn apply_to(&self, record: &Record, sending: &Sending, now: SystemTime) -> (Record, bool) {
        let known = match self {
            Self::Charged {
                instructions,
                transaction_id,
            } => record.charged(sending, instructions, transaction_id.as_deref()),
            Self::Refused(_) => record.refused(sending),
            Self::Unknown => None,
        };
        match known {
            Some(after) => (after, true),
            None => (record.ask_soon(now), false),
        }
    }

    /// Returns what to show. `stored` says whether the result was certain, or why the second
    /// transaction failed: then known instructions are shown nevertheless, and a worker asks about
    /// the rest.
    pub fn charged(self, stored: Result<bool, Error>) -> Charged {
        let is_certain = stored.unwrap_or_else(|error| {
            Event::StoreFailed { error: &error }.trace();
            matches!(self, Self::Charged { .. })
        });
        match self {
            Self::Charged { instructions, .. } if is_certain => Charged::Instructions(instructions),
            Self::Refused(error) if is_certain => Charged::Refused(error),
            _ => Charged::Unknown,
        }
    }
}
