//! Reasons not to accept an answer of the gateway as it is.

use midtrans_protocol::decision::{Failure, Review};
use midtrans_protocol::method::Terms;

use crate::{Outcome, Reach, Record};

/// The reason why an answer is not accepted as it is, in the words of a review.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A person has to decide.
    Final(String),
    /// The answer is behind an earlier one, and may catch up.
    Behind(String),
    /// A signed notification says more than the answer, and the answer may catch up.
    Unexplained(Option<Outcome>),
}

impl Trouble {
    /// Returns whether the next answer may differ.
    pub(crate) const fn may_pass(&self) -> bool {
        !matches!(self, Self::Final(_))
    }

    /// Returns the review, if a person has to decide now, given whether the order is still asked
    /// about patiently.
    pub(crate) fn review(self, record: &Record, is_patient: bool) -> Option<String> {
        match self {
            Self::Final(why) => Some(why),
            Self::Behind(_) | Self::Unexplained(_) if is_patient => None,
            Self::Behind(why) => Some(why),
            Self::Unexplained(Some(outcome)) if is_harmless(record, outcome) => None,
            Self::Unexplained(Some(outcome)) => Some(format!(
                "a signed notification says more than the gateway's answer, which is {outcome}"
            )),
            Self::Unexplained(None) => Some(
                "a signed notification came, and the gateway knows no transaction of this order"
                    .to_owned(),
            ),
        }
    }
}

/// Returns whether a signed code that is ahead of the answer never needs a person, however long it
/// lasts. It needs one only if it says that money came, and only if the gateway does not document
/// that such money is returned. A signed end is no reversal if another transaction has ended.
fn is_harmless(record: &Record, answered: Outcome) -> bool {
    let reach = record.notified.reach;
    let terms = Terms::of(&record.expectation.payment_type);
    let was_released = terms.has_authorization && answered.is_closed_without_money();
    let was_reversed = terms.may_be_reversed && answered == Outcome::Failed(Failure::Denied);
    // Money that is only reserved has a 200 as well.
    let has_200 = record
        .leading_payment()
        .is_some_and(|payment| Reach::of_payment(payment) == Reach::Money);
    let is_others = reach == Reach::Reversed && has_200 && record.ended() > 0;
    let is_returned = was_released || was_reversed || is_others;
    reach < Reach::Money || (is_returned && !record.is_unconfirmed)
}

impl From<Review> for Trouble {
    fn from(review: Review) -> Self {
        let why = match review {
            Review::OrderDiffers => "it is about another order",
            Review::AmountDiffers => "the amount is not the expected one",
            Review::CurrencyDiffers => "the currency is not rupiah",
            Review::CodeDisagrees => "status code and transaction status do not agree",
            Review::Fraud => "fraud detection did not accept",
            Review::UnknownStatus => "the status is missing or unknown",
            _ => "it does not fit what was expected",
        };
        Self::Final(format!("the gateway's answer cannot be used: {why}"))
    }
}
