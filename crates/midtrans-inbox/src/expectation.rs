//! The expectation of a payment: what the merchant writes down before charging.

use std::time::{Duration, SystemTime};

use midtrans_protocol::{
    Charge, CustomExpiry, Expected, IdempotencyKey, OrderId, PaymentType, Rupiah,
};

use crate::Outcome;
use crate::moment::later;

/// How long after its first attempt a charge can still arrive at the gateway, at most: the last
/// attempt starts three minutes after the first one and takes half a minute, and half a minute is
/// left for clocks.
pub const CHARGE_ARRIVES_WITHIN: Duration = Duration::from_secs(4 * 60);

/// The gateway notifies an expiry within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const EXPIRY_IS_TOLD_AFTER: Duration = Duration::from_secs(90);

/// The gateway notifies a settlement within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const SETTLEMENT_IS_TOLD_AFTER: Duration = Duration::from_secs(20);

/// A payment that is about to be asked for. Store it before the charge is sent: a program that dies
/// at any later line finds it again and asks the gateway what became of it. An order that is stored
/// earlier and never charged is harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Expectation {
    /// The merchant's id of the order.
    pub order_id: OrderId,
    /// The price, in whole rupiah.
    pub amount: Rupiah,
    /// The payment method.
    pub payment_type: PaymentType,
    /// The key that the charge is sent with, so that a repeat within the gateway's five minutes is
    /// the same charge.
    pub idempotency_key: IdempotencyKey,
    /// The last moment at which the charge can still arrive at the gateway. An order is not told to
    /// be [`NotCharged`](Outcome::NotCharged) before it.
    pub charge_until: SystemTime,
    /// The moment at which the payment expires at the latest, if the customer does nothing.
    pub expires_at: SystemTime,
}

impl Expectation {
    /// The expectation of a charge that is sent now. It expires after the charge's own expiry or
    /// the [payment method's](midtrans_protocol::method::Terms::default_expiry). ([Custom
    /// expiry](https://docs.midtrans.com/reference/custom-expiry-object))
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use midtrans_protocol::method::Akulaku;
    /// # use midtrans_protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};
    /// use midtrans_inbox::Expectation;
    ///
    /// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// # let charge = Charge::builder(order, Akulaku).minimal().build()?;
    /// let now = SystemTime::now();
    /// let expectation = Expectation::of(&charge, IdempotencyKey::new("d0a1")?, now);
    /// assert_eq!(expectation.amount, Rupiah::new(40_000));
    /// assert_eq!(expectation.charge_until, now + Duration::from_secs(240));
    /// assert_eq!(expectation.expires_at, now + Duration::from_secs(2 * 3_600));
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn of(charge: &Charge, idempotency_key: IdempotencyKey, now: SystemTime) -> Self {
        let details = charge.transaction_details();
        let expiry = charge.custom_expiry();
        let from = expiry
            .and_then(|expiry| expiry.order_time())
            .map_or(now, SystemTime::from);
        let life = expiry.map_or(charge.terms().default_expiry, CustomExpiry::duration);
        Self {
            order_id: details.order_id().clone(),
            amount: details.gross_amount(),
            payment_type: charge.payment_type().clone(),
            idempotency_key,
            charge_until: later(now, CHARGE_ARRIVES_WITHIN),
            expires_at: later(from, life),
        }
    }

    /// The order and the price to hold the gateway's answers against.
    #[must_use]
    pub fn expected(&self) -> Expected {
        Expected::new(self.order_id.clone(), self.amount)
    }

    /// Whether both ask for the same money in the same way, whatever their keys and times.
    pub(crate) fn is_same_payment(&self, other: &Self) -> bool {
        self.amount == other.amount && self.payment_type == other.payment_type
    }
}

/// The result of writing an expectation down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "only `Recorded` allows a new charge"]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller has to know every case before it charges"
)]
pub enum ExpectResult {
    /// The expectation is written down: send the charge with its idempotency key, once it is
    /// committed.
    Recorded,
    /// The order is stored already, and its payment is not over: this is the stored expectation.
    /// Nothing was written.
    Open(Expectation),
    /// The order is stored already, and this is its outcome. Nothing was written.
    Decided(Outcome),
    /// The order is stored already with another amount or payment method, and its payment is not
    /// over: an order has one price. Nothing was written.
    Differs(Expectation),
}
