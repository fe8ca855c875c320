//! The reasons for which Snap refuses.

use crate::refusal::ApiError;

/// A reason for which Snap refuses, where its sentences say one that a program can act on. Snap has
/// no codes: the sentences are compared, and they may change.
/// ([Errors](https://docs.midtrans.com/reference/sample-response))
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The order is paid, or was paid: ask [`GetStatus`](crate::GetStatus), and take another order
    /// id for another payment.
    OrderPaid,
    /// The page had been cancelled before.
    AlreadyCanceled,
    /// The customer has chosen a method: end the transaction instead of the page.
    InProgress,
    /// There is no page with this token.
    UnknownToken,
    /// There is no linked account of this user, or it is not confirmed yet.
    UnknownAccount,
    /// The server key is wrong, or belongs to the other environment.
    Unauthorized,
}

impl Refusal {
    /// The reason in a refusal; `None` where it has another one, such as a field that is wrong:
    /// see [`ApiError::messages`].
    #[must_use]
    pub fn of(error: &ApiError) -> Option<Self> {
        const REASONS: [(&str, Refusal); 6] = [
            ("has been paid and utilized", Refusal::OrderPaid),
            ("order_id has already been taken", Refusal::OrderPaid),
            ("token already canceled", Refusal::AlreadyCanceled),
            ("transaction is on progress", Refusal::InProgress),
            ("token not found", Refusal::UnknownToken),
            ("account not found", Refusal::UnknownAccount),
        ];
        let messages = error.messages().iter().map(|text| text.to_lowercase());
        let said = messages.collect::<Vec<_>>().join("\n");
        let reason = REASONS.iter().find(|(words, _)| said.contains(words));
        match reason {
            Some((_, reason)) => Some(*reason),
            None if error.is_unauthorized() => Some(Self::Unauthorized),
            None => None,
        }
    }
}
