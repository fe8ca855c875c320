//! Reads an invoice from the JSON that the gateway documents.

use serde_json::{Map, Value};

use super::contents::Dates;
use super::{
    Adjustments, Contents, InvoiceCustomer, InvoiceItem, LinkExpiry, LinkExpiryUnit, LinkOptions,
    PaidBy, Quotation, Tax, VaNumber,
};
use crate::charge::read::checked;
use crate::charge::{Field, Shape};
use crate::fields::Fields;
use crate::money::whole_rupiah;
use crate::snap::{CALLBACKS, CARD, Callbacks, CardOptions, EXPIRY, EnabledPayment};
use crate::time::WibTime;
use crate::{InvalidInput, OrderId, Rupiah};

fn is_count(value: &Value) -> bool {
    count_of(value).is_some()
}

/// Samples of the gateway print numbers and texts.
pub(super) fn count_of(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => whole_rupiah(text).map(Rupiah::get),
        value => value.as_u64(),
    }
}

const COUNT: Shape = Shape::Checked(is_count, "a whole number");
pub(super) const CUSTOMER: &[Field] = &[
    Field::optional("id", Shape::Text),
    Field::required("name", Shape::Text),
    Field::optional("email", Shape::Text),
    Field::optional("phone", Shape::Text),
];
pub(super) const ITEM: &[Field] = &[
    Field::optional("item_id", Shape::Text),
    Field::required("description", Shape::Text),
    Field::required("quantity", COUNT),
    Field::required("price", COUNT),
    Field::optional("discount_percentage", COUNT),
];
pub(super) const LINK: &[Field] = &[
    Field::optional("is_custom_expiry", Shape::Bool),
    Field::required("enabled_payments", Shape::Texts),
    Field::optional("credit_card", Shape::Object(CARD)),
    Field::optional("expiry", Shape::Exact(EXPIRY)),
    Field::optional("callbacks", Shape::Object(CALLBACKS)),
];
pub(super) const ACCOUNT: &[Field] = &[
    Field::required("bank", Shape::Text),
    Field::optional("number", Shape::Text),
];
pub(super) const TAX: &[Field] = &[
    Field::required("name", Shape::Text),
    Field::required("type", Shape::Text),
    Field::required("value", Shape::Checked(Value::is_number, "a number")),
];
const INVOICE: &[Field] = &[
    Field::required("order_id", Shape::Text),
    Field::required("invoice_number", Shape::Text),
    Field::required("invoice_date", Shape::Text),
    Field::required("due_date", Shape::Text),
    Field::required("customer_details", Shape::Object(CUSTOMER)),
    Field::required("item_details", Shape::List(ITEM)),
    Field::required("payment_type", Shape::Text),
    Field::optional("payment_link", Shape::Object(LINK)),
    Field::optional("virtual_accounts", Shape::List(ACCOUNT)),
    Field::optional("invoice_title", Shape::Text),
    Field::optional("invoice_paid_title", Shape::Text),
    Field::optional(
        "amount",
        Shape::Exact(&[
            Field::optional("discount", COUNT),
            Field::optional("shipping", COUNT),
        ]),
    ),
    Field::optional("tax_mode", Shape::Text),
    Field::optional("taxes", Shape::List(TAX)),
    Field::optional("reference", Shape::Text),
    Field::optional("notes", Shape::Text),
    Field::optional("document_type", Shape::Text),
    Field::optional("quotation_date", Shape::Text),
    Field::optional("quotation_validity_date", Shape::Text),
];

pub(super) fn contents(json: &str) -> Result<Contents, InvalidInput> {
    let fields = &mut checked("invoice", json, INVOICE)?.without_nulls();
    let order_id = OrderId::new(fields.text("order_id").unwrap_or_default())?;
    let number = fields.text("invoice_number").unwrap_or_default();
    let dates = dates(fields, "invoice_date", "due_date")?;
    let customer = fields.object("customer_details").map(InvoiceCustomer::read);
    let customer =
        customer.ok_or_else(|| InvalidInput::new("customer_details", "a JSON object"))?;
    let items = items(fields)?;
    let paid_by = paid_by(fields)?;
    let mut contents = Contents::new(order_id, number, dates, customer, items, paid_by);
    contents.invoice_title = fields.text("invoice_title");
    contents.invoice_paid_title = fields.text("invoice_paid_title");
    contents.adjustments = fields.object("amount").map(adjustments);
    contents.tax_mode = fields.word("tax_mode");
    let taxes = fields.objects("taxes").into_iter();
    contents.taxes = taxes.filter_map(Tax::read).collect();
    contents.reference = fields.text("reference");
    contents.notes = fields.text("notes");
    contents.quotation = match fields.text("document_type").as_deref() {
        None | Some("invoice") => None,
        Some("quotation") => {
            let (date, valid_until) =
                self::dates(fields, "quotation_date", "quotation_validity_date")?;
            Some(Quotation { date, valid_until })
        }
        Some(_) => return Err(InvalidInput::new("document_type", "invoice or quotation")),
    };
    contents.extra = std::mem::replace(fields, Fields::new(Map::new())).rest();
    Ok(contents)
}

fn dates(fields: &mut Fields, from: &'static str, to: &'static str) -> Result<Dates, InvalidInput> {
    let mut date = |name: &'static str| {
        WibTime::from_iso(&fields.text(name).unwrap_or_default())
            .map_err(|error| InvalidInput::new(name, error.expected().to_owned()))
    };
    Ok((date(from)?, date(to)?))
}

fn items(fields: &mut Fields) -> Result<Vec<InvoiceItem>, InvalidInput> {
    let items = fields.objects("item_details").into_iter().enumerate();
    items
        .map(|(at, item)| {
            let expected = "numbers that fit a line of an invoice";
            InvoiceItem::read(item)
                .ok_or_else(|| InvalidInput::new(format!("item_details[{at}]"), expected))
        })
        .collect()
}

fn adjustments(mut amount: Fields) -> Adjustments {
    let mut of = |name| {
        amount
            .value(name)
            .as_ref()
            .and_then(count_of)
            .map(Rupiah::new)
    };
    Adjustments {
        discount: of("discount"),
        shipping: of("shipping"),
    }
}

fn paid_by(fields: &mut Fields) -> Result<PaidBy, InvalidInput> {
    match fields.text("payment_type").as_deref() {
        Some("payment_link") => {
            let link = fields.object("payment_link");
            link_options(link.unwrap_or(Fields::new(Map::new()))).map(PaidBy::Link)
        }
        Some("virtual_account") => {
            let accounts = fields.objects("virtual_accounts").into_iter();
            Ok(PaidBy::VirtualAccounts(
                accounts.map(VaNumber::read).collect(),
            ))
        }
        _ => Err(InvalidInput::new(
            "payment_type",
            "payment_link or virtual_account",
        )),
    }
}

fn link_options(mut link: Fields) -> Result<LinkOptions, InvalidInput> {
    let mut options = LinkOptions::new(link.words::<EnabledPayment>("enabled_payments"));
    options.is_custom_expiry = link.truth("is_custom_expiry");
    let card = link.object("credit_card").map(CardOptions::read);
    options.credit_card = card.transpose()?;
    options.callbacks = link.object("callbacks").map(Callbacks::read);
    options.expiry = link.object("expiry").map(expiry).transpose()?;
    options.extra = link.rest();
    Ok(options)
}

fn expiry(mut fields: Fields) -> Result<LinkExpiry, InvalidInput> {
    let unit = LinkExpiryUnit::from(fields.text("unit").unwrap_or_default().as_str());
    let mut expiry = LinkExpiry::new(fields.count("duration").unwrap_or_default(), unit);
    let start_time = fields.text("start_time");
    let start_time = start_time.as_deref().map(WibTime::from_iso).transpose();
    expiry.start_time = start_time.map_err(|error| {
        let path = "payment_link.expiry.start_time";
        InvalidInput::new(path, error.expected().to_owned())
    })?;
    Ok(expiry)
}
