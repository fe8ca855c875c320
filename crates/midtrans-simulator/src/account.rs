//! A merchant's account, before the simulator runs.

use std::collections::BTreeMap;
use std::fmt;

use crate::gateway::UrlSetting;

/// Another merchant at the same simulator. See [`Builder::merchant`](crate::Builder::merchant).
#[derive(Clone)]
#[must_use]
pub struct Account {
    pub(crate) merchant_id: String,
    pub(crate) server_key: String,
    pub(crate) client_key: String,
    pub(crate) urls: BTreeMap<UrlSetting, String>,
    pub(crate) kredivo_approved: Option<bool>,
}

impl Account {
    /// An account. No other account may have its id or its server key.
    pub fn new(
        merchant_id: impl Into<String>,
        server_key: impl Into<String>,
        client_key: impl Into<String>,
    ) -> Self {
        Self {
            merchant_id: merchant_id.into(),
            server_key: server_key.into(),
            client_key: client_key.into(),
            urls: BTreeMap::new(),
            kredivo_approved: None,
        }
    }

    /// The URL that its customers go to after paying.
    pub fn finish_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::Finish, url)
    }

    /// The URL that its customers go to who leave Snap's page without a choice. Default: the finish
    /// URL.
    pub fn unfinish_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::Unfinish, url)
    }

    /// The URL that its customers go to whose payment on Snap's page failed. Default: the finish
    /// URL.
    pub fn error_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::Error, url)
    }

    /// Declares that Kredivo has allowed it to leave out items and customer.
    pub const fn kredivo_approved(mut self) -> Self {
        self.kredivo_approved = Some(true);
        self
    }

    /// The URL that its notifications go to.
    pub fn notification_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::Notification, url)
    }

    /// The URL that notifications about its customers' linked GoPay accounts go to. Default: the
    /// notification URL.
    pub fn pay_account_notification_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::PayAccountNotification, url)
    }

    /// The URL that notifications about its subscriptions go to. Default: the notification URL.
    pub fn recurring_notification_url(self, url: impl Into<String>) -> Self {
        self.with_url(UrlSetting::RecurringNotification, url)
    }

    pub(crate) fn with_url(mut self, setting: UrlSetting, url: impl Into<String>) -> Self {
        self.urls.insert(setting, url.into());
        self
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}
