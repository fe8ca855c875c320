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

    /// Returns the digits that a customer types to pay here: a bill has two forms.
    pub(super) fn numbers(&self) -> Vec<String> {
        match self {
            Self::Redirect => Vec::new(),
            Self::Number { number, .. } => vec![number.clone()],
            Self::Bill {
                biller_code,
                bill_key,
            } => vec![bill_key.clone(), format!("{biller_code}{bill_key}")],
            Self::Code { code, .. } => vec![code.clone()],
        }
    }
}
