//! Decides whether an order is paid. The only source of [`Decision::Paid`].

mod ambiguity;

use serde::de::IgnoredAny;

use ambiguity::is_ambiguous;

use crate::money::whole_rupiah;
use crate::transaction::{Details, FraudStatus, TransactionStatus};
use crate::{Notification, OrderId, Rupiah, Transaction};

/// The order and its price as the merchant recorded them before charging; every message of the
/// gateway is compared with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    order_id: OrderId,
    amount: Rupiah,
    key_index: Option<usize>,
}

impl Expected {
    /// The order and its price, from the merchant's own records and never from a message. An order
    /// that Snap or another system charged has an [`OrderId::existing`].
    #[must_use]
    pub const fn new(order_id: OrderId, amount: Rupiah) -> Self {
        Self {
            order_id,
            amount,
            key_index: None,
        }
    }

    /// Accepts only notifications that were signed with this key: its index among the
    /// [`ServerKeys`](crate::ServerKeys), for orders of different accounts or environments on one
    /// endpoint. Otherwise the holder of one account's key, or of a sandbox key, could sign for the
    /// orders of another.
    #[must_use]
    pub const fn signed_with(mut self, key_index: usize) -> Self {
        self.key_index = Some(key_index);
        self
    }

    /// The order.
    #[must_use]
    pub const fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    /// The price.
    #[must_use]
    pub const fn amount(&self) -> Rupiah {
        self.amount
    }
}

/// The result of [`decide`]: what the merchant may do. An unused one is a compiler warning:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use midtrans_protocol::{Expected, Transaction, decide};
/// fn handle(expected: &Expected, answer: &Transaction) {
///     decide(expected, answer);
/// }
/// ```
#[must_use = "a decision that is not acted on ships nothing and refunds nothing"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new decision should break the build, not fall into a wildcard"
)]
pub enum Decision {
    /// The order is paid in the expected amount: fulfil it, once.
    Paid,
    /// Not yet: keep the order open.
    Pending,
    /// This attempt will bring no money: close it.
    Failed(Failure),
    /// The money went back, in whole or in part. Book single refunds by their key, after asking Get
    /// Status.
    Refunded(Extent),
    /// The customer's bank disputes the payment, in whole or in part.
    Disputed(Extent),
    /// Neither paid nor failed as far as this evidence tells: ask Get Status and decide again on
    /// the answer, as the clients' `confirm` does. If the answer needs review too, a person must
    /// look.
    Review(Review),
}

/// The reason why a payment failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The provider or fraud detection refused.
    Denied,
    /// The merchant cancelled.
    Cancelled,
    /// The customer did not pay in time.
    Expired,
    /// An error at the gateway.
    Error,
}

/// The share of the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third extent")]
pub enum Extent {
    /// All of it.
    Full,
    /// Some of it.
    Partial,
}

/// The reason why the evidence does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Review {
    /// It is about another order, or names none.
    OrderDiffers,
    /// The amount is missing, not whole rupiah, or not the expected one.
    AmountDiffers,
    /// The currency is not rupiah.
    CurrencyDiffers,
    /// The status code does not go with the transaction status.
    CodeDisagrees,
    /// Fraud detection did not accept.
    Fraud,
    /// The status is missing, or this version does not know it.
    UnknownStatus,
    /// It was signed with another account's key than [`Expected::signed_with`] asks for.
    KeyDiffers,
    /// The dashboard's test notification: answer 200, do nothing.
    TestNotification,
    /// The signature also fits another order: its digits can be cut differently. One to two of a
    /// hundred honest notifications are like this, see [`decide`]; Get Status settles it.
    AmbiguousSignature,
}

impl Review {
    /// Returns whether Get Status can settle it. False where the message is not about this order,
    /// or not from this account: then an answer would say nothing about the message.
    ///
    /// ```
    /// use midtrans_protocol::decision::Review;
    ///
    /// assert!(Review::AmbiguousSignature.asks_for_status());
    /// assert!(!Review::OrderDiffers.asks_for_status());
    /// ```
    #[must_use]
    pub const fn asks_for_status(self) -> bool {
        !matches!(
            self,
            Self::OrderDiffers | Self::KeyDiffers | Self::TestNotification
        )
    }
}

/// Evidence for [`decide`]: a [`Notification`] or a [`Transaction`]. Sealed: nothing else is
/// evidence.
pub trait Evidence: sealed::Sealed {}
impl Evidence for Notification {}
impl Evidence for Transaction {}

#[expect(unnameable_types, reason = "sealed on purpose")]
mod sealed {
    /// The fields of the evidence that the decision reads.
    #[derive(Debug)]
    pub struct EvidenceFields<'a> {
        pub(super) order_id: Option<&'a str>,
        pub(super) status_code: Option<&'a str>,
        pub(super) gross_amount: Option<&'a str>,
        pub(super) details: &'a super::Details,
        /// The key that it was signed with; `None` for what came over TLS.
        pub(super) signed_with: Option<usize>,
    }

    pub trait Sealed {
        fn fields(&self) -> EvidenceFields<'_>;
    }
}
use sealed::{EvidenceFields, Sealed};

impl Sealed for Notification {
    fn fields(&self) -> EvidenceFields<'_> {
        EvidenceFields {
            order_id: Some(self.order_id()),
            status_code: Some(self.status_code()),
            gross_amount: Some(self.gross_amount().as_str()),
            details: self.reported(),
            signed_with: Some(self.key_index()),
        }
    }
}

impl Sealed for Transaction {
    fn fields(&self) -> EvidenceFields<'_> {
        EvidenceFields {
            order_id: self.order_id(),
            status_code: self.status_code(),
            gross_amount: self.gross_amount().map(crate::money::WireAmount::as_str),
            details: self.details(),
            signed_with: None,
        }
    }
}

/// Decides about an order by comparing evidence with what was expected.
///
/// This is the only way to [`Decision::Paid`]. Unknown never means paid and never means failed:
/// what does not fit the gateway's table is a [`Decision::Review`].
///
/// A [`Transaction`] that Get Status brought is the strongest evidence. A [`Notification`] is
/// weaker, because its signature covers `order_id`, `status_code` and `gross_amount` and nothing
/// else: it counts only when the signed code and the unsigned status agree, and only when the
/// signed text cannot be cut into another plausible order's. A signature says nothing about when: a
/// person who has seen a genuine message with code 200, as the customer's browser does on its way
/// back from Akulaku, can word another one about the same order. So compare the status with the
/// stored one by [`lifecycle::merge`](crate::lifecycle::merge), and where a mistake is expensive,
/// ask Get Status before you ship.
///
/// Reserved money has code 200 as well: the genuine message about an `authorize` can be worded
/// anew as a `capture`. So of a charge that only reserves, believe no notification: ask Get Status.
/// After a capture of a part, expect the captured amount.
///
/// # How often honest notifications need Get Status
///
/// A signed text that fits two orders is [`Review::AmbiguousSignature`], and that is not rare.
/// Measured over 20,000 orders each, with prices from 10,000 to 5,000,000 rupiah in whole
/// thousands:
///
/// | order ids | of 1,000 notifications |
/// |---|---|
/// | `order-1`, `order-2`, …; `ORDER-2026001`, …; a date or a Unix time with a number | 12 to 20 |
/// | the same, all at 50,000 rupiah | 6 to 57 |
/// | random UUIDs | 8 |
/// | any that end with a letter | 6 |
/// | any that end with 200, 201, 202 or 407 | 1,000 |
/// | [`OrderId::unambiguous`] | 0 |
///
/// So a webhook has to go on from a review by itself: the clients' `confirm` of
/// `midtrans-transport` asks Get Status and decides on its answer. `midtrans-inbox` asks in any
/// case.
///
/// With keys of several accounts on one endpoint, state the account of each order:
/// [`Expected::signed_with`].
/// ([Handling](https://docs.midtrans.com/reference/best-practices-to-handle-notification))
///
/// ```
/// use midtrans_protocol::{
///     Decision, Expected, OrderId, Rupiah, ServerKey, ServerKeys, decide, notification,
/// };
///
/// # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// # let signed = notification::signature::sign("order-101", "200", "11000.00", &key);
/// # let keys = ServerKeys::from(key);
/// # let body = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
/// #     "transaction_status":"settlement","signature_key":"{signed}"}}"#);
/// let notification = notification::verify(body.as_bytes(), &keys)?;
/// let expected = Expected::new(OrderId::new("order-101")?, Rupiah::new(11_000));
/// assert_eq!(decide(&expected, &notification), Decision::Paid);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(expected: &Expected, evidence: &impl Evidence) -> Decision {
    let fields = evidence.fields();
    match objection(expected, &fields) {
        Some(review) => Decision::Review(review),
        None => by_table(&fields),
    }
}

/// The objection to the evidence that needs no look at its status, if there is one.
fn objection(expected: &Expected, fields: &EvidenceFields<'_>) -> Option<Review> {
    let order_id = fields.order_id.unwrap_or_default();
    if fields.signed_with.is_some() && order_id.starts_with(crate::ids::TEST_PREFIX) {
        return Some(Review::TestNotification);
    }
    if order_id != expected.order_id.as_str() {
        return Some(Review::OrderDiffers);
    }
    let other_key = |wanted| fields.signed_with.is_some_and(|found| found != wanted);
    if expected.key_index.is_some_and(other_key) {
        return Some(Review::KeyDiffers);
    }
    let gross_amount = fields.gross_amount.unwrap_or_default();
    if !amount_fits(expected.amount, gross_amount, fields.details) {
        return Some(Review::AmountDiffers);
    }
    let in_rupiah = match fields.details.currency() {
        Some(currency) => currency.eq_ignore_ascii_case("IDR"),
        None => !is_present(fields.details, "currency"),
    };
    if !in_rupiah {
        return Some(Review::CurrencyDiffers);
    }
    let status_code = fields.status_code.unwrap_or_default();
    (fields.signed_with.is_some() && is_ambiguous(order_id, status_code, gross_amount))
        .then_some(Review::AmbiguousSignature)
}

/// The expected amount; or more than it, if the gateway says that it added its fee to just that
/// amount.
fn amount_fits(expected: Rupiah, gross_amount: &str, details: &Details) -> bool {
    match whole_rupiah(gross_amount) {
        Some(gross) if gross == expected => true,
        Some(gross) if gross > expected => details.gross_amount_info().is_some_and(|info| {
            let same_total = info
                .gross_amount
                .as_deref()
                .is_none_or(|total| whole_rupiah(total) == Some(gross));
            info.original() == Some(expected) && same_total
        }),
        _ => false,
    }
}

/// The gateway's decision table: status code, transaction status, fraud status.
fn by_table(fields: &EvidenceFields<'_>) -> Decision {
    use TransactionStatus::{
        Authorize, Cancel, Capture, Chargeback, Deny, Expire, Failure as Error, PartialChargeback,
        PartialRefund, Pending, Refund, Settlement, Unknown,
    };
    let Some(status) = fields.details.transaction_status() else {
        return Decision::Review(Review::UnknownStatus);
    };
    // The codes that a notification of this status carries, then those that only an API answer
    // carries.
    let (notified, answered, decision): (&[&str], &[&str], _) = match status {
        Settlement | Capture => (&["200"], &[], Decision::Paid),
        Pending => (&["201"], &["200"], Decision::Pending),
        Authorize => (&["200"], &["201"], Decision::Pending),
        Deny => (&["202"], &["200"], Decision::Failed(Failure::Denied)),
        Cancel => (&["202"], &["200"], Decision::Failed(Failure::Cancelled)),
        Expire => (
            &["202", "407"],
            &["200"],
            Decision::Failed(Failure::Expired),
        ),
        Error => (&["202"], &["200", "500"], Decision::Failed(Failure::Error)),
        Refund => (&["200"], &[], Decision::Refunded(Extent::Full)),
        PartialRefund => (&["200"], &[], Decision::Refunded(Extent::Partial)),
        Chargeback => (&["200"], &[], Decision::Disputed(Extent::Full)),
        PartialChargeback => (&["200"], &[], Decision::Disputed(Extent::Partial)),
        Unknown(_) => return Decision::Review(Review::UnknownStatus),
    };
    let code = fields.status_code.unwrap_or_default();
    let accepted = match fields.details.fraud_status() {
        Some(status) => *status == FraudStatus::Accept,
        None => !is_present(fields.details, "fraud_status"),
    };
    // A challenged card has code 201, so the fraud status is the better reason to name.
    if !accepted && matches!(decision, Decision::Paid | Decision::Pending) {
        return Decision::Review(Review::Fraud);
    }
    if notified.contains(&code) || (fields.signed_with.is_none() && answered.contains(&code)) {
        decision
    } else {
        Decision::Review(Review::CodeDisagrees)
    }
}

/// Returns whether a field is present. One that is no text, such as a list, is unknown, and not
/// absent.
fn is_present(details: &Details, name: &str) -> bool {
    details.raw().field::<IgnoredAny>(name).is_some()
}
