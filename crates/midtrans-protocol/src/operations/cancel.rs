//! `POST /v2/{id}/cancel`
//!
//! Ends a transaction before it is settled.
//! [Gateway page](https://docs.midtrans.com/reference/cancel-transaction)

use http::Method;

use crate::{Operation, PaymentId, Replay, Transaction};

/// Cancels a pending transaction (or a card capture that is not settled yet). Refused with 412 in any other state.
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

    /// The header "can be used for all POST methods": a keyed repeat gets the first answer instead of a 412.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn order_id(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}
