//! `POST /v2/{id}/deny`
//!
//! Refuses a challenged card payment.
//! [Gateway page](https://docs.midtrans.com/reference/deny-transaction)

use super::accept::with_id;
use super::action::action;

action! {
    /// Denies a card transaction whose fraud status is `challenge`. Never needed for Akulaku and
    /// Kredivo.
    Deny, "deny", with_id, Deny, "a denied transaction"
}
