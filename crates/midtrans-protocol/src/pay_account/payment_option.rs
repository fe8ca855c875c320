//! A way to pay with a linked account, and its token.

use std::fmt;

use serde::{Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::InvalidInput;
use crate::money::WireAmount;
use crate::raw::RawBody;

/// The token of a way to pay, for a charge or a subscription. The holder of the server key takes
/// money with it: treat it as a password. It changes, so read it right before each charge. `Debug`
/// prints `PaymentToken(..)`, and the text is wiped when it is dropped.
#[derive(Clone)]
pub struct PaymentToken(Zeroizing<String>);

impl PaymentToken {
    /// Takes a token as the gateway gave it.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it has 1 to 1000 visible ASCII characters.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidInput> {
        let token = Zeroizing::new(token.into());
        let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
        if is_plain && (1..=1_000).contains(&token.len()) {
            Ok(Self(token))
        } else {
            let expected = "a token as the gateway gave it: 1 to 1000 visible ASCII characters";
            Err(InvalidInput::new("token", expected))
        }
    }

    /// The text. Don't log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Compares in a time that does not depend on the text.
impl PartialEq for PaymentToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for PaymentToken {}

impl Serialize for PaymentToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for PaymentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentToken(..)")
    }
}

/// A way to pay with a linked account. Charge only one that is active and holds enough.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentOption {
    raw: RawBody,
}

impl PaymentOption {
    pub(super) const fn of(raw: RawBody) -> Self {
        Self { raw }
    }

    /// The name, such as `GOPAY_WALLET` or `PAY_LATER`.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.raw.text("name")
    }

    /// Returns whether it can be charged now.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.raw.field("active") == Some(true)
    }

    /// The balance, exactly as received.
    #[must_use]
    pub fn balance(&self) -> Option<WireAmount> {
        self.raw.object("balance")?.amount("value")
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> Option<PaymentToken> {
        PaymentToken::new(self.raw.text("token")?).ok()
    }

    /// The object as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

/// Shows the name and whether it is active, without balance and token.
impl fmt::Debug for PaymentOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentOption")
            .field("name", &self.name())
            .field("is_active", &self.is_active())
            .finish_non_exhaustive()
    }
}
