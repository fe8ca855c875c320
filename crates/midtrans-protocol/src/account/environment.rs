//! The hosts of the gateway.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use http::uri::Authority;
use http::{Method, Request, Uri};

use crate::InvalidInput;

/// One of the gateway's hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Host {
    /// The Core API: `api.midtrans.com`.
    Api,
    /// Snap: `app.midtrans.com`.
    App,
    /// Charges that carry a full card number or a Google Pay token: `panapi.midtrans.com`.
    PanApi,
}

/// The gateway's sandbox, its production, or a base URL of your own for tests.
///
/// ([Hosts](https://docs.midtrans.com/reference/core-api-overview))
///
/// ```
/// use midtrans_protocol::Environment;
/// use midtrans_protocol::account::Host;
///
/// assert_eq!(Environment::Sandbox.base(Host::Api), "https://api.sandbox.midtrans.com");
/// let simulator = Environment::custom("http://127.0.0.1:8180")?;
/// assert_eq!(simulator.base(Host::Api), "http://127.0.0.1:8180");
/// // The key would travel in the clear:
/// assert!(Environment::custom("http://192.168.0.7").is_err());
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// The sandbox: no real money, sandbox keys.
    Sandbox,
    /// Real money, production keys.
    Production,
    /// Another server that speaks like the gateway, such as the simulator.
    Custom(CustomBase),
}

/// A base URL that has passed the check of [`Environment::custom`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomBase(Arc<str>);

impl CustomBase {
    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Environment {
    /// A server of your own, for all of the gateway's hosts.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it is an `https` URL, or an `http` URL of this machine (`localhost`,
    /// `127.0.0.0/8`, `[::1]`): a server key is never sent over plain HTTP to another host. User
    /// names, queries and fragments are refused.
    pub fn custom(base: &str) -> Result<Self, InvalidInput> {
        let refused = |expected: &'static str| InvalidInput::new("base_url", expected);
        // A path is appended later, and the whole has to stay a URI.
        if base.len() > 2_000 {
            return Err(refused("a URL of at most 2000 characters"));
        }
        let uri: Uri = base
            .parse()
            .map_err(|_| refused("an absolute URL such as http://127.0.0.1:8180"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused("an absolute URL such as http://127.0.0.1:8180"));
        };
        if uri.query().is_some() || base.contains(['@', '#', '?']) {
            return Err(refused("a URL without user name, query and fragment"));
        }
        if !is_plain(authority) {
            return Err(refused(
                "a URL with a plain host name or address, and a port of 1 to 65535 if any",
            ));
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(authority.host()) => {}
            "http" => {
                return Err(refused(
                    "https, because the server key would travel in the clear over http",
                ));
            }
            _ => return Err(refused("an https URL")),
        }
        Ok(Self::Custom(CustomBase(base.trim_end_matches('/').into())))
    }

    /// The base URL of one of the gateway's hosts, without a slash at its end.
    #[must_use]
    pub fn base(&self, host: Host) -> &str {
        match (self, host) {
            (Self::Sandbox, Host::Api) => "https://api.sandbox.midtrans.com",
            (Self::Sandbox, Host::App) => "https://app.sandbox.midtrans.com",
            (Self::Sandbox, Host::PanApi) => "https://panapi.sandbox.midtrans.com",
            (Self::Production, Host::Api) => "https://api.midtrans.com",
            (Self::Production, Host::App) => "https://app.midtrans.com",
            (Self::Production, Host::PanApi) => "https://panapi.midtrans.com",
            (Self::Custom(base), _) => base.as_str(),
        }
    }

    /// A request without credentials; `path` is percent-encoded, and an empty body is none.
    ///
    /// ```
    /// use http::Method;
    /// use midtrans_protocol::account::{Environment, Host};
    ///
    /// let path = "/v2/order-101/status";
    /// let request = Environment::Sandbox.request(Method::GET, Host::Api, path, Vec::new());
    /// assert_eq!(request.uri(), "https://api.sandbox.midtrans.com/v2/order-101/status");
    /// ```
    ///
    /// # Panics
    /// If `path` is not a path: it has a space, for example.
    #[must_use]
    pub fn request(
        &self,
        method: Method,
        host: Host,
        path: &str,
        body: Vec<u8>,
    ) -> Request<Vec<u8>> {
        let url = [self.base(host), path].concat();
        let mut request = Request::new(body);
        *request.uri_mut() =
            Uri::try_from(url).expect("a checked base and a percent-encoded path make a URI");
        *request.method_mut() = method;
        request
    }

    /// Fails for a sandbox key in production and for a production key in the sandbox. The older
    /// form of keys names no environment.
    pub(super) fn check_key(&self, field: &'static str, key: &str) -> Result<(), InvalidInput> {
        let expected = match self {
            Self::Production if key.starts_with("SB-") => {
                "a production key; this one is for the sandbox"
            }
            Self::Sandbox if key.starts_with("Mid-") => "a sandbox key; this one is for production",
            _ => return Ok(()),
        };
        Err(InvalidInput::new(field, expected))
    }

    /// Returns whether pages of this environment may be reached over plain HTTP, as those of a
    /// simulator on this machine are.
    #[must_use]
    pub const fn allows_http(&self) -> bool {
        matches!(self, Self::Custom(_))
    }
}

/// Some HTTP clients drop an invalid port, and the key would go to the server on the default port.
fn is_plain(authority: &Authority) -> bool {
    let (host, whole) = (authority.host(), authority.as_str());
    let host_characters = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    let port = whole
        .strip_prefix(host)
        .and_then(|rest| rest.strip_prefix(':'));
    let is_number = |port: &str| port.bytes().all(|digit| digit.is_ascii_digit());
    let has_port =
        port.is_some_and(|port| is_number(port) && port.parse::<u16>().is_ok_and(|port| port > 0));
    !host.is_empty() && host.bytes().all(host_characters) && (host == whole || has_port)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || bare
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for base in [
            "http://127.0.0.1:8180",
            "http://127.9.9.9",
            "http://localhost:1",
            "http://[::1]:80/base/",
            "https://gw.example",
        ] {
            assert!(Environment::custom(base).is_ok(), "{base}");
        }
        for base in [
            "http://192.168.0.7",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::2]",
            "http://0.0.0.0",
            "http://2130706433",
            "ftp://127.0.0.1",
            "127.0.0.1:8180",
            "/v2",
            "",
            "https://user@gw.example",
            "https://gw.example/?a=b",
            "https://gw.example/#a",
            &format!("https://gw.example/{}", "x".repeat(70_000)),
        ] {
            assert_eq!(
                Environment::custom(base).unwrap_err().field(),
                "base_url",
                "{base}"
            );
        }
    }
}
