//! A verified notification as a store keeps it.

use std::fmt;
use std::time::SystemTime;

use midtrans_protocol::{
    Decision, Expected, FraudStatus, Notification, OrderId, Review, Rupiah, TransactionStatus,
    decide,
};

use crate::{DedupeKey, Reach, Wake};

/// The most raw notifications that are kept of one order. A genuine order has some ten; beyond this
/// bound they still cause questions, and are not kept.
pub const MAX_PER_ORDER: u32 = 100;

/// A verified notification as a row.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct NewNotification {
    /// The key that makes it the same as another one.
    pub key: DedupeKey,
    /// The order that it names. Signed.
    pub order_id: String,
    /// The transaction that it names. Not signed.
    pub transaction_id: Option<String>,
    /// Its status code. Signed.
    pub status_code: String,
    /// The status that it tells. Not signed.
    pub transaction_status: Option<String>,
    /// The result of fraud detection that it tells. Not signed.
    pub fraud_status: Option<String>,
    /// Its amount, as written. Signed.
    pub gross_amount: String,
    /// Its amount in whole rupiah, where it is one and the signature fits no other order; see
    /// [`Wake::amount`].
    pub amount: Option<Rupiah>,
    /// The body as it came. Personal data: see `prune`.
    pub body: String,
    /// When it came.
    pub received_at: SystemTime,
    /// Whether the same words may come again and tell something new: of a refund or a dispute,
    /// without saying which. Then a repeated one wakes its order, unless a wake with its code waits
    /// already.
    pub may_repeat: bool,
    /// The outcomes that its signed code speaks against, each between commas. A repeated one wakes
    /// an order that was told so, unless a wake with its code waits already: money may have come
    /// again, or gone, in the words of before.
    pub contradicts: &'static str,
    /// Whether it can be about an order: the dashboard's test is not, nor one whose order id cannot
    /// be an order's.
    pub is_about_an_order: bool,
}

impl NewNotification {
    /// The row of a notification that came now.
    #[must_use]
    pub fn of(notification: &Notification, now: SystemTime) -> Self {
        let details = notification.reported();
        let text = |text: &str| text.to_owned();
        Self {
            key: DedupeKey::of(notification),
            order_id: notification.order_id().to_owned(),
            transaction_id: details.transaction_id().map(text),
            status_code: notification.status_code().to_owned(),
            transaction_status: details
                .transaction_status()
                .map(TransactionStatus::as_str)
                .map(text),
            fraud_status: details.fraud_status().map(FraudStatus::as_str).map(text),
            gross_amount: notification.gross_amount().as_str().to_owned(),
            amount: signed_amount(notification),
            body: details.raw().as_str().to_owned(),
            received_at: now,
            may_repeat: details.transaction_status().is_some_and(tells_of_parts)
                && details.refunds().is_empty(),
            contradicts: contradicted(notification.status_code()),
            is_about_an_order: !notification.is_test()
                && OrderId::existing(notification.order_id()).is_ok(),
        }
    }

    /// What it contributes to the record of its order.
    #[must_use]
    pub fn wake(&self) -> Wake {
        Wake {
            status_code: self.status_code.clone(),
            amount: self.amount,
            transaction_id: self.transaction_id.clone(),
            received_at: self.received_at,
        }
    }
}

const fn tells_of_parts(status: &TransactionStatus) -> bool {
    use TransactionStatus::{Chargeback, PartialChargeback, PartialRefund, Refund};
    matches!(
        status,
        Refund | PartialRefund | Chargeback | PartialChargeback
    )
}

fn contradicted(code: &str) -> &'static str {
    match Reach::of_code(code) {
        Reach::Money => ",denied,cancelled,expired,failed,not charged,",
        Reach::Closed => ",paid,refunded,partly refunded,disputed,partly disputed,",
        _ => "",
    }
}

/// The signed amount, unless the signature can be read as another order's.
fn signed_amount(notification: &Notification) -> Option<Rupiah> {
    let amount = notification.gross_amount().rupiah()?;
    let own = Expected::new(OrderId::existing(notification.order_id()).ok()?, amount);
    let is_sure = decide(&own, notification) != Decision::Review(Review::AmbiguousSignature);
    is_sure.then_some(amount)
}

/// The body is left out: it holds personal data.
impl fmt::Debug for NewNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewNotification")
            .field("key", &self.key)
            .field("order_id", &self.order_id)
            .field("status_code", &self.status_code)
            .field("transaction_status", &self.transaction_status)
            .finish_non_exhaustive()
    }
}

/// What a store did with a notification. Answer 200 to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only an accepted notification may be answered with 200"]
#[expect(clippy::exhaustive_enums, reason = "it was there or it was not")]
pub enum Accepted {
    /// It is stored, durably: the gateway may forget it.
    New,
    /// It was stored before, or says nothing that the stored ones do not: the gateway may forget
    /// this one too.
    Duplicate,
}

#[cfg(test)]
mod tests;
