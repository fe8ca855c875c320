//! QRIS: the customer scans a QR code with the app of any bank or wallet.
//! [Gateway page](https://docs.midtrans.com/reference/qris)

use serde::Serialize;
use serde_json::{Map, Value};

use super::terms::{DAY, MINUTE};
use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::vocabulary::wire_enum;
use crate::{Charge, Rupiah, instructions};

/// A payment by QRIS.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Qris {
    /// The company that the QR code belongs to; GoPay by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquirer: Option<Acquirer>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

wire_enum! {
    /// A company that QR codes belong to.
    pub enum Acquirer {
        /// GoPay.
        Gopay = "gopay",
        /// ShopeePay.
        AirpayShopee = "airpay shopee",
    }
}

redacted!(Qris);

impl Qris {
    /// A QR code of that company.
    #[must_use]
    pub fn new(acquirer: Acquirer) -> Self {
        Self {
            acquirer: Some(acquirer),
            extra: Map::new(),
        }
    }
}

impl PaymentMethod for Qris {
    const TYPE: PaymentType = PaymentType::Qris;
    /// The refund window is the longest of all acquirers and wallets, that of ShopeePay; a wallet
    /// other than the acquirer's has seven days.
    const TERMS: Terms = Terms {
        shape: Some(instructions::Shape::Wallet),
        default_expiry: MINUTE.saturating_mul(15),
        longest_expiry: DAY.saturating_mul(7),
        largest_amount: Some(Rupiah::new(10_000_000)),
        refund_window: Some(DAY.saturating_mul(365)),
        has_authorization: false,
        ..Terms::UNKNOWN
    };
    const FIELDS: Option<&'static [Field]> = Some(&[Field::optional("acquirer", Shape::Text)]);

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            acquirer: fields.word("acquirer"),
            extra: fields.rest(),
        })
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn check(&self, charge: &Charge, problems: &mut Problems) {
        problems.refuse_known("qris", &self.extra, Self::FIELDS);
        let is_too_long = charge
            .custom_expiry()
            .is_some_and(|expiry| expiry.duration() > DAY.saturating_mul(5));
        if self.acquirer == Some(Acquirer::AirpayShopee) && is_too_long {
            problems.add(
                "custom_expiry.expiry_duration",
                "at most 5 days with the acquirer `airpay shopee`",
            );
        }
    }
}
