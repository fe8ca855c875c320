//! Why a message from outside was turned away, and with which HTTP status.

use std::error::Error;
use std::fmt;

use http::StatusCode;

/// A notification or landing that was not accepted. Nothing in the message was believed.
///
/// The HTTP status is part of it, so that no two web frameworks answer differently. `Display` is for the merchant's
/// log and holds nothing of the message; the sender should see no more than the status.
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
}

impl Rejection {
    /// The status to answer with: 400, 403, 404, 405, 413 or 415.
    ///
    /// The gateway tries again after each of them, so a wrong key in the configuration loses nothing as long as it
    /// is corrected within hours.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed | Self::Incomplete | Self::MissingField(_) => StatusCode::BAD_REQUEST,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownMerchant => StatusCode::NOT_FOUND,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the message is not one JSON object with distinct fields"),
            Self::Incomplete => f.write_str("the message broke off before its end"),
            Self::MissingField(name) => write!(f, "the message has no usable {name}"),
            Self::Forged => f.write_str("the signature was made with none of the server keys"),
            Self::TooLarge => f.write_str("the message is longer than the body limit"),
            Self::UnsupportedMediaType => {
                f.write_str("the message has another content type or encoding than the gateway's")
            }
            Self::MethodNotAllowed => f.write_str("the webhook was asked by another method than POST"),
            Self::UnknownMerchant => f.write_str("the message is for none of the known merchants"),
        }
    }
}

impl Error for Rejection {}
