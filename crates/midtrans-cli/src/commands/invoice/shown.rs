//! A report of an invoice.

use midtrans_protocol::invoice::{Invoice, InvoiceId};
use serde_json::{Value, json};

use crate::report::Report;
use crate::terminal::Tone;

/// Adds the fields of an invoice. Its customer is left out.
pub(super) fn describe(report: &mut Report, invoice: &Invoice) {
    let (id, status) = (invoice.id(), invoice.status());
    report
        .field("invoice_id", id.as_ref().map(InvoiceId::as_str))
        .field("order_id", invoice.order_id())
        .field("status", status.as_ref().map(|status| status.as_str()))
        .amount("gross_amount", invoice.gross_amount().as_ref())
        .time("invoice_date", invoice.invoice_date())
        .time("due_date", invoice.due_date())
        .time("published_date", invoice.published_date())
        .time("paid_date", invoice.paid_date())
        .field("pdf_url", invoice.pdf_url())
        .field("payment_link_url", invoice.payment_link_url());
    let accounts = invoice.virtual_accounts();
    let mut shown: Vec<Value> = Vec::new();
    for account in &accounts {
        // A page of the gateway calls the bank `name`.
        let bank = account.text("bank").or_else(|| account.text("name"));
        let number = account.text("number");
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let line = format!("{} {}", text(&bank), text(&number));
        report.row("virtual account", &line, Tone::Neutral);
        shown.push(json!({"bank": bank, "number": number}));
    }
    report.data("virtual_accounts", shown);
}
