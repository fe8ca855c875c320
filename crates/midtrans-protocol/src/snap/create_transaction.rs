//! `POST /snap/v1/transactions`
//!
//! Makes a page on which the customer chooses how to pay. [Gateway
//! page](https://docs.midtrans.com/reference/backend-integration)

use http::{Method, Request};

use super::{Checkout, Session, check, read};
use crate::account::Host;
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::{Environment, InvalidInput, Merchant};

/// Makes a page of Snap. A value of this type has passed every check that can be made before
/// sending.
///
/// The same order id may be sent again while the order is unpaid, for example with another price:
/// it gets a new token, and the one before is dead. Once the order is paid the gateway refuses
/// ([`Refusal::OrderPaid`](super::Refusal::OrderPaid)).
///
/// No money moves, and no transaction exists before the customer has chosen a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTransaction(Checkout);

impl CreateTransaction {
    /// Checks the contents of a page.
    ///
    /// ```
    /// use midtrans_protocol::snap::{Callbacks, Checkout, CreateTransaction};
    /// use midtrans_protocol::{OrderId, Rupiah, TransactionDetails};
    ///
    /// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// let mut checkout = Checkout::new(order);
    /// checkout.callbacks = Some(Callbacks::finish("x".repeat(256)));
    /// let error = CreateTransaction::new(checkout).unwrap_err();
    /// assert_eq!(error.to_string(), "callbacks.finish: expected at most 255 characters");
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] names every field of which it is known beforehand that the gateway would
    /// refuse it.
    pub fn new(checkout: Checkout) -> Result<Self, InvalidInput> {
        check::checkout(&checkout).map(|()| Self(checkout))
    }

    /// Reads a page from the JSON that the gateway documents, with all local checks.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        Self::new(read::checkout(json)?)
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(&self.0)
    }

    /// The contents of the page.
    #[must_use]
    pub const fn checkout(&self) -> &Checkout {
        &self.0
    }
}

impl Operation for CreateTransaction {
    type Account = Merchant;
    type Reply = Session;
    const NAME: &'static str = "snap_create_transaction";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(
            Method::POST,
            Host::App,
            "/snap/v1/transactions",
            self.to_json(),
        )
    }

    /// "A second call with the same unpaid order id gives a new token": a second copy makes another
    /// page of the same order, and only the last one can be paid on. Nothing is charged by it.
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    fn target(&self) -> Option<&str> {
        Some(self.0.transaction_details.order_id().as_str())
    }
}
