//! Taxes, discount and shipping of an invoice.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::read;
use crate::Rupiah;
use crate::charge::Problems;
use crate::fields::Fields;
use crate::redacted::redacted;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The way in which prices and taxes go together.
    pub enum TaxMode {
        /// Taxes come on top of the prices.
        Exclusive = "exclusive",
        /// Prices include the taxes.
        Inclusive = "inclusive",
    }
}

/// A tax.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Tax {
    /// The name, such as `PPN`.
    pub name: String,
    /// `percentage` or `fixed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The number of per cent, or of rupiah. (Samples of the gateway also print 0.2 for per cent;
    /// its meaning is not documented.)
    pub value: Number,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Tax);

impl Tax {
    /// A tax of so many per cent: 11 is 11 %.
    #[must_use]
    pub fn percentage(name: impl Into<String>, per_cent: u32) -> Self {
        Self::new(name, "percentage", per_cent.into())
    }

    /// A tax of this amount.
    #[must_use]
    pub fn fixed(name: impl Into<String>, amount: Rupiah) -> Self {
        Self::new(name, "fixed", amount.get().into())
    }

    fn new(name: impl Into<String>, kind: &str, value: Number) -> Self {
        Self {
            name: name.into(),
            kind: kind.to_owned(),
            value,
            extra: Map::new(),
        }
    }

    pub(super) fn read(mut fields: Fields) -> Option<Self> {
        let Some(Value::Number(value)) = fields.value("value") else {
            return None;
        };
        Some(Self {
            name: fields.text("name")?,
            kind: fields.text("type")?,
            value,
            extra: fields.rest(),
        })
    }

    pub(super) fn check(&self, path: &str, problems: &mut Problems) {
        problems.refuse_known(path, &self.extra, Some(read::TAX));
        if self.name.trim().is_empty() {
            problems.add(format!("{path}.name"), "a text that is not blank");
        }
        if !matches!(self.kind.as_str(), "percentage" | "fixed") {
            problems.add(format!("{path}.type"), "percentage or fixed");
        }
        if self.value.to_string().starts_with('-') {
            problems.add(format!("{path}.value"), "a number that is not negative");
        }
    }
}

/// Discount and shipping of an invoice, at most 99,999,999,999 rupiah each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adjustments {
    /// The discount on all.
    pub discount: Option<Rupiah>,
    /// The price of shipping.
    pub shipping: Option<Rupiah>,
}

impl Adjustments {
    pub(super) fn check(self, problems: &mut Problems) {
        for (path, amount) in [
            ("amount.discount", self.discount),
            ("amount.shipping", self.shipping),
        ] {
            if amount.is_some_and(|amount| amount.get() > 99_999_999_999) {
                problems.add(path, "at most 99999999999 rupiah");
            }
        }
    }
}

/// The amounts are texts, as in the gateway's samples.
impl Serialize for Adjustments {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut amount = serializer.serialize_map(None)?;
        for (name, value) in [("discount", self.discount), ("shipping", self.shipping)] {
            if let Some(value) = value {
                amount.serialize_entry(name, &value.get().to_string())?;
            }
        }
        amount.end()
    }
}
