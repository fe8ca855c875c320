//! An invoice, as answers have it.

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::{INVOICE_ROUTE, Invoice};
use crate::gateway::Gateway;
use crate::gateway::body::Body;

impl Gateway {
    /// The invoice; with the fields that only Get has.
    pub(super) fn invoice_body(&self, number: usize, is_read: bool, now: WibTime) -> String {
        let invoice = &self.shelves.invoices[number];
        let request = &invoice.request;
        let given = |name: &str| Some(&request[name]).filter(|value| !value.is_null());
        let mut body = Body::default().text("order_id", &invoice.order_id);
        for name in ECHOED {
            body = body.maybe_json(name, given(name));
        }
        let title = |name: &str| request[name].as_str().unwrap_or("INVOICE").to_owned();
        let url = invoice.link_id.as_ref().map(|id| self.link_url(id));
        let accounts = invoice.accounts.iter();
        let accounts: Value = accounts
            .map(|(bank, number, _)| json!({ "bank": bank, "number": number }))
            .collect();
        body = body
            .json("item_details", &items(invoice, is_read))
            .text("invoice_title", &title("invoice_title"))
            .text("invoice_paid_title", &title("invoice_paid_title"))
            .text("published_date", &zoned(invoice.made))
            .text("id", &invoice.id)
            .text("status", &self.invoice_status(number, now))
            .raw("gross_amount", &invoice.total.gross.to_string())
            .text("pdf_url", &self.invoice_url(&invoice.id))
            .json("virtual_accounts", &accounts)
            .maybe_text("payment_link_url", url.as_deref())
            .maybe_json("tax_mode", given("tax_mode"))
            .maybe_json("taxes", taxes(invoice).as_ref());
        if invoice.is_quotation {
            body = quotation(body, invoice, &self.invoice_url(&invoice.id));
        }
        if is_read {
            body = self.read_fields(body, number);
        }
        body.finish()
    }

    /// The address of an invoice's page. The gateway has a PDF there.
    fn invoice_url(&self, id: &str) -> String {
        format!("{}{}", self.settings.url, INVOICE_ROUTE.replace("{id}", id))
    }

    fn read_fields(&self, body: Body, number: usize) -> Body {
        let invoice = &self.shelves.invoices[number];
        let paid = self.invoice_payment(number);
        let paid = paid.and_then(|payment| payment.settled.or(payment.captured));
        let paid_page = paid.map(|_| self.invoice_url(&invoice.id));
        let paid: Value = paid.map_or(Value::Null, |at| zoned(at).into());
        let sum: u64 = invoice.total.taxes.iter().sum();
        let mut amount = invoice.request["amount"].clone();
        if !amount.is_object() {
            amount = json!({});
        }
        amount["total_tax"] = sum.into();
        amount["base_amount"] = invoice.total.base.into();
        body.json("paid_date", &paid)
            .json("paid_pdf_url", &json!(paid_page))
            .json("amount", &amount)
            .json("external_group_id", &Value::Null)
    }
}

fn items(invoice: &Invoice, is_read: bool) -> Value {
    let list = invoice.request["item_details"].as_array();
    let discounts = invoice.total.discounts.iter();
    let rows = list.into_iter().flatten().zip(discounts);
    rows.map(|(item, discount)| {
        let mut row = item.clone();
        if is_read {
            row["discount_amount"] = (*discount).into();
        }
        row
    })
    .collect()
}

fn taxes(invoice: &Invoice) -> Option<Value> {
    let list = invoice.request["taxes"].as_array()?;
    let rows = list.iter().zip(&invoice.total.taxes).map(|(tax, amount)| {
        let mut row = tax.clone();
        row["calculated_amount"] = (*amount).into();
        row
    });
    Some(rows.collect())
}

fn quotation(body: Body, invoice: &Invoice, url: &str) -> Body {
    let converted = invoice.converted.map(zoned);
    let kind = match invoice.converted {
        Some(_) => "invoice",
        None => "quotation",
    };
    let date = |name: &str| {
        invoice.request[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    body.text("document_type", kind)
        .text("created_as", "quotation")
        .text("quotation_date", &date("quotation_date"))
        .text("quotation_validity_date", &date("quotation_validity_date"))
        .text("quotation_pdf_url", url)
        .text("quotation_published_date", &zoned(invoice.made))
        .maybe_text("converted_at", converted.as_deref())
}

fn zoned(at: WibTime) -> String {
    format!("{at} +0700")
}

const ECHOED: [&str; 7] = [
    "invoice_number",
    "due_date",
    "invoice_date",
    "customer_details",
    "payment_type",
    "reference",
    "notes",
];
