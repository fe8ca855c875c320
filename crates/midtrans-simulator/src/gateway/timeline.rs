//! The timeline of one transaction, in order, and the latest calls of the API.

use std::borrow::Cow;
use std::collections::VecDeque;

use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};

use super::customer::Choice;
use super::fault::Fault;
use super::message::DeliveryId;
use super::row;

/// One line of a transaction's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The gateway's time.
    #[serde(with = "row::time")]
    pub at: WibTime,
    /// The event.
    pub what: TimelineEvent,
}

/// An event in the life of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TimelineEvent {
    /// The merchant called.
    Called {
        /// The call's number, see [`Call::number`].
        call: u64,
        /// The operation, such as `charge`.
        operation: Cow<'static, str>,
        /// The `status_code` of the answer's body.
        status_code: u16,
        /// The fault that was applied.
        fault: Option<Fault>,
    },
    /// It came to this status.
    StatusChanged(TransactionStatus),
    /// A notification was made.
    NotificationCreated(DeliveryId),
    /// The bank confirmed a refund.
    BankConfirmed(#[serde(with = "row::rupiah")] Rupiah),
    /// A browser opened the pay page.
    Visited,
    /// The customer chose, at the pay page or by [`Gateway::choose`](super::Gateway::choose).
    Chose(Choice),
    /// A fault that the simulator applied to the customer's choice.
    FaultApplied(Fault),
    /// The browser was sent back to the shop.
    SentBack {
        /// The finish URL, without parameters.
        url: String,
        /// True if the parameters claim another outcome than the true one.
        forged: bool,
    },
    /// The browser was not sent back: on purpose, or because there is no finish URL.
    NotSentBack,
    /// A command of the console.
    ConsoleCommand(Command),
}

impl TimelineEvent {
    fn changed_nothing(&self) -> bool {
        match self {
            Self::Called {
                operation,
                status_code,
                ..
            } => *operation == "status" || !matches!(status_code, 200 | 201 | 407),
            Self::Visited
            | Self::Chose(_)
            | Self::FaultApplied(_)
            | Self::SentBack { .. }
            | Self::NotSentBack => true,
            Self::StatusChanged(_)
            | Self::NotificationCreated(_)
            | Self::BankConfirmed(_)
            | Self::ConsoleCommand(_) => false,
        }
    }
}

/// A command of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Command {
    /// The customer pays.
    Settle,
    /// The provider refuses.
    Decline,
    /// The merchant approves a challenged card in the dashboard.
    Approve,
    /// The merchant denies a challenged card in the dashboard.
    Deny,
    /// The merchant takes the whole reserved amount of a card.
    Capture,
    /// The transaction expires.
    Expire,
    /// The merchant cancels in the dashboard.
    Cancel,
    /// The merchant refunds in the dashboard; all that is left without an amount.
    Refund(#[serde(with = "row::maybe_rupiah")] Option<Rupiah>),
}

impl Command {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settle => "settle",
            Self::Decline => "decline",
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Capture => "capture",
            Self::Expire => "expire",
            Self::Cancel => "cancel",
            Self::Refund(_) => "refund",
        }
    }
}

/// One call of the API, whole. The key it came with is not kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The number of the call, which counts the calls of this account from one.
    pub number: u64,
    /// The gateway's time.
    pub at: WibTime,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The order that it was about, if it named one.
    pub order_id: Option<String>,
    /// The idempotency key.
    pub idempotency_key: Option<String>,
    /// The body, at most [`LONGEST`] bytes of it.
    pub request: String,
    /// The answer's HTTP status.
    pub http_status: u16,
    /// The `status_code` of the answer's body.
    pub status_code: u16,
    /// The answer, at most [`LONGEST`] bytes of it, as it would be without a fault.
    pub answer: String,
    /// The fault that was applied.
    pub fault: Option<Fault>,
    pub(super) operation: &'static str,
    /// True if it is about an order that has no transaction yet.
    pub(super) waits: bool,
}

/// The number of calls that are kept.
pub const CALLS: usize = 200;
/// The bytes of a body that are kept, at most.
pub const LONGEST: usize = 16 * 1024;

/// The length of a timeline beyond which calls without effect are left out.
const ENTRIES: usize = 300;

/// Adds a line. In a full timeline, the earliest lines that changed nothing are dropped.
pub(super) fn note(log: &mut Vec<Entry>, at: WibTime, what: TimelineEvent) {
    if log.len() >= ENTRIES
        && let Some(first) = log.iter().position(|entry| entry.what.changed_nothing())
    {
        log.remove(first);
    }
    log.push(Entry { at, what });
}

/// The latest calls.
#[derive(Debug, Default)]
pub(super) struct Calls {
    latest: VecDeque<Call>,
    count: u64,
    /// The number of the latest that are about orders without a transaction yet.
    waiting: usize,
}

impl Calls {
    /// The number that the next call gets.
    pub(super) const fn next(&self) -> u64 {
        self.count + 1
    }

    /// Resumes the count of another run of the simulator. Its calls are not kept.
    #[cfg(feature = "state")]
    pub(super) const fn resume(&mut self, next: u64) {
        self.count = next.saturating_sub(1);
    }

    pub(super) fn add(&mut self, call: Call) {
        self.count = call.number;
        if self.latest.len() == CALLS {
            let oldest = self.latest.pop_front();
            self.waiting -= usize::from(oldest.is_some_and(|call| call.waits));
        }
        self.waiting += usize::from(call.waits);
        self.latest.push_back(call);
    }

    /// The calls about an order that has its first transaction now, as lines of its timeline.
    pub(super) fn without_transaction(&mut self, order_id: &str) -> Vec<(WibTime, TimelineEvent)> {
        if self.waiting == 0 {
            return Vec::new();
        }
        let own = self
            .latest
            .iter_mut()
            .filter(|call| call.waits && call.order_id.as_deref() == Some(order_id));
        let lines = own.map(|call| {
            call.waits = false;
            let Call {
                number,
                operation,
                status_code,
                fault,
                ..
            } = *call;
            (
                call.at,
                TimelineEvent::Called {
                    call: number,
                    operation: operation.into(),
                    status_code,
                    fault,
                },
            )
        });
        let lines: Vec<_> = lines.collect();
        self.waiting -= lines.len();
        lines
    }

    /// Forgets all calls. The count goes on.
    pub(super) fn forget(&mut self) {
        self.latest.clear();
        self.waiting = 0;
    }

    pub(super) const fn latest(&self) -> &VecDeque<Call> {
        &self.latest
    }
}

/// The beginning of a body, as text.
pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(LONGEST)]).into_owned()
}
