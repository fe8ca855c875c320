//! The setters of the dashboard's URLs, which the builder and each account have.

/// Makes the setters of a type that has `with_url(self, UrlSetting, url)`.
macro_rules! dashboard_urls {
    () => {
        /// The URL that customers go to after paying. [`Simulator::finish_at`](crate::Simulator::finish_at)
        /// sets the first merchant's later.
        pub fn finish_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::Finish, url)
        }

        /// The URL that customers go to who leave Snap's page without a choice. Default: the finish
        /// URL.
        pub fn unfinish_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::Unfinish, url)
        }

        /// The URL that customers go to whose payment on Snap's page failed, or whose session is
        /// over. Default: the finish URL.
        pub fn error_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::Error, url)
        }

        /// The URL that notifications go to. [`Simulator::notify_at`](crate::Simulator::notify_at)
        /// sets the first merchant's later.
        pub fn notification_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::Notification, url)
        }

        /// The URL that notifications about linked GoPay accounts go to. Default: the [notification
        /// URL](Self::notification_url).
        pub fn pay_account_notification_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::PayAccountNotification, url)
        }

        /// The URL that notifications about subscriptions go to. Default: the [notification
        /// URL](Self::notification_url). The notifications of their payments go to the notification
        /// URL.
        pub fn recurring_notification_url(self, url: impl Into<String>) -> Self {
            self.with_url($crate::gateway::UrlSetting::RecurringNotification, url)
        }
    };
}
pub(crate) use dashboard_urls;
