//! The shapes of pay pages.

/// The shape of a pay page, with what the customer needs there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayPage {
    /// The provider's own page: the customer approves, is declined, or leaves, and goes back to the
    /// shop.
    Redirect,
    /// A transfer to a virtual account.
    Number {
        /// The bank's name.
        bank: String,
        /// The number.
        number: String,
    },
    /// A bill.
    Bill {
        /// The code of the company that bills.
        biller_code: String,
        /// The number of the bill.
        bill_key: String,
    },
    /// A code at a store's counter.
    Code {
        /// The store's name.
        store: String,
        /// The code.
        code: String,
    },
}

impl PayPage {
    /// Returns true if the customer goes to a provider, who may decline, and comes back to the
    /// shop.
    #[must_use]
    pub const fn is_redirect(&self) -> bool {
        matches!(self, Self::Redirect)
    }

    /// Returns true if a customer who types these digits pays here.
    pub(super) fn is_paid_by(&self, digits: &str) -> bool {
        match self {
            Self::Redirect => false,
            Self::Number { number, .. } => number == digits,
            Self::Bill {
                biller_code,
                bill_key,
            } => bill_key == digits || digits.strip_prefix(biller_code.as_str()) == Some(bill_key),
            Self::Code { code, .. } => code == digits,
        }
    }
}
