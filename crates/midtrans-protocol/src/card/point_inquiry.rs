//! `GET /v2/point_inquiry/{token_id}`
//!
//! Asks for the points of a card. [Gateway
//! page](https://docs.midtrans.com/reference/charge-transactions-on-card)

use std::fmt;

use http::{Method, Request};

use super::CardToken;
use super::query::Target;
use crate::account::Host;
use crate::money::WireAmount;
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::reply::{DecodeError, Reply};
use crate::time::WibTime;
use crate::{Environment, GatewayReply, Merchant};

/// Asks how many points the bank has given the holder of a card, to be redeemed with
/// [`CreditCard::point_redeem_amount`](crate::method::CreditCard::point_redeem_amount).
///
/// The token is part of the request's URL: log no URL of it.
#[derive(Clone, Debug)]
pub struct PointInquiry {
    token: CardToken,
}

impl PointInquiry {
    /// The points of the card that this token stands for.
    #[must_use]
    pub const fn new(token: CardToken) -> Self {
        Self { token }
    }
}

impl Operation for PointInquiry {
    type Account = Merchant;
    type Reply = PointBalance;
    const NAME: &'static str = "point_inquiry";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let target = Target::new("/v2/point_inquiry/").then(self.token.as_str());
        environment.request(Method::GET, Host::Api, target.as_str(), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: a token has no place in logs.
    fn target(&self) -> Option<&str> {
        None
    }
}

/// The points of a card.
#[derive(Clone)]
pub struct PointBalance {
    balance: u64,
    raw: RawBody,
}

impl PointBalance {
    /// The number of points.
    #[must_use]
    pub const fn balance(&self) -> u64 {
        self.balance
    }

    /// The worth of the points in rupiah, exactly as received.
    #[must_use]
    pub fn amount(&self) -> Option<WireAmount> {
        self.raw
            .text("point_balance_amount")
            .map(WireAmount::received)
    }

    /// The time of the answer.
    #[must_use]
    pub fn transaction_time(&self) -> Option<WibTime> {
        self.raw.text("transaction_time")?.parse().ok()
    }

    /// The whole body as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl fmt::Debug for PointBalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PointBalance(..)")
    }
}

/// The number of points is read whether it came as a number or as a text, with decimals or without.
impl Reply for PointBalance {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let balance = raw
            .text("point_balance")
            .and_then(|text| WireAmount::received(text).rupiah());
        match balance {
            Some(balance) => Ok(Self {
                balance: balance.get(),
                raw,
            }),
            None => Err(DecodeError::new(
                "a point_balance that is a whole number",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}
