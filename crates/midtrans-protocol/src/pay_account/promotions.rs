//! `GET /v2/gopay/promo/{account_id}`
//!
//! The promotions for a payment with a linked account. [Gateway
//! page](https://docs.midtrans.com/reference/fetch-promotion-gopay-tokenization)

use http::{Method, Request, StatusCode};

use super::AccountId;
use crate::account::Host;
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::reply::{ReplyError, answers};
use crate::time::WibTime;
use crate::{Environment, InvalidInput, Merchant, Rupiah};

/// Asks for the promotions that a customer may use for a payment of this amount. In production, and
/// in the sandbox on request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPromotions {
    account_id: AccountId,
    gross_amount: Rupiah,
}

impl GetPromotions {
    /// The promotions for a payment of this amount with this account.
    ///
    /// # Errors
    /// [`InvalidInput`] for an amount of zero.
    pub fn new(account_id: AccountId, gross_amount: Rupiah) -> Result<Self, InvalidInput> {
        if gross_amount == Rupiah::new(0) {
            return Err(InvalidInput::new("gross_amount", "whole rupiah above zero"));
        }
        Ok(Self {
            account_id,
            gross_amount,
        })
    }
}

impl Operation for GetPromotions {
    type Account = Merchant;
    type Reply = Promotions;
    const NAME: &'static str = "get_promotions";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let query = format!("?gross_amount={}&currency=IDR", self.gross_amount.get());
        let path = self.account_id.path("/v2/gopay/promo/", &query);
        environment.request(Method::GET, Host::Api, &path, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.account_id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: Promotions) -> Result<Promotions, ReplyError> {
        let is_its = reply.raw.text("account_id").as_deref() == Some(self.account_id.as_str());
        answers(
            is_its,
            "promotions for the account that was asked about",
            http,
            &reply.raw,
        )?;
        Ok(reply)
    }
}

object_reply! {
    /// The promotions of an account; often none.
    Promotions, "promotions", "a list of promotions"
}

impl Promotions {
    /// The promotion that the provider recommends, by its id.
    #[must_use]
    pub fn recommended_id(&self) -> Option<String> {
        self.raw.text("recommended_promotion_id")
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Promotion> {
        let promotions = self.raw.objects("promotions").into_iter();
        promotions.map(|raw| Promotion { raw }).collect()
    }
}

/// A promotion. Its id goes into a charge's `gopay.promotion_ids`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    raw: RawBody,
}

impl Promotion {
    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.raw.text("id")
    }

    /// The name, for the customer.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        self.raw.text("title")
    }

    /// The rupiah that the customer pays with it, exactly as received.
    #[must_use]
    pub fn actual_payable_amount(&self) -> Option<WireAmount> {
        self.raw.amount("actual_payable_amount")
    }

    /// The rupiah that it is worth, exactly as received.
    #[must_use]
    pub fn promotion_amount(&self) -> Option<WireAmount> {
        self.raw.amount("promotion_amount")
    }

    /// The smallest payment that it is for, exactly as received.
    #[must_use]
    pub fn minimum_applicable_amount(&self) -> Option<WireAmount> {
        self.raw.amount("minimum_applicable_amount")
    }

    /// The time from which it can be used.
    #[must_use]
    pub fn valid_from(&self) -> Option<WibTime> {
        self.raw.time("valid_from")
    }

    /// The time until which it can be used.
    #[must_use]
    pub fn valid_till(&self) -> Option<WibTime> {
        self.raw.time("valid_till")
    }

    /// The object as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}
