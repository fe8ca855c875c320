//! `POST /v2/{id}/expire`
//!
//! Ends a pending transaction.
//! [Gateway page](https://docs.midtrans.com/reference/expire-transaction)

use super::accept::with_id_if_any;
use super::action::action;
use super::support;
use crate::{InvalidInput, Transaction};

action! {
    /// Expires a pending transaction at once. The success has body code 407. Refused with 412 in
    /// any other state.
    // DANA's answer to a cancellation has no ids, and none to this is documented.
    Expire, "expire", with_id_if_any, Expire, "an expired transaction"
}

impl Expire {
    /// The `expire` of this transaction.
    ///
    /// # Errors
    /// [`InvalidInput`] for a payment method that can never be made to expire, as OVO, with what to do
    /// instead; and for a transaction without an id.
    pub fn of(transaction: &Transaction) -> Result<Self, InvalidInput> {
        support::check_expire(transaction)?;
        support::id(transaction).map(Self::new)
    }
}
