//! Reads a charge from the JSON that the gateway documents.

use serde_json::Value;

use super::{Charge, join, shape};
use crate::charge::{CustomExpiry, ExpiryUnit, SellerDetails};
use crate::fields::Fields;
use crate::method::Method;
use crate::time::WibTime;
use crate::{CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails};

pub(super) fn charge(json: &str) -> Result<Charge, InvalidInput> {
    let mut fields = checked("charge", json, shape::CHARGE)?;
    let fields = &mut fields;
    let word = fields.text("payment_type").unwrap_or_default();
    let order = order_by(fields, OrderId::new, TransactionDetails::new)?;
    let method = Method::take(&word, fields)?;
    let mut charge = Charge::builder(order, method)
        .minimal()
        .items(items(fields))
        .sellers(sellers(fields));
    if let Some(customer) = fields.object("customer_details").map(CustomerDetails::read) {
        charge = charge.customer(customer);
    }
    if let Some(expiry) = expiry(fields)? {
        charge = charge.custom_expiry(expiry);
    }
    if let Some(text) = fields.text("custom_field1") {
        charge = charge.custom_field1(text);
    }
    if let Some(text) = fields.text("custom_field2") {
        charge = charge.custom_field2(text);
    }
    if let Some(text) = fields.text("custom_field3") {
        charge = charge.custom_field3(text);
    }
    if let Some(metadata) = fields.map("metadata") {
        charge = charge.metadata(metadata);
    }
    charge.extra(fields.take_rest()).build()
}

/// Reads the fields of a request's JSON, whose shapes are checked.
pub(crate) fn checked(
    name: &'static str,
    json: &str,
    fields: &[shape::Field],
) -> Result<Fields, InvalidInput> {
    let value = parsed(name, json)?;
    if value.is_object() {
        shape::check("", &value, fields)?;
        check_numbers("", &value)?;
    }
    Fields::of(value).ok_or_else(|| InvalidInput::new(name, "a JSON object"))
}

/// Takes the lines out of a request's JSON.
pub(crate) fn items(fields: &mut Fields) -> Vec<ItemDetails> {
    let items = fields.objects("item_details").into_iter();
    items.filter_map(ItemDetails::read).collect()
}

/// Takes the sellers out of a request's JSON.
pub(crate) fn sellers(fields: &mut Fields) -> Vec<SellerDetails> {
    let sellers = fields.objects("seller_details").into_iter();
    sellers.map(SellerDetails::read).collect()
}

/// Refuses whole numbers that would be sent as others: those of more digits than a float keeps.
fn check_numbers(path: &str, value: &Value) -> Result<(), InvalidInput> {
    match value {
        Value::Number(number) if number.is_f64() && number.as_f64().is_some_and(is_rounded) => {
            let expected = "a number of fewer digits, or its digits in quotes";
            Err(InvalidInput::new(path.to_owned(), expected))
        }
        Value::Array(entries) => {
            let mut entries = entries.iter().enumerate();
            entries.try_for_each(|(at, entry)| check_numbers(&format!("{path}[{at}]"), entry))
        }
        Value::Object(fields) => {
            let mut fields = fields.iter();
            fields.try_for_each(|(name, field)| check_numbers(&join(path, name), field))
        }
        _ => Ok(()),
    }
}

/// Floats from 2⁵³ on are whole, and not every whole number is one of them.
const fn is_rounded(float: f64) -> bool {
    float.abs() >= 9_007_199_254_740_992.0
}

/// Takes the order out of a request's JSON, with the checks of its id and of its price.
pub(crate) fn order_by(
    fields: &mut Fields,
    id: fn(String) -> Result<OrderId, InvalidInput>,
    details: fn(OrderId, Rupiah) -> Result<TransactionDetails, InvalidInput>,
) -> Result<TransactionDetails, InvalidInput> {
    let mut order = fields
        .object("transaction_details")
        .ok_or_else(|| InvalidInput::new("transaction_details", "order_id and gross_amount"))?;
    let order_id = id(order.text("order_id").unwrap_or_default()).map_err(|error| {
        InvalidInput::new("transaction_details.order_id", error.expected().to_owned())
    })?;
    let gross_amount = order.rupiah("gross_amount").unwrap_or_default();
    details(order_id, gross_amount)?.with_extra(order.rest())
}

fn expiry(fields: &mut Fields) -> Result<Option<CustomExpiry>, InvalidInput> {
    let Some(mut wire) = fields.object("custom_expiry") else {
        return Ok(None);
    };
    let unit = wire.text("unit");
    let unit = ExpiryUnit::from_word(unit.as_deref().unwrap_or("minute"))
        .ok_or_else(|| InvalidInput::new("custom_expiry.unit", "second, minute, hour or day"))?;
    let duration = wire.count("expiry_duration").unwrap_or_default();
    let order_time = wire.text("order_time");
    let mut expiry = CustomExpiry::new(duration, unit)?.with_extra(wire.rest())?;
    if let Some(time) = order_time {
        let refused = || InvalidInput::new("custom_expiry.order_time", "YYYY-MM-DD hh:mm:ss +0700");
        let local = time.strip_suffix(" +0700").ok_or_else(refused)?;
        expiry = expiry.starting(local.parse::<WibTime>().map_err(|_| refused())?);
    }
    Ok(Some(expiry))
}

impl ItemDetails {
    /// Reads a line from the JSON that the gateway documents. Whether the lines add up is checked
    /// with the charge.
    ///
    /// ```
    /// use midtrans_protocol::ItemDetails;
    ///
    /// let json = r#"{"id":"SHOE-42","name":"Sepatu","price":40000,"quantity":1}"#;
    /// let line = ItemDetails::from_json(json)?;
    /// assert_eq!(line.price, 40_000);
    /// let json = r#"{"name":"Sepatu","price":"40000","quantity":1}"#;
    /// let error = ItemDetails::from_json(json).unwrap_err();
    /// assert_eq!(error.field(), "item_details.price");
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or of another type.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        let line = object("item_details", json, shape::ITEM)?;
        Self::read(line).ok_or_else(|| undocumented("item_details"))
    }
}

impl CustomerDetails {
    /// Reads a customer from the JSON that the gateway documents. The texts themselves are checked
    /// with the charge.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field of another type, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        object("customer_details", json, shape::CUSTOMER).map(Self::read)
    }
}

fn object(path: &'static str, json: &str, fields: &[shape::Field]) -> Result<Fields, InvalidInput> {
    let value = parsed(path, json)?;
    shape::check(path, &value, fields)?;
    Fields::of(value).ok_or_else(|| undocumented(path))
}

fn undocumented(path: &'static str) -> InvalidInput {
    InvalidInput::new(path, "the shape that the gateway documents")
}

fn parsed(path: &'static str, json: &str) -> Result<Value, InvalidInput> {
    serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        InvalidInput::new(
            path,
            format!("a JSON object; it cannot be read from line {line}, column {column}"),
        )
    })
}
