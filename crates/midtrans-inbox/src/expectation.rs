//! What the merchant writes down before charging.

use std::time::{Duration, SystemTime};

use midtrans_protocol::{Charge, Expected, IdempotencyKey, OrderId, PaymentType, Rupiah};

use crate::Outcome;
use crate::moment::later;

/// After so long no attempt of a charge can reach the gateway any more: the last one starts three minutes after the first
/// and takes at most half a minute, and half a minute is left for clocks. Whoever charges with longer timeouts than the
/// client's defaults sets [`Expectation::ask_from`] later.
pub const CHARGE_ENDS_AFTER: Duration = Duration::from_secs(4 * 60);

/// The gateway notifies an expiry within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const EXPIRY_IS_TOLD_AFTER: Duration = Duration::from_secs(90);

/// The gateway notifies a settlement within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const SETTLEMENT_IS_TOLD_AFTER: Duration = Duration::from_secs(20);

/// A payment that is about to be asked for. Store it, in the transaction that stores the order, *before* the charge is
/// sent: a program that dies at any later line finds it again and asks the gateway what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Expectation {
    /// The merchant's id of the order.
    pub order_id: OrderId,
    /// The price, in whole rupiah.
    pub amount: Rupiah,
    /// How the customer pays.
    pub provider: PaymentType,
    /// The key that the charge is sent with, so that a repeat within the gateway's five minutes is the same charge.
    pub idempotency_key: IdempotencyKey,
    /// When to start asking, if nothing is heard. Before that the charge may still be on its way.
    pub ask_from: SystemTime,
    /// When the payment expires at the latest, if the customer does nothing.
    pub expires_at: SystemTime,
}

impl Expectation {
    /// What to expect of a charge that is sent now. It expires after the charge's own expiry or the provider's: two
    /// hours for Akulaku, 24 for Kredivo (and for whatever else).
    /// ([Custom expiry](https://docs.midtrans.com/reference/custom-expiry-object))
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use midtrans_protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};
    /// use midtrans_inbox::Expectation;
    ///
    /// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// # let charge = Charge::akulaku_minimal(order);
    /// let now = SystemTime::now();
    /// let expectation = Expectation::of(&charge, IdempotencyKey::new("d0a1")?, now);
    /// assert_eq!(expectation.amount, Rupiah::new(40_000));
    /// assert_eq!(expectation.ask_from, now + Duration::from_secs(240));
    /// assert_eq!(expectation.expires_at, now + Duration::from_secs(2 * 3_600));
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn of(charge: &Charge, idempotency_key: IdempotencyKey, now: SystemTime) -> Self {
        let details = charge.transaction_details();
        let expiry = charge.custom_expiry();
        let from = expiry.and_then(|expiry| expiry.order_time()).map_or(now, SystemTime::from);
        let life = expiry.map_or_else(|| life_at(charge.payment_type()), |expiry| expiry.duration());
        Self {
            order_id: details.order_id().clone(),
            amount: details.gross_amount(),
            provider: charge.payment_type().clone(),
            idempotency_key,
            ask_from: later(now, CHARGE_ENDS_AFTER),
            expires_at: later(from, life),
        }
    }

    /// What to hold the gateway's words against.
    #[must_use]
    pub fn expected(&self) -> Expected {
        Expected::new(self.order_id.clone(), self.amount)
    }
}

/// How long a provider waits for the customer.
fn life_at(provider: &PaymentType) -> Duration {
    const HOUR: u64 = 3_600;
    match provider {
        PaymentType::Akulaku => Duration::from_secs(2 * HOUR),
        _ => Duration::from_secs(24 * HOUR),
    }
}

/// What a store found when it was asked to write an expectation down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever charges has to know every case")]
pub enum Expecting {
    /// It is written down: send the charge, with its idempotency key.
    Recorded,
    /// It was written down before, and nobody knows yet what became of it: this is what stands there. Within three
    /// minutes the same charge may be sent again with *this* idempotency key; later ask Get Status, or wait until the
    /// reconciler has asked. Never charge under another order id.
    Open(Expectation),
    /// It was written down before, and this became of it. Nothing was written.
    Decided(Outcome),
    /// Another amount or another provider stands there for this order, whose payment is not over: an order has one
    /// price. Nothing was written.
    Differs(Expectation),
}
