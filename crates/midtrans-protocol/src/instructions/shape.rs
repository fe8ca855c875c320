//! The shapes that instructions have.

use std::fmt;

/// The shape of [`Instructions`](super::Instructions): a page of a shop is made for a shape, and
/// not for a payment method.
///
/// ```
/// use midtrans_protocol::instructions::Shape;
/// use midtrans_protocol::method::{PaymentType, Terms};
///
/// assert_eq!(Terms::of(&PaymentType::Qris).shape, Some(Shape::Wallet));
/// assert_eq!(Shape::Wallet.as_str(), "wallet");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// A page to send the browser to.
    Redirect,
    /// A virtual account to transfer to.
    VirtualAccount,
    /// A bill to pay at the bank's machine or in its app.
    Bill,
    /// A code for the counter of a store.
    PaymentCode,
    /// A QR code to scan, or a link that opens a wallet's app.
    Wallet,
    /// A confirmation in an app or on the bank's own site.
    ConfirmInApp,
    /// Waiting for the bank: the customer has done everything.
    Wait,
    /// Nothing to do.
    Nothing,
}

impl Shape {
    /// The name that the shape has in the JSON of [`Instructions`](super::Instructions).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::VirtualAccount => "virtual_account",
            Self::Bill => "bill",
            Self::PaymentCode => "payment_code",
            Self::Wallet => "wallet",
            Self::ConfirmInApp => "confirm_in_app",
            Self::Wait => "wait",
            Self::Nothing => "nothing",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
