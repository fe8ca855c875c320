//! The gateway's id of a subscription.

use std::fmt;

use crate::InvalidInput;
use crate::ids::push_encoded;

/// The gateway's id of a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubscriptionId(Box<str>);

impl SubscriptionId {
    /// Takes an id that the gateway sent, whatever its alphabet.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is blank, longer than 255 bytes, `.` or `..`, or has control
    /// characters.
    pub fn received(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        // An event that anyone can send names one, and logs show it.
        let has_control = id.chars().any(char::is_control);
        if id.len() > 255 || has_control || matches!(id.trim(), "" | "." | "..") {
            let expected = "the id of a subscription: 1 to 255 bytes without control characters, \
                            and not only dots";
            return Err(InvalidInput::new("subscription_id", expected));
        }
        Ok(Self(id.into()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `/v1/subscriptions/{id}{after}` with the id percent-encoded.
    pub(super) fn path(&self, after: &str) -> String {
        let mut path = "/v1/subscriptions/".to_owned();
        push_encoded(&mut path, &self.0);
        path + after
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
