//! A linked account in the gateway's words.

use std::fmt;

use http::StatusCode;
use serde::{Serialize, Serializer};

use super::PaymentOption;
use crate::ids::push_encoded;
use crate::instructions::RedirectUrl;
use crate::object_reply::object_reply;
use crate::raw::RawBody;
use crate::reply::{ReplyError, answers};
use crate::vocabulary::wire_enum;
use crate::{Environment, InvalidInput};

wire_enum! {
    /// The status of a linked account.
    pub enum AccountStatus {
        /// The customer has not confirmed yet.
        Pending = "PENDING",
        /// It can be charged.
        Enabled = "ENABLED",
        /// It was unlinked by the merchant, the customer or GoPay.
        Disabled = "DISABLED",
        /// The customer did not confirm in time.
        Expired = "EXPIRED",
    }
}

/// The gateway's id of a linked account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(Box<str>);

impl AccountId {
    /// Takes an id that the gateway sent, whatever its alphabet.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is blank, longer than 255 bytes, `.` or `..`.
    pub fn received(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        if id.len() > 255 || matches!(id.trim(), "" | "." | "..") {
            let expected = "the id of a linked account: 1 to 255 bytes, and not only dots";
            return Err(InvalidInput::new("account_id", expected));
        }
        Ok(Self(id.into()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `{before}{id}{after}` with the id percent-encoded.
    pub(super) fn path(&self, before: &str, after: &str) -> String {
        let mut path = before.to_owned();
        push_encoded(&mut path, &self.0);
        path + after
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

object_reply! {
    /// A linked account, or one that is being linked.
    PayAccount, "account_id", "an account_id"
}

impl PayAccount {
    pub(super) const fn of(raw: RawBody) -> Self {
        Self { raw }
    }

    /// The id of the account. Store it with the customer.
    #[must_use]
    pub fn account_id(&self) -> Option<AccountId> {
        AccountId::received(self.raw.text("account_id")?).ok()
    }

    /// The status.
    #[must_use]
    pub fn account_status(&self) -> Option<AccountStatus> {
        let status = self.raw.text("account_status")?;
        Some(AccountStatus::from(status.as_str()))
    }

    /// The code: 200 enabled, 201 pending, 204 disabled or expired.
    #[must_use]
    pub fn status_code(&self) -> Option<String> {
        self.raw.text("status_code")
    }

    /// The ways to pay with the account, such as the wallet and pay later; empty unless it is
    /// enabled.
    #[must_use]
    pub fn payment_options(&self) -> Vec<PaymentOption> {
        let metadata = self.raw.object("metadata");
        let options = metadata.map(|metadata| metadata.objects("payment_options"));
        let options = options.unwrap_or_default().into_iter();
        options.map(PaymentOption::of).collect()
    }

    /// The page on which the customer confirms the link, as received. (The gateway's sample has an
    /// `http` address; see [`redirect`](Self::redirect).)
    #[must_use]
    pub fn activation_url(&self) -> Option<String> {
        self.action("activation-link-url")
    }

    /// The address that opens the app in which the customer confirms the link, as received.
    #[must_use]
    pub fn activation_app_url(&self) -> Option<String> {
        self.action("activation-link-app")
    }

    /// The page on which the customer confirms the link, checked: it may be put into a `Location`
    /// header. `None` where there is none, and for a page that is not allowed in this environment,
    /// such as one over plain HTTP.
    #[must_use]
    pub fn redirect(&self, environment: &Environment) -> Option<RedirectUrl> {
        RedirectUrl::new(&self.activation_url()?, environment).ok()
    }

    fn action(&self, name: &str) -> Option<String> {
        let actions = self.raw.objects("actions");
        let action = actions
            .iter()
            .find(|action| action.text("name").as_deref() == Some(name))?;
        action.text("url").filter(|url| !url.is_empty())
    }

    /// The account, if it is the one that was asked about.
    pub(super) fn accept(self, id: &AccountId, http: StatusCode) -> Result<Self, ReplyError> {
        let is_its = self.raw.text("account_id").as_deref() == Some(id.as_str());
        answers(is_its, "the account that was asked about", http, &self.raw)?;
        Ok(self)
    }
}
