//! An invoice in the gateway's words.

use super::InvoiceId;
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The status of an invoice or a quotation.
    pub enum InvoiceStatus {
        /// It is not sent.
        Draft = "draft",
        /// It waits for the payment.
        Pending = "pending",
        /// A quotation that can be accepted.
        Published = "published",
        /// The due date has passed.
        Overdue = "overdue",
        /// It is paid. Confirm with [`GetStatus`](crate::GetStatus) about the payment.
        Paid = "paid",
        /// It ended unpaid.
        Expired = "expired",
        /// The merchant ended it.
        Voided = "voided",
        /// A quotation that the customer has rejected.
        Rejected = "rejected",
        /// A quotation that the merchant took back. (The gateway spells it both ways.)
        Canceled = "canceled" | "cancelled",
    }
}

object_reply! {
    /// An invoice or a quotation.
    Invoice, "id", "the id of an invoice"
}

impl Invoice {
    /// The gateway's id.
    #[must_use]
    pub fn id(&self) -> Option<InvoiceId> {
        InvoiceId::received(self.raw.text("id")?).ok()
    }

    /// Your id of the invoice.
    #[must_use]
    pub fn order_id(&self) -> Option<String> {
        self.raw.text("order_id")
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> Option<InvoiceStatus> {
        let status = self.raw.text("status")?;
        Some(InvoiceStatus::from(status.as_str()))
    }

    /// The amount to pay, exactly as received.
    #[must_use]
    pub fn gross_amount(&self) -> Option<WireAmount> {
        self.raw.amount("gross_amount")
    }

    /// The date on the document.
    #[must_use]
    pub fn invoice_date(&self) -> Option<WibTime> {
        self.raw.time("invoice_date")
    }

    /// The date until which it is to be paid.
    #[must_use]
    pub fn due_date(&self) -> Option<WibTime> {
        self.raw.time("due_date")
    }

    /// The time at which it was published.
    #[must_use]
    pub fn published_date(&self) -> Option<WibTime> {
        self.raw.time("published_date")
    }

    /// The time at which it was paid.
    #[must_use]
    pub fn paid_date(&self) -> Option<WibTime> {
        self.raw.time("paid_date")
    }

    /// The address of the PDF, as received. A stranger sees the invoice with it.
    #[must_use]
    pub fn pdf_url(&self) -> Option<String> {
        self.raw.text("pdf_url")
    }

    /// The address of the payment link, as received.
    #[must_use]
    pub fn payment_link_url(&self) -> Option<String> {
        self.raw.text("payment_link_url")
    }

    /// The virtual accounts to pay to, as objects with a bank and a number.
    #[must_use]
    pub fn virtual_accounts(&self) -> Vec<RawBody> {
        self.raw.objects("virtual_accounts")
    }
}
