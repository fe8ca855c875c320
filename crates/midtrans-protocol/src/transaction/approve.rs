//! `POST /v2/{id}/approve`
//!
//! Lets a challenged card payment through.
//! [Gateway page](https://docs.midtrans.com/reference/approve-transaction)

use http::StatusCode;

use super::action::action;
use super::held;
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
    let reply = held::named(id, http_status, reply)?;
    let reply = held::in_state(
        &[Authorize, Capture, Settlement],
        WANTED,
        http_status,
        reply,
    )?;
    match reply.details().fraud_status() {
        None | Some(FraudStatus::Accept) => Ok(reply),
        Some(_) => Err(held::not_in_state(WANTED, http_status, &reply)),
    }
}
