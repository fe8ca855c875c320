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
        /// The name of the bank that has issued the card; `None` where the first digits tell none.
        bank: Option<&'static str>,
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
    /// A QR code that the customer scans with a wallet or a bank's app. A failed attempt stays in
    /// the app, so nothing declines.
    Scan {
        /// The text of the code.
        qr_string: String,
    },
    /// A wallet's app that a link opens: the customer approves or leaves. A failed attempt stays in
    /// the app, so nothing declines.
    Wallet {
        /// The text of the QR code that pays the transaction too, if it has one.
        qr_string: Option<String>,
        /// True if the app sends the customer back to the shop.
        returns: bool,
    },
    /// An app or a bank's own site that asks the customer, without a link.
    Prompt {
        /// The customer's phone number or user id there.
        account: String,
        /// True if the customer's refusal denies the transaction.
        declines: bool,
    },
}

impl PayPage {
    /// Returns true if a payment can be declined for good here. Otherwise it is paid or not.
    #[must_use]
    pub const fn can_decline(&self) -> bool {
        matches!(
            self,
            Self::Redirect | Self::Authentication { .. } | Self::Prompt { declines: true, .. }
        )
    }

    /// Returns true if a card's bank authenticates the customer here.
    #[must_use]
    pub const fn is_authentication(&self) -> bool {
        matches!(self, Self::Authentication { .. })
    }

    /// Returns true if the customer goes from here back to the shop.
    #[must_use]
    pub const fn goes_back(&self) -> bool {
        matches!(
            self,
            Self::Redirect | Self::Authentication { .. } | Self::Wallet { returns: true, .. }
        )
    }

    /// Returns true if the customer comes here from the shop, and may leave without a payment.
    #[must_use]
    pub const fn is_linked(&self) -> bool {
        matches!(self, Self::Redirect | Self::Wallet { .. })
    }

    /// Returns the text of the QR code that pays here, if there is one.
    #[must_use]
    pub fn qr_string(&self) -> Option<&str> {
        match self {
            Self::Scan { qr_string } => Some(qr_string),
            Self::Wallet { qr_string, .. } => qr_string.as_deref(),
            _ => None,
        }
    }

    /// Returns the texts that a customer types or scans to pay here: a bill has two forms.
    pub(super) fn numbers(&self) -> Vec<String> {
        match self {
            Self::Redirect | Self::Authentication { .. } | Self::Prompt { .. } => Vec::new(),
            Self::Number { number, .. } => vec![number.clone()],
            Self::Bill {
                biller_code,
                bill_key,
            } => vec![bill_key.clone(), format!("{biller_code}{bill_key}")],
            Self::Code { code, .. } => vec![code.clone()],
            Self::Scan { qr_string } => vec![qr_string.clone()],
            Self::Wallet { qr_string, .. } => qr_string.iter().cloned().collect(),
        }
    }
}
