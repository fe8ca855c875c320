//! Events of subscriptions, which are not signed.

use std::fmt;

use super::{Families, Family, open};
use crate::GetStatus;
use crate::ids::PaymentId;
use crate::raw::RawBody;
use crate::subscription::{Get, Subscription, SubscriptionId};
use crate::transaction::TransactionStatus;
use crate::webhook::Rejection;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionEventKind {
    /// The subscription was made.
    Created,
    /// A charge of it was tried. Its payment is notified by a signed notification as well.
    Charged,
}

/// An event of a subscription, as the gateway sends it to the recurring notification URL. **It is
/// not signed: anyone can send one.** It is a reason to ask [`to_confirm`](Self::to_confirm), and
/// nothing in it is a reason to ship, to stop a service, or to write to a customer. (Get Status and
/// the signed notification of the payment decide.) ([HTTP
/// notification](https://docs.midtrans.com/reference/http-notification))
///
/// ```
/// use midtrans_protocol::notification::{SubscriptionEvent, SubscriptionEventKind};
///
/// let body = br#"{"event_name":"subscription.charge",
///     "transaction":{"transaction_id":"2dd96707","transaction_status":"capture","status_code":"200"},
///     "subscription":{"id":"db516f5c","status":"active"}}"#;
/// let event = SubscriptionEvent::read(body)?;
/// assert_eq!(event.kind(), SubscriptionEventKind::Charged);
/// assert_eq!(event.subscription_id().as_str(), "db516f5c");
/// # Ok::<(), midtrans_protocol::webhook::Rejection>(())
/// ```
#[must_use = "it is a reason to ask the gateway"]
#[derive(Clone)]
pub struct SubscriptionEvent {
    kind: SubscriptionEventKind,
    id: SubscriptionId,
    subscription: RawBody,
    transaction: Option<RawBody>,
    raw: RawBody,
}

impl SubscriptionEvent {
    /// Reads an event. There is nothing to verify.
    ///
    /// # Errors
    /// [`Rejection`]; [`Rejection::Misdirected`] for another family.
    pub fn read(body: &[u8]) -> Result<Self, Rejection> {
        let (body, _) = open(body)?;
        Families::of(body).only(Family::Subscription)?;
        let raw = RawBody::new(body);
        let transaction = raw.object("transaction");
        let (kind, subscription) = match raw.object("subscription") {
            Some(subscription) => (SubscriptionEventKind::Charged, subscription),
            None => (SubscriptionEventKind::Created, raw.clone()),
        };
        let id = subscription.text("id");
        let id = id.and_then(|id| SubscriptionId::received(id).ok());
        Ok(Self {
            kind,
            id: id.ok_or(Rejection::MissingField("id of a subscription"))?,
            subscription,
            transaction,
            raw,
        })
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> SubscriptionEventKind {
        self.kind
    }

    /// The id of the subscription, as the sender says.
    #[must_use]
    pub const fn subscription_id(&self) -> &SubscriptionId {
        &self.id
    }

    /// The question that confirms it over TLS.
    #[must_use]
    pub fn to_confirm(&self) -> Get {
        Get::new(self.id.clone())
    }

    /// The question about the transaction that it names; `None` where no transaction was made, as
    /// after a failure.
    #[must_use]
    pub fn to_confirm_transaction(&self) -> Option<GetStatus> {
        let id = self.transaction.as_ref()?.text("transaction_id")?;
        PaymentId::received(id).ok().map(GetStatus::new)
    }

    /// The code of the charge, as the sender says: 200, or 202, 402, 411, 500 for a failure.
    #[must_use]
    pub fn reported_code(&self) -> Option<String> {
        self.transaction.as_ref()?.text("status_code")
    }

    /// The status of the transaction, as the sender says.
    #[must_use]
    pub fn reported_status(&self) -> Option<TransactionStatus> {
        let status = self.transaction.as_ref()?.text("transaction_status")?;
        Some(TransactionStatus::from(status.as_str()))
    }

    /// The subscription, as the sender says.
    #[must_use]
    pub fn reported(&self) -> Subscription {
        Subscription::of(self.subscription.clone())
    }

    /// The whole body. It holds the token of the subscription: don't log it.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl fmt::Debug for SubscriptionEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionEvent")
            .field("kind", &self.kind)
            .field("subscription_id", &self.id)
            .finish_non_exhaustive()
    }
}
