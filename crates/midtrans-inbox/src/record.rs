//! The record of one order: the expectation, and the gateway's answers about it.

use std::time::SystemTime;

use midtrans_protocol::decision::Extent;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::lifecycle::Stage;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::{OrderId, Rupiah};

use crate::charging::Charging;
use crate::moment::later;
use crate::refund::{Refund, returned};
use crate::{CHARGE_ARRIVES_WITHIN, ExpectResult, Expectation, Outcome, Reach};

/// Everything that is stored about one order, besides its raw notifications.
///
/// [`payments`](Self::payments), [`refunds`](Self::refunds) and [`outcome`](Self::outcome) change
/// only by the gateway's answers ([`apply`](crate::apply)). Notifications contribute to
/// [`notified`](Self::notified) only, which is bounded and causes questions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Record {
    /// The expectation that the merchant stored.
    pub expectation: Expectation,
    /// The time at which it was stored, for this life of the order.
    pub recorded_at: SystemTime,
    /// The number of this life, from 1. An order that is charged again after it ended without money
    /// begins another one.
    pub life: u32,
    /// The state of the charge of this life.
    pub charging: Charging,
    /// The outcome that was reported to the merchant last; `None` before any was.
    pub outcome: Option<Outcome>,
    /// True if [`Outcome::Paid`] was reported in this life.
    pub paid: bool,
    /// True if [`Outcome::Paid`] was reported because of a signature alone, and no answer has
    /// confirmed it yet. See [`Policy::paid_by_signature`](crate::Policy::paid_by_signature).
    pub is_unconfirmed: bool,
    /// The transactions of the order, as the gateway answered.
    pub payments: Vec<Payment>,
    /// The refunds of the order, as the gateway answered.
    pub refunds: Vec<Refund>,
    /// The contribution of notifications in this life.
    pub notified: Notified,
    /// The time of the gateway's last answer.
    pub asked_at: Option<SystemTime>,
    /// The number of questions in a row that brought no usable answer.
    pub failures: u32,
    /// The number of answers in a row that were behind what is known: a 404, or less than what was
    /// signed or answered before. Only answers count that came when they were due, so that asking
    /// more often makes nothing certain sooner.
    pub lag: u32,
    /// The time of the last answer that counts in [`lag`](Self::lag).
    pub lagged_at: Option<SystemTime>,
    /// The number of checks in a row that a notification caused and that brought nothing new.
    pub quiet: u32,
    /// The time of the next check; `None` is never. The only schedule of the order.
    pub check_at: Option<SystemTime>,
    /// The time of the oldest notification, or of a person's request, that no answer has explained
    /// yet.
    pub notified_at: Option<SystemTime>,
    /// The reason why a person has to look at the order, if one has to.
    pub review: Option<String>,
}

/// One transaction of an order, as the gateway answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores and tests make it from stored values"
)]
pub struct Payment {
    /// The gateway's id of it; empty if the gateway never said one.
    pub transaction_id: String,
    /// The life of the order in which it was first answered.
    pub life: u32,
    /// The status and the returned amount.
    pub stage: Stage,
    /// The outcome that follows from the status.
    pub outcome: Outcome,
    /// The amount that the customer paid or is to pay, in whole rupiah: the price and the gateway's
    /// fee, if there is one.
    pub amount: Rupiah,
}

/// The contribution of the notifications of one life. It can only cause questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores and tests make it from stored values"
)]
pub struct Notified {
    /// The furthest reach of a signed status code, if no answer has said as much yet.
    pub reach: Reach,
    /// The number of signed 200s that no answer accounts for: one comes when money came, and one
    /// for each refund, its confirmation, and a dispute. Below zero if an answer was quicker than
    /// its notification.
    pub unaccounted: i32,
    /// Transaction ids that notifications named, at most [`Notified::MAX_IDS`]. They are not
    /// signed.
    pub ids: Vec<NamedId>,
}

/// The number of questions in a row without a usable answer after which no id is asked about that
/// the gateway has not answered with.
pub(crate) const KNOWN_IDS_ALONE: u32 = 3;

impl Notified {
    /// The most transaction ids that the gateway is asked about besides the order id.
    pub const MAX_IDS: usize = 8;
}

/// A transaction id that a notification named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores and tests make it from stored values"
)]
pub struct NamedId {
    /// The id.
    pub id: String,
    /// True if the gateway was asked about it.
    pub is_asked: bool,
}

/// A change of an order that the merchant acts on.
///
/// It is stored in the commit that stores the record, and taken in the commit that acts on it:
/// once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The order.
    pub order_id: OrderId,
    /// The stored price, in whole rupiah.
    pub amount: Rupiah,
    /// The stored payment method.
    pub payment_type: PaymentType,
    /// The gateway's id of the transaction that the change is about; empty if none is known.
    pub transaction_id: String,
    /// The new outcome.
    pub outcome: Outcome,
    /// The outcome before.
    pub before: Option<Outcome>,
    /// Refunds that were not known before, and known ones that the bank has now confirmed. A refund
    /// is reported at most twice: when it is first known, and when it is
    /// [`confirmed`](Refund::confirmed). So don't add them up: keep a row per refund.
    pub refunds: Vec<Refund>,
}

impl Record {
    /// Creates the record of an order that is stored for the first time.
    #[must_use]
    pub fn new(expectation: Expectation, now: SystemTime) -> Self {
        // A customer may be on a page of Snap for days, and the notification of a payment be lost.
        let soon = later(now, CHARGE_ARRIVES_WITHIN);
        let check_at = Some(expectation.charge_until.min(soon));
        Self {
            expectation,
            recorded_at: now,
            life: 1,
            charging: Charging::default(),
            outcome: None,
            paid: false,
            is_unconfirmed: false,
            payments: Vec::new(),
            refunds: Vec::new(),
            notified: Notified::default(),
            asked_at: None,
            failures: 0,
            lag: 0,
            lagged_at: None,
            quiet: 0,
            check_at,
            notified_at: None,
            review: None,
        }
    }

    /// Returns the record of the order's next life: an order that ended without money may be
    /// charged again under its order id, with a new idempotency key, unless something speaks
    /// against that end. Its earlier transactions and refunds stay.
    ///
    /// # Errors
    /// The answer to the merchant, if nothing is to be stored.
    pub fn renewed(&self, wanted: &Expectation, now: SystemTime) -> Result<Self, ExpectResult> {
        let has_its_key = self.expectation.idempotency_key == wanted.idempotency_key;
        match self.outcome {
            // With the old key the gateway would bring back the old charge.
            Some(outcome)
                if outcome.is_closed_without_money() && !has_its_key && !self.is_doubtful() =>
            {
                let (payments, refunds) = (self.payments.clone(), self.refunds.clone());
                let life = self.life.saturating_add(1);
                Ok(Self {
                    payments,
                    refunds,
                    life,
                    asked_at: self.asked_at,
                    ..Self::new(wanted.clone(), now)
                })
            }
            _ if !self.expectation.is_same_payment(wanted) => {
                Err(ExpectResult::Differs(self.expectation.clone()))
            }
            Some(Outcome::Pending) | None => Err(ExpectResult::Open(self.expectation.clone())),
            Some(outcome) => Err(ExpectResult::Decided(outcome)),
        }
    }

    /// Returns the reach up to which a code says nothing about this life, because a transaction of
    /// an earlier one has that signature as well.
    pub(crate) fn reach_of_earlier_lives(&self) -> Reach {
        let earlier = self
            .payments
            .iter()
            .filter(|payment| payment.life < self.life);
        earlier.map(Reach::of_payment).max().unwrap_or_default()
    }

    pub(crate) fn payment(&self, transaction_id: &str) -> Option<&Payment> {
        self.payments
            .iter()
            .find(|payment| payment.transaction_id == transaction_id)
    }

    /// Returns whether the merchant was told of no end yet.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.outcome, None | Some(Outcome::Pending))
    }

    /// Returns whether the merchant was told that money came.
    pub(crate) fn had_money(&self) -> bool {
        self.outcome.is_some_and(Outcome::had_money)
    }

    /// Returns the number of transactions that have ended without money, as answered.
    pub(crate) fn ended(&self) -> usize {
        self.payments
            .iter()
            .filter(|payment| payment.outcome.is_closed_without_money())
            .count()
    }

    /// Returns the number of signed 200s that the payments account for, as answered: a dispute has
    /// one of its own.
    pub(crate) fn accounted(&self) -> usize {
        let codes = self.payments.iter().map(|payment| match payment.outcome {
            Outcome::Disputed(_) => 2,
            outcome => usize::from(outcome.had_money()),
        });
        codes.sum()
    }

    /// Returns whether something speaks against what was reported last: a notification that no
    /// answer has explained, a signed code that says more and is still asked about, a review, or
    /// that no answer has said it since a person looked.
    pub(crate) fn is_doubtful(&self) -> bool {
        let is_failed = matches!(self.outcome, Some(Outcome::Failed(_)));
        self.review.is_some()
            || (is_failed && self.leading_payment().is_none())
            || self.notified_at.is_some()
            || (self.notified.reach > Reach::of(self.outcome) && self.check_at.is_some())
    }

    /// Returns the next id to ask Get Status about, given the answers so far; `None` if there is no
    /// more to ask. The order id comes first. A record asks for at most its order id,
    /// [`Notified::MAX_IDS`] named ids, and its own open transactions.
    ///
    /// After three questions in a row without a usable answer it asks for no id that only a
    /// notification has named: the gateway may fail at it.
    #[must_use]
    pub fn next_question(&self, answers: &[crate::Answer]) -> Option<PaymentId> {
        if answers.is_empty() {
            return Some((&self.expectation.order_id).into());
        }
        let is_answered = |id: &str| answers.iter().any(|answer| answer.is_about(id));
        let is_known = |id: &str| self.payment(id).is_some();
        // What made a review does not settle by not being asked about. A reversal is one of a
        // transaction that is known.
        let is_unsettled = |id: &str| {
            let is_behind = self.notified.reach < Reach::Reversed || is_known(id);
            (self.lag > 0 && is_behind) || self.review.is_some()
        };
        let may_ask = |named: &&NamedId| {
            (!named.is_asked || is_unsettled(&named.id))
                && (self.failures < KNOWN_IDS_ALONE || is_known(&named.id))
        };
        let named = self.notified.ids.iter().filter(may_ask);
        let open = self
            .payments
            .iter()
            .filter(|payment| payment.outcome == Outcome::Pending);
        let ids = named
            .map(|named| named.id.as_str())
            .chain(open.map(|payment| payment.transaction_id.as_str()));
        ids.filter(|id| !is_answered(id))
            .find_map(|id| PaymentId::received(id).ok())
    }

    /// Returns the transaction that decides the order's outcome: the one that holds money, else one
    /// that did, else the open one, else the latest of this life.
    pub(crate) fn leading_payment(&self) -> Option<&Payment> {
        let of_this_life = self.payments.iter().filter(|payment| self.counts(payment));
        of_this_life.max_by_key(|payment| match payment.outcome {
            Outcome::Failed(_) | Outcome::NotCharged => 1,
            Outcome::Pending => 2,
            _ if payment.holds_money() => 4,
            Outcome::Paid | Outcome::Refunded(_) | Outcome::Disputed(_) => 3,
        })
    }

    /// Returns whether a transaction belongs to this life of the order, or brought money in an
    /// earlier one.
    pub(crate) fn counts(&self, payment: &Payment) -> bool {
        payment.life == self.life || payment.outcome.had_money()
    }

    /// Returns the refunded amount of a transaction.
    pub(crate) fn returned_of(&self, transaction_id: &str) -> Rupiah {
        returned(&self.refunds, transaction_id).unwrap_or(Rupiah::new(0))
    }

    pub(crate) fn change(
        &self,
        transaction_id: &str,
        outcome: Outcome,
        refunds: Vec<Refund>,
    ) -> Change {
        Change {
            order_id: self.expectation.order_id.clone(),
            amount: self.expectation.amount,
            payment_type: self.expectation.payment_type.clone(),
            transaction_id: transaction_id.to_owned(),
            outcome,
            before: self.outcome,
            refunds,
        }
    }
}

impl Payment {
    /// Returns whether its money came and was not returned in full.
    pub(crate) fn holds_money(&self) -> bool {
        let is_whole = self.outcome == Outcome::Refunded(Extent::Full);
        self.outcome.had_money()
            && !is_whole
            && self
                .stage
                .refunded
                .is_none_or(|refunded| refunded < self.amount)
    }
}
