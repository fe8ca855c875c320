//! OVO: the customer confirms in the app, which the gateway notifies by phone number. [Gateway
//! page](https://docs.midtrans.com/reference/ewallet-ovo)

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::terms::DAY;
use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::{Charge, Rupiah, instructions};

/// A payment with OVO. The customer has 55 seconds; ask for the status after 75.
///
/// ```
/// use midtrans_protocol::method::Ovo;
/// use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(15_000))?;
/// let error = Charge::builder(order, Ovo::new("21 500")).build().unwrap_err();
/// assert_eq!(error.field(), "ovo.payer_phone_number");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ovo {
    /// The customer's phone number at OVO, as `08…` or `+62…`.
    pub payer_phone_number: String,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(Ovo);

impl Ovo {
    /// A payment from the wallet with this phone number, `08…` or `+62…`.
    #[must_use]
    pub fn new(payer_phone_number: impl Into<String>) -> Self {
        Self {
            payer_phone_number: payer_phone_number.into(),
            extra: Map::new(),
        }
    }
}

/// Longest phone number of E.164, in digits.
const LONGEST: usize = 15;

fn is_phone(number: &str) -> bool {
    let rest = number
        .strip_prefix("+62")
        .or_else(|| number.strip_prefix("08"));
    rest.is_some_and(|rest| {
        (6..=LONGEST - 2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

impl PaymentMethod for Ovo {
    const TYPE: PaymentType = PaymentType::Ovo;
    const TERMS: Terms = Terms {
        shape: Some(instructions::Shape::ConfirmInApp),
        default_expiry: Duration::from_secs(65),
        longest_expiry: Duration::from_secs(65),
        largest_amount: Some(Rupiah::new(99_999_999)),
        refund_window: Some(DAY.saturating_mul(7)),
        supports_partial_refund: false,
        supports_direct_refund: false,
        supports_cancel: false,
        supports_expire: false,
        has_authorization: false,
        ..Terms::UNKNOWN
    };
    const FIELDS: Option<&'static [Field]> =
        Some(&[Field::required("payer_phone_number", Shape::Text)]);

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            payer_phone_number: fields.text("payer_phone_number")?,
            extra: fields.rest(),
        })
    }

    fn check(&self, _: &Charge, problems: &mut Problems) {
        problems.refuse_known("ovo", &self.extra, Self::FIELDS);
        if !is_phone(&self.payer_phone_number) {
            problems.add(
                "ovo.payer_phone_number",
                "an Indonesian phone number in digits, such as 081234567890 or +6281234567890",
            );
        }
    }
}
