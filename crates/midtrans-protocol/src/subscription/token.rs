//! The token of what a subscription charges.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::InvalidInput;
use crate::card::CardToken;
use crate::pay_account::PaymentToken;

/// The token of the saved card, or of the linked account's way to pay, that a subscription charges.
/// The holder of the server key takes money with it: treat it as a password. `Debug` prints
/// `SubscriptionToken(..)`.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionToken(PaymentToken);

impl SubscriptionToken {
    /// Takes a token as the gateway gave it.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it has 1 to 1000 visible ASCII characters.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidInput> {
        PaymentToken::new(token).map(Self)
    }

    /// The text. Don't log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<&CardToken> for SubscriptionToken {
    type Error = InvalidInput;

    fn try_from(token: &CardToken) -> Result<Self, InvalidInput> {
        Self::new(token.as_str())
    }
}

impl From<PaymentToken> for SubscriptionToken {
    fn from(token: PaymentToken) -> Self {
        Self(token)
    }
}

impl Serialize for SubscriptionToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Debug for SubscriptionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriptionToken(..)")
    }
}
