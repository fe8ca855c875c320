//! `GET /v1/invoices/{invoice_id}`
//!
//! Reads an invoice. [Gateway page](https://docs.midtrans.com/reference/get-invoice)

use http::{Method, Request, StatusCode};

use super::{Invoice, InvoiceId};
use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::{Environment, Merchant};

/// Reads an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    id: InvoiceId,
}

impl Get {
    /// The invoice with this id.
    #[must_use]
    pub const fn new(id: InvoiceId) -> Self {
        Self { id }
    }
}

impl Operation for Get {
    type Account = Merchant;
    type Reply = Invoice;
    const NAME: &'static str = "get_invoice";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::Api, &self.id.path(""), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: Invoice) -> Result<Invoice, ReplyError> {
        let is_its = reply.raw().text("id").as_deref() == Some(self.id.as_str());
        answers(
            is_its,
            "the invoice that was asked about",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}
