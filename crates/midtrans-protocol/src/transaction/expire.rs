//! `POST /v2/{id}/expire`
//!
//! Ends a pending transaction.
//! [Gateway page](https://docs.midtrans.com/reference/expire-transaction)

use http::{Method, StatusCode};

use super::held;
use crate::{Operation, PaymentId, Replay, ReplyError, Transaction, TransactionStatus};

/// Expires a pending transaction at once. The success has body code 407. Refused with 412 in any
/// other state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expire {
    id: PaymentId,
}

impl Expire {
    /// Expires the transaction of that order id or transaction id.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for Expire {
    type Reply = Transaction;
    const NAME: &'static str = "expire";
    const METHOD: Method = Method::POST;

    fn path(&self) -> String {
        self.id.path("expire")
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

    /// The expired transaction. DANA's answer to a cancellation has no ids, and none to this is
    /// documented.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        let reply = held::named_if_at_all(self.id.as_str(), http_status, reply)?;
        held::in_state(
            &[TransactionStatus::Expire],
            "an expired transaction",
            http_status,
            reply,
        )
    }
}
