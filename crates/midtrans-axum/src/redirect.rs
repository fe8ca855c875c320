//! Sending the customer to the provider's pay page.

use axum_core::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, StatusCode};

use midtrans_protocol::{Environment, InvalidInput, RedirectUrl};

use crate::rejection::NO_STORE;

/// `303 See Other` to the provider's pay page, never to be cached. 303 turns the POST of your pay button into a GET.
///
/// ```
/// use axum::response::IntoResponse;
/// use midtrans_axum::RedirectToProvider;
/// use midtrans_axum::protocol::Environment;
///
/// // `Transaction::redirect_url()` of the charge's reply.
/// let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
/// let redirect = RedirectToProvider::new(url, &Environment::Sandbox)?;
/// assert_eq!(redirect.into_response().status(), 303);
/// # Ok::<(), midtrans_axum::protocol::InvalidInput>(())
/// ```
///
/// A [`RedirectUrl`] that was checked before, perhaps against a list of hosts, turns into one:
///
/// ```
/// # use midtrans_axum::{RedirectToProvider, protocol::{Environment, RedirectUrl}};
/// # let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
/// let url = RedirectUrl::new(url, &Environment::Sandbox)?.only_to(["*.midtrans.com", "*.veritrans.co.id"])?;
/// let redirect = RedirectToProvider::from(url);
/// # Ok::<(), midtrans_axum::protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a redirect that is not returned sends nobody anywhere"]
pub struct RedirectToProvider(RedirectUrl);

impl RedirectToProvider {
    /// Checks the URL that the gateway gave for this payment.
    ///
    /// # Errors
    /// [`InvalidInput`] as of [`RedirectUrl::new`]: above all unless it is `https`, or `http` of a custom environment.
    pub fn new(url: &str, environment: &Environment) -> Result<Self, InvalidInput> {
        RedirectUrl::new(url, environment).map(Self)
    }
}

impl From<RedirectUrl> for RedirectToProvider {
    fn from(url: RedirectUrl) -> Self {
        Self(url)
    }
}

impl IntoResponse for RedirectToProvider {
    fn into_response(self) -> Response {
        let location = HeaderValue::from_str(self.0.as_str()).expect("visible ASCII is a valid header value");
        (StatusCode::SEE_OTHER, [(LOCATION, location), (CACHE_CONTROL, NO_STORE)]).into_response()
    }
}
