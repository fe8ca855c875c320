//! A merchant's account, before the simulator runs.

use std::fmt;

/// Another merchant at the same simulator. See [`Builder::merchant`](crate::Builder::merchant).
#[derive(Clone)]
#[must_use]
pub struct Account {
    pub(crate) merchant_id: String,
    pub(crate) server_key: String,
    pub(crate) client_key: String,
    pub(crate) finish_url: Option<String>,
    pub(crate) notification_url: Option<String>,
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
            finish_url: None,
            notification_url: None,
            kredivo_approved: None,
        }
    }

    /// The URL that its customers go to after paying.
    pub fn finish_url(mut self, url: impl Into<String>) -> Self {
        self.finish_url = Some(url.into());
        self
    }

    /// Declares that Kredivo has allowed it to leave out items and customer.
    pub const fn kredivo_approved(mut self) -> Self {
        self.kredivo_approved = Some(true);
        self
    }

    /// The URL that its notifications go to.
    pub fn notification_url(mut self, url: impl Into<String>) -> Self {
        self.notification_url = Some(url.into());
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
