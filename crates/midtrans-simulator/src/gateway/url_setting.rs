//! The URLs of a merchant's dashboard.

use super::Settings;

/// A URL that a merchant sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UrlSetting {
    Finish,
    Unfinish,
    Error,
    Notification,
    PayAccountNotification,
    RecurringNotification,
}

impl UrlSetting {
    /// All of them, in the order in which they are shown.
    #[cfg(feature = "console")]
    pub(crate) const ALL: [Self; 6] = [
        Self::Finish,
        Self::Unfinish,
        Self::Error,
        Self::Notification,
        Self::PayAccountNotification,
        Self::RecurringNotification,
    ];

    /// The name in the console's form and JSON, which is the builder's.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Finish => "finish_url",
            Self::Unfinish => "unfinish_url",
            Self::Error => "error_url",
            Self::Notification => "notification_url",
            Self::PayAccountNotification => "pay_account_notification_url",
            Self::RecurringNotification => "recurring_notification_url",
        }
    }

    /// Returns true for a URL that the gateway calls itself, so that its host has to be allowed.
    pub(crate) const fn is_notified(self) -> bool {
        match self {
            Self::Finish | Self::Unfinish | Self::Error => false,
            Self::Notification | Self::PayAccountNotification | Self::RecurringNotification => true,
        }
    }
}

impl Settings {
    #[cfg(feature = "console")]
    pub(crate) const fn url_of(&self, setting: UrlSetting) -> &Option<String> {
        match setting {
            UrlSetting::Finish => &self.finish_url,
            UrlSetting::Unfinish => &self.unfinish_url,
            UrlSetting::Error => &self.error_url,
            UrlSetting::Notification => &self.notification_url,
            UrlSetting::PayAccountNotification => &self.pay_account_url,
            UrlSetting::RecurringNotification => &self.recurring_url,
        }
    }

    pub(crate) const fn url_of_mut(&mut self, setting: UrlSetting) -> &mut Option<String> {
        match setting {
            UrlSetting::Finish => &mut self.finish_url,
            UrlSetting::Unfinish => &mut self.unfinish_url,
            UrlSetting::Error => &mut self.error_url,
            UrlSetting::Notification => &mut self.notification_url,
            UrlSetting::PayAccountNotification => &mut self.pay_account_url,
            UrlSetting::RecurringNotification => &mut self.recurring_url,
        }
    }
}
