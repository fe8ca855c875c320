//! The reasons for which the gateway refuses an operation on an invoice.

use crate::refusal::ApiError;

/// A reason that a program can act on. These refusals have no code in their body: the HTTP status
/// and the sentence tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The order id was used before.
    OrderTaken,
    /// The state of the invoice does not allow its end.
    NotVoidable,
    /// There is no such invoice.
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
            409 if said("Duplicate order id") => Some(Self::OrderTaken),
            409 if said("cannot be canceled") => Some(Self::NotVoidable),
            404 if said("Not Found") => Some(Self::NotFound),
            401 => Some(Self::Unauthorized),
            _ => None,
        }
    }
}
