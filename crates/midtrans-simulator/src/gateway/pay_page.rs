//! The shapes of pay pages.

/// The shape of a pay page, with what the customer needs there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayPage {
    /// The provider's own page: the customer approves, is declined, or leaves, and goes back to the
    /// shop.
    Redirect,
    /// The page of a card's bank: the customer authenticates (3-D Secure), and goes back to the
    /// shop.
    Authentication {
        /// The card's number, with the middle left out.
        masked_card: String,
        /// True if the bank asks for a password.
        asks_password: bool,
        /// True if the customer's part is done and the bank's answer is open.
        is_waiting: bool,
    },
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

    /// Returns true if a card's bank authenticates the customer here.
    #[must_use]
    pub const fn is_authentication(&self) -> bool {
        matches!(self, Self::Authentication { .. })
    }

    /// Returns the digits that a customer types to pay here: a bill has two forms.
    pub(super) fn numbers(&self) -> Vec<String> {
        match self {
            Self::Redirect | Self::Authentication { .. } => Vec::new(),
            Self::Number { number, .. } => vec![number.clone()],
            Self::Bill {
                biller_code,
                bill_key,
            } => vec![bill_key.clone(), format!("{biller_code}{bill_key}")],
            Self::Code { code, .. } => vec![code.clone()],
        }
    }
}
