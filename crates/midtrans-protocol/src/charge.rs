//! `POST /v2/charge`
//!
//! Asks the gateway for a payment; the answer says where to send the customer.
//! [Gateway page](https://docs.midtrans.com/reference/charge-transactions-1)

mod check;
mod read;
mod shape;

use std::fmt;

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use check::Problems;

use crate::{
    ApiError, CustomExpiry, CustomerDetails, InvalidInput, ItemDetails, Operation, PaymentType, Replay, ReplyError,
    SellerDetails, Transaction, TransactionDetails, TransactionStatus, held,
};

/// Room for a charge with a few lines, in bytes, so that writing it does not move it from buffer to buffer.
const USUAL_BODY: usize = 1024;

/// A payment to be asked for. One that exists has passed every check that can be made before sending.
///
/// ```
/// use midtrans_protocol::{Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails};
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
/// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let charge = Charge::akulaku(order, items, customer)?;
/// assert_eq!(charge.payment_type().as_str(), "akulaku");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// Lines that don't add up are refused, and the error says so:
///
/// ```
/// # use midtrans_protocol::{Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails};
/// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// # let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(39_000), 1)];
/// let error = Charge::akulaku(order, items, customer).unwrap_err();
/// assert_eq!(error.to_string(), "item_details: expected lines that add up to the gross amount, 40000; they add up to 39000");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    payment_type: PaymentType,
    transaction_details: TransactionDetails,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item_details: Vec<ItemDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_details: Option<CustomerDetails>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seller_details: Vec<SellerDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_expiry: Option<CustomExpiry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_field1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_field2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_field3: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl Charge {
    /// Akulaku PayLater, with all that its reference asks for: lines with distinct ids, and the customer's name,
    /// e-mail and phone. ([Akulaku](https://docs.midtrans.com/reference/akulaku-1))
    ///
    /// One name is enough: a `last_name` that is absent or blank is not sent. The reference lists it as required, the
    /// page of the customer object as optional.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that the gateway or Akulaku would refuse, and an amount below 5,000 rupiah.
    pub fn akulaku(
        order: TransactionDetails,
        items: Vec<ItemDetails>,
        mut customer: CustomerDetails,
    ) -> Result<Self, InvalidInput> {
        customer.last_name = customer.last_name.filter(|name| !name.trim().is_empty());
        let mut problems = Problems::default();
        check::akulaku_amount(order.gross_amount(), &mut problems);
        check::required_by_akulaku(&customer, &mut problems);
        check::not_empty(&items, &mut problems);
        Self::bare(PaymentType::Akulaku, order).filled(items, customer, problems)
    }

    /// Akulaku PayLater as the integration guide shows it: only the order. The reference says that lines and
    /// customer are required, so prefer [`Charge::akulaku`] unless your account is known to do without.
    /// ([Guide](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
    ///
    /// # Errors
    /// [`InvalidInput`] for an amount below 5,000 rupiah.
    pub fn akulaku_minimal(order: TransactionDetails) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        check::akulaku_amount(order.gross_amount(), &mut problems);
        problems.end()?;
        Ok(Self::bare(PaymentType::Akulaku, order))
    }

    /// Kredivo, with all that it asks for: category and web page on every line, and a customer with a complete
    /// shipping address. ([Kredivo](https://docs.midtrans.com/reference/kredivo-1))
    ///
    /// A shipping address that names no recipient gets the customer's name, phone and e-mail. Kredivo insists on a last
    /// name: for a customer with one name, put it into `last_name` as well.
    ///
    /// ```
    /// use midtrans_protocol::{Address, Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails};
    ///
    /// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)
    ///     .with_category("Shoes")
    ///     .with_url("https://shop.example/shoe-42");
    /// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789")
    ///     .with_shipping_address(Address::new("Jl. Melati 7", "Bandung", "40115"));
    /// let charge = Charge::kredivo(order, vec![shoes], customer)?;
    /// # let _ = charge;
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that the gateway or Kredivo would refuse.
    pub fn kredivo(
        order: TransactionDetails,
        items: Vec<ItemDetails>,
        mut customer: CustomerDetails,
    ) -> Result<Self, InvalidInput> {
        customer.receives();
        let mut problems = Problems::default();
        check::required_name(&customer, &mut problems);
        check::required_shipping(&customer, &mut problems);
        check::not_empty(&items, &mut problems);
        check::required_by_kredivo(&items, &mut problems);
        Self::bare(PaymentType::Kredivo, order).filled(items, customer, problems)
    }

    /// Kredivo for merchants whom Kredivo has allowed to leave out lines and customer.
    /// ([Requirements](https://docs.midtrans.com/docs/additional-requirements-for-kredivo-integration))
    #[must_use]
    pub fn kredivo_approved(order: TransactionDetails) -> Self {
        Self::bare(PaymentType::Kredivo, order)
    }

    /// Reads a charge from the JSON that the gateway documents, with all local checks but without the providers'
    /// own lists of required fields.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, such as `transaction_details.gross_amount` or
    /// `item_details[0].price`.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        read::charge(json)
    }

    fn bare(payment_type: PaymentType, transaction_details: TransactionDetails) -> Self {
        Self {
            payment_type,
            transaction_details,
            item_details: Vec::new(),
            customer_details: None,
            seller_details: Vec::new(),
            custom_expiry: None,
            custom_field1: None,
            custom_field2: None,
            custom_field3: None,
            metadata: None,
            extra: Map::new(),
        }
    }

    /// Sets lines and customer, unless there is a problem with them or was one before.
    fn filled(
        mut self,
        items: Vec<ItemDetails>,
        customer: CustomerDetails,
        mut problems: Problems,
    ) -> Result<Self, InvalidInput> {
        self.check_items(&items, &mut problems);
        check::customer(&customer, &mut problems);
        problems.end()?;
        (self.item_details, self.customer_details) = (items, Some(customer));
        Ok(self)
    }

    fn check_items(&self, items: &[ItemDetails], problems: &mut Problems) {
        check::items(items, self.transaction_details.gross_amount(), problems);
        if self.payment_type == PaymentType::Akulaku {
            check::distinct_ids(items, problems);
        }
    }

    /// Sets the lines.
    ///
    /// # Errors
    /// [`InvalidInput`] when they don't add up to the gross amount, a text is too long or missing, a quantity is
    /// zero, or (Akulaku) two lines share an id.
    pub fn with_items(mut self, items: Vec<ItemDetails>) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        self.check_items(&items, &mut problems);
        problems.end()?;
        self.item_details = items;
        Ok(self)
    }

    /// Sets the customer.
    ///
    /// # Errors
    /// [`InvalidInput`] when a text is too long or a code malformed.
    pub fn with_customer(mut self, customer: CustomerDetails) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        check::customer(&customer, &mut problems);
        problems.end()?;
        self.customer_details = Some(customer);
        Ok(self)
    }

    /// Sets the sellers; for marketplaces, which Kredivo asks for every field of each seller.
    ///
    /// # Errors
    /// [`InvalidInput`] when a text is too long, or (Kredivo) missing.
    pub fn with_sellers(mut self, sellers: Vec<SellerDetails>) -> Result<Self, InvalidInput> {
        check::sellers(&sellers, self.payment_type == PaymentType::Kredivo)?;
        self.seller_details = sellers;
        Ok(self)
    }

    /// Sets how long the customer may take. Kredivo documents it; Akulaku is on the generic page's list only.
    #[must_use]
    pub fn with_custom_expiry(mut self, expiry: CustomExpiry) -> Self {
        self.custom_expiry = Some(expiry);
        self
    }

    /// Sets `custom_field1`, which notifications and status replies echo.
    ///
    /// # Errors
    /// [`InvalidInput`] above 255 characters.
    pub fn with_custom_field1(mut self, text: impl Into<String>) -> Result<Self, InvalidInput> {
        self.custom_field1 = Some(check::custom_field("custom_field1", text.into())?);
        Ok(self)
    }

    /// Sets `custom_field2`.
    ///
    /// # Errors
    /// As [`with_custom_field1`](Self::with_custom_field1).
    pub fn with_custom_field2(mut self, text: impl Into<String>) -> Result<Self, InvalidInput> {
        self.custom_field2 = Some(check::custom_field("custom_field2", text.into())?);
        Ok(self)
    }

    /// Sets `custom_field3`.
    ///
    /// # Errors
    /// As [`with_custom_field1`](Self::with_custom_field1).
    pub fn with_custom_field3(mut self, text: impl Into<String>) -> Result<Self, InvalidInput> {
        self.custom_field3 = Some(check::custom_field("custom_field3", text.into())?);
        Ok(self)
    }

    /// Sets the free object that notifications and status replies echo.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Sets top-level fields that this version doesn't know.
    ///
    /// # Errors
    /// [`InvalidInput`] when one of them has a method of its own here.
    pub fn with_extra(mut self, extra: Map<String, Value>) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        check::extra("", &extra, check::CHARGE_FIELDS, &mut problems);
        problems.end()?;
        self.extra = extra;
        Ok(self)
    }

    /// How the customer pays.
    #[must_use]
    pub const fn payment_type(&self) -> &PaymentType {
        &self.payment_type
    }

    /// Order id and amount.
    #[must_use]
    pub const fn transaction_details(&self) -> &TransactionDetails {
        &self.transaction_details
    }

    /// The lines.
    #[must_use]
    pub fn item_details(&self) -> &[ItemDetails] {
        &self.item_details
    }

    /// How long the customer has to pay, where the merchant said so.
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
    type Reply = Transaction;
    const NAME: &'static str = "charge";
    const METHOD: Method = Method::POST;

    fn path(&self) -> String {
        "/v2/charge".to_owned()
    }

    fn body(&self) -> Option<Vec<u8>> {
        let mut body = Vec::with_capacity(USUAL_BODY);
        serde_json::to_writer(&mut body, self).expect("maps with text keys serialize");
        Some(body)
    }

    /// "To safely retry a request, use the same Idempotency-Key": without one, a second copy is a second charge.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn order_id(&self) -> Option<&str> {
        Some(self.transaction_details.order_id().as_str())
    }

    /// An idempotency key that was used for another order brings back that order's pay page, and this customer would
    /// pay for somebody else. A denial has the shape of an answer, and no page.
    fn accept_reply(&self, http_status: StatusCode, reply: Transaction) -> Result<Transaction, ReplyError> {
        use TransactionStatus::{Authorize, Capture, Deny, Pending, Settlement, Unknown};
        let reply = held::named(self.transaction_details.order_id().as_str(), http_status, reply)?;
        let is_made = reply.status_code().is_none_or(|code| code == "200" || code == "201");
        match reply.transaction_status() {
            Some(Deny) => Err(ReplyError::Api(Box::new(ApiError::denied(http_status, &reply)))),
            None | Some(Pending | Authorize | Capture | Settlement | Unknown(_)) if is_made => Ok(reply),
            _ => Err(held::not_in_state("a transaction that was just made, with code 200 or 201", http_status, &reply)),
        }
    }
}
