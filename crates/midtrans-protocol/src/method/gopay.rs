//! GoPay: the customer opens the app by a link, or scans a QR code; or pays from a linked account.
//! [Gateway page](https://docs.midtrans.com/reference/gopay-1)

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::terms::{DAY, MINUTE};
use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::{Charge, Rupiah, instructions};

/// A payment with GoPay. Without any field the gateway answers with a QR code and a link.
///
/// A charge of a linked account needs `account_id` and `payment_option_token`. It is paid at once,
/// or asks the customer for the PIN on a page.
/// ([Linked accounts](https://docs.midtrans.com/reference/gopay-tokenization))
///
/// ```
/// use midtrans_protocol::method::Gopay;
///
/// let gopay = Gopay::with_callback("https://shop.example/back");
/// assert_eq!(gopay.enable_callback, Some(true));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Gopay {
    /// Lets the app send the customer back to `callback_url`. `false` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_callback: Option<bool>,
    /// Web page or deep link that the customer comes back to; the account's own by default. The
    /// gateway adds `order_id` and `result`, which are not signed.
    /// ([GoPay object](https://docs.midtrans.com/reference/gopay-object))
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The linked account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The token of the wallet or the pay-later balance in the linked account, from a fresh answer
    /// about that account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_option_token: Option<String>,
    /// Marks a repeated charge that the customer has agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring: Option<bool>,
    /// Reserves the money, to be captured in full later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_auth: Option<bool>,
    /// Promotions of the linked account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promotion_ids: Vec<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Gopay);

impl Gopay {
    /// A payment after which the app sends the customer back to this web page or deep link.
    #[must_use]
    pub fn with_callback(url: impl Into<String>) -> Self {
        Self {
            enable_callback: Some(true),
            callback_url: Some(url.into()),
            ..Self::default()
        }
    }

    /// A payment from a linked account, with the token of the wallet or balance to take it from.
    #[must_use]
    pub fn linked(account_id: impl Into<String>, payment_option_token: impl Into<String>) -> Self {
        Self {
            account_id: Some(account_id.into()),
            payment_option_token: Some(payment_option_token.into()),
            ..Self::default()
        }
    }
}

impl PaymentMethod for Gopay {
    const TYPE: PaymentType = PaymentType::Gopay;
    /// The refund window is that of linked accounts, 180 days; without one it is 45 days.
    const TERMS: Terms = Terms {
        shape: Some(instructions::Shape::Wallet),
        default_expiry: MINUTE.saturating_mul(15),
        longest_expiry: DAY.saturating_mul(7),
        largest_amount: Some(Rupiah::new(20_000_000)),
        refund_window: Some(Duration::from_secs(180 * 24 * 3_600)),
        ..Terms::UNKNOWN
    };
    const FIELDS: Option<&'static [Field]> = Some(&[
        Field::optional("enable_callback", Shape::Bool),
        Field::optional("callback_url", Shape::Text),
        Field::optional("account_id", Shape::Text),
        Field::optional("payment_option_token", Shape::Text),
        Field::optional("recurring", Shape::Bool),
        Field::optional("pre_auth", Shape::Bool),
        Field::optional("promotion_ids", Shape::Texts),
    ]);

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            enable_callback: fields.truth("enable_callback"),
            callback_url: fields.text("callback_url"),
            account_id: fields.text("account_id"),
            payment_option_token: fields.text("payment_option_token"),
            recurring: fields.truth("recurring"),
            pre_auth: fields.truth("pre_auth"),
            promotion_ids: fields.texts("promotion_ids"),
            extra: fields.rest(),
        })
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn check(&self, _: &Charge, problems: &mut Problems) {
        problems.refuse_known("gopay", &self.extra, Self::FIELDS);
        if self.account_id.is_some() || self.payment_option_token.is_some() {
            let account = [
                ("account_id", &self.account_id),
                ("payment_option_token", &self.payment_option_token),
            ];
            problems.require("gopay", &account);
        }
    }
}
