//! `GET` and `PATCH /snap/v3/merchant-preferences`
//!
//! The look and the methods of the account's pages. [Gateway
//! page](https://docs.midtrans.com/reference/preference-api)

use std::fmt;

use http::{Method, Request};
use serde::Serialize;
use serde_json::{Map, Value};

use super::EnabledPayment;
use crate::account::Host;
use crate::charge::{Problems, join};
use crate::fields::Fields;
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::redacted::redacted;
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
        let body = to_json(&self.0);
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
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Preferences {
    /// The account; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// The shop's name on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The address after the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_payment_return_url: Option<String>,
    /// The address after an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_payment_return_url: Option<String>,
    /// The language, `id` or `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The bank behind [`EnabledPayment::OtherVa`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_va_processor: Option<EnabledPayment>,
    /// `true` if the customer may try again after a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_retry: Option<bool>,
    /// `true` if the page hides the order id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_order_id: Option<bool>,
    /// The look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// The methods, on and off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payment_channels: Vec<PaymentChannel>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Preferences);

/// The look of a page.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Brand {
    /// The typeface, such as `Poppins`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typography: Option<String>,
    /// The colour of the header, such as `#ffffff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_color: Option<String>,
    /// The colour of the buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button_color: Option<String>,
    /// The radius of the fields' corners, at most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_border_radius: Option<u32>,
    /// The radius of the buttons' corners, at most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button_border_radius: Option<u32>,
    /// `true` to leave the header out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_header: Option<bool>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Brand);

/// A method, on or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

impl Preferences {
    fn of(mut fields: Fields) -> Self {
        let channels = fields.objects("payment_channels").into_iter();
        let channels = channels.filter_map(|mut channel| {
            let name = channel.word("name")?;
            Some(PaymentChannel::new(name, channel.truth("enabled")?))
        });
        Self {
            payment_channels: channels.collect(),
            merchant_id: fields.text("merchant_id"),
            display_name: fields.text("display_name"),
            finish_payment_return_url: fields.text("finish_payment_return_url"),
            error_payment_return_url: fields.text("error_payment_return_url"),
            locale: fields.text("locale"),
            other_va_processor: fields.word("other_va_processor"),
            allow_retry: fields.truth("allow_retry"),
            hide_order_id: fields.truth("hide_order_id"),
            brand: fields.object("brand").map(Brand::of),
            extra: fields.rest(),
        }
    }
}

/// A table of the gateway says that radii and `hide_header` are texts; its sample has a number and
/// a boolean.
impl Brand {
    fn of(mut fields: Fields) -> Self {
        Self {
            typography: fields.text("typography"),
            header_color: fields.text("header_color"),
            button_color: fields.text("button_color"),
            input_border_radius: fields.count("input_border_radius"),
            button_border_radius: fields.count("button_border_radius"),
            hide_header: fields.truth("hide_header"),
            extra: fields.rest(),
        }
    }
}

impl Reply for Preferences {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let fields: Map<String, Value> = serde_json::from_str(raw.as_str()).map_err(|_| {
            let body = raw.as_str().into();
            DecodeError::new("the preferences of an account", http_status, body)
        })?;
        Ok(Self::of(Fields::new(fields)))
    }
}
