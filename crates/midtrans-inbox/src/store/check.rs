//! A claimed order: its questions and their answers.

use std::time::{Duration, SystemTime};

use midtrans_protocol::Transaction;
use midtrans_protocol::ids::PaymentId;
use midtrans_transport::Error as CallError;

use crate::{Answer, Record};

/// A claimed order, with the gateway's answers so far.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Check {
    /// The record at the time of the claim. The answers are applied to what is stored later, under
    /// its lock.
    pub record: Record,
    /// The fencing token: the claim is valid while the stored one is equal.
    pub fence: i64,
    /// The end of the lease. After it, another worker may claim the order.
    pub leased_until: SystemTime,
    /// The answers so far.
    pub answers: Vec<Answer>,
}

/// The result of one question.
#[must_use = "it holds the answer"]
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "workers have to know every case")]
pub enum QuestionResult {
    /// The gateway answered.
    Answered(Answer),
    /// The gateway limits questions, or cannot be reached: ask less often.
    Overloaded {
        /// The pause that it asked for (`Retry-After`).
        retry_after: Option<Duration>,
        /// The reason, for the operator.
        why: String,
    },
    /// The gateway gave no usable answer to this question: a wrong key, a proxy's page, an answer
    /// about something else.
    Unusable {
        /// The reason, for the operator.
        why: String,
    },
}

impl Check {
    /// Returns the next id to ask Get Status about; `None` when all are answered.
    #[must_use]
    pub fn next_question(&self) -> Option<PaymentId> {
        self.record.next_question(&self.answers)
    }

    /// Returns how a check ends that has no time for further questions. If the order id was
    /// answered, the answers count, and the other ids are asked about next. Otherwise it counts as
    /// a failure, so that a check that always lacks time does not start over for ever.
    #[must_use]
    pub fn when_late(&self) -> LateCheck {
        match self.answers.first() {
            None => LateCheck::Unasked,
            Some(answer) if answer.transaction.is_some() => LateCheck::Answered,
            Some(_) => LateCheck::Unanswered,
        }
    }
}

/// The end of a check that had no time for further questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "workers have to know every case")]
pub enum LateCheck {
    /// Nothing was asked.
    Unasked,
    /// The answers so far are applied.
    Answered,
    /// It counts as a question without a usable answer.
    Unanswered,
}

impl LateCheck {
    /// The reason of [`Unanswered`](Self::Unanswered), for the operator.
    pub const WHY: &str = "there was no time to ask about all its ids";
}

impl QuestionResult {
    /// Returns the result of a call of Get Status for this id.
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
        assert_eq!(check.when_late(), LateCheck::Unasked);
        check.answers.push(Answer {
            asked: asked.clone(),
            transaction: None,
        });
        assert_eq!(check.when_late(), LateCheck::Unanswered);
        check.answers[0] = Answer {
            asked,
            transaction: Some(says("t-1", "settlement", "")),
        };
        assert_eq!(check.when_late(), LateCheck::Answered);
    }
}
