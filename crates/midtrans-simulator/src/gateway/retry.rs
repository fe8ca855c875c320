//! The schedule on which the gateway repeats a notification.
//! ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The outcome of an attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Outcome {
    /// The merchant answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The `Location` header.
        location: Option<String>,
        /// The beginning of the body.
        body: String,
    },
    /// No answer within [`TIMEOUT`].
    TimedOut,
    /// No connection, no HTTP, or a certificate that this machine does not trust.
    Unreachable,
    /// Nothing was sent, because the simulator may not talk to that host.
    Forbidden,
}

impl Outcome {
    /// An answer without a `Location` and without a body.
    #[must_use]
    pub const fn answered(status: u16) -> Self {
        Self::Answered {
            status,
            location: None,
            body: String::new(),
        }
    }

    /// The same answer with a body.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        if let Self::Answered { body, .. } = &mut self {
            *body = text.into();
        }
        self
    }

    /// An answer that points elsewhere.
    #[must_use]
    pub fn redirected(status: u16, location: impl Into<String>) -> Self {
        Self::Answered {
            status,
            location: Some(location.into()),
            body: String::new(),
        }
    }
}

/// The time that the gateway waits for an answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// The time that the gateway waits before the first, second, … repeat. The real one shifts each by
/// a random amount.
pub const INTERVALS: [Duration; 5] = [
    minutes(2),
    minutes(10),
    minutes(30),
    minutes(90),
    minutes(210),
];

/// The redirects that one attempt follows, at most.
pub const MAX_HOPS: usize = 5;

/// The step after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It arrived.
    Done,
    /// It did not, and nothing more will be tried.
    GiveUp,
    /// The same body goes there at once.
    Follow(String),
    /// The whole is tried again after this time.
    Again(Duration),
}

/// `repeats` were made before this attempt, and it followed `hops` redirects so far.
pub(super) fn next(outcome: &Outcome, repeats: usize, hops: usize) -> Next {
    match outcome {
        Outcome::Answered {
            status: 200..=299, ..
        } => return Next::Done,
        Outcome::Answered {
            status: 307 | 308,
            location: Some(location),
            ..
        } if hops < MAX_HOPS => {
            return Next::Follow(location.clone());
        }
        _ => {}
    }
    match INTERVALS.get(repeats) {
        Some(interval) if repeats < most_repeats(outcome) => Next::Again(*interval),
        _ => Next::GiveUp,
    }
}

fn most_repeats(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Forbidden
        | Outcome::Answered {
            status: 200..=299 | 301..=303,
            ..
        } => 0,
        Outcome::Answered { status: 500, .. } => 1,
        Outcome::Answered {
            status: 400 | 404, ..
        } => 2,
        Outcome::Answered { status: 503, .. } => 4,
        _ => 5,
    }
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}
