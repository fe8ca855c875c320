//! The reasons for which the gateway refuses an operation on a subscription.

use crate::refusal::ApiError;

/// A reason that a program can act on. These refusals have no code in their body: the HTTP status
/// and the sentence tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such subscription.
    NotFound,
    /// A field is wrong: [`ApiError::validation_messages`] says which.
    Invalid,
    /// The server key is wrong, or belongs to the other environment.
    Unauthorized,
}

impl Refusal {
    /// The reason in a refusal; `None` where it has another one, or a proxy on the way wrote it.
    #[must_use]
    pub fn of(error: &ApiError) -> Option<Self> {
        // A 404 without this sentence may be a wrong path, or a proxy's.
        let is_own = error.message().contains("doesn't exist");
        match error.code() {
            404 if is_own => Some(Self::NotFound),
            400 if !error.messages().is_empty() => Some(Self::Invalid),
            401 => Some(Self::Unauthorized),
            _ => None,
        }
    }
}
