//! Events: one line for each thing that happened.

use std::fmt;

use midtrans_protocol::transaction::TransactionStatus;

use super::fault::Fault;
use super::retry::Outcome;

/// An event at the gateway. `Display` makes one line without keys and without bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A merchant called.
    Called {
        /// Method and path.
        call: String,
        /// The answer's HTTP status.
        http_status: u16,
        /// The `status_code` of the answer's body; nought where nothing happened.
        status_code: u16,
        /// The fault that was applied.
        fault: Option<Fault>,
    },
    /// A transaction came to a new status.
    Moved {
        /// The merchant's order.
        order_id: String,
        /// The transaction.
        transaction_id: String,
        /// Its status now.
        status: TransactionStatus,
    },
    /// An attempt to deliver a notification ended.
    Notified {
        /// The merchant's order.
        order_id: String,
        /// The status in the notification.
        status: TransactionStatus,
        /// The URL that it went to.
        url: String,
        /// The outcome of the attempt.
        outcome: Outcome,
    },
    /// The state could not be written to its file; it is tried again with the next change.
    NotSaved {
        /// The reason, in SQLite's words.
        why: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called {
                call,
                http_status,
                status_code,
                fault,
            } => {
                write!(f, "call    {call} -> {status_code} (HTTP {http_status})")?;
                fault.map_or(Ok(()), |fault| write!(f, ", fault {fault}"))
            }
            Self::Moved {
                order_id,
                transaction_id,
                status,
            } => {
                write!(f, "status  {order_id} is {status} ({transaction_id})")
            }
            Self::NotSaved { why } => write!(f, "STATE   not saved: {why}"),
            Self::Notified {
                order_id,
                status,
                url,
                outcome,
            } => {
                write!(f, "notify  {order_id} {status} -> {url}: ")?;
                match outcome {
                    Outcome::Answered { status, .. } => write!(f, "{status}"),
                    Outcome::TimedOut => f.write_str("no answer in time"),
                    Outcome::Unreachable => f.write_str("not reachable"),
                    Outcome::Forbidden => f.write_str("not sent, the host is not allowed"),
                }
            }
        }
    }
}
