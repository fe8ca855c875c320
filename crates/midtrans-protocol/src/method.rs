//! Payment methods: a file each, and a line each in the registry below.
//!
//! A method's file holds all that this crate knows about it: the fields of a charge, the checks
//! that can be made before sending, and its [`Terms`]. A method that has no file here can be
//! charged as [`Other`].

mod akulaku;
mod bank_transfer;
mod bca_klikbca;
mod bca_klikpay;
mod bri_epay;
mod cimb_clicks;
mod credit_card;
mod cstore;
mod dana;
mod danamon_online;
mod echannel;
mod gopay;
mod kredivo;
mod other;
mod ovo;
mod payment_type;
mod permata;
mod qris;
mod shopeepay;
mod terms;
mod texts;
mod uob_ezpay;

use std::fmt;

use serde::{Serialize, ser::SerializeMap};
use serde_json::{Map, Value};

pub use akulaku::Akulaku;
pub use bank_transfer::{Bank, BankTransfer, BcaFields, FreeText, PermataFields, Wording};
pub use bca_klikbca::BcaKlikbca;
pub use bca_klikpay::BcaKlikpay;
pub use bri_epay::BriEpay;
pub use cimb_clicks::CimbClicks;
pub use credit_card::{
    CallbackType, CardBank, CardTransactionType, CreditCard, DynamicDescriptor, FullPan,
    GooglePayToken, Initiator,
};
pub use cstore::{Cstore, Store};
pub use dana::Dana;
pub use danamon_online::DanamonOnline;
pub use echannel::Echannel;
pub use gopay::Gopay;
pub use kredivo::Kredivo;
pub use other::Other;
pub use ovo::Ovo;
pub use payment_type::PaymentType;
pub use permata::Permata;
pub use qris::{Acquirer, Qris};
pub use shopeepay::ShopeePay;
pub use terms::Terms;
pub use uob_ezpay::UobEzpay;

use crate::account::Host;
use crate::charge::{Field, Problems, check_shape};
use crate::fields::Fields;
use crate::{Charge, InvalidInput};

/// The contents of a payment method's file.
pub(crate) trait PaymentMethod: Serialize + Sized {
    /// The payment type on the wire.
    const TYPE: PaymentType;
    const TERMS: Terms;
    /// The shapes of the fields in the object that carries its name; `None` where it has no such
    /// object.
    const FIELDS: Option<&'static [Field]> = None;

    /// Takes the method out of the object that carries its name, whose shape was checked; `None`
    /// where a required field is absent.
    fn read(fields: Fields) -> Option<Self>;

    /// Returns whether the gateway recognises a repeat by its `Idempotency-Key`.
    /// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
    fn keeps_key(&self) -> bool {
        true
    }

    /// The host that the charge goes to.
    fn host(&self) -> Host {
        Host::Api
    }

    /// Returns whether the object that carries its name is left out, because it would be empty.
    fn is_empty(&self) -> bool {
        false
    }

    /// Fills in fields that follow from others.
    fn complete(&self, charge: &mut Charge) {
        let _ = charge;
    }

    /// Collects what the provider would refuse in any account.
    fn check(&self, charge: &Charge, problems: &mut Problems) {
        let _ = (charge, problems);
    }

    /// Collects the fields that the provider requires and that are missing, unless the account may
    /// leave them out.
    fn require(&self, charge: &Charge, problems: &mut Problems) {
        let _ = (charge, problems);
    }
}

/// Makes [`Method`] of the methods that have a file.
macro_rules! methods {
    ($($name:ident),+) => {
        /// A payment method with its fields.
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Method {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)+
            /// A method that this version has no file for.
            Other(Other),
        }

        $(impl From<$name> for Method {
            fn from(method: $name) -> Self {
                Self::$name(method)
            }
        })+

        impl Method {
            /// The payment type on the wire.
            #[must_use]
            pub fn payment_type(&self) -> PaymentType {
                match self {
                    $(Self::$name(_) => $name::TYPE,)+
                    Self::Other(other) => other.payment_type().clone(),
                }
            }

            pub(crate) fn keeps_key(&self) -> bool {
                match self {
                    $(Self::$name(method) => method.keeps_key(),)+
                    Self::Other(_) => true,
                }
            }

            pub(crate) fn host(&self) -> Host {
                match self {
                    $(Self::$name(method) => method.host(),)+
                    Self::Other(_) => Host::Api,
                }
            }

            pub(crate) fn complete(&self, charge: &mut Charge) {
                match self {
                    $(Self::$name(method) => method.complete(charge),)+
                    Self::Other(_) => {}
                }
            }

            pub(crate) fn check(&self, charge: &Charge, problems: &mut Problems) {
                match self {
                    $(Self::$name(method) => method.check(charge, problems),)+
                    Self::Other(_) => {}
                }
            }

            pub(crate) fn require(&self, charge: &Charge, problems: &mut Problems) {
                match self {
                    $(Self::$name(method) => method.require(charge, problems),)+
                    Self::Other(_) => {}
                }
            }

            /// Writes the object that carries the method's name, if it has one.
            pub(crate) fn write<M: SerializeMap>(&self, charge: &mut M) -> Result<(), M::Error> {
                match self {
                    $(Self::$name(method) if $name::FIELDS.is_some() && !method.is_empty() => {
                        charge.serialize_entry($name::TYPE.as_str(), method)
                    })+
                    Self::Other(other) => match other.fields() {
                        Some(fields) => charge.serialize_entry(other.payment_type().as_str(), fields),
                        None => Ok(()),
                    },
                    _ => Ok(()),
                }
            }

            /// Takes the method out of a charge's JSON.
            pub(crate) fn take(word: &str, charge: &mut Fields) -> Result<Self, InvalidInput> {
                let payment_type = PaymentType::from(word);
                $(if payment_type == $name::TYPE {
                    let fields = fields_of(&payment_type, $name::FIELDS, charge)?;
                    let method = $name::read(fields).map(Self::$name);
                    return method.ok_or_else(|| undocumented(&payment_type));
                })+
                Other::take(word, charge).map(Self::Other)
            }
        }

        /// Returns whether a payment type has a file here.
        fn has_file(payment_type: &PaymentType) -> bool {
            [$($name::TYPE),+].contains(payment_type)
        }

        impl PaymentType {
            /// Returns the payment types that this version has a file for, in the order of the
            /// registry. Others can be charged as [`Other`].
            pub fn all() -> impl ExactSizeIterator<Item = Self> {
                [$($name::TYPE),+].into_iter()
            }
        }

        impl Terms {
            /// The terms of a payment type; [`Terms::UNKNOWN`] where this version has no file for
            /// it.
            #[must_use]
            pub fn of(payment_type: &PaymentType) -> &'static Self {
                $(if *payment_type == $name::TYPE {
                    return &$name::TERMS;
                })+
                &Self::UNKNOWN
            }
        }
    };
}
methods! {
    Akulaku, Kredivo, CreditCard, BankTransfer, Echannel, Permata, Cstore, Gopay, Qris, ShopeePay, Dana, Ovo,
    BcaKlikpay, BcaKlikbca, CimbClicks, BriEpay, DanamonOnline, UobEzpay
}

impl From<Other> for Method {
    fn from(method: Other) -> Self {
        Self::Other(method)
    }
}

/// Takes the object that carries a method's name, with its shape checked.
fn fields_of(
    method: &PaymentType,
    fields: Option<&[Field]>,
    charge: &mut Fields,
) -> Result<Fields, InvalidInput> {
    let name = method.as_str();
    let value = charge.value(name).filter(|value| !value.is_null());
    match (fields, value) {
        (None, Some(_)) => {
            let expected = "nothing: the gateway documents no fields of this payment method";
            Err(InvalidInput::new(name.to_owned(), expected))
        }
        (Some(fields), value) => {
            let value = value.unwrap_or_else(|| Value::Object(Map::new()));
            check_shape(name, &value, fields)?;
            Fields::of(value)
                .map(Fields::without_nulls)
                .ok_or_else(|| undocumented(method))
        }
        (None, None) => Ok(Fields::new(Map::new())),
    }
}

fn undocumented(method: &PaymentType) -> InvalidInput {
    let expected = "the shape that the gateway documents";
    InvalidInput::new(method.as_str().to_owned(), expected)
}

/// Shows the method and none of its fields.
impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Method({})", self.payment_type())
    }
}
