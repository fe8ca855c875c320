//! Reasons not to accept an answer of the gateway as it is.

use std::fmt;

use midtrans_protocol::decision::{Failure, Review};
use midtrans_protocol::method::Terms;
use midtrans_protocol::transaction::TransactionStatus;

use crate::refund::RefundTrouble;
use crate::{Outcome, Reach, Record};

/// The reason why an answer is not accepted as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It does not match the expectation.
    Review(Review),
    /// It contradicts an earlier answer.
    Contradiction {
        earlier: TransactionStatus,
        now: TransactionStatus,
    },
    /// It is behind an earlier answer, and may catch up.
    Behind {
        earlier: TransactionStatus,
        now: TransactionStatus,
    },
    /// Two transactions of the order were paid.
    PaidTwice { first: String, second: String },
    /// Its refunds cannot be booked.
    Refunds(RefundTrouble),
    /// A signed notification says more than the answer.
    Unexplained { answered: Option<Outcome> },
    /// The gateway knows no transaction of an order that it answered about before.
    Missing,
    /// The order is open long after it should have ended.
    Endless,
}

impl Trouble {
    /// Returns whether the next answer may differ.
    pub(crate) const fn may_pass(&self) -> bool {
        use Trouble::{Behind, Missing, Refunds, Unexplained};
        matches!(
            self,
            Behind { .. } | Missing | Unexplained { .. } | Refunds(RefundTrouble::Withdrawn)
        )
    }

    /// Returns whether a person has to decide now, given whether the order is still asked about
    /// patiently.
    pub(crate) fn needs_person(&self, record: &Record, is_patient: bool) -> bool {
        let may_wait = self.may_pass() && is_patient;
        !may_wait && !self.is_harmless(record)
    }

    /// Returns whether it never needs a person, however long it lasts. A signed code that is ahead
    /// of the answer about a transaction needs one only if it says that money came, and only if the
    /// gateway does not document that such money is returned. A signed end is no reversal if another
    /// transaction has ended.
    fn is_harmless(&self, record: &Record) -> bool {
        let Self::Unexplained {
            answered: Some(outcome),
        } = self
        else {
            return false;
        };
        let terms = Terms::of(&record.expectation.payment_type);
        let was_released = terms.has_authorization && outcome.is_closed_without_money();
        let was_reversed = terms.may_be_reversed && *outcome == Outcome::Failed(Failure::Denied);
        let is_others = outcome.had_money() && record.ended() > 0;
        match record.notified.reach {
            Reach::Money | Reach::Reversed if record.is_unconfirmed => false,
            Reach::Money => was_released || was_reversed,
            Reach::Reversed => was_released || was_reversed || is_others,
            Reach::Nothing | Reach::Open | Reach::Closed => true,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Review(review) => write!(
                f,
                "the gateway's answer cannot be used: {}",
                in_words(*review)
            ),
            Self::Contradiction { earlier, now } => {
                write!(
                    f,
                    "the gateway answers {now} after it answered {earlier}, which does not follow"
                )
            }
            Self::Behind { earlier, now } => {
                write!(f, "the gateway answers {now} after it answered {earlier}")
            }
            Self::PaidTwice { first, second } => {
                write!(
                    f,
                    "paid twice, by transaction {first} and by transaction {second}: give one of them back"
                )
            }
            Self::Refunds(trouble) => write!(f, "the refunds cannot be booked: {trouble}"),
            Self::Unexplained {
                answered: Some(outcome),
            } => {
                write!(
                    f,
                    "a signed notification says more than the gateway's answer, which is {outcome}"
                )
            }
            Self::Unexplained { answered: None } => f.write_str(
                "a signed notification came, and the gateway knows no transaction of this order",
            ),
            Self::Missing => f.write_str("the gateway knows no transaction of this order any more"),
            Self::Endless => f.write_str("the payment is open long after it should have expired"),
        }
    }
}

fn in_words(review: Review) -> &'static str {
    match review {
        Review::OrderDiffers => "it is about another order",
        Review::AmountDiffers => "the amount is not the expected one",
        Review::CurrencyDiffers => "the currency is not rupiah",
        Review::CodeDisagrees => "status code and transaction status do not agree",
        Review::Fraud => "fraud detection did not accept",
        Review::UnknownStatus => "the status is missing or unknown",
        _ => "it does not fit what was expected",
    }
}
