//! The charge of an order: the plan for a click, and the record after the charge has ended.
//!
//! A store keeps the expectation, the charge's key, its deadline and its instructions together, so
//! that a second click never charges twice and shows the same pay page.

use std::time::{Duration, SystemTime};

use midtrans_protocol::Charge;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::Terms;
use midtrans_transport::Error as CallError;

use crate::moment::{earlier, later};
use crate::{ExpectResult, Expectation, Instructions, Outcome, Record};

/// The time after the first attempt in which the charge may be sent again with its key. The gateway
/// forgets a key after five minutes; two are left for clocks and for the attempt itself.
/// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
const KEY_IS_GOOD_FOR: Duration = Duration::from_secs(180);

/// The longest time that one charge may take, with all its attempts.
const DEADLINE: Duration = Duration::from_secs(60);

/// The time after its deadline in which a charge may still arrive: it was on the network when its
/// caller gave up.
const ON_THE_WAY: Duration = Duration::from_secs(30);

/// The pause between an unknown end and the question about it.
const ASK_AFTER: Duration = Duration::from_secs(5);

/// The state of the charge of one life of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores and tests make it from stored values"
)]
pub struct Charging {
    /// The time of the first attempt; `None` before it.
    pub first_sent_at: Option<SystemTime>,
    /// The number of times that the charge was sent. A single refused attempt is certain; of
    /// several, an earlier one may have arrived.
    pub attempts: u32,
    /// The gateway's instructions to the customer.
    pub instructions: Option<Instructions>,
}

/// The end of a call of a store's `charge`.
#[derive(Debug)]
#[must_use = "only `Instructions` says what to show, and only `Refused` may be tried again"]
#[expect(
    clippy::exhaustive_enums,
    reason = "a checkout page has to know every case"
)]
pub enum Charged {
    /// Show this to the customer. A second click gets the first one's.
    Instructions(Instructions),
    /// The gateway has refused the charge, for certain: the customer was not charged. You may try
    /// again.
    Refused(CallError),
    /// The charge may have arrived or not, or its answer has no instructions that this version
    /// knows. Show "we are checking": the worker finds out, and a later click shows what it has
    /// found.
    Unknown,
    /// The payment is over already, with this outcome. If it ended without money, `charge_again`
    /// begins another one.
    Decided(Outcome),
    /// The order is stored with another amount or payment method, and its payment is not over. To
    /// let the customer pay in another way, cancel the payment, wait until it is reported as
    /// cancelled, and then charge again.
    Differs(Expectation),
}

/// The next step of a store's `charge`, at a click.
#[must_use = "it says whether to send a charge"]
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "stores have to know every case")]
pub enum Plan {
    /// Store this record, commit, and send the charge. The shop's own order row is written in the
    /// same commit if [`is_new`](Sending::is_new).
    Send(Box<Record>, Sending),
    /// Show these again.
    Show(Instructions),
    /// Ask the gateway, and show "we are checking".
    Ask,
    /// The payment is over already.
    Decided(Outcome),
    /// Something else is stored.
    Differs(Expectation),
}

impl Plan {
    /// Returns whether this may be done only if no notification of the order waits for intake: one
    /// may say that an order that ended without money did not. Otherwise show "we are checking".
    #[must_use]
    pub fn needs_all_read(&self) -> bool {
        matches!(self, Self::Send(record, sending) if sending.is_new && record.life > 1)
    }
}

/// An attempt of a charge that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct Sending {
    /// The key to send it with.
    pub key: IdempotencyKey,
    /// The longest that it may take, with all its attempts.
    pub deadline: Duration,
    /// The number of the attempt in this life of the order.
    pub attempt: u32,
    /// True if the order, or this life of it, was not stored before.
    pub is_new: bool,
}

/// The payments that ended without money that may be charged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third choice")]
pub enum Again {
    /// Only one whose charge never arrived or was refused by the gateway at once.
    Never,
    /// Any: the customer, or the shop, wants to try once more. The gateway takes an order id again
    /// after it expired or was cancelled.
    Wanted,
}

impl Record {
    /// Decides what a click does. `key` is a new idempotency key, used only if a new charge begins.
    pub fn plan(
        stored: Option<&Self>,
        charge: &Charge,
        key: IdempotencyKey,
        again: Again,
        now: SystemTime,
    ) -> Plan {
        let wanted = Expectation::of(charge, key, now);
        let Some(stored) = stored else {
            return Self::new(wanted, now).send(true, now);
        };
        let is_closed = stored.outcome.is_some_and(Outcome::is_closed_without_money);
        if is_closed && stored.is_doubtful() {
            return Plan::Ask;
        }
        let may_begin = again == Again::Wanted || stored.outcome == Some(Outcome::NotCharged);
        match (stored.renewed(&wanted, now), stored.outcome) {
            (Ok(renewed), _) if may_begin => renewed.send(true, now),
            (Ok(_), outcome) => outcome.map_or(Plan::Ask, Plan::Decided),
            (Err(ExpectResult::Open(_)), _) => stored.send_again(now),
            (Err(result), _) => result.into(),
        }
    }

    /// Plans a second click, or the first one after the program died at it.
    fn send_again(&self, now: SystemTime) -> Plan {
        if let Some(instructions) = &self.charging.instructions {
            return Plan::Show(instructions.clone());
        }
        match self.charging.first_sent_at {
            // A clock that went back, or another host's: whether the key is still good cannot be
            // told.
            Some(first)
                if now
                    .duration_since(first)
                    .is_ok_and(|since| since < KEY_IS_GOOD_FOR) =>
            {
                self.clone().send(false, now)
            }
            None if self.is_silent() => self.clone().send(false, now),
            // It was sent in another way, or too long ago.
            Some(_) | None => Plan::Ask,
        }
    }

    fn send(mut self, is_new: bool, now: SystemTime) -> Plan {
        let first = *self.charging.first_sent_at.get_or_insert(now);
        let until = later(first, KEY_IS_GOOD_FOR);
        let left = until.duration_since(now).unwrap_or_default();
        let deadline = DEADLINE.min(left);
        self.charging.attempts = self.charging.attempts.saturating_add(1);
        self.expectation.charge_until = self
            .expectation
            .charge_until
            .max(later(now, deadline.saturating_add(ON_THE_WAY)));
        // Whatever a 404 said before is no longer true.
        (self.lag, self.lagged_at) = (0, None);
        let sending = Sending {
            key: self.expectation.idempotency_key.clone(),
            deadline,
            attempt: self.charging.attempts,
            is_new,
        };
        Plan::Send(Box::new(self), sending)
    }

    /// Returns the record after an attempt that brought instructions; `None` if the attempt is of
    /// an earlier life. The transaction is asked about by its own id too if the gateway does not
    /// find it by order id.
    #[must_use]
    pub fn charged(
        &self,
        sending: &Sending,
        instructions: &Instructions,
        transaction_id: Option<&str>,
    ) -> Option<Self> {
        if self.expectation.idempotency_key != sending.key {
            return None;
        }
        let mut record = self.clone();
        record.charging.instructions = Some(instructions.clone());
        let terms = Terms::of(&self.expectation.payment_type);
        if let Some(id) = transaction_id.filter(|_| !terms.is_found_by_order_id) {
            record.add_id(id);
        }
        Some(record)
    }

    /// Returns the record after an attempt that the gateway refused, if that is certain: it was the
    /// only attempt of this life, and nothing was heard of it since. Otherwise `None`: the outcome
    /// is unknown.
    ///
    /// The worker is not told, because the caller knows. It asks all the same, once the charge
    /// cannot arrive any more.
    #[must_use]
    pub fn refused(&self, sending: &Sending) -> Option<Self> {
        let is_its = self.expectation.idempotency_key == sending.key;
        let is_only = sending.attempt == 1 && self.charging.attempts == 1;
        (is_its && is_only && self.is_silent()).then(|| Self {
            outcome: Some(Outcome::NotCharged),
            ..self.clone()
        })
    }

    /// Returns whether nothing was heard of a transaction of this life.
    fn is_silent(&self) -> bool {
        self.outcome.is_none() && self.notified == crate::Notified::default()
    }

    /// Returns the record after an attempt whose end is unknown: the gateway is asked soon.
    #[must_use]
    pub fn ask_soon(&self, now: SystemTime) -> Self {
        Self {
            check_at: Some(earlier(self.check_at, later(now, ASK_AFTER))),
            ..self.clone()
        }
    }
}

impl From<ExpectResult> for Plan {
    fn from(result: ExpectResult) -> Self {
        match result {
            ExpectResult::Decided(outcome) => Self::Decided(outcome),
            ExpectResult::Differs(stored) => Self::Differs(stored),
            ExpectResult::Recorded | ExpectResult::Open(_) => Self::Ask,
        }
    }
}

#[cfg(test)]
mod tests;
