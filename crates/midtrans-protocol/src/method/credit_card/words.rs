//! The words and small objects of a card charge.

use serde::Serialize;
use serde_json::Value;

use crate::InvalidInput;
use crate::redacted::redacted;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The way in which the customer's browser comes back from 3-D Secure.
    pub enum CallbackType {
        /// The front-end library calls the page's own functions.
        JsEvent = "js_event",
        /// The browser posts a form with the result to the shop's callback URL.
        Form = "form",
    }
}

wire_enum! {
    /// A bank that takes payments by card (an acquirer).
    pub enum CardBank {
        /// BCA.
        Bca = "bca",
        /// BNI.
        Bni = "bni",
        /// Mandiri.
        Mandiri = "mandiri",
        /// CIMB Niaga.
        Cimb = "cimb",
        /// BRI.
        Bri = "bri",
        /// Danamon.
        Danamon = "danamon",
        /// Maybank.
        Maybank = "maybank",
        /// Bank Mega.
        Mega = "mega",
    }
}

wire_enum! {
    /// The effect of a card charge on the money.
    pub enum CardTransactionType {
        /// It is reserved, to be captured later.
        Authorize = "authorize",
        /// It is taken; the default.
        AuthorizeCapture = "authorize_capture",
    }
}

wire_enum! {
    /// The side that starts a payment.
    pub enum Initiator {
        /// The customer, who is present; the default.
        Customer = "customer",
        /// The merchant, on an agreement with the customer.
        Merchant = "merchant",
    }
}

/// The shop's name on the customer's statement; BNI only.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway documents three fields"
)]
pub struct DynamicDescriptor {
    /// The shop's name, at most 25 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_name: Option<String>,
    /// The shop's city, at most 13 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_name: Option<String>,
    /// The shop's country in two capital letters, such as `ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
}

/// The token that Google Pay gave to the shop's page, passed on as it is. The gateway documents it
/// as an object and as a text. ([Google Pay](https://docs.midtrans.com/reference/google-pay))
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct GooglePayToken(Value);

redacted!(DynamicDescriptor, GooglePayToken);

impl GooglePayToken {
    pub(super) const EXPECTED: &'static str =
        "the token that Google Pay gave: a JSON object, or a text that is not blank";

    /// Takes the token as Google Pay gave it.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it is an object with fields, or a text that is not blank.
    pub fn new(token: impl Into<Value>) -> Result<Self, InvalidInput> {
        let token = token.into();
        if Self::is_token(&token) {
            Ok(Self(token))
        } else {
            Err(InvalidInput::new("google_pay_token", Self::EXPECTED))
        }
    }

    pub(super) fn is_token(token: &Value) -> bool {
        match token {
            Value::String(text) => !text.trim().is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => false,
        }
    }
}

/// Reads a boolean that one table of the gateway prints as a text.
pub(super) fn as_truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}
