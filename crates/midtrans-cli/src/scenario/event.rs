//! The events of a payment that can be notified.

use midtrans_protocol::transaction::TransactionStatus;

/// An event of a payment that can be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The charge was made; the customer has not paid yet
    Pending,
    /// The money of a card is reserved
    Authorize,
    /// A card was charged; it settles the next day
    Capture,
    /// A card was charged, and the merchant has to approve or deny it
    Challenge,
    /// The customer has paid
    Settlement,
    /// The provider refused the customer
    Deny,
    /// The merchant cancelled
    Cancel,
    /// The customer did not pay in time
    Expire,
    /// A part of the money goes back
    PartialRefund,
    /// The bank has confirmed that part
    PartialRefundConfirmed,
    /// All of the money goes back
    Refund,
    /// The bank has confirmed it
    RefundConfirmed,
}

impl Event {
    /// Returns whether the payment is settled by then.
    pub(super) const fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Settlement
                | Self::PartialRefund
                | Self::PartialRefundConfirmed
                | Self::Refund
                | Self::RefundConfirmed
        )
    }

    /// The status that a notification of it has.
    pub(super) const fn status(self) -> TransactionStatus {
        match self {
            Self::Pending => TransactionStatus::Pending,
            Self::Authorize => TransactionStatus::Authorize,
            Self::Capture | Self::Challenge => TransactionStatus::Capture,
            Self::Settlement => TransactionStatus::Settlement,
            Self::Deny => TransactionStatus::Deny,
            Self::Cancel => TransactionStatus::Cancel,
            Self::Expire => TransactionStatus::Expire,
            Self::PartialRefund | Self::PartialRefundConfirmed => TransactionStatus::PartialRefund,
            Self::Refund | Self::RefundConfirmed => TransactionStatus::Refund,
        }
    }
}
