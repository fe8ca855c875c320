//! Payment links: a page with an address to be sent by mail or chat, built on Snap.
//!
//! Every attempt to pay is a transaction of its own, whose order id is the link's with a suffix:
//! [`is_attempt_of`] tells. A link that may be used several times makes several transactions: key
//! on their transaction ids. ([Payment
//! link](https://docs.midtrans.com/reference/create-payment-link))
//!
//! The gateway documents no list of links: keep the order ids.

mod attempt;
mod contents;
mod create;
mod delete;
mod get;
mod refusal;

pub use attempt::is_attempt_of;
pub use contents::{Amount, Contents};
pub use create::{Create, NewLink};
pub use delete::{Delete, Deleted};
pub use get::{Get, PaymentLink, Purchase};
pub use refusal::Refusal;

use crate::OrderId;
use crate::ids::push_encoded;

/// `/v1/payment-links/{order_id}` with the id percent-encoded.
fn path(order_id: &OrderId) -> String {
    let mut path = "/v1/payment-links/".to_owned();
    push_encoded(&mut path, order_id.as_str());
    path
}
