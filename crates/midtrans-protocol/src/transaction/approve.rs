//! `POST /v2/{id}/approve`
//!
//! Lets a challenged card payment through.
//! [Gateway page](https://docs.midtrans.com/reference/approve-transaction)

use http::{Method, StatusCode};

use super::held;
use crate::{
    FraudStatus, Operation, PaymentId, Replay, ReplyError, Transaction, TransactionStatus,
};

/// Approves a card transaction whose fraud status is `challenge`. Never needed for Akulaku and
/// Kredivo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approve {
    id: PaymentId,
}

impl Approve {
    /// Approves the transaction of that order id or transaction id.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for Approve {
    type Reply = Transaction;
    const NAME: &'static str = "approve";
    const METHOD: Method = Method::POST;

    fn path(&self) -> String {
        self.id.path("approve")
    }

    fn body(&self) -> Option<Vec<u8>> {
        Some(b"{}".to_vec())
    }

    /// The header "can be used for all POST methods": a keyed repeat gets the first answer instead
    /// of a 412.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn order_id(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    /// The transaction, with its money and without a challenge.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        use TransactionStatus::{Authorize, Capture, Settlement};
        const WANTED: &str =
            "an approved transaction: authorize, capture or settlement, with fraud status accept";
        let reply = held::named(self.id.as_str(), http_status, reply)?;
        let reply = held::in_state(
            &[Authorize, Capture, Settlement],
            WANTED,
            http_status,
            reply,
        )?;
        match reply.details().fraud_status() {
            None | Some(FraudStatus::Accept) => Ok(reply),
            Some(_) => Err(held::not_in_state(WANTED, http_status, &reply)),
        }
    }
}
