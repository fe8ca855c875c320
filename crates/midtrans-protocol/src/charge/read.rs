//! Reads a charge from the JSON that the gateway documents.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Charge, join, shape};
use crate::charge::{CustomExpiry, ExpiryUnit, SellerDetails};
use crate::method::Method;
use crate::time::WibTime;
use crate::{CustomerDetails, InvalidInput, ItemDetails, OrderId, Rupiah, TransactionDetails};

pub(super) fn charge(json: &str) -> Result<Charge, InvalidInput> {
    let value = parsed("charge", json)?;
    shape::check("", &value, shape::CHARGE)?;
    check_numbers("", &value)?;
    let Value::Object(mut fields) = value else {
        return Err(InvalidInput::new("charge", "a JSON object"));
    };
    let word = take::<String>(&mut fields, "payment_type")?.unwrap_or_default();
    let order = order(&mut fields)?;
    let method = Method::take(&word, &mut fields)?;
    let mut charge = Charge::builder(order, method).minimal();
    if let Some(items) = take::<Vec<ItemDetails>>(&mut fields, "item_details")? {
        charge = charge.items(items);
    }
    if let Some(customer) = take::<CustomerDetails>(&mut fields, "customer_details")? {
        charge = charge.customer(customer);
    }
    if let Some(sellers) = take::<Vec<SellerDetails>>(&mut fields, "seller_details")? {
        charge = charge.sellers(sellers);
    }
    if let Some(expiry) = expiry(&mut fields)? {
        charge = charge.custom_expiry(expiry);
    }
    if let Some(text) = take::<String>(&mut fields, "custom_field1")? {
        charge = charge.custom_field1(text);
    }
    if let Some(text) = take::<String>(&mut fields, "custom_field2")? {
        charge = charge.custom_field2(text);
    }
    if let Some(text) = take::<String>(&mut fields, "custom_field3")? {
        charge = charge.custom_field3(text);
    }
    if let Some(metadata) = take(&mut fields, "metadata")? {
        charge = charge.metadata(metadata);
    }
    charge.extra(fields).build()
}

/// Refuses whole numbers that would be sent as others: those of more digits than a float keeps.
pub(crate) fn check_numbers(path: &str, value: &Value) -> Result<(), InvalidInput> {
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

fn order(fields: &mut Map<String, Value>) -> Result<TransactionDetails, InvalidInput> {
    order_by(fields, OrderId::new, TransactionDetails::new)
}

/// Takes the order out of a request's JSON, with the checks of its id and of its price.
pub(crate) fn order_by(
    fields: &mut Map<String, Value>,
    id: fn(String) -> Result<OrderId, InvalidInput>,
    details: fn(OrderId, Rupiah) -> Result<TransactionDetails, InvalidInput>,
) -> Result<TransactionDetails, InvalidInput> {
    #[derive(Deserialize)]
    struct Wire {
        order_id: String,
        gross_amount: u64,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }
    let wire: Wire = take(fields, "transaction_details")?
        .ok_or_else(|| InvalidInput::new("transaction_details", "order_id and gross_amount"))?;
    let order_id = id(wire.order_id).map_err(|error| {
        InvalidInput::new("transaction_details.order_id", error.expected().to_owned())
    })?;
    details(order_id, Rupiah::new(wire.gross_amount))?.with_extra(wire.extra)
}

fn expiry(fields: &mut Map<String, Value>) -> Result<Option<CustomExpiry>, InvalidInput> {
    #[derive(Deserialize)]
    struct Wire {
        order_time: Option<String>,
        expiry_duration: u32,
        unit: Option<String>,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }
    let Some(wire) = take::<Wire>(fields, "custom_expiry")? else {
        return Ok(None);
    };
    let unit = ExpiryUnit::from_word(wire.unit.as_deref().unwrap_or("minute"))
        .ok_or_else(|| InvalidInput::new("custom_expiry.unit", "second, minute, hour or day"))?;
    let mut expiry = CustomExpiry::new(wire.expiry_duration, unit)?.with_extra(wire.extra)?;
    if let Some(time) = wire.order_time {
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
        object("item_details", json, shape::ITEM)
    }
}

impl CustomerDetails {
    /// Reads a customer from the JSON that the gateway documents. The texts themselves are checked
    /// with the charge.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field of another type, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        object("customer_details", json, shape::CUSTOMER)
    }
}

fn object<T: DeserializeOwned>(
    path: &'static str,
    json: &str,
    fields: &[shape::Field],
) -> Result<T, InvalidInput> {
    let value = parsed(path, json)?;
    shape::check(path, &value, fields)?;
    read(path, value)
}

pub(crate) fn parsed(path: &'static str, json: &str) -> Result<Value, InvalidInput> {
    serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        InvalidInput::new(
            path,
            format!("a JSON object; it cannot be read from line {line}, column {column}"),
        )
    })
}

pub(crate) fn take<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, InvalidInput> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(name, value).map(Some),
    }
}

/// Reads a value whose shape was checked. What serde says is not passed on, because it may quote
/// the value.
pub(crate) fn read<T: DeserializeOwned>(
    path: &'static str,
    value: Value,
) -> Result<T, InvalidInput> {
    serde_json::from_value(value)
        .map_err(|_| InvalidInput::new(path, "the shape that the gateway documents"))
}
