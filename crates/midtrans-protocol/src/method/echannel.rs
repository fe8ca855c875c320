//! Mandiri Bill: the customer pays a bill by its key.
//! [Gateway page](https://docs.midtrans.com/reference/mandiri-bill-payment-1)

use serde::Serialize;
use serde_json::{Map, Value};

use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::{Charge, instructions};

/// A bill at Mandiri.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Echannel {
    /// The first label: at most 10 characters are shown.
    pub bill_info1: String,
    /// The text beside the label: at most 30 characters are shown.
    pub bill_info2: String,
    /// The number of the bill, of 6 to 12 digits, where the account is allowed to choose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill_key: Option<String>,
    /// Fields that this version doesn't know, and `bill_info3` to `bill_info8`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Echannel);

impl Echannel {
    /// A bill with a label, such as `Payment:`, and the text beside it, such as `Online purchase`.
    #[must_use]
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            bill_info1: label.into(),
            bill_info2: text.into(),
            bill_key: None,
            extra: Map::new(),
        }
    }
}

impl PaymentMethod for Echannel {
    const TYPE: PaymentType = PaymentType::Echannel;
    const TERMS: Terms = Terms {
        shape: Some(instructions::Shape::Bill),
        ..Terms::TRANSFER
    };
    const FIELDS: Option<&'static [Field]> = Some(&[
        Field::required("bill_info1", Shape::Text),
        Field::required("bill_info2", Shape::Text),
        Field::optional("bill_key", Shape::Text),
    ]);

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            bill_info1: fields.text("bill_info1")?,
            bill_info2: fields.text("bill_info2")?,
            bill_key: fields.text("bill_key"),
            extra: fields.rest(),
        })
    }

    fn check(&self, _: &Charge, problems: &mut Problems) {
        problems.refuse_known("echannel", &self.extra, Self::FIELDS);
        let (label, text) = (Some(self.bill_info1.clone()), Some(self.bill_info2.clone()));
        problems.require("echannel", &[("bill_info1", &label), ("bill_info2", &text)]);
        problems.limit(
            "echannel",
            &[("bill_info1", &label), ("bill_info2", &text)],
            255,
        );
        let is_key = |key: &String| {
            (6..=12).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit())
        };
        if self.bill_key.as_ref().is_some_and(|key| !is_key(key)) {
            problems.add("echannel.bill_key", "6 to 12 digits");
        }
    }
}
