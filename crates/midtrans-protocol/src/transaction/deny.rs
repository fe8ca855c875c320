//! `POST /v2/{id}/deny`
//!
//! Refuses a challenged card payment.
//! [Gateway page](https://docs.midtrans.com/reference/deny-transaction)

use http::StatusCode;

use super::action::action;
use super::held;
use crate::Transaction;
use crate::reply::ReplyError;
use crate::transaction::TransactionStatus;

action! {
    /// Denies a card transaction whose fraud status is `challenge`. Never needed for Akulaku and
    /// Kredivo.
    Deny, "deny", denied
}

/// The denied transaction.
fn denied(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    let reply = held::named(id, http_status, reply)?;
    held::in_state(
        &[TransactionStatus::Deny],
        "a denied transaction",
        http_status,
        reply,
    )
}
