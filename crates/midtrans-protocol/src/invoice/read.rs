//! Reads an invoice from the JSON that the gateway documents.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::contents::Dates;
use super::{
    Adjustments, Contents, InvoiceCustomer, InvoiceItem, LinkExpiry, LinkExpiryUnit, LinkOptions,
    PaidBy, Quotation, Tax, VaNumber,
};
use crate::charge::read::{check_numbers, parsed, take};
use crate::charge::{Field, Shape, check_shape};
use crate::money::whole_rupiah;
use crate::snap::{CALLBACKS, CARD, EXPIRY, EnabledPayment};
use crate::time::WibTime;
use crate::{InvalidInput, OrderId, Rupiah};

fn is_count(value: &Value) -> bool {
    count_of(value).is_some()
}

/// Samples of the gateway print numbers and texts.
fn count_of(value: &Value) -> Option<u64> {
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
const ITEM: &[Field] = &[
    Field::optional("item_id", Shape::Text),
    Field::required("description", Shape::Text),
    Field::required("quantity", COUNT),
    Field::required("price", COUNT),
    Field::optional("discount_percentage", COUNT),
];
const LINK: &[Field] = &[
    Field::optional("is_custom_expiry", Shape::Bool),
    Field::required("enabled_payments", Shape::Texts),
    Field::optional("credit_card", Shape::Object(CARD)),
    Field::optional("expiry", Shape::Object(EXPIRY)),
    Field::optional("callbacks", Shape::Object(CALLBACKS)),
];
const ACCOUNT: &[Field] = &[
    Field::required("bank", Shape::Text),
    Field::optional("number", Shape::Text),
];
const TAX: &[Field] = &[
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
    let value = parsed("invoice", json)?;
    check_shape("", &value, INVOICE)?;
    check_numbers("", &value)?;
    let Value::Object(mut fields) = crate::method::without_nulls(value) else {
        return Err(InvalidInput::new("invoice", "a JSON object"));
    };
    let fields = &mut fields;
    let order_id = OrderId::new(take::<String>(fields, "order_id")?.unwrap_or_default())?;
    let number = take::<String>(fields, "invoice_number")?.unwrap_or_default();
    let dates = dates(fields, "invoice_date", "due_date")?;
    let customer = take::<InvoiceCustomer>(fields, "customer_details")?
        .ok_or_else(|| InvalidInput::new("customer_details", "a JSON object"))?;
    let items = items(fields)?;
    let paid_by = paid_by(fields)?;
    let mut contents = Contents::new(order_id, number, dates, customer, items, paid_by);
    contents.invoice_title = take(fields, "invoice_title")?;
    contents.invoice_paid_title = take(fields, "invoice_paid_title")?;
    contents.adjustments = adjustments(fields)?;
    contents.tax_mode = take(fields, "tax_mode")?;
    contents.taxes = take::<Vec<Tax>>(fields, "taxes")?.unwrap_or_default();
    contents.reference = take(fields, "reference")?;
    contents.notes = take(fields, "notes")?;
    contents.quotation = match take::<String>(fields, "document_type")?.as_deref() {
        None | Some("invoice") => None,
        Some("quotation") => {
            let (date, valid_until) =
                self::dates(fields, "quotation_date", "quotation_validity_date")?;
            Some(Quotation { date, valid_until })
        }
        Some(_) => return Err(InvalidInput::new("document_type", "invoice or quotation")),
    };
    contents.extra = std::mem::take(fields);
    Ok(contents)
}

fn dates(
    fields: &mut Map<String, Value>,
    from: &'static str,
    to: &'static str,
) -> Result<Dates, InvalidInput> {
    let mut date = |name: &'static str| {
        let text = take::<String>(fields, name)?.unwrap_or_default();
        WibTime::from_iso(&text)
            .map_err(|error| InvalidInput::new(name, error.expected().to_owned()))
    };
    Ok((date(from)?, date(to)?))
}

fn items(fields: &mut Map<String, Value>) -> Result<Vec<InvoiceItem>, InvalidInput> {
    let mut items = take::<Vec<Value>>(fields, "item_details")?.unwrap_or_default();
    for name in ["quantity", "price", "discount_percentage"] {
        for number in items.iter_mut().filter_map(|item| item.get_mut(name)) {
            *number = count_of(number).into();
        }
    }
    let read = |(at, item): (usize, Value)| {
        let expected = "numbers that fit a line of an invoice";
        serde_json::from_value(item)
            .map_err(|_| InvalidInput::new(format!("item_details[{at}]"), expected))
    };
    items.into_iter().enumerate().map(read).collect()
}

fn adjustments(fields: &mut Map<String, Value>) -> Result<Option<Adjustments>, InvalidInput> {
    let amount = take::<Map<String, Value>>(fields, "amount")?;
    Ok(amount.map(|amount| {
        let of = |name| amount.get(name).and_then(count_of).map(Rupiah::new);
        Adjustments {
            discount: of("discount"),
            shipping: of("shipping"),
        }
    }))
}

fn paid_by(fields: &mut Map<String, Value>) -> Result<PaidBy, InvalidInput> {
    let payment_type = take::<String>(fields, "payment_type")?;
    match payment_type.as_deref() {
        Some("payment_link") => {
            let link = take::<Map<String, Value>>(fields, "payment_link")?;
            link_options(link.unwrap_or_default()).map(PaidBy::Link)
        }
        Some("virtual_account") => {
            let accounts = take::<Vec<VaNumber>>(fields, "virtual_accounts")?;
            Ok(PaidBy::VirtualAccounts(accounts.unwrap_or_default()))
        }
        _ => Err(InvalidInput::new(
            "payment_type",
            "payment_link or virtual_account",
        )),
    }
}

fn link_options(mut link: Map<String, Value>) -> Result<LinkOptions, InvalidInput> {
    #[derive(Deserialize)]
    struct Wire {
        unit: LinkExpiryUnit,
        duration: u32,
        start_time: Option<String>,
    }
    let payments = take::<Vec<EnabledPayment>>(&mut link, "enabled_payments")?;
    let mut options = LinkOptions::new(payments.unwrap_or_default());
    options.is_custom_expiry = take(&mut link, "is_custom_expiry")?;
    options.credit_card = take(&mut link, "credit_card")?;
    options.callbacks = take(&mut link, "callbacks")?;
    if let Some(wire) = take::<Wire>(&mut link, "expiry")? {
        let mut expiry = LinkExpiry::new(wire.duration, wire.unit);
        let start_time = wire.start_time.as_deref().map(WibTime::from_iso);
        expiry.start_time = start_time.transpose().map_err(|error| {
            let path = "payment_link.expiry.start_time";
            InvalidInput::new(path, error.expected().to_owned())
        })?;
        options.expiry = Some(expiry);
    }
    options.extra = link;
    Ok(options)
}
