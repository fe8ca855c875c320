//! `POST /v2/{id}/cancel`
//!
//! Ends a transaction before it is settled.
//! [Gateway page](https://docs.midtrans.com/reference/cancel-transaction)

use http::StatusCode;

use super::action::action;
use super::held;
use crate::Transaction;
use crate::reply::ReplyError;
use crate::transaction::TransactionStatus;

action! {
    /// Cancels a pending transaction (or a card capture that is not settled yet). Refused with 412
    /// in any other state.
    Cancel, "cancel", cancelled
}

/// The cancelled transaction. DANA's answer has no ids.
fn cancelled(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    let reply = held::named_if_at_all(id, http_status, reply)?;
    held::in_state(
        &[TransactionStatus::Cancel],
        "a cancelled transaction",
        http_status,
        reply,
    )
}
