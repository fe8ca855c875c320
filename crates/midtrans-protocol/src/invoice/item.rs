//! A line of an invoice.

use serde::Serialize;
use serde_json::{Map, Value};

use super::read::{self, count_of};
use crate::Rupiah;
use crate::charge::Problems;
use crate::fields::Fields;
use crate::redacted::redacted;

/// A line of an invoice. ([JSON objects](https://docs.midtrans.com/reference/json-objects-1))
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InvoiceItem {
    /// Your id of the article, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The text, 1 to 150 characters.
    pub description: String,
    /// The number of pieces, 1 to 99,999,999.
    pub quantity: u32,
    /// The price of one piece in whole rupiah, at most 99,999,999.
    pub price: u32,
    /// The discount in per cent, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_percentage: Option<u32>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(InvoiceItem);

fn number(value: &Value) -> Option<u32> {
    u32::try_from(count_of(value)?).ok()
}

const MAX: u32 = 99_999_999;

impl InvoiceItem {
    /// A line with this many pieces. A price beyond `u32::MAX` becomes `u32::MAX`, which is refused.
    #[must_use]
    pub fn new(description: impl Into<String>, price: Rupiah, quantity: u32) -> Self {
        Self {
            item_id: None,
            description: description.into(),
            quantity,
            price: u32::try_from(price.get()).unwrap_or(u32::MAX),
            discount_percentage: None,
            extra: Map::new(),
        }
    }

    /// Reads a line; `None` for numbers that fit none.
    pub(super) fn read(mut fields: Fields) -> Option<Self> {
        let discount = fields.value("discount_percentage");
        let discount = match discount {
            Some(discount) => Some(number(&discount)?),
            None => None,
        };
        Some(Self {
            item_id: fields.text("item_id"),
            description: fields.text("description")?,
            quantity: number(&fields.value("quantity")?)?,
            price: number(&fields.value("price")?)?,
            discount_percentage: discount,
            extra: fields.rest(),
        })
    }

    /// The price of the line in hundredths of a rupiah.
    pub(super) fn hundredths(&self) -> u128 {
        let discount = self.discount_percentage.unwrap_or_default().min(100);
        let rest = u128::from(100 - discount);
        u128::from(self.price) * u128::from(self.quantity) * rest
    }

    pub(super) fn check(&self, path: &str, problems: &mut Problems) {
        let description = Some(self.description.clone());
        problems.require(path, &[("description", &description)]);
        problems.limit(path, &[("description", &description)], 150);
        problems.limit(path, &[("item_id", &self.item_id)], 30);
        problems.refuse_known(path, &self.extra, Some(read::ITEM));
        if !(1..=MAX).contains(&self.quantity) {
            problems.add(format!("{path}.quantity"), "1 to 99999999");
        }
        if self.price > MAX {
            problems.add(format!("{path}.price"), "at most 99999999 rupiah");
        }
        if self
            .discount_percentage
            .is_some_and(|discount| discount > 100)
        {
            problems.add(format!("{path}.discount_percentage"), "0 to 100");
        }
    }
}
