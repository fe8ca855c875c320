//! The security code of a card.

use std::fmt;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::InvalidInput;

/// The security code of a card (CVV): the three digits on its back, or the four on its front.
///
/// Never store it: PCI DSS forbids that to every merchant, even encrypted. There is no `Display`,
/// no `Serialize` and no `PartialEq`; `Debug` prints `SecurityCode(..)`. Clones share one
/// allocation, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct SecurityCode(Arc<Zeroizing<String>>);

impl SecurityCode {
    pub(crate) const EXPECTED: &'static str = "the card's security code of 3 or 4 digits";

    /// Checks a security code.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it is of three or four digits.
    pub fn new(code: impl Into<String>) -> Result<Self, InvalidInput> {
        let code = Zeroizing::new(code.into());
        let is_code =
            matches!(code.len(), 3 | 4) && code.bytes().all(|digit| digit.is_ascii_digit());
        if is_code {
            Ok(Self(Arc::new(code)))
        } else {
            Err(InvalidInput::new("card_cvv", Self::EXPECTED))
        }
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether both are the same code, in a time that does not depend on the digits.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for SecurityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCode(..)")
    }
}
