//! The token that stands for a card.

use std::fmt;

use serde::{Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::InvalidInput;

/// A token that stands for a card: the `token_id` of one payment, or the `saved_token_id` of a card
/// that the customer lets you keep.
///
/// A `token_id` can be charged once, within a short time. A `saved_token_id` can be charged again
/// and again by the holder of the server key: store it as carefully as a password. `Debug` prints
/// `CardToken(..)`, and the text is wiped when it is dropped. The shape is the gateway's own
/// business.
///
/// ```
/// use midtrans_protocol::card::CardToken;
///
/// let token = CardToken::new("48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91")?;
/// assert_eq!(format!("{token:?}"), "CardToken(..)");
/// assert!(CardToken::new("").is_err());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct CardToken(Zeroizing<String>);

impl CardToken {
    pub(crate) const EXPECTED: &'static str =
        "a token of the card, as the gateway gave it: 1 to 255 printable ASCII characters";

    /// Takes a token as the gateway gave it.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is blank, longer than 255 characters, or holds a character that is
    /// not printable ASCII.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidInput> {
        let token = Zeroizing::new(token.into());
        if Self::is_token(&token) {
            Ok(Self(token))
        } else {
            Err(InvalidInput::new("token_id", Self::EXPECTED))
        }
    }

    pub(crate) fn is_token(text: &str) -> bool {
        text.len() <= 255
            && !matches!(text.trim(), "" | "." | "..")
            && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
    }

    /// The text of the token, for your own storage. Don't log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Compares in a time that does not depend on the text.
impl PartialEq for CardToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for CardToken {}

impl Serialize for CardToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardToken(..)")
    }
}
