//! Invoices and quotations: documents with a PDF, paid by a payment link or by fixed virtual
//! accounts.
//!
//! A payment is notified as any other, with the invoice's id in
//! `metadata.midtrans_invoice_id` ([`invoice_id`]); its order id is the payment's own.
//! ([Invoicing](https://docs.midtrans.com/reference/create-invoice))
//!
//! The gateway documents no list of invoices: keep their ids.

mod contents;
mod convert;
mod create;
mod get;
mod id;
mod item;
mod payment;
mod read;
mod refusal;
mod reply;
mod tax;
mod void;

pub use contents::{Contents, InvoiceCustomer, Quotation};
pub use convert::Convert;
pub use create::Create;
pub use get::Get;
pub use id::{InvoiceId, invoice_id};
pub use item::InvoiceItem;
pub use payment::{LinkExpiry, LinkExpiryUnit, LinkOptions, PaidBy, VaNumber};
pub use refusal::Refusal;
pub use reply::{Invoice, InvoiceStatus};
pub use tax::{Adjustments, Tax, TaxMode};
pub use void::{Void, Voided};
