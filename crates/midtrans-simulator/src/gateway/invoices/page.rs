//! The page of an invoice, in place of the gateway's PDF.

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::Invoice;
use crate::gateway::number::{price, whole};
use crate::gateway::page_address;
use crate::gateway::payment_links::LINK_ROUTE;
use crate::gateway::{Accounts, Gateway};

/// The path of an invoice's page.
pub(crate) const INVOICE_ROUTE: &str = "/invoices/pdf/{id}";

/// The contents of an invoice's page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InvoicePage {
    /// The title: another one after the payment.
    pub title: String,
    /// The number of the document.
    pub number: String,
    /// The customer's name.
    pub customer: String,
    /// The lines.
    pub lines: Vec<InvoiceLine>,
    /// The taxes, by name.
    pub taxes: Vec<(String, Rupiah)>,
    /// The amount to pay.
    pub amount: Rupiah,
    /// Until when it is to be paid.
    pub due: WibTime,
    /// The state, in the gateway's word.
    pub status: String,
    /// The ways to pay it; none where nothing is to be paid.
    pub ways: Vec<InvoiceWay>,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceLine {
    /// Its description; any text.
    pub description: String,
    /// Price of one.
    pub price: Rupiah,
    /// The number of pieces.
    pub quantity: u64,
}

/// A way to pay an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an invoice has two payment types")]
pub enum InvoiceWay {
    /// Its payment link, by the path of its page.
    Link(String),
    /// A virtual account.
    Account {
        /// The gateway's name of the bank, such as `bca_va`.
        bank: String,
        /// The number.
        number: String,
        /// The path of the page where it is paid.
        page: String,
    },
}

impl Accounts {
    /// The merchant's account that has an invoice of this id.
    pub fn having_invoice(&mut self, id: &str) -> Option<&mut Gateway> {
        self.all_mut()
            .find(|account| account.invoice_number(id).is_some())
    }
}

impl Gateway {
    /// The page of an invoice.
    pub fn invoice_page(&mut self, id: &str, now: WibTime) -> Option<InvoicePage> {
        self.tick(now);
        let number = self.invoice_number(id)?;
        let status = self.invoice_status(number, now);
        let invoice = &self.shelves.invoices[number];
        let request = &invoice.request;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let title = match status.as_str() {
            "paid" => &request["invoice_paid_title"],
            _ => &request["invoice_title"],
        };
        let ways = match status.as_str() {
            "pending" | "overdue" => self.ways_to_pay(invoice),
            _ => Vec::new(),
        };
        let taxes = request["taxes"].as_array().into_iter().flatten();
        let taxes = taxes.zip(&invoice.total.taxes);
        Some(InvoicePage {
            title: title.as_str().unwrap_or("INVOICE").to_owned(),
            number: text(&request["invoice_number"]),
            customer: text(&request["customer_details"]["name"]),
            lines: lines(request),
            taxes: taxes
                .map(|(tax, amount)| (text(&tax["name"]), Rupiah::new(*amount)))
                .collect(),
            amount: Rupiah::new(invoice.total.gross),
            due: invoice.due,
            status,
            ways,
        })
    }

    fn ways_to_pay(&self, invoice: &Invoice) -> Vec<InvoiceWay> {
        let link = invoice.link_id.iter();
        let links = link.map(|id| InvoiceWay::Link(LINK_ROUTE.replace("{id}", id)));
        let accounts = invoice
            .accounts
            .iter()
            .map(|(bank, number, id)| InvoiceWay::Account {
                bank: bank.clone(),
                number: number.clone(),
                page: page_address::OWN.of(id),
            });
        links.chain(accounts).collect()
    }
}

fn lines(request: &Value) -> Vec<InvoiceLine> {
    let items = request["item_details"].as_array().into_iter().flatten();
    let lines = items.filter_map(|item| {
        Some(InvoiceLine {
            description: item["description"].as_str()?.to_owned(),
            price: Rupiah::new(u64::try_from(price(&item["price"])?).ok()?),
            quantity: u64::try_from(whole(&item["quantity"])?).ok()?,
        })
    });
    lines.collect()
}
