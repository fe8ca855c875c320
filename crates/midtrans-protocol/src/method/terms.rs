//! The documented terms of payment methods.

use std::time::Duration;

use crate::Rupiah;
use crate::instructions::Shape;

/// The documented terms of a payment method that a program decides by.
/// ([Charge](https://docs.midtrans.com/reference/charge-transactions-1),
/// [Refund](https://docs.midtrans.com/reference/refund-transaction))
///
/// ```
/// use midtrans_protocol::method::{PaymentType, Terms};
///
/// let akulaku = Terms::of(&PaymentType::Akulaku);
/// assert_eq!(akulaku.default_expiry.as_secs(), 2 * 3_600);
/// assert!(akulaku.supports_partial_refund);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// The shape of the instructions that an ordinary charge is answered with; `None` where it is
    /// not known. An answer may have another one, so read
    /// [`Transaction::instructions`](crate::Transaction::instructions).
    pub shape: Option<Shape>,
    /// The time after which a payment expires if the charge sets no other.
    pub default_expiry: Duration,
    /// The longest expiry that a charge can set.
    pub longest_expiry: Duration,
    /// The smallest amount, in whole rupiah, of any bank or store of the method.
    pub smallest_amount: Rupiah,
    /// The largest amount, in whole rupiah, of any bank or store of the method; `None` where the
    /// gateway documents none.
    pub largest_amount: Option<Rupiah>,
    /// The time after settlement in which a refund through the gateway is possible; `None` where it
    /// never is.
    pub refund_window: Option<Duration>,
    /// `true` if partial refunds are possible.
    pub supports_partial_refund: bool,
    /// `true` if a refund can be sent straight to the provider
    /// ([`DirectRefund`](crate::transaction::DirectRefund)).
    pub supports_direct_refund: bool,
    /// `true` if a pending payment can be cancelled.
    pub supports_cancel: bool,
    /// `true` if a pending payment can be made to expire.
    pub supports_expire: bool,
    /// `true` if money may be reserved before it is taken, so that a signed 200 need not mean that
    /// it has arrived.
    pub has_authorization: bool,
    /// `true` if the gateway documents, for this method or some of its banks and stores, that a
    /// settlement may be reversed within minutes. ([Get
    /// Status](https://docs.midtrans.com/reference/get-transaction-status))
    pub may_be_reversed: bool,
    /// `false` if the gateway finds a payment only by its own transaction id: a 404 by order id then
    /// says nothing. ([Get Status](https://docs.midtrans.com/reference/get-transaction-status))
    pub is_found_by_order_id: bool,
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);

impl Terms {
    /// The terms of an unknown method: every operation may be tried (a hundred years for a refund),
    /// and no signature says that money has arrived.
    pub const UNKNOWN: Self = Self {
        shape: None,
        default_expiry: DAY,
        longest_expiry: crate::charge::CustomExpiry::MAX,
        smallest_amount: Rupiah::new(1),
        largest_amount: None,
        refund_window: Some(Duration::from_secs(100 * 365 * 24 * 3_600)),
        supports_partial_refund: true,
        supports_direct_refund: true,
        supports_cancel: true,
        supports_expire: true,
        has_authorization: true,
        may_be_reversed: false,
        is_found_by_order_id: true,
    };

    /// Pay later: the provider takes the money at once, and supports partial refunds.
    pub(super) const PAY_LATER: Self = Self {
        shape: Some(Shape::Redirect),
        has_authorization: false,
        ..Self::UNKNOWN
    };

    /// A transfer, or cash at a counter: the customer sends the money, and no refund goes through
    /// the gateway.
    pub(super) const TRANSFER: Self = Self {
        shape: Some(Shape::VirtualAccount),
        refund_window: None,
        supports_partial_refund: false,
        supports_direct_refund: false,
        has_authorization: false,
        may_be_reversed: true,
        ..Self::UNKNOWN
    };

    /// A bank's page of the older kind: the customer has two hours, and no refund goes through the
    /// gateway.
    pub(super) const DIRECT_DEBIT: Self = Self {
        shape: Some(Shape::Redirect),
        default_expiry: Duration::from_secs(2 * 3_600),
        refund_window: None,
        supports_partial_refund: false,
        supports_direct_refund: false,
        has_authorization: false,
        ..Self::UNKNOWN
    };
}
