//! `POST /v1/subscriptions/{id}/enable`, `/disable` and `/cancel`
//!
//! Pauses, resumes and ends a subscription. [Gateway
//! page](https://docs.midtrans.com/reference/disable-subscription)

use http::{Method, Request};

use super::{SubscriptionId, Updated};
use crate::account::Host;
use crate::operation::{Operation, Replay};
use crate::{Environment, Merchant};

macro_rules! action {
    ($(#[$doc:meta])* $name:ident, $action:literal, $operation:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            id: SubscriptionId,
        }

        impl $name {
            #[doc = concat!("The `", $action, "` of the subscription with this id.")]
            #[must_use]
            pub const fn new(id: SubscriptionId) -> Self {
                Self { id }
            }
        }

        impl Operation for $name {
            type Account = Merchant;
            type Reply = Updated;
            const NAME: &'static str = $operation;

            fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
                let path = self.id.path(concat!("/", $action));
                environment.request(Method::POST, Host::Api, &path, b"{}".to_vec())
            }

            /// A second copy brings about the same state again.
            fn replay(&self) -> Replay {
                Replay::Idempotent
            }

            fn target(&self) -> Option<&str> {
                Some(self.id.as_str())
            }
        }
    };
}

action! {
    /// Resumes a subscription: its status becomes `active`.
    Enable, "enable", "enable_subscription"
}
action! {
    /// Pauses a subscription: its status becomes `inactive`, and nothing is charged until
    /// [`Enable`].
    Disable, "disable", "disable_subscription"
}
action! {
    /// Ends a subscription for good. ([Cancel a
    /// subscription](https://docs.midtrans.com/reference/cancel-subscription))
    Cancel, "cancel", "cancel_subscription"
}
