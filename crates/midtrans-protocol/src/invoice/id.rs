//! The gateway's id of an invoice.

use std::fmt;

use serde_json::Value;

use crate::InvalidInput;
use crate::ids::push_encoded;
use crate::transaction::Details;

/// The gateway's id of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvoiceId(Box<str>);

impl InvoiceId {
    /// Takes an id that the gateway sent, whatever its alphabet.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is blank, longer than 255 bytes, `.` or `..`.
    pub fn received(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        if id.len() > 255 || matches!(id.trim(), "" | "." | "..") {
            let expected = "the id of an invoice: 1 to 255 bytes, and not only dots";
            return Err(InvalidInput::new("invoice_id", expected));
        }
        Ok(Self(id.into()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `/v1/invoices/{id}{after}` with the id percent-encoded.
    pub(super) fn path(&self, after: &str) -> String {
        let mut path = "/v1/invoices/".to_owned();
        push_encoded(&mut path, &self.0);
        path + after
    }
}

impl fmt::Display for InvoiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The invoice that a payment belongs to, in a notification or a status reply. It is not covered by
/// the notification's signature.
#[must_use]
pub fn invoice_id(details: &Details) -> Option<InvoiceId> {
    let metadata = details.metadata()?;
    let id = metadata.get("midtrans_invoice_id").and_then(Value::as_str);
    InvoiceId::received(id?).ok()
}
