//! `POST /v2/pay/account`
//!
//! Starts to link a GoPay account. [Gateway
//! page](https://docs.midtrans.com/reference/create-pay-account)

use std::fmt;

use http::{Method, Request};
use serde::Serialize;

use super::{Linking, RefusedLinking};
use crate::account::Host;
use crate::charge::read::checked;
use crate::charge::{Field, Problems, Shape};
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::refusal::ApiError;
use crate::{Environment, InvalidInput, Merchant};

/// Starts to link the GoPay account of a phone number.
///
/// ```
/// use midtrans_protocol::pay_account::Create;
///
/// let create = Create::new("81234567890", "https://shop.example/linked")?;
/// let error = Create::new("081234567890", "https://shop.example/linked").unwrap_err();
/// assert_eq!(error.field(), "gopay_partner.phone_number");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Create {
    payment_type: &'static str,
    gopay_partner: Partner,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct Partner {
    phone_number: String,
    country_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<String>,
}

fn indonesia() -> String {
    "62".to_owned()
}

impl Create {
    /// The link to the account of this Indonesian number, without country code and leading 0. The
    /// customer comes back to `redirect_url`.
    ///
    /// # Errors
    /// [`InvalidInput`] unless the number has 9 to 12 digits and begins with no 0, and the address
    /// has 1 to 255 characters.
    pub fn new(
        phone_number: impl Into<String>,
        redirect_url: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        Self::checked(Partner {
            phone_number: phone_number.into(),
            country_code: indonesia(),
            redirect_url: Some(redirect_url.into()),
        })
    }

    /// Reads a link from the JSON that the gateway documents, with all local checks.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong, and never shows its value.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        const PARTNER: &[Field] = &[
            Field::required("phone_number", Shape::Text),
            Field::optional("country_code", Shape::Text),
            Field::optional("redirect_url", Shape::Text),
        ];
        const ACCOUNT: &[Field] = &[
            Field::required("payment_type", Shape::Text),
            Field::required("gopay_partner", Shape::Exact(PARTNER)),
        ];
        let mut fields = checked("pay_account", json, ACCOUNT)?;
        if fields.text("payment_type").as_deref() != Some("gopay") {
            return Err(InvalidInput::new("payment_type", "gopay"));
        }
        let mut partner = fields
            .object("gopay_partner")
            .ok_or_else(|| InvalidInput::new("gopay_partner", "a JSON object"))?;
        Self::checked(Partner {
            phone_number: partner.text("phone_number").unwrap_or_default(),
            country_code: partner.text("country_code").unwrap_or_else(indonesia),
            redirect_url: partner.text("redirect_url"),
        })
    }

    fn checked(gopay_partner: Partner) -> Result<Self, InvalidInput> {
        let mut problems = Problems::default();
        let number = gopay_partner.phone_number.as_str();
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || !(9..=12).contains(&number.len()) || number.starts_with('0') {
            let expected = "9 to 12 digits, without the leading 0 and without +62";
            problems.add("gopay_partner.phone_number", expected);
        }
        let code = gopay_partner.country_code.as_str();
        if !(1..=3).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.add("gopay_partner.country_code", "digits, such as 62");
        }
        let url = gopay_partner.redirect_url.as_deref();
        if url.is_some_and(|url| url.trim().is_empty() || url.chars().count() > 255) {
            let expected = "an address of 1 to 255 characters";
            problems.add("gopay_partner.redirect_url", expected);
        }
        problems.end().map(|()| Self {
            payment_type: "gopay",
            gopay_partner,
        })
    }
}

/// Leaves out the customer.
impl fmt::Debug for Create {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Create(..)")
    }
}

impl Operation for Create {
    type Account = Merchant;
    type Reply = Linking;
    const NAME: &'static str = "create_pay_account";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let body = to_json(self);
        environment.request(Method::POST, Host::Api, "/v2/pay/account", body)
    }

    /// The gateway documents no idempotency key here, and a second copy starts a second link.
    fn replay(&self) -> Replay {
        Replay::Never
    }

    /// None: it is a customer.
    fn target(&self) -> Option<&str> {
        None
    }

    /// The page lists a number in the wrong form among the answers.
    fn answer_of(&self, refusal: Box<ApiError>) -> Result<Linking, Box<ApiError>> {
        RefusedLinking::of_refusal(&refusal)
            .map(Linking::Refused)
            .ok_or(refusal)
    }
}
