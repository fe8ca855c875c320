//! `GET /v2/card/register`
//!
//! Saves a card. [Gateway page](https://docs.midtrans.com/reference/register-card)

use std::fmt;

use http::{Method, Request};

use super::query::Target;
use super::token::token;
use super::{CardExpiry, CardNumber, CardToken};
use crate::account::{ClientAccount, Host};
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::reply::{DecodeError, Reply};
use crate::{Environment, GatewayReply};

/// Saves a card that the customer lets you keep, without a payment. Charge it later with
/// [`CreditCard::saved`](crate::method::CreditCard::saved), or with a
/// [`Token::of_saved`](super::Token::of_saved).
///
/// A server that sends this handles cards and falls under PCI DSS. The card is in the query of the
/// request's URL: log no URL of it.
#[derive(Clone)]
pub struct Register {
    number: CardNumber,
    expiry: CardExpiry,
}

impl Register {
    /// Saves this card.
    #[must_use]
    pub const fn new(number: CardNumber, expiry: CardExpiry) -> Self {
        Self { number, expiry }
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Register(..)")
    }
}

impl Operation for Register {
    type Account = ClientAccount;
    type Reply = SavedCard;
    const NAME: &'static str = "register_card";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let target = Target::new("/v2/card/register")
            .and("card_number", self.number.expose())
            .and("card_exp_month", self.expiry.month())
            .and("card_exp_year", self.expiry.year());
        environment.request(Method::GET, Host::Api, target.as_str(), Vec::new())
    }

    /// It moves no money: a second saved token of the card is worth nothing to a shop that has
    /// stored the other one.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: it is about a card, which has no place in logs.
    fn target(&self) -> Option<&str> {
        None
    }
}

/// A card that was just saved.
#[must_use = "without its token the card cannot be charged"]
#[derive(Clone)]
pub struct SavedCard {
    saved_token_id: CardToken,
    raw: RawBody,
}

impl SavedCard {
    /// The token that stands for the card. Store it as carefully as a password.
    #[must_use]
    pub const fn saved_token_id(&self) -> &CardToken {
        &self.saved_token_id
    }

    /// The masked card, such as `48111111-1114`.
    #[must_use]
    pub fn masked_card(&self) -> Option<String> {
        self.raw.text("masked_card")
    }

    /// The gateway's id of the registration.
    #[must_use]
    pub fn transaction_id(&self) -> Option<String> {
        self.raw.text("transaction_id")
    }

    /// The whole body as received; it holds the token.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl fmt::Debug for SavedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SavedCard(..)")
    }
}

impl Reply for SavedCard {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        match token(&raw, "saved_token_id") {
            Some(saved_token_id) => Ok(Self {
                saved_token_id,
                raw,
            }),
            None => Err(DecodeError::new(
                "a saved_token_id",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}
