//! `GET` and `DELETE /snap/v3/users/{user_id}/gopay`
//!
//! The GoPay account that a customer has linked on a page of Snap. [Gateway
//! page](https://docs.midtrans.com/reference/gopay-tokenization-1)

use std::fmt;

use http::{Method, Request, StatusCode};

use crate::account::Host;
use crate::ids::push_encoded;
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::pay_account::AccountStatus;
use crate::reply::{DecodeError, Reply, ReplyError, answers};
use crate::{Environment, GatewayReply, InvalidInput, Merchant};

macro_rules! of_user {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            user_id: String,
        }

        impl $name {
            /// The account of the customer with this
            /// [`user_id`](crate::snap::Checkout::user_id).
            ///
            /// # Errors
            /// [`InvalidInput`] when it is empty, longer than 255 characters, `.` or `..`.
            pub fn of(user_id: impl Into<String>) -> Result<Self, InvalidInput> {
                user(user_id.into()).map(|user_id| Self { user_id })
            }
        }

        /// Leaves out the customer.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

of_user! {
    /// Reads the account that a customer has linked. A customer without one, or with one that is
    /// not confirmed yet, is refused with
    /// [`UnknownAccount`](crate::snap::Refusal::UnknownAccount).
    GetUserGopay
}
of_user! {
    /// Unlinks the account that a customer has linked.
    UnlinkUserGopay
}

fn user(user_id: String) -> Result<String, InvalidInput> {
    let length = user_id.chars().count();
    if (1..=255).contains(&length) && !matches!(user_id.trim(), "" | "." | "..") {
        Ok(user_id)
    } else {
        let expected = "your id of the customer: 1 to 255 characters, and not only dots";
        Err(InvalidInput::new("user_id", expected))
    }
}

fn path(user_id: &str) -> String {
    let mut path = "/snap/v3/users/".to_owned();
    push_encoded(&mut path, user_id);
    path + "/gopay"
}

impl Operation for GetUserGopay {
    type Account = Merchant;
    type Reply = UserGopay;
    const NAME: &'static str = "snap_get_user_gopay";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::GET, Host::App, &path(&self.user_id), Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: it is a customer.
    fn target(&self) -> Option<&str> {
        None
    }

    fn accept_reply(&self, http: StatusCode, reply: UserGopay) -> Result<UserGopay, ReplyError> {
        let is_its = reply.raw().text("user_id").as_deref() == Some(&self.user_id);
        answers(
            is_its,
            "the account of the customer that was asked about",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}

impl Operation for UnlinkUserGopay {
    type Account = Merchant;
    type Reply = Unlinked;
    const NAME: &'static str = "snap_unlink_user_gopay";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::DELETE, Host::App, &path(&self.user_id), Vec::new())
    }

    /// A second copy unlinks nothing more. It may be refused, because there is nothing left.
    fn replay(&self) -> Replay {
        Replay::Idempotent
    }

    /// None: it is a customer.
    fn target(&self) -> Option<&str> {
        None
    }
}

object_reply! {
    /// The GoPay account of a customer.
    UserGopay, "account_id", "an account_id"
}

impl UserGopay {
    /// The gateway's id of the account, for a charge.
    #[must_use]
    pub fn account_id(&self) -> Option<String> {
        self.raw.text("account_id")
    }

    /// The status of the account.
    #[must_use]
    pub fn account_status(&self) -> Option<AccountStatus> {
        let status = self.raw.text("account_status")?;
        Some(AccountStatus::from(status.as_str()))
    }

    /// The balance, exactly as received.
    #[must_use]
    pub fn balance(&self) -> Option<WireAmount> {
        self.raw.amount("balance")
    }
}

/// The end of a link. The gateway documents no body for it: any success is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unlinked;

impl Reply for Unlinked {
    fn read(_: GatewayReply) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}
