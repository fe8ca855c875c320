//! `GET /v1/subscriptions/{id}`
//!
//! Reads a subscription. [Gateway page](https://docs.midtrans.com/reference/get-subscription)

use http::{Method, Request, StatusCode};

use super::{Subscription, SubscriptionId};
use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::{Environment, Merchant};

/// Reads a subscription and the transactions that it has made. One that does not exist is refused
/// with [`Refusal::NotFound`](super::Refusal::NotFound).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    id: SubscriptionId,
}

impl Get {
    /// The subscription with this id.
    #[must_use]
    pub const fn new(id: SubscriptionId) -> Self {
        Self { id }
    }
}

impl Operation for Get {
    type Account = Merchant;
    type Reply = Subscription;
    const NAME: &'static str = "get_subscription";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::Api, &self.id.path(""), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    fn accept_reply(
        &self,
        http: StatusCode,
        reply: Subscription,
    ) -> Result<Subscription, ReplyError> {
        let is_its = reply.raw().text("id").as_deref() == Some(self.id.as_str());
        answers(
            is_its,
            "the subscription that was asked about",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}
