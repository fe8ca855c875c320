//! `POST /v2/{id}/approve`
//!
//! Lets a challenged card payment through.
//! [Gateway page](https://docs.midtrans.com/reference/approve-transaction)

use http::StatusCode;

use super::accept;
use super::action::action;
use crate::Transaction;
use crate::reply::ReplyError;
use crate::transaction::{FraudStatus, TransactionStatus};

action! {
    /// Approves a card transaction whose fraud status is `challenge`. Never needed for Akulaku and
    /// Kredivo.
    Approve, "approve", approved
}

/// The transaction, if it is paid and no longer challenged.
fn approved(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    use TransactionStatus::{Authorize, Capture, Settlement};
    const WANTED: &str =
        "an approved transaction: authorize, capture or settlement, with fraud status accept";
    let reply = accept::with_id(id, http_status, reply)?;
    let reply = accept::with_status(
        &[Authorize, Capture, Settlement],
        WANTED,
        http_status,
        reply,
    )?;
    match reply.details().fraud_status() {
        None | Some(FraudStatus::Accept) => Ok(reply),
        Some(_) => Err(accept::wrong_status(WANTED, http_status, &reply)),
    }
}
