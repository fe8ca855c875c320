//! `GET /v2/{id}/status`
//!
//! Asks for a transaction's status over TLS: the strongest evidence. [Gateway
//! page](https://docs.midtrans.com/reference/get-transaction-status)

use http::{Method, Request, StatusCode};

use super::accept;
use crate::account::Host;
use crate::ids::PaymentId;
use crate::operation::{Operation, Replay};
use crate::reply::ReplyError;
use crate::{Environment, Merchant, Transaction};

/// Asks for a transaction's status: after a timeout, before shipping, and when a notification does
/// not decide.
///
/// A 404 ([`ApiError::is_not_found`](crate::refusal::ApiError::is_not_found)) means that the
/// gateway knows no such transaction: a charge that was never answered did not happen. You may send
/// it again under the same order id: should the first one arrive after all, the second is refused.
/// Ask at most every ten seconds per order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetStatus {
    id: PaymentId,
}

impl GetStatus {
    /// The transaction of that order id or transaction id. An order id that was charged again after
    /// it expired answers with its latest transaction.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for GetStatus {
    type Account = Merchant;
    type Reply = Transaction;
    const NAME: &'static str = "status";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::Api, &self.id.path("status"), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    /// The transaction that was asked about, in any state.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        accept::with_id(self.id.as_str(), http_status, reply)
    }
}
