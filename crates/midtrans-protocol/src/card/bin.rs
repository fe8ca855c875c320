//! `GET /v1/bins/{bin}`
//!
//! Asks which bank has given out a card. [Gateway
//! page](https://docs.midtrans.com/reference/bin-api)

use std::fmt;

use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::raw::{self, RawBody};
use crate::reply::{DecodeError, Reply};
use crate::{Environment, GatewayReply, InvalidInput, Merchant};
use http::{Method, Request};

/// Asks which bank has given out the cards whose numbers begin with these digits. At most a hundred
/// times in a minute: above that the gateway answers 409.
///
/// ```
/// use midtrans_protocol::card::Bin;
///
/// assert!(Bin::new("48111111").is_ok());
/// assert_eq!(Bin::new("4811").unwrap_err().field(), "bin");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin(Box<str>);

impl Bin {
    /// The first six to eight digits of a card's number.
    ///
    /// # Errors
    /// [`InvalidInput`] for another number of digits: the whole number is none.
    pub fn new(bin: impl Into<String>) -> Result<Self, InvalidInput> {
        let bin = bin.into();
        let is_bin =
            (6..=8).contains(&bin.len()) && bin.bytes().all(|digit| digit.is_ascii_digit());
        if is_bin {
            Ok(Self(bin.into()))
        } else {
            let expected = "the first 6 to 8 digits of a card number, and no more of them";
            Err(InvalidInput::new("bin", expected))
        }
    }
}

impl Operation for Bin {
    type Account = Merchant;
    type Reply = BinData;
    const NAME: &'static str = "bin";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = ["/v1/bins/", &self.0].concat();
        environment.request(Method::GET, Host::Api, &path, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// The digits, which name a bank and no card.
    fn target(&self) -> Option<&str> {
        Some(&self.0)
    }
}

/// The gateway's knowledge of the cards that begin with some digits. Every field may be missing.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BinData {
    /// The first digits.
    pub bin: Option<String>,
    /// The bank, such as `BANK CENTRAL ASIA`.
    pub bank: Option<String>,
    /// The bank's code, such as `BCA`.
    pub bank_code: Option<String>,
    /// The card scheme, such as `VISA`.
    pub brand: Option<String>,
    /// `CREDIT` or `DEBIT`.
    pub bin_type: Option<String>,
    /// The class of the card, such as `GOLD`.
    pub bin_class: Option<String>,
    /// The bank's country, such as `INDONESIA`.
    pub country_name: Option<String>,
    /// The code of the bank's country, such as `ID`.
    pub country_code: Option<String>,
    /// The channel.
    pub channel: Option<String>,
    /// `true` or `false`; the gateway calls it deprecated.
    pub registration_required: Option<String>,
}

impl Reply for BinData {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let data = raw::find(raw.as_str(), "data").map(|data| data.get());
        match data.filter(|data| data.starts_with('{')) {
            Some(data) => Ok(Self::of(&RawBody::new(data))),
            None => Err(DecodeError::new(
                "an object `data` about a BIN",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}

impl BinData {
    fn of(data: &RawBody) -> Self {
        Self {
            bin: data.text("bin"),
            bank: data.text("bank"),
            bank_code: data.text("bank_code"),
            brand: data.text("brand"),
            bin_type: data.text("bin_type"),
            bin_class: data.text("bin_class"),
            country_name: data.text("country_name"),
            country_code: data.text("country_code"),
            channel: data.text("channel"),
            registration_required: data.text("registration_required"),
        }
    }
}

/// Shows the bank, the scheme and the country.
impl fmt::Debug for BinData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinData")
            .field("bank_code", &self.bank_code)
            .field("brand", &self.brand)
            .field("country_code", &self.country_code)
            .finish_non_exhaustive()
    }
}
