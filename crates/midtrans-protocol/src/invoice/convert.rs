//! `PATCH /v1/invoices/{invoice_id}/convert`
//!
//! Makes an invoice of a quotation. [Gateway
//! page](https://docs.midtrans.com/reference/convert-invoice)

use std::fmt;

use http::{Method, Request};
use serde::Serialize;

use super::{Invoice, InvoiceCustomer, InvoiceId, read};
use crate::account::Host;
use crate::charge::read::checked;
use crate::charge::{Field, Problems, Shape};
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::{Environment, InvalidInput, Merchant};

/// Makes an invoice of a quotation that is published and has not ended. The gateway documents no
/// body for its answer; an answer that is no invoice is a
/// [`DecodeError`](crate::reply::DecodeError): then ask [`Get`](super::Get).
#[derive(Clone, PartialEq, Eq)]
pub struct Convert {
    id: InvoiceId,
    client: Option<InvoiceCustomer>,
}

impl Convert {
    /// The invoice of the quotation with this id.
    #[must_use]
    pub const fn new(id: InvoiceId) -> Self {
        Self { id, client: None }
    }

    /// Makes the invoice out to this customer instead.
    ///
    /// # Errors
    /// [`InvalidInput`] names every field that is wrong.
    pub fn for_client(mut self, client: InvoiceCustomer) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        client.check("client", &mut problems);
        problems.end()?;
        self.client = Some(client);
        Ok(self)
    }

    /// Reads the body that the gateway documents, with all local checks.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, and never shows its value.
    pub fn from_json(id: InvoiceId, json: &str) -> Result<Self, InvalidInput> {
        const BODY: &[Field] = &[Field::optional("client", Shape::Object(read::CUSTOMER))];
        match checked("convert", json, BODY)?.object("client") {
            Some(client) => Self::new(id).for_client(InvoiceCustomer::read(client)),
            None => Ok(Self::new(id)),
        }
    }
}

/// Leaves out the customer.
impl fmt::Debug for Convert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Convert")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Operation for Convert {
    type Account = Merchant;
    type Reply = Invoice;
    const NAME: &'static str = "convert_invoice";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            client: Option<&'a InvoiceCustomer>,
        }
        let client = self.client.as_ref();
        let path = self.id.path("/convert");
        let body = to_json(&Body { client });
        environment.request(Method::PATCH, Host::Api, &path, body)
    }

    /// The page documents no idempotency key, and a second copy may be a second invoice.
    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}
