//! `GET /v2/token`
//!
//! Makes a token of a card, for one payment. [Gateway
//! page](https://docs.midtrans.com/reference/get-token)

use std::fmt;

use http::{Method, Request};

use super::query::Target;
use super::{CardExpiry, CardNumber, CardToken, SecurityCode};
use crate::account::{ClientAccount, Host};
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::reply::{DecodeError, Reply};
use crate::{Environment, GatewayReply};

/// Makes a token of a card, to be charged once and soon.
///
/// The customer's browser makes it in most shops, with the gateway's library: then the card never
/// touches your server. A server that sends this handles cards and falls under PCI DSS. The card is
/// in the query of the request's URL, because the gateway wants it there: log no URL of it.
///
/// ```
/// use std::time::SystemTime;
///
/// use midtrans_protocol::account::{ClientAccount, ClientKey};
/// use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode, Token};
/// use midtrans_protocol::{Environment, RequestOptions, encode};
///
/// let number = CardNumber::new("4811 1111 1111 1114")?;
/// let expiry = CardExpiry::new("12", "2030")?;
/// let token = Token::of_card(number, expiry, SecurityCode::new("123")?);
///
/// let key = ClientKey::new("SB-Mid-client-abc123cde456")?;
/// let account = ClientAccount::new(Environment::Sandbox, key)?;
/// let request = encode(&token, &account, &RequestOptions::default(), SystemTime::now());
/// assert_eq!(request.uri().path(), "/v2/token");
/// assert!(!request.headers().contains_key("authorization"), "the client key is in the query");
/// assert_eq!(format!("{token:?}"), "Token(..)");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct Token(Subject);

#[derive(Clone)]
enum Subject {
    Card {
        number: CardNumber,
        expiry: CardExpiry,
        code: SecurityCode,
    },
    Saved {
        token: CardToken,
        code: SecurityCode,
    },
}

impl Token {
    /// A token of a card that the customer has typed in.
    #[must_use]
    pub const fn of_card(number: CardNumber, expiry: CardExpiry, code: SecurityCode) -> Self {
        Self(Subject::Card {
            number,
            expiry,
            code,
        })
    }

    /// A token of a saved card whose security code the customer has typed in ("two clicks").
    /// ([Two clicks](https://docs.midtrans.com/reference/two-clicks))
    #[must_use]
    pub const fn of_saved(token: CardToken, code: SecurityCode) -> Self {
        Self(Subject::Saved { token, code })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Operation for Token {
    type Account = ClientAccount;
    type Reply = NewToken;
    const NAME: &'static str = "token";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let target = Target::new("/v2/token");
        let target = match &self.0 {
            Subject::Card {
                number,
                expiry,
                code,
            } => target
                .and("card_number", number.expose())
                .and("card_cvv", code.expose())
                .and("card_exp_month", expiry.month())
                .and("card_exp_year", expiry.year()),
            Subject::Saved { token, code } => target
                .and("token_id", token.as_str())
                .and("card_cvv", code.expose()),
        };
        environment.request(Method::GET, Host::Api, target.as_str(), Vec::new())
    }

    /// It moves no money: a second token of the card is worth nothing until it is charged, and ends
    /// by itself.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: it is about a card, which has no place in logs.
    fn target(&self) -> Option<&str> {
        None
    }
}

/// A token that was just made.
#[must_use = "the token can be charged once, and soon"]
#[derive(Clone)]
pub struct NewToken {
    token_id: CardToken,
    raw: RawBody,
}

impl NewToken {
    /// The token, for [`CreditCard::token`](crate::method::CreditCard::token).
    #[must_use]
    pub const fn token_id(&self) -> &CardToken {
        &self.token_id
    }

    /// The masked card, such as `48111111-1114-xxx`.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        self.raw.text("hash")
    }

    /// The bank that was asked for; older answers only.
    #[must_use]
    pub fn bank(&self) -> Option<String> {
        self.raw.text("bank")
    }

    /// The 3-D Secure page of the older flow, which was opened before the charge. Answers of today
    /// have none: the charge's answer has it.
    #[must_use]
    pub fn redirect_url(&self) -> Option<String> {
        self.raw.text("redirect_url")
    }

    /// The whole body as received; it holds the token.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewToken(..)")
    }
}

impl Reply for NewToken {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        match token(&raw, "token_id") {
            Some(token_id) => Ok(Self { token_id, raw }),
            None => Err(DecodeError::new(
                "a token_id",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}

/// The token in a field of a reply.
pub(super) fn token(raw: &RawBody, name: &str) -> Option<CardToken> {
    CardToken::new(raw.text(name)?).ok()
}
