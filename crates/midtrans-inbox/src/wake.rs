//! Adds a notification to a record: a reason to ask, and nothing else.

use std::time::{Duration, SystemTime};

use midtrans_protocol::Rupiah;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::method::Terms;

use crate::moment::{earlier, later};
use crate::record::NamedId;
use crate::{Change, Notified, Outcome, Policy, Reach, Record};

/// The longest time after an answer in which a notification of the same news may come.
const SOON: Duration = Duration::from_secs(5 * 60);

/// The part of a verified notification that a record takes in. Everything but the transaction id is
/// signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Wake {
    /// The signed status code.
    pub status_code: String,
    /// The signed amount in whole rupiah, if it is whole and the signature fits no other order.
    pub amount: Option<Rupiah>,
    /// The id of the transaction that it names. Not signed.
    pub transaction_id: Option<String>,
    /// The time of receipt, by the clock of the host that took it.
    pub received_at: SystemTime,
}

impl Record {
    /// Returns the record after a notification, and the change to report to the merchant because of
    /// it: none, unless [`Policy::paid_by_signature`] is on.
    ///
    /// A signed 201 about an open order causes no question: it says what is known.
    #[must_use]
    pub fn notified(
        &self,
        wake: &Wake,
        policy: &Policy,
        now: SystemTime,
    ) -> (Self, Option<Change>) {
        let mut record = self.clone();
        let signed = self.reach_of(wake);
        let known = self.notified.reach.max(Reach::of(self.outcome));
        let reach = match (signed, known) {
            (Reach::Closed, Reach::Money) => Reach::Reversed,
            (Reach::Money, Reach::Closed) if self.notified.reach == known => Reach::Reversed,
            _ => signed,
        };
        if reach > known.max(self.reach_of_earlier_lives()) {
            // The end of another transaction, or a code that is answered already, may come again
            // and again.
            let may_be_others = reach == Reach::Reversed && self.had_money() && self.ended() > 0;
            let may_repeat = may_be_others || self.is_answered(reach);
            record.quiet = if may_repeat { self.quiet } else { 0 };
            // A reversal of this one may be answered a little later than it is notified.
            let lag = self.quiet.min(policy.max_lag.saturating_sub(2));
            record.lag = if may_be_others { lag } else { 0 };
            record.lagged_at = None;
            record.notified.reach = reach;
        }
        if signed == Reach::Money {
            record.notified.unaccounted = self.unaccounted_before(now).saturating_add(1);
        }
        if self.is_open() && wake.status_code == "201" && self.review.is_none() {
            return (record, None);
        }
        if let Some(id) = &wake.transaction_id {
            record.add_id(id);
        }
        let due = policy.check_after_notification(&record, now);
        record.check_at = Some(earlier(record.check_at, due));
        // A clock that is ahead makes no notification younger than it is.
        let received_at = wake.received_at.min(now);
        record.notified_at = Some(earlier(record.notified_at, received_at));
        let change = (policy.paid_by_signature && self.is_paid_by(wake)).then(|| {
            (record.outcome, record.paid, record.is_unconfirmed) =
                (Some(Outcome::Paid), true, true);
            self.change("", Outcome::Paid, Vec::new())
        });
        (record, change)
    }

    /// Returns the count of unaccounted 200s before this one. An answer that was quicker than its
    /// notification accounts for one that comes soon; a later one tells more.
    fn unaccounted_before(&self, now: SystemTime) -> i32 {
        // After a clock that was set back, the answer is not a recent one.
        let is_soon = self
            .asked_at
            .is_some_and(|asked_at| asked_at < later(now, SOON) && now < later(asked_at, SOON));
        if is_soon {
            self.notified.unaccounted
        } else {
            self.notified.unaccounted.max(0)
        }
    }

    /// Returns whether an answer has a code of this reach, although less was told: reserved money has
    /// a signed 200.
    fn is_answered(&self, reach: Reach) -> bool {
        self.leading_payment()
            .is_some_and(|payment| reach <= Reach::of_payment(payment))
    }

    /// Returns the reach of a signed code, if the signed amount is this order's: the price, or more
    /// with the gateway's fee.
    fn reach_of(&self, wake: &Wake) -> Reach {
        match wake.amount {
            Some(amount) if amount >= self.expectation.amount => Reach::of_code(&wake.status_code),
            _ => Reach::Nothing,
        }
    }

    /// Returns whether a signature says that the expected money came, for a method for which that
    /// code says nothing else. It says nothing about a later life, because a signature of an
    /// earlier one fits as well, nor if the gateway was asked because of such a code already.
    fn is_paid_by(&self, wake: &Wake) -> bool {
        wake.status_code == "200"
            && wake.amount == Some(self.expectation.amount)
            && !Terms::of(&self.expectation.payment_type).has_authorization
            && self.is_open()
            && self.life == 1
            && self.notified.reach < Reach::Money
            && self.review.is_none()
    }

    /// Adds a transaction id to ask about. One that an answer has named already is asked about
    /// again; of others there are at most [`Notified::MAX_IDS`], each asked about once.
    pub(crate) fn add_id(&mut self, id: &str) {
        let is_known = self.payment(id).is_some();
        let is_its_order = id == self.expectation.order_id.as_str();
        let has_room = self.notified.ids.len() < Notified::MAX_IDS;
        match self.notified.ids.iter_mut().find(|named| named.id == id) {
            Some(named) => named.is_asked &= !is_known,
            None if has_room && !is_its_order && PaymentId::received(id).is_ok() => {
                self.notified.ids.push(NamedId {
                    id: id.to_owned(),
                    is_asked: false,
                });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
