//! The body of `POST /v1/invoices`.

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::price::{self, Total};
use crate::gateway::charge::Source;
use crate::gateway::expiry::moment;
use crate::gateway::limits;
use crate::gateway::number::whole;
use crate::gateway::snap::seconds_of;

/// A request that passed validation.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) json: Value,
    pub(super) order_id: String,
    pub(super) total: Total,
    pub(super) due: WibTime,
    pub(super) is_quotation: bool,
}

/// Reads a request and lists everything that is wrong with it at once.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut problems = Vec::new();
    let order_id = json["order_id"].as_str().unwrap_or_default().to_owned();
    if order_id.len() > 36 || !Source::Core.takes(&order_id) {
        problems.push("order_id is invalid".to_owned());
    }
    for (name, longest) in [("invoice_number", 40), ("reference", 90), ("notes", 1_000)] {
        if !json[name].is_null() && !limits::is_text(&json[name], longest) {
            problems.push(limits::text_problem(name, longest));
        }
    }
    if json["invoice_number"].is_null() {
        problems.push("invoice_number must not be empty".to_owned());
    }
    let due = dates(&json, &mut problems);
    customer(&json["customer_details"], &mut problems);
    payment(&json, &mut problems);
    let total = lines(&json, &mut problems);
    let is_quotation = match json["document_type"].as_str() {
        Some("quotation") => true,
        None | Some("invoice") => false,
        Some(_) => {
            problems.push("document_type is invalid".to_owned());
            false
        }
    };
    if is_quotation && date(&json["quotation_validity_date"]).is_none() {
        problems.push("quotation_validity_date is invalid".to_owned());
    }
    match (total, due) {
        (Some(total), Some(due)) if problems.is_empty() => Ok(Read {
            json,
            order_id,
            total,
            due,
            is_quotation,
        }),
        _ => Err(problems),
    }
}

fn dates(json: &Value, problems: &mut Vec<String>) -> Option<WibTime> {
    let (issued, due) = (date(&json["invoice_date"]), date(&json["due_date"]));
    for (name, date) in [("invoice_date", issued), ("due_date", due)] {
        if date.is_none() {
            problems.push(format!("{name} is invalid"));
        }
    }
    if issued.zip(due).is_some_and(|(issued, due)| due <= issued) {
        problems.push("due_date must be after invoice_date".to_owned());
    }
    due
}

fn customer(customer: &Value, problems: &mut Vec<String>) {
    if !limits::is_text(&customer["name"], 40) {
        problems.push("customer_details.name must not be empty".to_owned());
    }
    let phone = &customer["phone"];
    if phone.as_str().is_some_and(|phone| phone.starts_with('0')) {
        problems.push("customer_details.phone must not start with 0".to_owned());
    }
}

fn payment(json: &Value, problems: &mut Vec<String>) {
    match json["payment_type"].as_str() {
        Some("payment_link") => {}
        Some("virtual_account") => {
            let accounts = json["virtual_accounts"].as_array();
            if accounts.is_none_or(Vec::is_empty) {
                problems.push("virtual_accounts must not be empty".to_owned());
            }
            for account in accounts.into_iter().flatten() {
                if bank_of(account).is_none_or(|name| method_of(name).is_none()) {
                    problems.push("virtual_accounts.bank is invalid".to_owned());
                }
            }
        }
        _ => problems.push("payment_type is invalid".to_owned()),
    }
}

fn lines(json: &Value, problems: &mut Vec<String>) -> Option<Total> {
    let items = json["item_details"].as_array();
    if items.is_none_or(Vec::is_empty) {
        problems.push("item must not be empty".to_owned());
        problems.push("gross_amount must be more than 0".to_owned());
        return None;
    }
    for item in items.into_iter().flatten() {
        if !limits::is_text(&item["description"], 150) {
            problems.push("item_details.description must not be empty".to_owned());
        }
    }
    let total = price::total(json);
    match &total {
        None => problems.push("item_details or amount is invalid".to_owned()),
        Some(total) if total.gross == 0 => {
            problems.push("gross_amount must be more than 0".to_owned());
        }
        Some(_) => {}
    }
    total
}

/// A date in one of the two forms that the pages have.
fn date(value: &Value) -> Option<WibTime> {
    let text = value.as_str()?;
    moment(text).or_else(|| {
        let local = text.strip_suffix('Z')?;
        let local = local.split_once('.').map_or(local, |(local, _)| local);
        moment(&format!("{} +0000", local.replace('T', " ")))
    })
}

/// The end of a quotation.
pub(super) fn validity(json: &Value, due: WibTime) -> WibTime {
    date(&json["quotation_validity_date"]).unwrap_or(due)
}

/// The end of an invoice's link: its due date, unless the link has an expiry of its own.
pub(super) fn link_end(link: &Value, due: WibTime) -> WibTime {
    let expiry = &link["expiry"];
    let unit = match expiry["unit"].as_str() {
        Some("month" | "months") => Some(30 * 86_400),
        Some(unit) => seconds_of(unit),
        None => None,
    };
    let count = whole(&expiry["duration"]).and_then(|count| u64::try_from(count).ok());
    let lasts = unit
        .zip(count)
        .map(|(unit, count)| Duration::from_secs(unit.saturating_mul(count)));
    let own = date(&expiry["start_time"]).zip(lasts);
    let own = own.and_then(|(start, lasts)| start.checked_add(lasts));
    own.filter(|_| link["is_custom_expiry"] == true)
        .unwrap_or(due)
}

/// The bank of an account: the page calls the key `name`, and its sample `bank`.
pub(super) fn bank_of(account: &Value) -> Option<&'static str> {
    let word = account["bank"]
        .as_str()
        .or_else(|| account["name"].as_str())?;
    BANKS.into_iter().find(|bank| *bank == word)
}

/// The charge of an account.
pub(super) fn charge_of(
    bank: &str,
    account: &Value,
    order_id: &str,
    amount: u64,
    metadata: &Value,
) -> Value {
    let mut charge = json!({
        "transaction_details": { "order_id": order_id, "gross_amount": amount },
        "metadata": metadata,
    });
    let number = &account["number"];
    match method_of(bank) {
        Some("mandiri") | None => {
            charge["payment_type"] = "echannel".into();
            charge["echannel"] = json!({ "bill_info1": "Payment:", "bill_info2": "Invoice" });
            if !number.is_null() {
                charge["echannel"]["bill_key"] = number.clone();
            }
        }
        Some(word) => {
            charge["payment_type"] = "bank_transfer".into();
            charge["bank_transfer"] = json!({ "bank": word });
            if !number.is_null() {
                charge["bank_transfer"]["va_number"] = number.clone();
            }
        }
    }
    charge
}

/// The Core API's word for a bank.
fn method_of(bank: &str) -> Option<&str> {
    match bank {
        "mandiri_bill" => Some("mandiri"),
        _ => bank.strip_suffix("_va"),
    }
}

const BANKS: [&str; 6] = [
    "bca_va",
    "mandiri_bill",
    "bni_va",
    "bri_va",
    "cimb_va",
    "permata_va",
];
