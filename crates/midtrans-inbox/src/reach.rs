//! The state of a payment, as far as a signed status code says it.

use midtrans_protocol::transaction::TransactionStatus;

use crate::{Outcome, Payment};

/// The state of a payment, as far as a signed status code says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there are these status codes and no others"
)]
pub enum Reach {
    /// Nothing is known.
    #[default]
    Nothing,
    /// 201: there is a transaction that waits for the customer.
    Open,
    /// 202 or 407: it has ended without money.
    Closed,
    /// 200: money came.
    Money,
    /// 200 and, in either order, 202 or 407: money came and went again, or came after another
    /// transaction had ended.
    Reversed,
}

impl Reach {
    /// Returns the reach of a signed status code.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        match code {
            "200" => Self::Money,
            "202" | "407" => Self::Closed,
            "201" => Self::Open,
            _ => Self::Nothing,
        }
    }

    /// Returns the reach of the code that a transaction has. Reserved money has a 200 as well.
    pub(crate) fn of_payment(payment: &Payment) -> Self {
        if payment.stage.status == TransactionStatus::Authorize {
            Self::Money
        } else {
            Self::of(Some(payment.outcome))
        }
    }

    /// Returns the reach of an outcome.
    #[must_use]
    pub const fn of(outcome: Option<Outcome>) -> Self {
        match outcome {
            None | Some(Outcome::NotCharged) => Self::Nothing,
            Some(Outcome::Pending) => Self::Open,
            Some(Outcome::Failed(_)) => Self::Closed,
            Some(Outcome::Paid | Outcome::Refunded(_) | Outcome::Disputed(_)) => Self::Money,
        }
    }
}
