//! A payment method that this version has no file for.

use std::fmt;

use serde_json::{Map, Value};

use super::has_file;
use crate::InvalidInput;
use crate::charge::CHARGE_FIELDS;
use crate::fields::Fields;
use crate::method::PaymentType;

/// A payment method by its name, with the fields that the gateway documents for it.
///
/// ```
/// use midtrans_protocol::method::Other;
/// use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
/// use serde_json::json;
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
/// let fields = json!({"callback_url": "https://shop.example/back"});
/// let wallet = Other::new("linkaja", fields.as_object().cloned())?;
/// let charge = Charge::builder(order, wallet).build()?;
/// assert!(String::from_utf8_lossy(&charge.to_json()).contains(r#""linkaja":{"callback_url":"#));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Other {
    payment_type: PaymentType,
    fields: Option<Map<String, Value>>,
}

impl Other {
    /// The method of that name. `fields` is the object that carries the method's name in a charge,
    /// where it has one.
    ///
    /// # Errors
    /// [`InvalidInput`] for a name that is not of 1 to 50 small letters, digits and underscores,
    /// for one that is a field of a charge, and for a method that has a file here.
    pub fn new(name: &str, fields: Option<Map<String, Value>>) -> Result<Self, InvalidInput> {
        let is_name = (1..=50).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_name || CHARGE_FIELDS.contains(&name) {
            let expected =
                "the name of a payment method: 1 to 50 small letters, digits and underscores";
            return Err(InvalidInput::new("payment_type", expected));
        }
        let payment_type = PaymentType::from(name);
        if has_file(&payment_type) {
            return Err(InvalidInput::new(
                "payment_type",
                "a method without a type of its own in `method`",
            ));
        }
        Ok(Self {
            payment_type,
            fields,
        })
    }

    /// The payment type on the wire.
    #[must_use]
    pub const fn payment_type(&self) -> &PaymentType {
        &self.payment_type
    }

    /// The object that carries its name in a charge.
    #[must_use]
    pub const fn fields(&self) -> Option<&Map<String, Value>> {
        self.fields.as_ref()
    }

    pub(super) fn take(name: &str, charge: &mut Fields) -> Result<Self, InvalidInput> {
        let other = Self::new(name, None)?;
        let fields = match charge.value(name) {
            None | Some(Value::Null) => None,
            Some(Value::Object(fields)) => Some(fields),
            Some(_) => return Err(InvalidInput::new(name.to_owned(), "a JSON object")),
        };
        Ok(Self { fields, ..other })
    }
}

/// Shows the method without its fields, which may name the customer.
impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Other")
            .field("payment_type", &self.payment_type)
            .finish_non_exhaustive()
    }
}
