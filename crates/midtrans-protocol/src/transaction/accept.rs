//! Checks that the transaction in a reply answers the call: an idempotency key that was used before
//! brings back the stored reply to another call.

use http::StatusCode;

use crate::Transaction;
use crate::reply::{DecodeError, ReplyError};
use crate::transaction::TransactionStatus;

/// The transaction, if it names this order id or transaction id as its own.
pub(crate) fn with_id(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    check_id(id, http_status, &reply).map(|()| reply)
}

/// Fails unless the transaction names this order id or transaction id as its own.
pub(crate) fn check_id(
    id: &str,
    http_status: StatusCode,
    reply: &Transaction,
) -> Result<(), ReplyError> {
    let names = [reply.order_id(), reply.transaction_id()];
    if names.contains(&Some(id)) {
        return Ok(());
    }
    let note = if names == [None, None] {
        "; it names none"
    } else {
        ""
    };
    let expected =
        format!("the transaction that was asked about, under an idempotency key of its own{note}");
    Err(mismatch(expected, http_status, reply))
}

/// As [`with_id`], for answers that some payment methods document without any id.
pub(crate) fn with_id_if_any(
    id: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    match (reply.order_id(), reply.transaction_id()) {
        (None, None) => Ok(reply),
        _ => with_id(id, http_status, reply),
    }
}

/// The transaction, if it has one of these statuses. `wanted` says so in words, such as "a
/// cancelled transaction".
pub(crate) fn with_status(
    statuses: &[TransactionStatus],
    wanted: &str,
    http_status: StatusCode,
    reply: Transaction,
) -> Result<Transaction, ReplyError> {
    match reply.transaction_status() {
        Some(status) if statuses.contains(status) => Ok(reply),
        _ => Err(wrong_status(wanted, http_status, &reply)),
    }
}

/// The error for a reply that reports another state than the wanted one.
pub(crate) fn wrong_status(
    wanted: &str,
    http_status: StatusCode,
    reply: &Transaction,
) -> ReplyError {
    let found = match reply.transaction_status() {
        None => "no transaction status",
        // An unknown word could be anything, also personal data.
        Some(TransactionStatus::Unknown(_)) => {
            "a transaction status that this version does not know"
        }
        Some(known) => known.as_str(),
    };
    mismatch(format!("{wanted}; it says {found}"), http_status, reply)
}

pub(crate) fn mismatch(
    expected: String,
    http_status: StatusCode,
    reply: &Transaction,
) -> ReplyError {
    ReplyError::Decode(DecodeError::mismatch(
        expected,
        http_status,
        reply.details().raw().as_str().into(),
    ))
}
