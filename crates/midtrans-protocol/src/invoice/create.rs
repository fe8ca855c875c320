//! `POST /v1/invoices`
//!
//! Makes an invoice or a quotation. [Gateway
//! page](https://docs.midtrans.com/reference/create-invoice)

use http::{HeaderName, Method, Request, StatusCode};

use super::{Contents, Invoice, read};
use crate::account::Host;
use crate::of_contents::of_contents;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::{Environment, Merchant};

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

of_contents!(Create, "an invoice", read::contents);

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
