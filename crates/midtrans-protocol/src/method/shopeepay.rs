//! ShopeePay: the customer opens the app by a link.
//! [Gateway page](https://docs.midtrans.com/reference/shopeepay-1)

use super::Terms;
use super::terms::{DAY, MINUTE};
use super::texts::of_texts;
use crate::Rupiah;
use crate::instructions::Shape;

of_texts! {
    /// A payment with ShopeePay.
    ///
    /// The gateway's pages disagree about partial refunds, so they may be tried. No refund is taken
    /// between 23:55 and 06:00 (UTC+7).
    pub struct ShopeePay {
        /// Web page or deep link that the customer comes back to.
        callback_url,
    }
    terms: Terms {
        shape: Some(Shape::Wallet),
        default_expiry: MINUTE.saturating_mul(15),
        longest_expiry: DAY.saturating_mul(5),
        largest_amount: Some(Rupiah::new(20_000_000)),
        refund_window: Some(DAY.saturating_mul(365)),
        has_authorization: false,
        ..Terms::UNKNOWN
    },
    keeps_key: true
}
