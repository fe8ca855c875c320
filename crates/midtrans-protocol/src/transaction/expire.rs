//! `POST /v2/{id}/expire`
//!
//! Ends a pending transaction.
//! [Gateway page](https://docs.midtrans.com/reference/expire-transaction)

use super::accept::with_id_if_any;
use super::action::action;

action! {
    /// Expires a pending transaction at once. The success has body code 407. Refused with 412 in
    /// any other state.
    // DANA's answer to a cancellation has no ids, and none to this is documented.
    Expire, "expire", with_id_if_any, Expire, "an expired transaction"
}
