//! The reasons for which the gateway refuses an operation on a payment link.

use crate::refusal::ApiError;

/// A reason that a program can act on. These refusals have no code in their body: the HTTP status
/// and the sentence tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The order id was used before. After an unknown outcome it may be this very link: ask
    /// [`Get`](super::Get).
    OrderTaken,
    /// The last part of the address was used before: choose another.
    LinkIdTaken,
    /// There is no such link.
    NotFound,
    /// The server key is wrong, or belongs to the other environment.
    Unauthorized,
}

impl Refusal {
    /// The reason in a refusal; `None` where it has another one, such as a field that is wrong:
    /// see [`ApiError::messages`].
    #[must_use]
    pub fn of(error: &ApiError) -> Option<Self> {
        let said = |words: &str| error.messages().iter().any(|text| text.contains(words));
        match error.code() {
            409 if said("has been taken") => Some(Self::OrderTaken),
            400 if said("Payment Link ID") && said("has been taken") => Some(Self::LinkIdTaken),
            404 if !error.messages().is_empty() => Some(Self::NotFound),
            401 => Some(Self::Unauthorized),
            _ => None,
        }
    }
}
