//! `GET /v2/pay/account/{account_id}`
//!
//! Reads a linked account and its ways to pay. [Gateway
//! page](https://docs.midtrans.com/reference/get-pay-account)

use http::{Method, Request, StatusCode};

use super::{AccountId, PayAccount};
use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::reply::ReplyError;
use crate::{Environment, Merchant};

/// Reads a linked account: its status, its ways to pay and their tokens. An account that does not
/// exist is refused with 404 ([`ApiError::is_not_found`](crate::refusal::ApiError::is_not_found)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    account_id: AccountId,
}

impl Get {
    /// The account with this id.
    #[must_use]
    pub const fn new(account_id: AccountId) -> Self {
        Self { account_id }
    }
}

impl Operation for Get {
    type Account = Merchant;
    type Reply = PayAccount;
    const NAME: &'static str = "get_pay_account";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = self.account_id.path("/v2/pay/account/", "");
        environment.request(Method::GET, Host::Api, &path, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.account_id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: PayAccount) -> Result<PayAccount, ReplyError> {
        reply.accept(&self.account_id, http)
    }
}
