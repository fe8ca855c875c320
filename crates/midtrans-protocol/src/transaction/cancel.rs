//! `POST /v2/{id}/cancel`
//!
//! Ends a transaction before it is settled.
//! [Gateway page](https://docs.midtrans.com/reference/cancel-transaction)

use http::{Method, StatusCode};

use super::held;
use crate::{Operation, PaymentId, Replay, ReplyError, Transaction, TransactionStatus};

/// Cancels a pending transaction (or a card capture that is not settled yet). Refused with 412 in
/// any other state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancel {
    id: PaymentId,
}

impl Cancel {
    /// Cancels the transaction of that order id or transaction id.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for Cancel {
    type Reply = Transaction;
    const NAME: &'static str = "cancel";
    const METHOD: Method = Method::POST;

    fn path(&self) -> String {
        self.id.path("cancel")
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

    /// The cancelled transaction. DANA's answer has no ids.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: Transaction,
    ) -> Result<Transaction, ReplyError> {
        let reply = held::named_if_at_all(self.id.as_str(), http_status, reply)?;
        held::in_state(
            &[TransactionStatus::Cancel],
            "a cancelled transaction",
            http_status,
            reply,
        )
    }
}
