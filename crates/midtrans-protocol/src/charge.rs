//! `POST /v2/charge`
//!
//! Creates a payment; the answer says where to send the customer. [Gateway
//! page](https://docs.midtrans.com/reference/charge-transactions-1)

mod builder;
pub(crate) mod check;
mod customer;
mod expiry;
mod item;
mod problems;
pub(crate) mod read;
pub(crate) mod shape;

use std::fmt;

use http::{Request, StatusCode};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

pub use builder::ChargeBuilder;
pub(crate) use check::CHARGE_FIELDS;
pub use customer::{Address, CustomerDetails, SellerDetails};
pub use expiry::{CustomExpiry, ExpiryUnit};
pub use item::{ItemDetails, TransactionDetails};
pub(crate) use problems::{Problems, Text, join};
pub(crate) use shape::{Field, Shape, check as check_shape};

use crate::method::{Method, PaymentType, Terms};
use crate::operation::{Operation, Replay};
use crate::refusal::ApiError;
use crate::reply::ReplyError;
use crate::transaction::{TransactionStatus, accept};
use crate::{Environment, InvalidInput, Merchant, Transaction};

/// Room for a charge with a few lines, in bytes, so that writing it does not move it from buffer to
/// buffer.
const USUAL_BODY: usize = 1024;

/// A request for a payment. A value of this type has passed every check that can be made before
/// sending.
///
/// ```
/// use midtrans_protocol::{
///     Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
/// };
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
/// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let charge = Charge::akulaku(order, items, customer)?;
/// assert_eq!(charge.item_details().len(), 1);
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// Lines that do not add up to the gross amount are refused:
///
/// ```
/// # use midtrans_protocol::{Charge, CustomerDetails, ItemDetails};
/// # use midtrans_protocol::{OrderId, Rupiah, TransactionDetails};
/// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// # let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(39_000), 1)];
/// let error = Charge::akulaku(order, items, customer).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "item_details: expected lines that add up to the gross amount, 40000; \
///      they add up to 39000"
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Charge {
    pub(crate) method: Method,
    payment_type: PaymentType,
    transaction_details: TransactionDetails,
    pub(crate) item_details: Vec<ItemDetails>,
    pub(crate) customer_details: Option<CustomerDetails>,
    pub(crate) seller_details: Vec<SellerDetails>,
    custom_expiry: Option<CustomExpiry>,
    custom_field1: Option<String>,
    custom_field2: Option<String>,
    custom_field3: Option<String>,
    metadata: Option<Map<String, Value>>,
    extra: Map<String, Value>,
}

impl Charge {
    /// Reads a charge from the JSON that the gateway documents, with all local checks but without
    /// the payment method's own list of required fields, as after
    /// [`minimal`](ChargeBuilder::minimal).
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, such as
    /// `transaction_details.gross_amount` or `item_details[0].price`.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        read::charge(json)
    }

    /// The JSON that is sent: the body of `POST /v2/charge`.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "texts, numbers and maps with text keys always serialize"
    )]
    pub fn to_json(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(USUAL_BODY);
        serde_json::to_writer(&mut body, self).expect("texts, numbers and maps serialize");
        body
    }

    /// The payment method with its fields.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The documented terms of the payment method.
    #[must_use]
    pub fn terms(&self) -> &'static Terms {
        Terms::of(&self.payment_type)
    }

    /// The payment type.
    #[must_use]
    pub const fn payment_type(&self) -> &PaymentType {
        &self.payment_type
    }

    /// Order id and amount.
    #[must_use]
    pub const fn transaction_details(&self) -> &TransactionDetails {
        &self.transaction_details
    }

    /// The lines of the order.
    #[must_use]
    pub fn item_details(&self) -> &[ItemDetails] {
        &self.item_details
    }

    /// The expiry, where the merchant set one.
    #[must_use]
    pub const fn custom_expiry(&self) -> Option<&CustomExpiry> {
        self.custom_expiry.as_ref()
    }

    /// The customer.
    #[must_use]
    pub const fn customer_details(&self) -> Option<&CustomerDetails> {
        self.customer_details.as_ref()
    }
}

/// The JSON that the gateway documents.
impl Serialize for Charge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut charge = serializer.serialize_map(None)?;
        charge.serialize_entry("payment_type", &self.payment_type)?;
        charge.serialize_entry("transaction_details", &self.transaction_details)?;
        self.method.write(&mut charge)?;
        if !self.item_details.is_empty() {
            charge.serialize_entry("item_details", &self.item_details)?;
        }
        if let Some(customer) = &self.customer_details {
            charge.serialize_entry("customer_details", customer)?;
        }
        if !self.seller_details.is_empty() {
            charge.serialize_entry("seller_details", &self.seller_details)?;
        }
        if let Some(expiry) = &self.custom_expiry {
            charge.serialize_entry("custom_expiry", expiry)?;
        }
        for (name, text) in [
            ("custom_field1", &self.custom_field1),
            ("custom_field2", &self.custom_field2),
            ("custom_field3", &self.custom_field3),
        ] {
            if let Some(text) = text {
                charge.serialize_entry(name, text)?;
            }
        }
        if let Some(metadata) = &self.metadata {
            charge.serialize_entry("metadata", metadata)?;
        }
        for (name, value) in &self.extra {
            charge.serialize_entry(name, value)?;
        }
        charge.end()
    }
}

/// Names the order, never the customer.
impl fmt::Debug for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charge")
            .field("payment_type", &self.payment_type)
            .field("order_id", &self.transaction_details.order_id().as_str())
            .field("gross_amount", &self.transaction_details.gross_amount())
            .finish_non_exhaustive()
    }
}

impl Operation for Charge {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "charge";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(
            http::Method::POST,
            self.method.host(),
            "/v2/charge",
            self.to_json(),
        )
    }

    /// "To safely retry a request, use the same Idempotency-Key": without one, a second copy is a
    /// second charge. The gateway keeps no key for some methods, and a second copy of those is
    /// refused as a duplicate order, whatever became of the first.
    fn replay(&self) -> Replay {
        if self.method.keeps_key() {
            Replay::Keyed
        } else {
            Replay::Never
        }
    }

    fn target(&self) -> Option<&str> {
        Some(self.transaction_details.order_id().as_str())
    }

    /// An idempotency key that was used for another order brings back that order's pay page, and
    /// this customer would pay for another. A denial has the shape of an answer, without a page.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        use TransactionStatus::{Authorize, Capture, Deny, Pending, Settlement, Unknown};
        let reply = accept::with_id(
            self.transaction_details.order_id().as_str(),
            http_status,
            reply,
        )?;
        let is_made = reply
            .status_code()
            .is_none_or(|code| code == "200" || code == "201");
        match reply.transaction_status() {
            Some(Deny) => Err(ReplyError::Api(Box::new(ApiError::denied(
                http_status,
                &reply,
            )))),
            None | Some(Pending | Authorize | Capture | Settlement | Unknown(_)) if is_made => {
                Ok(reply)
            }
            _ => Err(accept::wrong_status(
                "a transaction that was just made, with code 200 or 201",
                http_status,
                &reply,
            )),
        }
    }
}
