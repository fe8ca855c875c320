//! `POST /v2/{id}/approve`
//!
//! Lets a challenged card payment through.
//! [Gateway page](https://docs.midtrans.com/reference/approve-transaction)

use http::Method;

use crate::{Operation, PaymentId, Replay, Transaction};

/// Approves a card transaction whose fraud status is `challenge`. Never needed for Akulaku and Kredivo.
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

    /// The header "can be used for all POST methods": a keyed repeat gets the first answer instead of a 412.
    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn order_id(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}
