//! `POST /v2/{id}/cancel`
//!
//! Ends a transaction before it is settled.
//! [Gateway page](https://docs.midtrans.com/reference/cancel-transaction)

use super::accept::with_id_if_any;
use super::action::action;

action! {
    /// Cancels a pending transaction (or a card capture that is not settled yet). Refused with 412
    /// in any other state.
    // DANA's answer has no ids.
    Cancel, "cancel", with_id_if_any, Cancel, "a cancelled transaction"
}
