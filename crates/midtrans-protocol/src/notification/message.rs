//! A message of any family that one endpoint handles.

use super::{Family, PayAccountNotification, SubscriptionEvent, verify};
use crate::webhook::Rejection;
use crate::{Notification, ServerKeys};

/// A message of any family that one endpoint may handle.
#[must_use = "it is read and not acted on: nothing happens by itself"]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message {
    /// A payment. Pass it to [`decide`](crate::decide).
    Payment(Notification),
    /// A linked account, signed.
    PayAccount(PayAccountNotification),
    /// A subscription. **Not signed**: a reason to ask.
    Subscription(SubscriptionEvent),
}

/// Reads a message of any family, for an address that several settings of the dashboard lead to.
/// The family is told by the fields, before anything is believed; then its own signature is
/// checked, where it has one.
///
/// # Errors
/// [`Rejection`], which knows the HTTP status to answer: [`Rejection::Ambiguous`] for the fields of
/// several families, [`Rejection::NoFamily`] for those of none, and [`Rejection::Misdirected`] for
/// BI-SNAP and payouts, which only arrive by a wrong setting.
pub fn verify_any(body: &[u8], keys: &ServerKeys) -> Result<Message, Rejection> {
    match verify(body, keys) {
        Ok(notification) => Ok(Message::Payment(notification)),
        Err(Rejection::Misdirected(Family::PayAccount)) => {
            PayAccountNotification::verify(body, keys).map(Message::PayAccount)
        }
        Err(Rejection::Misdirected(Family::Subscription)) => {
            SubscriptionEvent::read(body).map(Message::Subscription)
        }
        Err(rejection) => Err(rejection),
    }
}
