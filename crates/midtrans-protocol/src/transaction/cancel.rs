//! `POST /v2/{id}/cancel`
//!
//! Ends a transaction before it is settled.
//! [Gateway page](https://docs.midtrans.com/reference/cancel-transaction)

use super::accept::with_id_if_any;
use super::action::action;
use super::support;
use crate::{InvalidInput, Transaction};

action! {
    /// Cancels a pending transaction (or a card capture that is not settled yet). Refused with 412
    /// in any other state.
    // DANA's answer has no ids.
    Cancel, "cancel", with_id_if_any, Cancel, "a cancelled transaction"
}

impl Cancel {
    /// The `cancel` of this transaction.
    ///
    /// # Errors
    /// [`InvalidInput`] for a payment method that can never be cancelled, as OVO, with what to do
    /// instead; and for a transaction without an id.
    pub fn of(transaction: &Transaction) -> Result<Self, InvalidInput> {
        support::check_cancel(transaction)?;
        support::id(transaction).map(Self::new)
    }
}
