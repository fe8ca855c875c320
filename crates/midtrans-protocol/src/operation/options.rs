//! Settings of a single call.

use std::fmt;

use http::{HeaderValue, Uri};

use crate::InvalidInput;
use crate::ids::IdempotencyKey;

/// The settings of a single call, besides the operation itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestOptions {
    /// Sent for operations whose replay is [`Replay::Keyed`](super::Replay::Keyed). Keep it across
    /// your own retries of the same call.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Notifications of this charge also go here.
    pub append_notification: Option<NotificationUrls>,
    /// Notifications of this charge go only here. If one cannot be reached there is no fall-back,
    /// and if both are set, the gateway lets this one win.
    pub override_notification: Option<NotificationUrls>,
}

/// One to three URLs that notifications of one charge go to.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
#[derive(Clone, PartialEq, Eq)]
pub struct NotificationUrls(pub(super) HeaderValue);

impl NotificationUrls {
    /// Most URLs in one header. (One page of the gateway says two, for Snap.)
    pub const MAX: usize = 3;

    /// Checks the URLs.
    ///
    /// # Errors
    /// [`InvalidInput`] unless there are one to three absolute `http` or `https` URLs without a
    /// comma, which would split one in two.
    pub fn new<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Self, InvalidInput> {
        let refused = || {
            InvalidInput::new(
                "notification_urls",
                "1 to 3 absolute http(s) URLs without commas",
            )
        };
        let urls: Vec<U> = urls.into_iter().collect();
        let valid = |url: &U| {
            let uri: Result<Uri, _> = url.as_ref().parse();
            let web = uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
            web && !url.as_ref().contains(',')
        };
        if urls.is_empty() || urls.len() > Self::MAX || !urls.iter().all(valid) {
            return Err(refused());
        }
        let joined = urls.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",");
        HeaderValue::from_str(&joined)
            .map(Self)
            .map_err(|_| refused())
    }
}

/// Leaves out the URLs: a notification URL often contains a secret.
impl fmt::Debug for NotificationUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotificationUrls(..)")
    }
}
