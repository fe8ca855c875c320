//! What the customer must do to pay.

use std::fmt;

use midtrans_protocol::{Environment, RedirectUrl, Transaction};
use serde::{Deserialize, Serialize};

/// What the customer must do to pay, as the gateway answered to the charge. It can be stored, and shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Instructions {
    /// Send the customer's browser to this page.
    Redirect(String),
}

impl Instructions {
    /// The instructions of a charge's reply; `None` where it names none that this version knows.
    #[must_use]
    pub fn of(transaction: &Transaction) -> Option<Self> {
        transaction.redirect_url().map(Self::Redirect)
    }

    /// The page to redirect to, checked: it may be put into a `Location` header. `None` for other instructions, and for a
    /// page that is not allowed in this environment.
    ///
    /// ```
    /// use midtrans_inbox::Instructions;
    /// use midtrans_protocol::Environment;
    ///
    /// let instructions = Instructions::Redirect("https://api.midtrans.com/v2/akulaku/redirect/1".to_owned());
    /// assert!(instructions.redirect(&Environment::Production).is_some());
    /// ```
    #[must_use]
    pub fn redirect(&self, environment: &Environment) -> Option<RedirectUrl> {
        let Self::Redirect(url) = self;
        RedirectUrl::new(url, environment).ok()
    }
}

/// The page is left out: anyone who has it can pay there as the customer.
impl fmt::Debug for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(_) => f.write_str("Redirect(..)"),
        }
    }
}
