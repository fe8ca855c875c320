//! A claimed order on its way: its questions and their answers.

use std::time::{Duration, SystemTime};

use midtrans_protocol::{PaymentId, Transaction};
use midtrans_transport::Error as CallError;

use crate::{Answer, Record};

/// An order that a worker has claimed, with what the gateway has answered so far.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Check {
    /// What is stored about the order at the claim. The answers are applied to what is stored later, under its lock.
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
    /// The gateway answers, but not to this question: a wrong key, a proxy's page, an answer about something else.
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
}

impl Asked {
    /// The result of a call of Get Status for this id.
    pub fn of(asked: &PaymentId, result: Result<Transaction, CallError>) -> Self {
        let error = match result {
            Ok(transaction) => {
                return Self::Answered(Answer { asked: asked.clone(), transaction: Some(transaction) });
            }
            Err(error) => error,
        };
        if error.is_not_found() {
            return Self::Answered(Answer { asked: asked.clone(), transaction: None });
        }
        let why = error.to_string();
        if error.is_retryable() {
            return Self::Overloaded { retry_after: error.retry_after(), why };
        }
        Self::Unusable { why }
    }
}
