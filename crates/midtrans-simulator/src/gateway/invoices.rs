//! Invoices and quotations, paid by a payment link or by fixed virtual accounts.
//! ([Invoicing](https://docs.midtrans.com/reference/create-invoice))
//!
//! What the payments are shows what an invoice is: nothing is kept twice.

mod page;
mod price;
mod rendering;
mod request;

use std::fmt;

use http::Request;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::charge::{self, Origin, Source};
use super::payment::Payment;
use super::payment_links::NewLink;
use super::refusal::Refusal;
use super::shelf::Record;
use super::{Gateway, product, row};
pub(crate) use page::INVOICE_ROUTE;
pub use page::{InvoiceLine, InvoicePage, InvoiceWay};
use price::Total;

/// An invoice or a quotation.
#[derive(Serialize, Deserialize)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) order_id: String,
    /// The whole request.
    #[serde(with = "row::json")]
    request: Value,
    total: Total,
    #[serde(with = "row::time")]
    due: WibTime,
    #[serde(with = "row::time")]
    made: WibTime,
    is_quotation: bool,
    #[serde(with = "row::maybe_time")]
    converted: Option<WibTime>,
    /// The state after a void.
    ended: Option<String>,
    /// The payment link.
    link_id: Option<String>,
    /// The name of each bank, the number, and the transaction.
    accounts: Vec<(String, String, String)>,
}

impl Record for Invoice {
    fn keys(&self) -> Vec<String> {
        vec![self.id.clone(), format!("order:{}", self.order_id)]
    }
}

/// Without the request, which has the customer's data.
impl fmt::Debug for Invoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invoice")
            .field("id", &self.id)
            .field("order_id", &self.order_id)
            .finish_non_exhaustive()
    }
}

impl Gateway {
    pub(super) fn create_invoice(
        &mut self,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let read =
            request::read(request.body()).map_err(|problems| product::errors(400, &problems))?;
        let key = format!("order:{}", read.order_id);
        if self.shelves.invoices.find(&key).is_some() {
            return Err(product::errors(409, &["Duplicate order id"]));
        }
        if self.shelves.links.find(&key).is_some() {
            return Err(product::errors(409, &["Duplicate order id"]));
        }
        if read.json["payment_type"] == "virtual_account" && !read.is_quotation {
            self.check_accounts(&read, now)?;
        }
        // Twenty-four digits of sixteen, as the gateway's ids have.
        let id: String = self.ids.uuid().replace('-', "").chars().take(24).collect();
        let number = self.shelves.invoices.add(Invoice {
            id,
            order_id: read.order_id,
            request: read.json,
            total: read.total,
            due: read.due,
            made: now,
            is_quotation: read.is_quotation,
            converted: None,
            ended: None,
            link_id: None,
            accounts: Vec::new(),
        });
        if !read.is_quotation {
            self.open_invoice(number, now)?;
        }
        Ok(product::answered(
            201,
            self.invoice_body(number, false, now),
        ))
    }

    /// Refuses accounts that could not be charged, before anything is made.
    fn check_accounts(&self, read: &request::Read, now: WibTime) -> Result<(), Refusal> {
        let accounts = read.json["virtual_accounts"].as_array();
        for account in accounts.into_iter().flatten() {
            let name = request::bank_of(account).unwrap_or_default();
            let amount = read.total.gross;
            let charge = request::charge_of(name, account, "order", amount, &json!({}));
            charge::read(
                charge.to_string().as_bytes(),
                &self.settings,
                Source::Core,
                now,
            )
            .map_err(|refusal| product::errors(400, &[refusal_text(&refusal)]))?;
        }
        Ok(())
    }

    /// ([Get](https://docs.midtrans.com/reference/get-invoice))
    pub(super) fn invoice(&self, id: &str, now: WibTime) -> Result<Answer, Refusal> {
        let number = self.find_invoice(id)?;
        Ok(product::answered(200, self.invoice_body(number, true, now)))
    }

    /// A quotation is rejected by the client, or cancelled by anyone else.
    /// ([Void](https://docs.midtrans.com/reference/void-invoice))
    pub(super) fn void_invoice(
        &mut self,
        id: &str,
        body: &[u8],
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let number = self.find_invoice(id)?;
        let status = self.invoice_status(number, now);
        let ended = match status.as_str() {
            "pending" | "overdue" => "voided",
            "published" => {
                let json: Value = serde_json::from_slice(body).unwrap_or_default();
                match json["cancel_as"].as_str() {
                    Some("client") => "rejected",
                    _ => "canceled",
                }
            }
            _ => return Err(product::errors(409, &["Invoice cannot be canceled"])),
        };
        let invoice = self.shelves.invoices.change(number);
        invoice.ended = Some(ended.to_owned());
        let link = invoice.link_id.clone();
        let mut ids: Vec<String> = invoice.accounts.iter().map(|(.., id)| id.clone()).collect();
        if let Some(link) = link {
            ids.extend(self.waiting_on_link(&link));
            self.close_link(&link);
        }
        for index in ids
            .iter()
            .filter_map(|id| self.ledger.find(id))
            .collect::<Vec<_>>()
        {
            // One that does not wait any more stays as it is.
            let _ = self.advance(index, TransactionStatus::Cancel, now);
        }
        Ok(product::answered(200, r#"{"success":true}"#.to_owned()))
    }

    /// The answer is in no page; here it is the invoice. A body may name another client.
    /// ([Convert](https://docs.midtrans.com/reference/convert-invoice))
    pub(super) fn convert_invoice(
        &mut self,
        id: &str,
        body: &[u8],
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let number = self.find_invoice(id)?;
        if self.invoice_status(number, now) != "published" {
            return Err(product::errors(409, &["Quotation cannot be converted"]));
        }
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        // One that cannot be opened stays a quotation.
        self.open_invoice(number, now)?;
        let invoice = self.shelves.invoices.change(number);
        invoice.converted = Some(now);
        if json["client"].is_object() {
            invoice.request["customer_details"] = json["client"].clone();
        }
        Ok(product::answered(200, self.invoice_body(number, true, now)))
    }

    /// Makes the ways to pay an invoice. Their notifications carry its id.
    fn open_invoice(&mut self, number: usize, now: WibTime) -> Result<(), Refusal> {
        let invoice = &self.shelves.invoices[number];
        let metadata = json!({ "midtrans_invoice_id": invoice.id });
        let (order_id, amount) = (invoice.order_id.clone(), invoice.total.gross);
        if invoice.request["payment_type"] == "virtual_account" {
            return self.open_accounts(number, &metadata, now);
        }
        let mut request = invoice.request["payment_link"].clone();
        if !request.is_object() {
            request = json!({});
        }
        request["metadata"] = metadata;
        request["customer_details"] = Value::Null;
        let expires = request::link_end(&request, invoice.due);
        let link = NewLink {
            json: request,
            order_id,
            link_id: None,
            amount: Some(amount),
            usage_limit: 1,
            expires: Some(expires),
        };
        let (_, link_id) = self.add_link(link, now)?;
        self.shelves.invoices.change(number).link_id = Some(link_id);
        Ok(())
    }

    /// Charges a virtual account of each bank. Each needs an order id of its own: that of the
    /// invoice with the milliseconds of now behind it.
    fn open_accounts(
        &mut self,
        number: usize,
        metadata: &Value,
        now: WibTime,
    ) -> Result<(), Refusal> {
        let invoice = &self.shelves.invoices[number];
        let (order_id, amount) = (invoice.order_id.clone(), invoice.total.gross);
        let wanted = invoice.request["virtual_accounts"].as_array().cloned();
        for (at, account) in (0..).zip(wanted.unwrap_or_default()) {
            let name = request::bank_of(&account).unwrap_or_default();
            let order_id = format!("{order_id}-{}", now.unix() * 1_000 + at);
            let charge = request::charge_of(name, &account, &order_id, amount, metadata);
            let call = Request::new(charge.to_string().into_bytes());
            self.charge_from(Origin::own(None), &call, now)
                .map_err(|refusal| product::errors(400, &[refusal_text(&refusal)]))?;
            if let Some(payment) = self.ledger.payments().last() {
                let number_of = payment.pay_page().numbers().into_iter().next();
                let row = (
                    name.to_owned(),
                    number_of.unwrap_or_default(),
                    payment.id.clone(),
                );
                self.shelves.invoices.change(number).accounts.push(row);
            }
        }
        Ok(())
    }

    /// The state of an invoice at a moment.
    pub(super) fn invoice_status(&self, number: usize, now: WibTime) -> String {
        let invoice = &self.shelves.invoices[number];
        let is_open_quotation = invoice.is_quotation && invoice.converted.is_none();
        if let Some(ended) = &invoice.ended {
            return ended.clone();
        }
        let status = if self.invoice_payment(number).is_some() {
            "paid"
        } else if is_open_quotation && request::validity(&invoice.request, invoice.due) <= now {
            "expired"
        } else if is_open_quotation {
            "published"
        } else if invoice.due <= now {
            "overdue"
        } else {
            "pending"
        };
        status.to_owned()
    }

    /// The payment that has paid an invoice.
    fn invoice_payment(&self, number: usize) -> Option<&Payment> {
        let invoice = &self.shelves.invoices[number];
        if let Some(link) = &invoice.link_id {
            return self.link_paid(link);
        }
        let ids = invoice.accounts.iter();
        ids.filter_map(|(.., id)| self.ledger.find(id))
            .map(|index| &self.ledger[index])
            .find(|payment| payment.was_paid())
    }

    fn find_invoice(&self, id: &str) -> Result<usize, Refusal> {
        self.invoice_number(id)
            .ok_or_else(|| product::errors(404, &["Not Found"]))
    }

    /// An order id is no invoice's id.
    fn invoice_number(&self, id: &str) -> Option<usize> {
        let number = self.shelves.invoices.find(id);
        number.filter(|number| self.shelves.invoices[*number].id == id)
    }
}

fn refusal_text(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(problems) => problems.join("; "),
        _ => "virtual_accounts cannot be used".to_owned(),
    }
}
