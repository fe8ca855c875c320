//! The settings of wallets, Mandiri bills and stores on a page of Snap.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::redacted::redacted;

/// The settings of GoPay. ([GoPay](https://docs.midtrans.com/reference/json-objects))
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GopayOptions {
    /// `true` to send the customer back from the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_callback: Option<bool>,
    /// The address to come back to, also of an app; the finish URL by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// `true` to let the customer link the GoPay account. Needs
    /// [`Checkout::user_id`](super::Checkout::user_id).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokenization: Option<bool>,
    /// `true` to offer no other way of paying with GoPay than by the linked account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_tokenization: Option<bool>,
    /// The customer's number at GoPay, without country code and leading 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The country code of the number: `62`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The way back from a wallet's app: ShopeePay and DANA.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Callback {
    /// The address to come back to, also of an app; the finish URL by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Callback {
    /// The way back to this address.
    #[must_use]
    pub fn to(url: impl Into<String>) -> Self {
        Self {
            callback_url: Some(url.into()),
            extra: Map::new(),
        }
    }
}

/// The texts of a Mandiri bill.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MandiriBill {
    /// The label; 10 characters are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill_info1: Option<String>,
    /// The text beside it; 30 characters are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill_info2: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The texts on a receipt of Alfamart, at most 40 characters each. Indomaret prints none.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CstoreTexts {
    /// The first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_1: Option<String>,
    /// The second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_2: Option<String>,
    /// The third line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_3: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(GopayOptions, Callback, MandiriBill, CstoreTexts);

pub(super) const GOPAY: &[Field] = &[
    Field::optional("enable_callback", Shape::Bool),
    Field::optional("callback_url", Shape::Text),
    Field::optional("tokenization", Shape::Bool),
    Field::optional("enforce_tokenization", Shape::Bool),
    Field::optional("phone_number", Shape::Text),
    Field::optional("country_code", Shape::Text),
];
pub(super) const CALLBACK: &[Field] = &[Field::optional("callback_url", Shape::Text)];
pub(super) const BILL: &[Field] = &[
    Field::optional("bill_info1", Shape::Text),
    Field::optional("bill_info2", Shape::Text),
];
pub(super) const CSTORE: &[Field] = &[
    Field::optional("alfamart_free_text_1", Shape::Text),
    Field::optional("alfamart_free_text_2", Shape::Text),
    Field::optional("alfamart_free_text_3", Shape::Text),
];

impl GopayOptions {
    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            enable_callback: fields.truth("enable_callback"),
            callback_url: fields.text("callback_url"),
            tokenization: fields.truth("tokenization"),
            enforce_tokenization: fields.truth("enforce_tokenization"),
            phone_number: fields.text("phone_number"),
            country_code: fields.text("country_code"),
            extra: fields.rest(),
        }
    }

    pub(super) fn check(&self, has_user: bool, problems: &mut Problems) {
        problems.limit("gopay", &[("callback_url", &self.callback_url)], 255);
        problems.refuse_known("gopay", &self.extra, Some(GOPAY));
        if self.tokenization == Some(true) && !has_user {
            let expected = "the customer's id in your shop; linking a GoPay account needs it";
            problems.add("user_id", expected);
        }
        let is_number =
            |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if self
            .phone_number
            .as_ref()
            .is_some_and(|number| !is_number(number))
        {
            problems.add("gopay.phone_number", "digits");
        }
        if self
            .country_code
            .as_ref()
            .is_some_and(|code| !is_number(code))
        {
            problems.add("gopay.country_code", "digits, such as 62");
        }
    }
}

impl Callback {
    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            callback_url: fields.text("callback_url"),
            extra: fields.rest(),
        }
    }

    pub(super) fn check(&self, path: &str, problems: &mut Problems) {
        problems.limit(path, &[("callback_url", &self.callback_url)], 255);
        problems.refuse_known(path, &self.extra, Some(CALLBACK));
    }
}

impl MandiriBill {
    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            bill_info1: fields.text("bill_info1"),
            bill_info2: fields.text("bill_info2"),
            extra: fields.rest(),
        }
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        let texts = [
            ("bill_info1", &self.bill_info1),
            ("bill_info2", &self.bill_info2),
        ];
        problems.limit("echannel", &texts, 255);
        problems.refuse_known("echannel", &self.extra, Some(BILL));
    }
}

impl CstoreTexts {
    pub(super) fn read(mut fields: Fields) -> Self {
        Self {
            alfamart_free_text_1: fields.text("alfamart_free_text_1"),
            alfamart_free_text_2: fields.text("alfamart_free_text_2"),
            alfamart_free_text_3: fields.text("alfamart_free_text_3"),
            extra: fields.rest(),
        }
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        let texts = [
            ("alfamart_free_text_1", &self.alfamart_free_text_1),
            ("alfamart_free_text_2", &self.alfamart_free_text_2),
            ("alfamart_free_text_3", &self.alfamart_free_text_3),
        ];
        problems.limit("cstore", &texts, 40);
        problems.refuse_known("cstore", &self.extra, Some(CSTORE));
    }
}
