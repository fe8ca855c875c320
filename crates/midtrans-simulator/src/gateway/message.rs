//! One notification, its history, and its state.

use std::fmt;
use std::str::FromStr;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::retry::Outcome;
use super::row;

/// The id of a notification, the same for all attempts to deliver it. Its text is `ACCOUNT-NUMBER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeliveryId {
    pub(super) account: u32,
    pub(super) number: u32,
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.account, self.number)
    }
}

/// The text is not a [`DeliveryId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDeliveryId;

impl fmt::Display for InvalidDeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the number of a notification, such as 0-12")
    }
}

impl std::error::Error for InvalidDeliveryId {}

impl FromStr for DeliveryId {
    type Err = InvalidDeliveryId;

    fn from_str(text: &str) -> Result<Self, InvalidDeliveryId> {
        let (account, number) = text.split_once('-').ok_or(InvalidDeliveryId)?;
        let read = |digits: &str| digits.parse().map_err(|_| InvalidDeliveryId);
        Ok(Self {
            account: read(account)?,
            number: read(number)?,
        })
    }
}

/// A notification to be sent now, by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The id to report the outcome under.
    pub id: DeliveryId,
    /// The URL to send it to.
    pub url: String,
    /// The JSON.
    pub body: String,
}

/// One attempt that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The time when it ended.
    #[serde(with = "row::time")]
    pub at: WibTime,
    /// The URL it went to: after a redirect, another one than the notification's own.
    pub url: String,
    /// Its outcome.
    pub outcome: Outcome,
}

/// The state of a notification's delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It will be sent at this time.
    Waiting(#[serde(with = "row::time")] WibTime),
    /// It was handed out, and its outcome is not known yet.
    UnderWay,
    /// It arrived.
    Delivered,
    /// It did not arrive, and no more attempts follow.
    GivenUp,
}

/// A notification and its history.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Its id.
    pub id: DeliveryId,
    /// The merchant's order.
    pub order_id: String,
    /// The transaction.
    pub transaction_id: String,
    /// The transaction status that it reports.
    pub transaction_status: TransactionStatus,
    /// The URL it goes to.
    pub url: String,
    /// Its JSON, the same in every attempt.
    pub body: String,
    /// The fault that applies to it.
    pub fault: Option<Fault>,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
    /// The state of its delivery.
    pub state: DeliveryState,
    pub(super) route: Route,
}

/// The progress of the present round of attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    pub(super) repeats: usize,
    pub(super) hops: usize,
    /// The target of a redirect.
    pub(super) next_url: Option<String>,
    /// The number of copies that follow when this one has arrived.
    pub(super) copies: usize,
}

impl Message {
    /// Returns true if no further attempt follows.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(
            self.state,
            DeliveryState::Delivered | DeliveryState::GivenUp
        )
    }

    /// Returns true if it will be sent at a time that is known.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self.state, DeliveryState::Waiting(_))
    }

    /// The number of copies that follow when this one has arrived.
    #[must_use]
    pub const fn copies_to_follow(&self) -> usize {
        self.route.copies
    }

    /// The URL of the next attempt: after a redirect, another one than the notification's own.
    #[must_use]
    pub fn goes_to(&self) -> &str {
        self.route.next_url.as_deref().unwrap_or(&self.url)
    }

    /// The body of the next attempt. A corrupted notification is cut in half in its first attempt.
    pub(super) fn text_now(&self) -> &str {
        let mut end = self.body.len();
        if self.fault == Some(Fault::Corrupt) && self.attempts.is_empty() {
            end /= 2;
            while !self.body.is_char_boundary(end) {
                end -= 1;
            }
        }
        &self.body[..end]
    }
}
