//! DANA: the customer opens the app by a link.
//! [Gateway page](https://docs.midtrans.com/reference/dana)

use super::Terms;
use super::terms::{DAY, MINUTE};
use super::texts::of_texts;
use crate::Rupiah;
use crate::instructions::Shape;

of_texts! {
    /// A payment with DANA. Ask for its status, cancel and refund it by transaction id.
    ///
    /// The gateway documents DANA for Snap and for another interface; a charge may be refused.
    pub struct Dana {
        /// Web page or deep link that the customer comes back to.
        callback_url,
    }
    terms: Terms {
        shape: Some(Shape::Wallet),
        default_expiry: MINUTE.saturating_mul(15),
        longest_expiry: DAY,
        largest_amount: Some(Rupiah::new(20_000_000)),
        refund_window: Some(DAY.saturating_mul(45)),
        supports_direct_refund: false,
        has_authorization: false,
        is_found_by_order_id: false,
        ..Terms::UNKNOWN
    },
    keeps_key: true
}
