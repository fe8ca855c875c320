//! A claimed order on its way: its questions and their answers.

use std::time::{Duration, SystemTime};

use midtrans_protocol::{PaymentId, Transaction};
use midtrans_transport::Error as CallError;

use crate::{Answer, Record};

/// An order that a worker has claimed, with what the gateway has answered so far.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Check {
    /// What is stored about the order at the claim. The answers are applied to what is stored
    /// later, under its lock.
    pub record: Record,
    /// The number of the claim. It counts as long as the stored one is the same.
    pub fence: i64,
    /// The end of the claim: after it, another worker may take the order over.
    pub leased_until: SystemTime,
    /// The answers so far.
    pub answers: Vec<Answer>,
}

/// The result of one question.
#[must_use = "it holds the answer"]
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "workers have to know every case")]
pub enum Asked {
    /// The gateway answered.
    Answered(Answer),
    /// The gateway is limiting questions, or cannot be reached: ask less often.
    Overloaded {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
        /// Why, for the operator.
        why: String,
    },
    /// The gateway answers, but not to this question: a wrong key, a proxy's page, an answer about
    /// something else.
    Unusable {
        /// Why, for the operator.
        why: String,
    },
}

impl Check {
    /// The next id to ask Get Status about; `None` when all are answered.
    #[must_use]
    pub fn next_question(&self) -> Option<PaymentId> {
        self.record.next_question(&self.answers)
    }

    /// The end of a check for which there is no time to ask on. What was answered by order id
    /// counts, and the ids that were not asked about are asked about next; without that it is a
    /// failure like any other, so that a check which never has time enough does not begin anew for
    /// ever.
    #[must_use]
    pub fn when_late(&self) -> Late {
        match self.answers.first() {
            None => Late::Unasked,
            Some(answer) if answer.transaction.is_some() => Late::Answered,
            Some(_) => Late::Unanswered,
        }
    }
}

/// How a check ends for which there is no time to ask on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "workers have to know every case")]
pub enum Late {
    /// Nothing was asked.
    Unasked,
    /// The answers so far are applied.
    Answered,
    /// It counts as a question without a usable answer.
    Unanswered,
}

impl Late {
    /// Why it is unanswered, for the operator.
    pub const WHY: &str = "there was no time to ask about all its ids";
}

impl Asked {
    /// The result of a call of Get Status for this id.
    pub fn of(asked: &PaymentId, result: Result<Transaction, CallError>) -> Self {
        let error = match result {
            Ok(transaction) => {
                return Self::Answered(Answer {
                    asked: asked.clone(),
                    transaction: Some(transaction),
                });
            }
            Err(error) => error,
        };
        if error.is_not_found() {
            return Self::Answered(Answer {
                asked: asked.clone(),
                transaction: None,
            });
        }
        let why = error.to_string();
        if error.is_retryable() {
            return Self::Overloaded {
                retry_after: error.retry_after(),
                why,
            };
        }
        Self::Unusable { why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Walk, says};

    #[test]
    fn a_check_without_time_applies_what_was_answered_by_order_id_and_else_counts() {
        let walk = Walk::new();
        let (record, leased_until) = (walk.record, walk.now);
        let asked = record.next_question(&[]).unwrap();
        let mut check = Check {
            record,
            fence: 1,
            leased_until,
            answers: Vec::new(),
        };
        assert_eq!(check.when_late(), Late::Unasked);
        check.answers.push(Answer {
            asked: asked.clone(),
            transaction: None,
        });
        assert_eq!(check.when_late(), Late::Unanswered);
        check.answers[0] = Answer {
            asked,
            transaction: Some(says("t-1", "settlement", "")),
        };
        assert_eq!(check.when_late(), Late::Answered);
    }
}
