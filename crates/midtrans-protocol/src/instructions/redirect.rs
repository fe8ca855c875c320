//! The pay page that the customer's browser is redirected to.

use std::fmt;

use http::Uri;

use crate::{Environment, InvalidInput};

/// The URL of a provider's pay page, safe to put into a `Location` header.
///
/// The gateway names it ([`Transaction::redirect_url`](crate::Transaction::redirect_url)) and the
/// URL is opaque: it is checked here and never changed. A shop that forwards its customers to any
/// text is an open redirect, so the URL is checked although it came over TLS.
///
/// ```
/// use midtrans_protocol::Environment;
/// use midtrans_protocol::instructions::RedirectUrl;
///
/// let page = "https://api.midtrans.com/v2/akulaku/redirect/1";
/// let url = RedirectUrl::new(page, &Environment::Production)?;
/// let url = url.only_to(["*.midtrans.com", "*.veritrans.co.id"])?;
/// assert_eq!(url.host(), "api.midtrans.com");
/// // Not encrypted:
/// assert!(RedirectUrl::new("http://api.midtrans.com/", &Environment::Production).is_err());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectUrl {
    url: Box<str>,
    host: Box<str>,
}

impl RedirectUrl {
    /// Checks the URL, which must be exactly as the gateway sent it.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it is an absolute `https` URL of visible ASCII characters, without a
    /// user name, a backslash (which browsers read as a slash and others don't) and anything but a
    /// name or an address as its host. `http` is allowed where [`Environment::allows_http`] says
    /// so.
    pub fn new(url: &str, environment: &Environment) -> Result<Self, InvalidInput> {
        if url.is_empty()
            || !url
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        {
            return Err(refused(
                "an absolute URL of visible ASCII characters, without a backslash",
            ));
        }
        let uri: Uri = url.parse().map_err(|_| refused("an absolute URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused("an absolute URL"));
        };
        if scheme != "https" && !(scheme == "http" && environment.allows_http()) {
            return Err(refused("an https URL"));
        }
        let host_characters = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if authority.host().is_empty() || !authority.as_str().bytes().all(host_characters) {
            return Err(refused("a plain host, without user name and escapes"));
        }
        Ok(Self {
            host: authority.host().to_ascii_lowercase().into(),
            url: url.into(),
        })
    }

    /// Accepts the URL only if its host is one of these. `api.midtrans.com` is that host,
    /// `*.midtrans.com` is every host below `midtrans.com`; case and port do not matter.
    ///
    /// The gateway documents no list and has moved its pages before, so keep the list where it can
    /// be changed.
    ///
    /// # Errors
    /// [`InvalidInput`] when the host is none of them.
    pub fn only_to<H: AsRef<str>>(
        self,
        hosts: impl IntoIterator<Item = H>,
    ) -> Result<Self, InvalidInput> {
        if hosts
            .into_iter()
            .any(|allowed| self.is_on(allowed.as_ref()))
        {
            Ok(self)
        } else {
            Err(refused("a host out of the list of allowed hosts"))
        }
    }

    fn is_on(&self, allowed: &str) -> bool {
        let allowed = allowed.to_ascii_lowercase();
        match allowed.strip_prefix('*') {
            Some(domain) => {
                domain.starts_with('.')
                    && self.host.len() > domain.len()
                    && self.host.ends_with(domain)
            }
            None => *self.host == *allowed,
        }
    }

    /// The URL, exactly as the gateway sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Its host, in lower case and without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Shows only the host: the whole URL gives access to the customer's payment.
impl fmt::Debug for RedirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedirectUrl")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

fn refused(expected: &'static str) -> InvalidInput {
    InvalidInput::new("redirect_url", expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urls_of_the_gateways_samples_pass_unchanged() {
        for url in [
            "https://api.sandbox.veritrans.co.id/v2/oms/redirect/e37e6f11-8f1f-436a-87fc-e3b938567d1d",
            "https://api.midtrans.com/v1/redirect?type=merchant&paymentType=kredivo&referenceId=A1-1&merchantId=M1",
            "https://api.midtrans.com:8443/a?mail=a@b.example#part",
        ] {
            assert_eq!(
                RedirectUrl::new(url, &Environment::Production)
                    .unwrap()
                    .as_str(),
                url
            );
        }
    }

    #[test]
    fn a_url_that_could_lead_elsewhere_is_refused() {
        for url in [
            "",
            "/v2/akulaku/redirect/1",
            "//api.midtrans.com/",
            "api.midtrans.com",
            "https://",
            "https:///path",
            "http://api.midtrans.com/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://api.midtrans.com/",
            "https://api.midtrans.com@evil.example/",
            "https://evil.example\\@api.midtrans.com/",
            "https://api.midtrans.com/\r\nSet-Cookie: a=b",
            "https://api.midtrans.com/ x",
            "https://api%2emidtrans.com/",
            "https://é.example/",
        ] {
            assert_eq!(
                RedirectUrl::new(url, &Environment::Sandbox)
                    .unwrap_err()
                    .field(),
                "redirect_url",
                "{url}"
            );
        }
    }

    #[test]
    fn plain_http_needs_a_custom_environment() {
        let custom = Environment::custom("http://127.0.0.1:8180").unwrap();
        assert_eq!(
            RedirectUrl::new("http://127.0.0.1:8180/pay/1", &custom)
                .unwrap()
                .host(),
            "127.0.0.1"
        );
        assert!(RedirectUrl::new("http://[::1]:8180/pay/1", &custom).is_ok());
        assert!(RedirectUrl::new("javascript:alert(1)", &custom).is_err());
    }

    #[test]
    fn a_host_list_is_exact_and_a_star_means_below() {
        let on = |url: &str, host: &str| {
            RedirectUrl::new(url, &Environment::Production)
                .unwrap()
                .only_to([host])
                .is_ok()
        };
        assert!(on("https://API.midtrans.com:443/x", "api.Midtrans.com"));
        assert!(on("https://api.midtrans.com/", "*.midtrans.com"));
        assert!(on("https://api.sandbox.midtrans.com/", "*.midtrans.com"));
        assert!(!on("https://midtrans.com/", "*.midtrans.com"));
        assert!(!on("https://evilmidtrans.com/", "*.midtrans.com"));
        assert!(!on("https://evilmidtrans.com/", "*midtrans.com"));
        assert!(!on(
            "https://api.midtrans.com.evil.example/",
            "api.midtrans.com"
        ));
        assert!(!on("https://api.midtrans.com/", "*"));
        assert!(!on("https://api.midtrans.com/", ""));
        let none: [&str; 0] = [];
        assert!(
            RedirectUrl::new("https://a.example/", &Environment::Production)
                .unwrap()
                .only_to(none)
                .is_err()
        );
    }
}
