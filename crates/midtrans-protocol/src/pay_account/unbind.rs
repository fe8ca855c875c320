//! `POST /v2/pay/account/{account_id}/unbind`
//!
//! Unlinks an account. [Gateway page](https://docs.midtrans.com/reference/unbind-pay-account)

use http::{Method, Request, StatusCode};

use super::{AccountId, PayAccount};
use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::reply::ReplyError;
use crate::{Environment, Merchant};

/// Unlinks an account that is enabled. In any other state the gateway refuses with 412
/// ([`ApiError::is_wrong_state`](crate::refusal::ApiError::is_wrong_state)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbind {
    account_id: AccountId,
}

impl Unbind {
    /// The end of the link to the account with this id.
    #[must_use]
    pub const fn new(account_id: AccountId) -> Self {
        Self { account_id }
    }
}

impl Operation for Unbind {
    type Account = Merchant;
    type Reply = PayAccount;
    const NAME: &'static str = "unbind_pay_account";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = self.account_id.path("/v2/pay/account/", "/unbind");
        environment.request(Method::POST, Host::Api, &path, b"{}".to_vec())
    }

    /// The page documents no idempotency key, and a second copy is refused with 412, which looks
    /// like a failure. After an unknown outcome, ask [`Get`](super::Get).
    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn target(&self) -> Option<&str> {
        Some(self.account_id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: PayAccount) -> Result<PayAccount, ReplyError> {
        reply.accept(&self.account_id, http)
    }
}
