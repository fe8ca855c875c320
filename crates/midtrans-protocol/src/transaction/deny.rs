//! `POST /v2/{id}/deny`
//!
//! Refuses a challenged card payment.
//! [Gateway page](https://docs.midtrans.com/reference/deny-transaction)

use http::{Method, StatusCode};

use super::held;
use crate::{Operation, PaymentId, Replay, ReplyError, Transaction, TransactionStatus};

/// Denies a card transaction whose fraud status is `challenge`. Never needed for Akulaku and
/// Kredivo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deny {
    id: PaymentId,
}

impl Deny {
    /// Denies the transaction of that order id or transaction id.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for Deny {
    type Reply = Transaction;
    const NAME: &'static str = "deny";
    const METHOD: Method = Method::POST;

    fn path(&self) -> String {
        self.id.path("deny")
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

    /// The denied transaction.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        let reply = held::named(self.id.as_str(), http_status, reply)?;
        held::in_state(
            &[TransactionStatus::Deny],
            "a denied transaction",
            http_status,
            reply,
        )
    }
}
