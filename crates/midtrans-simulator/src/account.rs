//! A merchant's account, before the simulator runs.

use std::collections::BTreeMap;
use std::fmt;

use crate::dashboard_urls::dashboard_urls;
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

    dashboard_urls! {}

    /// Declares that Kredivo has allowed it to leave out items and customer.
    pub const fn kredivo_approved(mut self) -> Self {
        self.kredivo_approved = Some(true);
        self
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
