//! `DELETE /v1/payment-links/{order_id}`
//!
//! Ends a payment link. [Gateway page](https://docs.midtrans.com/reference/delete-payment-link)

use http::{Method, Request};

use super::path;
use crate::account::Host;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::{Environment, Merchant, OrderId};

/// Ends a payment link. Payments that were made stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    order_id: OrderId,
}

impl Delete {
    /// The end of the link of this order id.
    #[must_use]
    pub const fn new(order_id: OrderId) -> Self {
        Self { order_id }
    }
}

impl Operation for Delete {
    type Account = Merchant;
    type Reply = Deleted;
    const NAME: &'static str = "delete_payment_link";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::DELETE, Host::Api, &path(&self.order_id), Vec::new())
    }

    /// A second copy deletes nothing more. It may be refused with
    /// [`Refusal::NotFound`](super::Refusal::NotFound): then the link is gone.
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    fn target(&self) -> Option<&str> {
        Some(self.order_id.as_str())
    }
}

object_reply! {
    /// The end of a link.
    Deleted, "message", "a message"
}

impl Deleted {
    /// The gateway's sentence.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        self.raw.text("message")
    }
}
