//! The settings of cards on a page of Snap and on payment links.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::InvalidInput;
use crate::card::CardToken;
use crate::charge::{Field, Problems, Shape, join};
use crate::fields::Fields;
use crate::method::{CardBank, CardTransactionType, DynamicDescriptor};
use crate::redacted::redacted;

/// The settings of cards. ([Credit card](https://docs.midtrans.com/reference/json-objects))
///
/// ```
/// use midtrans_protocol::snap::CardOptions;
///
/// let card = CardOptions::secure();
/// assert_eq!(serde_json::to_string(&card)?, r#"{"secure":true}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CardOptions {
    /// `true` for 3-D Secure; `false` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<bool>,
    /// `true` to offer the customer to save the card. The notification then has the saved token;
    /// for the customer's list of cards, [`Checkout::user_id`](super::Checkout::user_id) is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_card: Option<bool>,
    /// The token of a saved card: the form is filled in, and only the security code is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_token: Option<CardToken>,
    /// The bank that takes the payment (the acquirer).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<CardBank>,
    /// The way to the card scheme, such as `migs`; historical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `authorize` to reserve the money and take it later.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub transaction_type: Option<CardTransactionType>,
    /// The cards that may pay: first digits of their numbers, up to eight, or names of banks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub whitelist_bins: Vec<String>,
    /// Instalment plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installment: Option<Installment>,
    /// The shop's name on the customer's statement; BNI only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_descriptor: Option<DynamicDescriptor>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The instalment plans that the customer may choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Installment {
    /// `true` if the customer has to choose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// `true` to offer none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// The months by bank, such as 3, 6, 12; `offline` for plans that the bank makes afterwards.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Vec<u32>>,
}

redacted!(CardOptions);

impl CardOptions {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`InvalidInput`] for a token that is none.
    pub(crate) fn read(mut fields: Fields) -> Result<Self, InvalidInput> {
        let token = fields.text("card_token").map(CardToken::new).transpose();
        let card_token = token.map_err(|error| {
            InvalidInput::new("credit_card.card_token", error.expected().to_owned())
        })?;
        Ok(Self {
            secure: fields.truth("secure"),
            save_card: fields.truth("save_card"),
            card_token,
            bank: fields.word("bank"),
            channel: fields.text("channel"),
            transaction_type: fields.word("type"),
            whitelist_bins: fields.texts("whitelist_bins"),
            installment: fields.object("installment").map(Installment::read),
            dynamic_descriptor: fields.object("dynamic_descriptor").map(|mut shop| {
                DynamicDescriptor {
                    merchant_name: shop.text("merchant_name"),
                    city_name: shop.text("city_name"),
                    country_code: shop.text("country_code"),
                }
            }),
            extra: fields.rest(),
        })
    }

    /// Cards with 3-D Secure.
    #[must_use]
    pub fn secure() -> Self {
        Self {
            secure: Some(true),
            ..Self::default()
        }
    }
}

impl Installment {
    fn read(mut fields: Fields) -> Self {
        Self {
            required: fields.truth("required"),
            disabled: fields.truth("disabled"),
            terms: fields
                .value("terms")
                .and_then(|value| terms(&value))
                .unwrap_or_default(),
        }
    }
}

pub(crate) const CARD: &[Field] = &[
    Field::optional("secure", Shape::Checked(is_truth, "true or false")),
    Field::optional("save_card", Shape::Bool),
    Field::optional("card_token", Shape::Text),
    Field::optional("bank", Shape::Text),
    Field::optional("channel", Shape::Text),
    Field::optional("type", Shape::Text),
    Field::optional("whitelist_bins", Shape::Texts),
    Field::optional(
        "installment",
        Shape::Exact(&[
            Field::optional("required", Shape::Bool),
            Field::optional("disabled", Shape::Bool),
            Field::optional("terms", Shape::Checked(is_terms, TERMS)),
        ]),
    ),
    Field::optional(
        "dynamic_descriptor",
        Shape::Exact(&[
            Field::optional("merchant_name", Shape::Text),
            Field::optional("city_name", Shape::Text),
            Field::optional("country_code", Shape::Text),
        ]),
    ),
];
const TERMS: &str = "lists of months by bank, such as {\"bni\":[3,6]}";

/// The gateway's clients also send the text.
fn is_truth(value: &Value) -> bool {
    value.is_boolean() || matches!(value.as_str(), Some("true" | "false"))
}

fn is_terms(value: &Value) -> bool {
    terms(value).is_some()
}

fn terms(value: &Value) -> Option<BTreeMap<String, Vec<u32>>> {
    let month = |value: &Value| u32::try_from(value.as_u64()?).ok();
    let banks = value.as_object()?.iter();
    banks
        .map(|(bank, months)| {
            let months = months.as_array()?.iter().map(month);
            Some((bank.clone(), months.collect::<Option<Vec<_>>>()?))
        })
        .collect()
}

/// Collects what the gateway would refuse.
pub(crate) fn check(card: &CardOptions, problems: &mut Problems) {
    let path = "credit_card";
    for (at, bin) in card.whitelist_bins.iter().enumerate() {
        let is_bank = bin.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_prefix = bin.len() <= 8 && bin.bytes().all(|byte| byte.is_ascii_digit());
        if bin.is_empty() || !(is_bank || is_prefix) {
            let expected = "1 to 8 first digits of a card number, or the name of a bank";
            problems.add(format!("{path}.whitelist_bins[{at}]"), expected);
        }
    }
    let terms = card.installment.iter().flat_map(|plans| &plans.terms);
    for (bank, months) in terms {
        if months.contains(&0) {
            let path = format!("{path}.installment.terms.{bank}");
            problems.add(path, "numbers of months above zero");
        }
    }
    if let Some(descriptor) = &card.dynamic_descriptor {
        let path = join(path, "dynamic_descriptor");
        problems.limit(&path, &[("merchant_name", &descriptor.merchant_name)], 25);
        problems.limit(&path, &[("city_name", &descriptor.city_name)], 13);
        problems.limit(&path, &[("country_code", &descriptor.country_code)], 2);
    }
    problems.refuse_known(path, &card.extra, Some(CARD));
}
