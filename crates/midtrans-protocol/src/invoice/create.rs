//! `POST /v1/invoices`
//!
//! Makes an invoice or a quotation. [Gateway
//! page](https://docs.midtrans.com/reference/create-invoice)

use http::{HeaderName, Method, Request, StatusCode};

use super::{Contents, Invoice, read};
use crate::account::Host;
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::{Environment, InvalidInput, Merchant};

/// Makes an invoice or a quotation. A value of this type has passed every check that can be made
/// before sending.
///
/// ```
/// use midtrans_protocol::invoice::{
///     Contents, Create, InvoiceCustomer, InvoiceItem, PaidBy, VaNumber,
/// };
/// use midtrans_protocol::{OrderId, Rupiah};
///
/// let dates = ("2026-03-06 20:03:04".parse()?, "2026-04-06 20:03:04".parse()?);
/// let items = vec![InvoiceItem::new("Bantal", Rupiah::new(20_000), 2)];
/// let paid_by = PaidBy::VirtualAccounts(vec![VaNumber::at("bca_va")]);
/// let customer = InvoiceCustomer::new("Sari Wulan");
/// let order = OrderId::new("inv-9101")?;
/// let create = Create::new(Contents::new(order, "INV/2026/1", dates, customer, items, paid_by))?;
/// # let _ = create;
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Create(Contents);

impl Create {
    /// Checks the contents of an invoice.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field of which it is known beforehand that the gateway would
    /// refuse it.
    pub fn new(contents: Contents) -> Result<Self, InvalidInput> {
        contents.check().map(|()| Self(contents))
    }

    /// Reads an invoice from the JSON that the gateway documents, with all local checks.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        Self::new(read::contents(json)?)
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(&self.0)
    }

    /// The contents of the invoice.
    #[must_use]
    pub const fn contents(&self) -> &Contents {
        &self.0
    }
}

impl Operation for Create {
    type Account = Merchant;
    type Reply = Invoice;
    const NAME: &'static str = "create_invoice";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::POST, Host::Api, "/v1/invoices", self.to_json())
    }

    /// The page lists the header `X-Idempotency-Key`, which holds for five minutes.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn idempotency_header(&self) -> HeaderName {
        HeaderName::from_static("x-idempotency-key")
    }

    fn target(&self) -> Option<&str> {
        Some(self.0.order_id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: Invoice) -> Result<Invoice, ReplyError> {
        let is_its = reply.order_id().as_deref() == Some(self.0.order_id.as_str());
        answers(
            is_its,
            "the invoice of this order id, under an idempotency key of its own",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}
