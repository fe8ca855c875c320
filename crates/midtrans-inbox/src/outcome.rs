//! The outcome of an order, as a word for operators and databases.

use std::fmt;

use midtrans_protocol::Decision;
use midtrans_protocol::decision::{Extent, Failure, Review};

/// The outcome of an order. It is made from a [`Decision`] that needs no review; only
/// [`decide`](midtrans_protocol::decide) says paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new outcome should break the build of every handler, not be overlooked"
)]
pub enum Outcome {
    /// The customer has not paid yet. Keep the order open.
    Pending,
    /// The payment is complete: fulfil the order. Reported once per life of an order, which is one
    /// charge under its id.
    Paid,
    /// The payment failed and no money will come: release what was reserved.
    Failed(Failure),
    /// The gateway never received the charge. No customer was charged, and the order may be charged
    /// again under the same id.
    NotCharged,
    /// Money was returned: book the change's [`refunds`](crate::Change::refunds). A partial refund
    /// of an order that was never reported as paid comes after [`Paid`](Self::Paid).
    Refunded(Extent),
    /// The customer's bank disputes the payment.
    Disputed(Extent),
}

impl Outcome {
    const WORDS: [(Self, &'static str); 10] = [
        (Self::Pending, "pending"),
        (Self::Paid, "paid"),
        (Self::Failed(Failure::Denied), "denied"),
        (Self::Failed(Failure::Cancelled), "cancelled"),
        (Self::Failed(Failure::Expired), "expired"),
        (Self::NotCharged, "not charged"),
        (Self::Refunded(Extent::Full), "refunded"),
        (Self::Refunded(Extent::Partial), "partly refunded"),
        (Self::Disputed(Extent::Full), "disputed"),
        (Self::Disputed(Extent::Partial), "partly disputed"),
    ];

    /// Returns the word that stores keep and operators read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let known = Self::WORDS.iter().find(|(outcome, _)| *outcome == self);
        known.map_or("failed", |(_, word)| word)
    }

    /// Returns the outcome of a word; `None` for an unknown word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let known = Self::WORDS
            .iter()
            .find(|(_, text)| *text == word)
            .map(|(outcome, _)| *outcome);
        known.or((word == "failed").then_some(Self::Failed(Failure::Error)))
    }

    /// Returns whether the payment has ended, so that no further question is scheduled. Refunds and
    /// disputes may still follow; the gateway notifies them.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending)
    }

    /// Returns whether the customer's money came, even if it was returned since.
    #[must_use]
    pub const fn had_money(self) -> bool {
        matches!(self, Self::Paid | Self::Refunded(_) | Self::Disputed(_))
    }

    /// Returns whether the order may be charged again under the same id.
    #[must_use]
    pub const fn is_closed_without_money(self) -> bool {
        matches!(self, Self::Failed(_) | Self::NotCharged)
    }
}

/// Fails for a decision that needs review.
impl TryFrom<Decision> for Outcome {
    type Error = Review;

    fn try_from(decision: Decision) -> Result<Self, Review> {
        match decision {
            Decision::Paid => Ok(Self::Paid),
            Decision::Pending => Ok(Self::Pending),
            Decision::Failed(failure) => Ok(Self::Failed(failure)),
            Decision::Refunded(extent) => Ok(Self::Refunded(extent)),
            Decision::Disputed(extent) => Ok(Self::Disputed(extent)),
            Decision::Review(review) => Err(review),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_the_outcome_it_was_written_for() {
        for (outcome, word) in Outcome::WORDS {
            assert_eq!(Outcome::from_word(word), Some(outcome));
            assert_eq!(outcome.as_str(), word);
        }
        let failed = Outcome::Failed(Failure::Error);
        assert_eq!(Outcome::from_word(failed.as_str()), Some(failed));
        assert_eq!(Outcome::from_word("settled"), None);
    }
}
