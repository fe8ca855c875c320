//! The handlers of the families besides payments.

use std::pin::Pin;
use std::sync::Arc;

use crate::notification::{Family, Message, PayAccountNotification, SubscriptionEvent};
use crate::webhook::{Acknowledge, Rejection};
use crate::{ServerKeys, notification};

type Running = Pin<Box<dyn Future<Output = Acknowledge> + Send>>;
type Handler<N> = Arc<dyn Fn(N) -> Running + Send + Sync>;

/// The handlers that are set.
#[derive(Clone, Default)]
pub(super) struct Others {
    pay_account: Option<Handler<PayAccountNotification>>,
    subscription: Option<Handler<SubscriptionEvent>>,
}

impl Others {
    pub(super) fn set_pay_account<F, A>(
        &mut self,
        handler: impl Fn(PayAccountNotification) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = A> + Send + 'static,
        A: Into<Acknowledge>,
    {
        self.pay_account = Some(boxed(handler));
    }

    pub(super) fn set_subscription<F, A>(
        &mut self,
        handler: impl Fn(SubscriptionEvent) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = A> + Send + 'static,
        A: Into<Acknowledge>,
    {
        self.subscription = Some(boxed(handler));
    }

    /// Verifies a message whose family has a handler. One of another family is rejected unread.
    pub(super) fn verify(&self, body: &[u8], keys: &ServerKeys) -> Result<Message, Rejection> {
        match notification::verify(body, keys) {
            Ok(notification) => Ok(Message::Payment(notification)),
            Err(Rejection::Misdirected(Family::PayAccount)) if self.pay_account.is_some() => {
                PayAccountNotification::verify(body, keys).map(Message::PayAccount)
            }
            Err(Rejection::Misdirected(Family::Subscription)) if self.subscription.is_some() => {
                SubscriptionEvent::read(body).map(Message::Subscription)
            }
            Err(rejection) => Err(rejection),
        }
    }

    /// Starts the handler of a message that is no payment.
    pub(super) fn begin(&self, message: Message) -> Option<Running> {
        match message {
            Message::Payment(_) => None,
            Message::PayAccount(notification) => Some(self.pay_account.as_ref()?(notification)),
            Message::Subscription(event) => Some(self.subscription.as_ref()?(event)),
        }
    }
}

fn boxed<N, F, A>(handler: impl Fn(N) -> F + Send + Sync + 'static) -> Handler<N>
where
    F: Future<Output = A> + Send + 'static,
    A: Into<Acknowledge>,
{
    Arc::new(move |message| {
        let handling = handler(message);
        Box::pin(async move { handling.await.into() })
    })
}
