//! The shapes of the objects in a charge's JSON, so that an error names the one field that is wrong
//! and never its value.

use serde_json::Value;

use crate::InvalidInput;

/// The expected type of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A string, or an integer where samples of the gateway print one, as for postal codes.
    TextOrInteger,
    /// An amount of money, not negative.
    Rupiah,
    /// A price, negative for a discount.
    SignedRupiah,
    /// A number of pieces.
    Count,
    /// True or false.
    Bool,
    /// A list of strings.
    Texts,
    /// A value that passes this check; otherwise the description of a valid one.
    Checked(fn(&Value) -> bool, &'static str),
    /// An object with any fields.
    Free,
    /// An object with these fields, and any others.
    Object(&'static [Field]),
    /// A list of such objects.
    List(&'static [Field]),
    /// An object with these fields and no others.
    Exact(&'static [Field]),
    /// A list of such objects.
    ExactList(&'static [Field]),
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    shape: Shape,
    is_required: bool,
}

impl Field {
    pub(crate) const fn required(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            is_required: true,
        }
    }

    pub(crate) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            is_required: false,
        }
    }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field::required(name, shape)
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field::optional(name, shape)
}

const fn text(name: &'static str) -> Field {
    optional(name, Shape::TextOrInteger)
}

const ADDRESS: &[Field] = &[
    text("first_name"),
    text("last_name"),
    text("email"),
    text("phone"),
    text("address"),
    text("city"),
    text("postal_code"),
    text("country_code"),
];
pub(crate) const ITEM: &[Field] = &[
    text("id"),
    required("price", Shape::SignedRupiah),
    required("quantity", Shape::Count),
    required("name", Shape::Text),
    text("brand"),
    text("category"),
    text("merchant_name"),
    text("url"),
];
pub(crate) const CUSTOMER: &[Field] = &[
    text("first_name"),
    text("last_name"),
    text("email"),
    text("phone"),
    optional("billing_address", Shape::Object(ADDRESS)),
    optional("shipping_address", Shape::Object(ADDRESS)),
];
pub(crate) const SELLER: &[Field] = &[
    text("id"),
    text("name"),
    text("email"),
    text("url"),
    optional("address", Shape::Object(ADDRESS)),
];
pub(crate) const TRANSACTION: &[Field] = &[
    required("order_id", Shape::Text),
    required("gross_amount", Shape::Rupiah),
];
const EXPIRY: &[Field] = &[
    optional("order_time", Shape::Text),
    required("expiry_duration", Shape::Count),
    optional("unit", Shape::Text),
];
pub(super) const CHARGE: &[Field] = &[
    required("payment_type", Shape::Text),
    required("transaction_details", Shape::Object(TRANSACTION)),
    optional("item_details", Shape::List(ITEM)),
    optional("customer_details", Shape::Object(CUSTOMER)),
    optional("seller_details", Shape::List(SELLER)),
    optional("custom_expiry", Shape::Object(EXPIRY)),
    optional("custom_field1", Shape::Text),
    optional("custom_field2", Shape::Text),
    optional("custom_field3", Shape::Text),
    optional("metadata", Shape::Free),
];

/// Checks an object of that shape. `path` is empty at the top.
pub(crate) fn check(path: &str, value: &Value, fields: &[Field]) -> Result<(), InvalidInput> {
    let refused = || {
        InvalidInput::new(
            if path.is_empty() { "charge" } else { path }.to_owned(),
            "a JSON object",
        )
    };
    let object = value.as_object().ok_or_else(refused)?;
    for field in fields {
        let path = if path.is_empty() {
            field.name.to_owned()
        } else {
            format!("{path}.{}", field.name)
        };
        match object.get(field.name) {
            // The gateway takes null for absent.
            None | Some(Value::Null) if field.is_required => {
                return Err(InvalidInput::new(path, words(field.shape)));
            }
            None | Some(Value::Null) => {}
            Some(value) => check_value(path, value, field.shape)?,
        }
    }
    Ok(())
}

fn check_value(path: String, value: &Value, shape: Shape) -> Result<(), InvalidInput> {
    let fits = match shape {
        Shape::Text => value.is_string(),
        Shape::TextOrInteger => {
            value.is_string() || value.as_i64().is_some() || value.as_u64().is_some()
        }
        Shape::Rupiah => value.as_u64().is_some(),
        Shape::SignedRupiah => value.as_i64().is_some(),
        Shape::Count => value
            .as_u64()
            .is_some_and(|count| u32::try_from(count).is_ok()),
        Shape::Bool => value.is_boolean(),
        Shape::Texts => value
            .as_array()
            .is_some_and(|texts| texts.iter().all(Value::is_string)),
        Shape::Checked(fits, _) => fits(value),
        Shape::Free => value.is_object(),
        Shape::Object(fields) => return check(&path, value, fields),
        Shape::Exact(fields) => return check_exact(&path, value, fields),
        Shape::List(fields) => match value.as_array() {
            Some(entries) => return check_list(&path, entries, fields, check),
            None => false,
        },
        Shape::ExactList(fields) => match value.as_array() {
            Some(entries) => return check_list(&path, entries, fields, check_exact),
            None => false,
        },
    };
    if fits {
        Ok(())
    } else {
        Err(InvalidInput::new(path, words(shape)))
    }
}

/// Checks an object that has no other fields.
fn check_exact(path: &str, value: &Value, fields: &[Field]) -> Result<(), InvalidInput> {
    check(path, value, fields)?;
    let is_known = |name: &str| fields.iter().any(|field| field.name == name);
    let mut unknown = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| !is_known(name) && !value.is_null());
    match unknown.next() {
        Some((name, _)) => {
            let expected = "only fields that the gateway documents; it documents none of this name";
            Err(InvalidInput::new(format!("{path}.{name}"), expected))
        }
        None => Ok(()),
    }
}

fn check_list(
    path: &str,
    entries: &[Value],
    fields: &[Field],
    check: fn(&str, &Value, &[Field]) -> Result<(), InvalidInput>,
) -> Result<(), InvalidInput> {
    let mut entries = entries.iter().enumerate();
    entries.try_for_each(|(at, entry)| check(&format!("{path}[{at}]"), entry, fields))
}

/// The expected value in words, with the usual mistake.
const fn words(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text in quotes",
        Shape::TextOrInteger => "a text in quotes, or an integer",
        Shape::Rupiah => "whole rupiah as an integer, without quotes and decimals",
        Shape::SignedRupiah => {
            "whole rupiah as an integer, without quotes and decimals; negative for a discount"
        }
        Shape::Count => "a whole number as an integer, without quotes and decimals",
        Shape::Bool => "true or false, without quotes",
        Shape::Texts => "a JSON list of texts in quotes",
        Shape::Checked(_, expected) => expected,
        Shape::Free | Shape::Object(_) | Shape::Exact(_) => "a JSON object",
        Shape::List(_) | Shape::ExactList(_) => "a JSON list of objects",
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{
        ADDRESS_FIELDS, CHARGE_FIELDS, CUSTOMER_FIELDS, ITEM_FIELDS, SELLER_FIELDS,
    };
    use super::*;

    #[test]
    fn every_field_that_a_charge_sets_by_itself_has_a_shape() {
        for (fields, names) in [
            (CHARGE, CHARGE_FIELDS),
            (ITEM, ITEM_FIELDS),
            (CUSTOMER, CUSTOMER_FIELDS),
            (ADDRESS, ADDRESS_FIELDS),
            (SELLER, SELLER_FIELDS),
        ] {
            let shaped: Vec<_> = fields.iter().map(|field| field.name).collect();
            assert_eq!(shaped, names);
        }
    }
}
