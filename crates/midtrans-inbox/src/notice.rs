//! A verified notification as a store keeps it.

use std::fmt;
use std::time::SystemTime;

use midtrans_protocol::decision::Review;
use midtrans_protocol::transaction::{FraudStatus, TransactionStatus};
use midtrans_protocol::{Decision, Expected, Notification, OrderId, Rupiah, decide};

use crate::{DedupeKey, Reach, Wake};

/// The most notifications that are stored of one order. A genuine order has about ten. Further ones
/// still cause questions, but are not stored.
pub const MAX_PER_ORDER: u32 = 100;

/// A verified notification as a row.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores take it apart")]
pub struct NewNotification {
    /// The deduplication key.
    pub key: DedupeKey,
    /// The order id. Signed.
    pub order_id: String,
    /// The transaction id. Not signed.
    pub transaction_id: Option<String>,
    /// The status code. Signed.
    pub status_code: String,
    /// The transaction status. Not signed.
    pub transaction_status: Option<String>,
    /// The fraud status. Not signed.
    pub fraud_status: Option<String>,
    /// The amount, as written. Signed.
    pub gross_amount: String,
    /// The amount in whole rupiah, if it is whole and the signature fits no other order; see
    /// [`Wake::amount`].
    pub amount: Option<Rupiah>,
    /// The body as received. Personal data: see `prune`.
    pub body: String,
    /// The time of receipt.
    pub received_at: SystemTime,
    /// True if an equal notification may come again with news: it is about a refund or a dispute
    /// without naming it. A repeated one then wakes its order, unless a wake with its code waits
    /// already.
    pub may_repeat: bool,
    /// The outcomes that the signed code contradicts, each between commas. A repeated notification
    /// wakes an order that was told one of them, unless a wake with its code waits already: money
    /// may have come again, or gone, in the same words.
    pub contradicts: &'static str,
    /// True if it can be about an order. The dashboard's test notification is not, nor is one whose
    /// order id is not valid.
    pub is_about_an_order: bool,
}

impl NewNotification {
    /// Creates the row of a notification that was received now.
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

    /// Returns what it adds to the record of its order.
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

/// Returns the signed amount, unless the signature also fits another order.
fn signed_amount(notification: &Notification) -> Option<Rupiah> {
    let amount = notification.gross_amount().rupiah()?;
    let own = Expected::new(OrderId::existing(notification.order_id()).ok()?, amount);
    let is_sure = decide(&own, notification) != Decision::Review(Review::AmbiguousSignature);
    is_sure.then_some(amount)
}

/// Omits the body, which holds personal data.
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

/// The result of storing a notification. Answer 200 to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only an accepted notification may be answered with 200"]
#[expect(clippy::exhaustive_enums, reason = "it was there or it was not")]
pub enum Accepted {
    /// It is stored durably.
    New,
    /// It was stored before, or adds nothing to what is stored.
    Duplicate,
}

#[cfg(test)]
mod tests;
