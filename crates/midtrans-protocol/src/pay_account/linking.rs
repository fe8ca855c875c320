//! The result of starting to link an account.

use std::fmt;

use super::PayAccount;
use crate::GatewayReply;
use crate::raw::RawBody;
use crate::refusal::ApiError;
use crate::reply::{DecodeError, Reply};

/// The result of [`Create`](super::Create): the link waits for the customer, or the provider
/// refused. A refusal is an everyday answer to what a customer has typed, and no error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it says where to send the customer, or what to tell"]
#[expect(
    clippy::exhaustive_enums,
    reason = "the linking has started or it has not"
)]
pub enum Linking {
    /// Send the customer to [`PayAccount::redirect`], or to the app.
    Started(PayAccount),
    /// No account is linked.
    Refused(RefusedLinking),
}

/// The reason why an account cannot be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkingRefusal {
    /// The phone number has no GoPay account: ask for another number.
    NotRegistered,
    /// The account is blocked: the customer has to ask GoPay.
    Blocked,
    /// The number is no phone number in the form that the gateway wants: digits, without country
    /// code and leading 0.
    Malformed,
    /// Any other reason: see [`RefusedLinking::message`].
    Other,
}

/// A refused link.
#[derive(Clone, PartialEq, Eq)]
pub struct RefusedLinking {
    reason: LinkingRefusal,
    code: Option<String>,
    message: Option<String>,
}

impl RefusedLinking {
    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> LinkingRefusal {
        self.reason
    }

    /// The provider's code, such as `105`; the gateway's, where there is no other.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The provider's sentence, such as `User Not Found`.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Reads a refusal in the shape of an answer.
    fn of(raw: &RawBody) -> Option<Self> {
        let code = raw.text("channel_response_code");
        let message = raw.text("channel_response_message");
        if code.is_none() && message.is_none() {
            return None;
        }
        let words = message.as_deref().unwrap_or_default().to_lowercase();
        let reason = match code.as_deref() {
            _ if words.contains("blocked") => LinkingRefusal::Blocked,
            Some("105") => LinkingRefusal::NotRegistered,
            _ if words.contains("not found") => LinkingRefusal::NotRegistered,
            Some("310") => LinkingRefusal::Malformed,
            _ => LinkingRefusal::Other,
        };
        Some(Self {
            reason,
            code,
            message,
        })
    }

    /// Reads a refusal of the gateway that is about the phone number or the account behind it.
    pub(super) fn of_refusal(error: &ApiError) -> Option<Self> {
        let sentences = error.validation_messages().iter();
        let about_number = |text: &&String| text.contains("phone_number");
        let (reason, message) = match error.code() {
            400 => (
                LinkingRefusal::Malformed,
                sentences.clone().find(about_number)?.as_str(),
            ),
            410 => (LinkingRefusal::Blocked, error.message()),
            _ => return None,
        };
        Some(Self {
            reason,
            code: error.status_code().map(str::to_owned),
            message: Some(message.to_owned()),
        })
    }
}

/// Shows the reason and the code. The sentence may name the customer.
impl fmt::Debug for RefusedLinking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusedLinking")
            .field("reason", &self.reason)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl Reply for Linking {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let is_refused = raw.text("status_code").as_deref() == Some("202");
        if !is_refused && raw.has("account_id") {
            return Ok(Self::Started(PayAccount::of(raw)));
        }
        match RefusedLinking::of(&raw) {
            Some(refused) => Ok(Self::Refused(refused)),
            None => {
                let expected = "an account_id, or the provider's reason for a refusal";
                let body = raw.as_str().into();
                Err(DecodeError::new(expected, http_status, body))
            }
        }
    }
}
