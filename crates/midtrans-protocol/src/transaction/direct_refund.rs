//! `POST /v2/{id}/refund/online/direct`
//!
//! Gives money back and waits for the provider's word.
//! [Gateway page](https://docs.midtrans.com/reference/direct-refund-transaction)

use http::{Request, StatusCode};

use super::support;
use crate::operation::{Operation, Replay};
use crate::reply::ReplyError;
use crate::transaction::Refund;
use crate::{Environment, InvalidInput, Merchant, Transaction};

/// A [`Refund`] sent straight to the provider, where it supports that; Akulaku and Kredivo do.
///
/// When the provider refuses, the gateway answers with a transaction that stays `settlement` under
/// code 202. That is a refusal here: [`ApiError::is_denied`](crate::refusal::ApiError::is_denied).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectRefund(Refund);

impl DirectRefund {
    /// The refund, sent straight to the provider of this transaction.
    ///
    /// # Errors
    /// [`InvalidInput`] for a payment method without direct refunds, with what to do instead.
    pub fn of(transaction: &Transaction, refund: Refund) -> Result<Self, InvalidInput> {
        support::check_direct_refund(transaction)?;
        Ok(Self(refund))
    }
}

impl From<Refund> for DirectRefund {
    fn from(refund: Refund) -> Self {
        Self(refund)
    }
}

impl Operation for DirectRefund {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "direct_refund";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        self.0.request_to("refund/online/direct", environment)
    }

    /// As for [`Refund`].
    fn replay(&self) -> Replay {
        self.0.replay()
    }

    fn target(&self) -> Option<&str> {
        self.0.target()
    }

    /// As for [`Refund`].
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        self.0.accept_reply(http_status, reply)
    }
}
