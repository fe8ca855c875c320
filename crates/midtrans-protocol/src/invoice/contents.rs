//! The contents of a new invoice or quotation.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Adjustments, InvoiceItem, PaidBy, Tax, TaxMode, read};
use crate::charge::{Problems, check};
use crate::fields::Fields;
use crate::redacted::redacted;
use crate::time::WibTime;
use crate::{InvalidInput, OrderId};

/// The customer of an invoice.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InvoiceCustomer {
    /// Your id of the customer, at most 36 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name, 1 to 40 characters.
    pub name: String,
    /// The e-mail address, at most 255 characters. The gateway sends the invoice there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number, at most 15 digits, without a leading 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(InvoiceCustomer);

impl InvoiceCustomer {
    /// A customer of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            email: None,
            phone: None,
            extra: Map::new(),
        }
    }

    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            id: fields.text("id"),
            name: fields.text("name").unwrap_or_default(),
            email: fields.text("email"),
            phone: fields.text("phone"),
            extra: fields.rest(),
        }
    }

    pub(super) fn check(&self, path: &str, problems: &mut Problems) {
        let name = Some(self.name.clone());
        problems.require(path, &[("name", &name)]);
        problems.limit(path, &[("name", &name)], 40);
        problems.limit(path, &[("id", &self.id)], 36);
        problems.limit(path, &[("email", &self.email)], 255);
        problems.refuse_known(path, &self.extra, Some(read::CUSTOMER));
        let is_phone = |phone: &String| {
            (1..=15).contains(&phone.len())
                && phone.bytes().all(|byte| byte.is_ascii_digit())
                && !phone.starts_with('0')
        };
        if self.phone.as_ref().is_some_and(|phone| !is_phone(phone)) {
            let expected = "1 to 15 digits that begin with no 0";
            problems.add(format!("{path}.phone"), expected);
        }
    }
}

/// The dates of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway asks for both and knows no third"
)]
pub struct Quotation {
    /// The date of the quotation.
    pub date: WibTime,
    /// The last date on which it can be accepted; after `date`.
    pub valid_until: WibTime,
}

/// The contents of a new invoice or quotation. [`Create::new`](super::Create::new) checks them.
/// ([Create an invoice](https://docs.midtrans.com/reference/create-invoice))
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Contents {
    /// Your id of the invoice: 1 to 36 characters out of `a-z 0-9 - _ ~ .`, used once per account.
    pub order_id: OrderId,
    /// The number on the document, 1 to 40 characters.
    pub invoice_number: String,
    /// The date on the document.
    pub invoice_date: WibTime,
    /// The date until which it is to be paid; after `invoice_date`.
    pub due_date: WibTime,
    /// The customer.
    pub customer: InvoiceCustomer,
    /// The lines, at least one.
    pub items: Vec<InvoiceItem>,
    /// The way in which it is paid.
    pub paid_by: PaidBy,
    /// The title before the payment, at most 20 characters.
    pub invoice_title: Option<String>,
    /// The title after the payment, at most 20 characters.
    pub invoice_paid_title: Option<String>,
    /// Discount and shipping.
    pub adjustments: Option<Adjustments>,
    /// The way in which prices and taxes go together.
    pub tax_mode: Option<TaxMode>,
    /// The taxes; at least one where prices include them.
    pub taxes: Vec<Tax>,
    /// A reference, at most 90 characters.
    pub reference: Option<String>,
    /// Notes, at most 1,000 characters.
    pub notes: Option<String>,
    /// The dates of a quotation; `None` for an invoice.
    pub quotation: Option<Quotation>,
    /// Fields that this version doesn't know.
    pub extra: Map<String, Value>,
}

/// The dates of an invoice, in this order: its own, and the one until which it is to be paid.
pub(super) type Dates = (WibTime, WibTime);

impl Contents {
    /// An invoice over these lines, of this date and to be paid until that.
    #[must_use]
    pub fn new(
        order_id: OrderId,
        invoice_number: impl Into<String>,
        (invoice_date, due_date): (WibTime, WibTime),
        customer: InvoiceCustomer,
        items: Vec<InvoiceItem>,
        paid_by: PaidBy,
    ) -> Self {
        Self {
            order_id,
            invoice_number: invoice_number.into(),
            invoice_date,
            due_date,
            customer,
            items,
            paid_by,
            invoice_title: None,
            invoice_paid_title: None,
            adjustments: None,
            tax_mode: None,
            taxes: Vec::new(),
            reference: None,
            notes: None,
            quotation: None,
            extra: Map::new(),
        }
    }

    pub(super) const FIELDS: &[&str] = &[
        "order_id",
        "invoice_number",
        "invoice_date",
        "due_date",
        "customer_details",
        "item_details",
        "payment_type",
        "payment_link",
        "virtual_accounts",
        "invoice_title",
        "invoice_paid_title",
        "amount",
        "tax_mode",
        "taxes",
        "reference",
        "notes",
        "document_type",
        "quotation_date",
        "quotation_validity_date",
    ];

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut problems = Problems::default();
        let id = self.order_id.as_str();
        let is_capital = id.bytes().any(|byte| byte.is_ascii_uppercase());
        if id.len() > 36 || is_capital || !self.order_id.is_chargeable() {
            let expected = "1 to 36 characters out of a-z 0-9 - _ ~ .";
            problems.add("order_id", expected);
        }
        let number = Some(self.invoice_number.clone());
        problems.require("", &[("invoice_number", &number)]);
        problems.limit("", &[("invoice_number", &number)], 40);
        if self.due_date <= self.invoice_date {
            problems.add("due_date", "a date after invoice_date");
        }
        let titles = [
            ("invoice_title", &self.invoice_title),
            ("invoice_paid_title", &self.invoice_paid_title),
        ];
        problems.limit("", &titles, 20);
        problems.limit("", &[("reference", &self.reference)], 90);
        problems.limit("", &[("notes", &self.notes)], 1_000);
        self.customer.check("customer_details", &mut problems);
        self.check_amounts(&mut problems);
        self.paid_by.check(&mut problems);
        if self
            .quotation
            .is_some_and(|dates| dates.valid_until <= dates.date)
        {
            let expected = "a date after quotation_date";
            problems.add("quotation_validity_date", expected);
        }
        check::extra("", &self.extra, Self::FIELDS, &mut problems);
        problems.end()
    }

    fn check_amounts(&self, problems: &mut Problems) {
        if self.items.is_empty() {
            problems.add("item_details", "at least one line");
        }
        for (at, item) in self.items.iter().enumerate() {
            item.check(&format!("item_details[{at}]"), problems);
        }
        for (at, tax) in self.taxes.iter().enumerate() {
            tax.check(&format!("taxes[{at}]"), problems);
        }
        if self.tax_mode == Some(TaxMode::Inclusive) && self.taxes.is_empty() {
            problems.add("taxes", "at least one tax, because prices include them");
        }
        let amounts = self.adjustments.unwrap_or_default();
        amounts.check(problems);
        let lines: u128 = self.items.iter().map(InvoiceItem::hundredths).sum();
        let of = |amount: Option<crate::Rupiah>| u128::from(amount.unwrap_or_default().get());
        let plus = lines + of(amounts.shipping) * 100;
        if !self.items.is_empty() && plus <= of(amounts.discount) * 100 && self.taxes.is_empty() {
            let expected = "lines, shipping and discount that leave more than nothing to pay";
            problems.add("item_details", expected);
        }
    }
}

/// Writes the optional fields that are set.
macro_rules! some {
    ($map:ident, $self:ident, $($field:ident),+) => {$(
        if let Some(value) = &$self.$field {
            $map.serialize_entry(stringify!($field), value)?;
        }
    )+};
}

impl Serialize for Contents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut invoice = serializer.serialize_map(None)?;
        invoice.serialize_entry("order_id", &self.order_id)?;
        invoice.serialize_entry("invoice_number", &self.invoice_number)?;
        invoice.serialize_entry("due_date", &self.due_date.with_offset())?;
        invoice.serialize_entry("invoice_date", &self.invoice_date.with_offset())?;
        invoice.serialize_entry("customer_details", &self.customer)?;
        match &self.paid_by {
            PaidBy::Link(link) => {
                invoice.serialize_entry("payment_type", "payment_link")?;
                invoice.serialize_entry("payment_link", link)?;
            }
            PaidBy::VirtualAccounts(accounts) => {
                invoice.serialize_entry("payment_type", "virtual_account")?;
                invoice.serialize_entry("virtual_accounts", accounts)?;
            }
        }
        invoice.serialize_entry("item_details", &self.items)?;
        some!(
            invoice,
            self,
            invoice_title,
            invoice_paid_title,
            tax_mode,
            reference,
            notes
        );
        if let Some(amount) = &self.adjustments {
            invoice.serialize_entry("amount", amount)?;
        }
        if !self.taxes.is_empty() {
            invoice.serialize_entry("taxes", &self.taxes)?;
        }
        if let Some(dates) = &self.quotation {
            let valid_until = dates.valid_until.with_offset();
            invoice.serialize_entry("document_type", "quotation")?;
            invoice.serialize_entry("quotation_date", &dates.date.with_offset())?;
            invoice.serialize_entry("quotation_validity_date", &valid_until)?;
        }
        for (name, value) in &self.extra {
            invoice.serialize_entry(name, value)?;
        }
        invoice.end()
    }
}

/// Names the order, never the customer.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents")
            .field("order_id", &self.order_id)
            .field("due_date", &self.due_date)
            .finish_non_exhaustive()
    }
}
