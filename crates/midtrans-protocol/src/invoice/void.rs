//! `PATCH /v1/invoices/{invoice_id}/void`
//!
//! Ends an invoice that is not paid. [Gateway
//! page](https://docs.midtrans.com/reference/void-invoice)

use http::{Method, Request};

use super::InvoiceId;
use crate::account::Host;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::{Environment, Merchant};

/// Ends an invoice that is pending or overdue, or a quotation. In any other state the gateway
/// refuses with [`Refusal::NotVoidable`](super::Refusal::NotVoidable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    id: InvoiceId,
    is_rejected_by_client: bool,
}

impl Void {
    /// The end of the invoice or quotation with this id.
    #[must_use]
    pub const fn new(id: InvoiceId) -> Self {
        Self {
            id,
            is_rejected_by_client: false,
        }
    }

    /// The end of a quotation that the customer has rejected.
    #[must_use]
    pub const fn rejected_by_client(id: InvoiceId) -> Self {
        Self {
            id,
            is_rejected_by_client: true,
        }
    }
}

impl Operation for Void {
    type Account = Merchant;
    type Reply = Voided;
    const NAME: &'static str = "void_invoice";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let body: &[u8] = if self.is_rejected_by_client {
            br#"{"cancel_as":"client"}"#
        } else {
            b"{}"
        };
        let path = self.id.path("/void");
        environment.request(Method::PATCH, Host::Api, &path, body.to_vec())
    }

    /// A second copy is refused, which looks like a failure. After an unknown outcome, ask
    /// [`Get`](super::Get).
    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}

object_reply! {
    /// The end of an invoice.
    Voided, "success", "the field success"
}

impl Voided {
    /// Returns whether the gateway says that the invoice is void.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.raw.field("success") == Some(true)
    }
}
