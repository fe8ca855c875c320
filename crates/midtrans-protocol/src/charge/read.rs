//! A charge out of the gateway's documented JSON.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Charge, check, shape};
use crate::{
    CustomExpiry, CustomerDetails, ExpiryUnit, InvalidInput, ItemDetails, OrderId, PaymentType, Rupiah, SellerDetails,
    TransactionDetails, WibTime,
};

pub(super) fn charge(json: &str) -> Result<Charge, InvalidInput> {
    let value = parsed("charge", json)?;
    shape::check("", &value, shape::CHARGE)?;
    let Value::Object(mut fields) = value else { return Err(InvalidInput::new("charge", "a JSON object")) };
    let payment_type = take::<String>(&mut fields, "payment_type")?
        .map(|word| PaymentType::from(word.as_str()))
        .filter(|kind| matches!(kind, PaymentType::Akulaku | PaymentType::Kredivo))
        .ok_or_else(|| InvalidInput::new("payment_type", "akulaku or kredivo"))?;
    let order = order(&mut fields)?;
    let mut charge = match payment_type {
        PaymentType::Akulaku => Charge::akulaku_minimal(order)?,
        _ => Charge::kredivo_approved(order),
    };
    if let Some(items) = take::<Vec<ItemDetails>>(&mut fields, "item_details")? {
        charge = charge.with_items(items)?;
    }
    if let Some(customer) = take::<CustomerDetails>(&mut fields, "customer_details")? {
        charge = charge.with_customer(customer)?;
    }
    if let Some(sellers) = take::<Vec<SellerDetails>>(&mut fields, "seller_details")? {
        check::sellers(&sellers, false)?;
        charge.seller_details = sellers;
    }
    charge.custom_expiry = expiry(&mut fields)?;
    charge.custom_field1 = custom_field(&mut fields, "custom_field1")?;
    charge.custom_field2 = custom_field(&mut fields, "custom_field2")?;
    charge.custom_field3 = custom_field(&mut fields, "custom_field3")?;
    charge.metadata = take(&mut fields, "metadata")?;
    charge.with_extra(fields)
}

fn order(fields: &mut Map<String, Value>) -> Result<TransactionDetails, InvalidInput> {
    #[derive(Deserialize)]
    struct Wire {
        order_id: String,
        gross_amount: u64,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }
    let wire: Wire = take(fields, "transaction_details")?
        .ok_or_else(|| InvalidInput::new("transaction_details", "order_id and gross_amount"))?;
    let order_id = OrderId::new(wire.order_id)
        .map_err(|error| InvalidInput::new("transaction_details.order_id", error.expected().to_owned()))?;
    TransactionDetails::new(order_id, Rupiah::new(wire.gross_amount))?.with_extra(wire.extra)
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
    let Some(wire) = take::<Wire>(fields, "custom_expiry")? else { return Ok(None) };
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

fn custom_field(fields: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, InvalidInput> {
    take::<String>(fields, name)?.map(|text| check::custom_field(name, text)).transpose()
}

impl ItemDetails {
    /// Reads a line from the JSON that the gateway documents. Whether the lines add up is checked with the charge.
    ///
    /// ```
    /// use midtrans_protocol::ItemDetails;
    ///
    /// let line = ItemDetails::from_json(r#"{"id":"SHOE-42","name":"Sepatu","price":40000,"quantity":1}"#)?;
    /// assert_eq!(line.price, 40_000);
    /// let error = ItemDetails::from_json(r#"{"name":"Sepatu","price":"40000","quantity":1}"#).unwrap_err();
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
    /// Reads a customer from the JSON that the gateway documents. The texts themselves are checked with the charge.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field of another type, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        object("customer_details", json, shape::CUSTOMER)
    }
}

fn object<T: DeserializeOwned>(path: &'static str, json: &str, fields: &[shape::Field]) -> Result<T, InvalidInput> {
    let value = parsed(path, json)?;
    shape::check(path, &value, fields)?;
    read(path, value)
}

fn parsed(path: &'static str, json: &str) -> Result<Value, InvalidInput> {
    serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        InvalidInput::new(path, format!("a JSON object; it cannot be read from line {line}, column {column}"))
    })
}

fn take<T: DeserializeOwned>(fields: &mut Map<String, Value>, name: &'static str) -> Result<Option<T>, InvalidInput> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(name, value).map(Some),
    }
}

/// Reads a value whose shape was checked. What serde says is not passed on, because it may quote the value.
fn read<T: DeserializeOwned>(path: &'static str, value: Value) -> Result<T, InvalidInput> {
    serde_json::from_value(value).map_err(|_| InvalidInput::new(path, "the shape that the gateway documents"))
}
