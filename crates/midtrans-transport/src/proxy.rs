//! The proxy that the environment names, read the same way for every transport.

mod address;
mod no_proxy;

use std::env;
use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt;

use no_proxy::NoProxy;

/// The variables that name a proxy for HTTPS, in order of preference. The first that is set and not
/// empty counts.
const ADDRESS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The variables that name the hosts without a proxy, likewise.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The route of HTTPS to the gateway. Plain HTTP, which is for loopback, never goes through a
/// proxy: it would carry the server key to another machine, readable by anyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyChoice {
    /// Through the proxy that the environment names, if it names one; see [`EnvironmentProxy`].
    #[default]
    Environment,
    /// Through none, whatever the environment says.
    Direct,
}

/// The proxy that the environment names for HTTPS. For authors of transports.
///
/// - The address is in `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` or `all_proxy`: the first that is
///   set and not empty. `HTTP_PROXY` is not asked.
/// - It is `http://[user:password@]host[:port]`, or the same with `https`; without a scheme it is
///   `http`. Special characters of user and password are percent-encoded. Anything else, SOCKS too,
///   is a [`ProxyError`], and never a direct connection.
/// - `NO_PROXY`, or else `no_proxy`, has the hosts without a proxy, with commas between them:
///   `midtrans.com` and `.midtrans.com` are that name and all below it, `10.0.0.7` an address,
///   `10.0.0.0/8` a network, `*` all hosts.
///
/// ```
/// use midtrans_transport::EnvironmentProxy;
///
/// let proxy = EnvironmentProxy::from_lookup(|variable| match variable {
///     "https_proxy" => Some("proxy.internal:3128".into()),
///     "NO_PROXY" => Some("localhost, .internal".into()),
///     _ => None,
/// })?
/// .expect("a proxy is named");
/// assert_eq!(proxy.address(), "http://proxy.internal:3128");
/// assert!(proxy.is_for("api.midtrans.com") && !proxy.is_for("shop.internal"));
///
/// let wrong = EnvironmentProxy::from_lookup(|variable| {
///     (variable == "HTTPS_PROXY").then(|| "proxy:port".into())
/// });
/// assert_eq!(wrong.unwrap_err().variable(), "HTTPS_PROXY");
/// # Ok::<(), midtrans_transport::ProxyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EnvironmentProxy {
    variable: &'static str,
    address: String,
    no_proxy: NoProxy,
}

impl EnvironmentProxy {
    /// Reads this process' environment. `None` is a direct connection to every host.
    ///
    /// # Errors
    /// [`ProxyError`] when a variable that counts cannot be read, unless `NO_PROXY` is `*`.
    pub fn read() -> Result<Option<Self>, ProxyError> {
        Self::from_lookup(|variable| env::var_os(variable))
    }

    /// Reads the environment through a function that looks up a variable.
    ///
    /// # Errors
    /// As [`EnvironmentProxy::read`].
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, ProxyError> {
        let Some((variable, address)) = first(&ADDRESS, &lookup) else {
            return Ok(None);
        };
        let no_proxy = match first(&NO_PROXY, &lookup) {
            Some((variable, hosts)) => {
                NoProxy::read(hosts.to_str().ok_or(ProxyError { variable })?)
            }
            None => NoProxy::default(),
        };
        if no_proxy.is_everything() {
            return Ok(None);
        }
        let address = address
            .to_str()
            .and_then(address::read)
            .ok_or(ProxyError { variable })?;
        Ok(Some(Self {
            variable,
            address,
            no_proxy,
        }))
    }

    /// The proxy's address, with scheme, and with the user and the password that it may have: a
    /// secret.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns whether calls to this host go through the proxy. An IPv6 address may be in brackets.
    #[must_use]
    pub fn is_for(&self, host: &str) -> bool {
        !self.no_proxy.contains(host)
    }

    /// The error for an address that the HTTP client does not take.
    #[must_use]
    pub const fn invalid_address(&self) -> ProxyError {
        ProxyError {
            variable: self.variable,
        }
    }
}

impl fmt::Debug for EnvironmentProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentProxy")
            .field("variable", &self.variable)
            .finish_non_exhaustive()
    }
}

fn first(
    variables: &[&'static str],
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Option<(&'static str, OsString)> {
    variables.iter().find_map(|variable| {
        Some((
            *variable,
            lookup(variable).filter(|value| !value.is_empty())?,
        ))
    })
}

/// A variable of the environment that names a proxy and cannot be read. It does not hold the
/// variable's value, which may contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyError {
    variable: &'static str,
}

impl ProxyError {
    /// The variable's name.
    #[must_use]
    pub const fn variable(&self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = if NO_PROXY.contains(&self.variable) {
            "expected names, addresses and networks with commas between them, in UTF-8; correct or unset it"
        } else {
            "expected the address of an HTTP proxy, http://[user:password@]host[:port] or https://..., with special \
             characters of user and password percent-encoded; correct it, or set NO_PROXY to * for direct connections"
        };
        write!(f, "{}: {expected}", self.variable)
    }
}

impl StdError for ProxyError {}
