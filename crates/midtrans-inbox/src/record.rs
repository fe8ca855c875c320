//! What is stored about one order: what was expected, and how its transactions stand.

use std::time::SystemTime;

use midtrans_protocol::{OrderId, PaymentType, Rupiah, Stage};

use crate::{Expectation, Outcome};

/// All that is stored about one order, besides its notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Record {
    /// What the merchant wrote down.
    pub expectation: Expectation,
    /// When it was written down, for this life of the order.
    pub recorded_at: SystemTime,
    /// What became of the order; `None` while nothing was heard.
    pub outcome: Option<Outcome>,
    /// Whether [`Outcome::Paid`] was ever acted on.
    pub acted_paid: bool,
    /// Its transactions. An order that was charged again after it expired has several.
    pub payments: Vec<Payment>,
    /// What was given back.
    pub refunds: Vec<Refund>,
    /// When the gateway was last asked about it.
    pub asked_at: Option<SystemTime>,
    /// How often the reconciler asked, in all lives of the order. It tells its questions apart, so it never falls.
    pub asked: u32,
    /// How often in a row something went wrong after the reconciler had asked.
    pub failures: u32,
    /// When the reconciler asks next; `None` when it need not.
    pub ask_at: Option<SystemTime>,
    /// Why a person has to look at it, if one has to.
    pub review: Option<String>,
}

/// One transaction of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Payment {
    /// The gateway's id of it; empty where it never said one.
    pub transaction_id: String,
    /// How far it is.
    pub stage: Stage,
    /// What that means.
    pub outcome: Outcome,
    /// Whether the gateway itself said so when it was asked, and not only a notification.
    pub confirmed: bool,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Refund {
    /// The transaction that it belongs to.
    pub transaction_id: String,
    /// The merchant's key of it.
    pub refund_key: Option<String>,
    /// The gateway's number of it.
    pub refund_chargeback_id: Option<String>,
    /// How much, in whole rupiah.
    pub amount: Rupiah,
    /// Whether the bank has confirmed it: the money has moved.
    pub confirmed: bool,
}

/// What a handler is told, inside the transaction that stores it: act on it there, and it happens exactly once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The order.
    pub order_id: OrderId,
    /// Its price, as it was written down; in whole rupiah.
    pub amount: Rupiah,
    /// How the customer pays, as it was written down.
    pub provider: PaymentType,
    /// The gateway's id of the transaction that brought the news; empty where there is none.
    pub transaction_id: String,
    /// What has become of the order.
    pub outcome: Outcome,
    /// What had become of it before. With [`Outcome::Refunded`], anything but `Some(Paid)` or `Some(Refunded)` means that
    /// the money went back before anybody heard that it was there.
    pub before: Option<Outcome>,
    /// Refunds that were not known before, and known ones that the bank has now confirmed. A refund is here at most twice:
    /// when it is first heard of, and when it is [`confirmed`](Refund::confirmed). So don't add them up: keep a row per
    /// refund, or read the sum off [`Record::refunds`].
    pub refunds: Vec<Refund>,
}

impl Record {
    /// What is stored about an order when it is first written down.
    #[must_use]
    pub fn new(expectation: Expectation, now: SystemTime) -> Self {
        let ask_at = Some(expectation.ask_from);
        Self {
            expectation,
            recorded_at: now,
            outcome: None,
            acted_paid: false,
            payments: Vec::new(),
            refunds: Vec::new(),
            asked_at: None,
            asked: 0,
            failures: 0,
            ask_at,
            review: None,
        }
    }

    /// The record of the order's next life: one that ended without money may be charged again, with a new idempotency key,
    /// under the same order id. What is stored of its earlier transactions stays.
    ///
    /// # Errors
    /// The answer to the merchant, when nothing is to be written.
    pub fn renewed(&self, wanted: &Expectation, now: SystemTime) -> Result<Self, crate::Expecting> {
        use crate::Expecting::{Decided, Differs, Open};
        match self.outcome {
            // With the old key the gateway would bring back the old charge.
            Some(outcome) if outcome.is_closed_without_money() && !self.has_key_of(wanted) => {
                let (payments, refunds) = (self.payments.clone(), self.refunds.clone());
                let (asked, asked_at) = (self.asked, self.asked_at);
                Ok(Self { payments, refunds, asked, asked_at, ..Self::new(wanted.clone(), now) })
            }
            _ if self.expectation.amount != wanted.amount || self.expectation.provider != wanted.provider => {
                Err(Differs(self.expectation.clone()))
            }
            Some(Outcome::Pending) | None => Err(Open(self.expectation.clone())),
            Some(outcome) => Err(Decided(outcome)),
        }
    }

    fn has_key_of(&self, other: &Expectation) -> bool {
        self.expectation.idempotency_key == other.idempotency_key
    }

    /// The change that brings this record to another state.
    pub(crate) fn change(&self, transaction_id: &str, outcome: Outcome, refunds: Vec<Refund>) -> Change {
        Change {
            order_id: self.expectation.order_id.clone(),
            amount: self.expectation.amount,
            provider: self.expectation.provider.clone(),
            transaction_id: transaction_id.to_owned(),
            outcome,
            before: self.outcome,
            refunds,
        }
    }
}
