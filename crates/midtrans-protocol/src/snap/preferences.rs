//! `GET` and `PATCH /snap/v3/merchant-preferences`
//!
//! The look and the methods of the account's pages. [Gateway
//! page](https://docs.midtrans.com/reference/preference-api)

use std::fmt;

use http::{Method, Request};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::EnabledPayment;
use crate::account::Host;
use crate::charge::{Problems, join};
use crate::operation::{Operation, Replay};
use crate::reply::{DecodeError, Reply};
use crate::{Environment, GatewayReply, InvalidInput, Merchant};

const PATH: &str = "/snap/v3/merchant-preferences";

/// Reads the preferences of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetPreferences;

impl GetPreferences {
    /// The preferences of the account that sends it.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Operation for GetPreferences {
    type Account = Merchant;
    type Reply = Preferences;
    const NAME: &'static str = "snap_get_preferences";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::App, PATH, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: there is one for an account.
    fn target(&self) -> Option<&str> {
        None
    }
}

/// Changes the preferences that are set, and leaves the others.
#[derive(Clone, PartialEq, Eq)]
pub struct UpdatePreferences(Preferences);

impl UpdatePreferences {
    /// Checks the preferences to change.
    ///
    /// # Errors
    /// [`InvalidInput`] for a radius above 10, an address above 255 characters, a
    /// [`merchant_id`](Preferences::merchant_id), which only an answer has, and for a change of
    /// nothing.
    pub fn new(preferences: Preferences) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        if preferences == Preferences::default() {
            problems.add("preferences", "at least one of them");
        }
        if preferences.merchant_id.is_some() {
            problems.add("merchant_id", "nothing: it cannot be changed");
        }
        let texts = [
            ("display_name", &preferences.display_name),
            (
                "finish_payment_return_url",
                &preferences.finish_payment_return_url,
            ),
            (
                "error_payment_return_url",
                &preferences.error_payment_return_url,
            ),
        ];
        problems.limit("", &texts, 255);
        if let Some(brand) = &preferences.brand {
            for (name, radius) in [
                ("input_border_radius", brand.input_border_radius),
                ("button_border_radius", brand.button_border_radius),
            ] {
                if radius.is_some_and(|radius| radius > 10) {
                    problems.add(join("brand", name), "0 to 10");
                }
            }
        }
        problems.end().map(|()| Self(preferences))
    }
}

/// Leaves out the addresses and names.
impl fmt::Debug for UpdatePreferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpdatePreferences(..)")
    }
}

impl Operation for UpdatePreferences {
    type Account = Merchant;
    type Reply = Preferences;
    const NAME: &'static str = "snap_update_preferences";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let body = serde_json::to_vec(&self.0).expect("texts, numbers and maps serialize");
        environment.request(Method::PATCH, Host::App, PATH, body)
    }

    /// A second copy sets the same values again.
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    /// None: there is one for an account.
    fn target(&self) -> Option<&str> {
        None
    }
}

/// The preferences of an account; `None` where an answer lacks one, or a change leaves it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preferences {
    /// The account; only in answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// The shop's name on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The address after the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_payment_return_url: Option<String>,
    /// The address after an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_payment_return_url: Option<String>,
    /// The language, `id` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The bank behind [`EnabledPayment::OtherVa`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_va_processor: Option<EnabledPayment>,
    /// `true` if the customer may try again after a denial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_retry: Option<bool>,
    /// `true` if the page hides the order id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_order_id: Option<bool>,
    /// The look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// The methods, on and off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_channels: Vec<PaymentChannel>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The look of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Brand {
    /// The typeface, such as `Poppins`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typography: Option<String>,
    /// The colour of the header, such as `#ffffff`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_color: Option<String>,
    /// The colour of the buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub button_color: Option<String>,
    /// The radius of the fields' corners, at most 10.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "radius"
    )]
    pub input_border_radius: Option<u32>,
    /// The radius of the buttons' corners, at most 10.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "radius"
    )]
    pub button_border_radius: Option<u32>,
    /// `true` to leave the header out.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "truth"
    )]
    pub hide_header: Option<bool>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A method, on or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentChannel {
    /// The method.
    pub name: EnabledPayment,
    /// `true` if pages offer it.
    pub enabled: bool,
}

impl PaymentChannel {
    /// The method, on or off.
    #[must_use]
    pub const fn new(name: EnabledPayment, enabled: bool) -> Self {
        Self { name, enabled }
    }
}

/// A table of the gateway says text, and its sample has a number.
fn radius<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_bool().or_else(|| value.as_str()?.parse().ok()))
}

impl Reply for Preferences {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        serde_json::from_str(raw.as_str()).map_err(|_| {
            let body = raw.as_str().into();
            DecodeError::new("the preferences of an account", http_status, body)
        })
    }
}
