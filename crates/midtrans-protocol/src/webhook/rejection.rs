//! The reasons for refusing a message from outside, each with its HTTP status.

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::notification::{Families, Family};

/// The reason why a notification was refused. Nothing in the message was believed.
///
/// The HTTP status is part of it, so that no two web frameworks answer differently. `Display` is
/// for the merchant's log and holds nothing of the message; the sender should see no more than the
/// status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// Not UTF-8, not one JSON object, or a field occurs twice.
    Malformed,
    /// The body broke off before its end.
    Incomplete,
    /// A field that the signature covers, or the signature itself, is missing.
    MissingField(&'static str),
    /// The signature was made with none of the keys.
    Forged,
    /// Longer than the body limit.
    TooLarge,
    /// The content type is not the one that the gateway sends, or the body is compressed.
    UnsupportedMediaType,
    /// Another method than POST on the webhook: a probe, or a browser.
    MethodNotAllowed,
    /// The endpoint serves several merchants and this is none of them.
    UnknownMerchant,
    /// The message did not arrive within the endpoint's deadline.
    TooSlow,
    /// A notification of another family than payments: a setting of the dashboard leads to the
    /// wrong address. The answer is 200, so that the gateway does not repeat for hours what this
    /// webhook cannot handle.
    Misdirected(Family),
    /// The message has the fields of several families, so that two readers could believe two
    /// different things.
    Ambiguous(Families),
    /// The message has the fields of no family.
    NoFamily,
}

impl Rejection {
    /// The status to answer with: 400, 403, 404, 405, 413, 415 or 503, and 200 for
    /// [`Misdirected`](Self::Misdirected).
    ///
    /// The gateway tries again after each of them but 200, so a wrong key in the configuration
    /// loses nothing as long as it is corrected within hours.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed
            | Self::Incomplete
            | Self::MissingField(_)
            | Self::Ambiguous(_)
            | Self::NoFamily => StatusCode::BAD_REQUEST,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownMerchant => StatusCode::NOT_FOUND,
            Self::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misdirected(_) => StatusCode::OK,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("the message is not one JSON object with distinct fields")
            }
            Self::Incomplete => f.write_str("the message broke off before its end"),
            Self::MissingField(name) => write!(f, "the message has no usable {name}"),
            Self::Forged => f.write_str("the signature was made with none of the server keys"),
            Self::TooLarge => f.write_str("the message is longer than the body limit"),
            Self::UnsupportedMediaType => {
                f.write_str("the message has another content type or encoding than the gateway's")
            }
            Self::MethodNotAllowed => {
                f.write_str("the webhook was asked by another method than POST")
            }
            Self::UnknownMerchant => f.write_str("the message is for none of the known merchants"),
            Self::TooSlow => f.write_str("the message did not arrive in time"),
            Self::Misdirected(family) => family.fmt(f),
            Self::Ambiguous(families) => write!(
                f,
                "the message has the fields of several families of notifications: {families}"
            ),
            Self::NoFamily => write!(
                f,
                "the message has the fields of no family of notifications: {}",
                Families::ALL
            ),
        }
    }
}

impl Error for Rejection {}
