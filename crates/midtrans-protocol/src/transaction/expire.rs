//! `POST /v2/{id}/expire`
//!
//! Ends a pending transaction.
//! [Gateway page](https://docs.midtrans.com/reference/expire-transaction)

use http::StatusCode;

use super::action::action;
use super::held;
use crate::Transaction;
use crate::reply::ReplyError;
use crate::transaction::TransactionStatus;

action! {
    /// Expires a pending transaction at once. The success has body code 407. Refused with 412 in any
    /// other state.
    Expire, "expire", expired
}

/// The expired transaction. DANA's answer to a cancellation has no ids, and none to this is
/// documented.
fn expired(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    let reply = held::named_if_at_all(id, http_status, reply)?;
    held::in_state(
        &[TransactionStatus::Expire],
        "an expired transaction",
        http_status,
        reply,
    )
}
