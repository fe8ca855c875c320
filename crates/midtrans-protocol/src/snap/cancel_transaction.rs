//! `POST /snap/v1/transactions/{token}/cancel`
//!
//! Ends a page of Snap. [Gateway page](https://docs.midtrans.com/reference/cancel-a-snap-session)

use http::{Method, Request};

use super::Token;
use crate::account::Host;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::time::WibTime;
use crate::{Environment, Merchant};

/// Ends a page of Snap on which no method has been chosen yet. Once the customer has chosen one,
/// the gateway refuses ([`Refusal::InProgress`](super::Refusal::InProgress)): use
/// [`transaction::Cancel`](crate::transaction::Cancel) or
/// [`transaction::Expire`](crate::transaction::Expire).
///
/// The token is part of the request's URL: log no URL of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelTransaction {
    token: Token,
}

impl CancelTransaction {
    /// The end of the page with this token.
    #[must_use]
    pub const fn new(token: Token) -> Self {
        Self { token }
    }
}

impl Operation for CancelTransaction {
    type Account = Merchant;
    type Reply = Canceled;
    const NAME: &'static str = "snap_cancel_transaction";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = format!("/snap/v1/transactions/{}/cancel", self.token.as_str());
        environment.request(Method::POST, Host::App, &path, b"{}".to_vec())
    }

    /// A second copy ends nothing more. It is refused with
    /// [`AlreadyCanceled`](super::Refusal::AlreadyCanceled).
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    /// None: a token has no place in logs.
    fn target(&self) -> Option<&str> {
        None
    }
}

object_reply! {
    /// The end of a page.
    Canceled, "canceled_at", "a time canceled_at"
}

impl Canceled {
    /// The time at which the page ended.
    #[must_use]
    pub fn canceled_at(&self) -> Option<WibTime> {
        self.raw.time("canceled_at")
    }
}
