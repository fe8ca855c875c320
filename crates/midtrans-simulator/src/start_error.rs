//! Errors of a simulator that does not start.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use http::Uri;
use midtrans_protocol::InvalidInput;

#[cfg(feature = "state")]
use crate::state::StateError;

/// The reason why a simulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// This address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// Notifications are to go to a host that is not allowed.
    HostNotAllowed {
        /// The setting that names the host.
        setting: &'static str,
        /// The host.
        host: String,
    },
    /// A key that is not valid.
    Key(InvalidInput),
    /// A URL that is not valid.
    Url(InvalidUrl),
    /// Two merchants have one id or one server key: this one's are taken.
    SameMerchant(String),
    /// The state file cannot be used.
    #[cfg(feature = "state")]
    State(StateError),
    /// The simulator's thread could not be started.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "port {} is taken, perhaps by another simulator: choose another one with --port, where 0 is any free one",
                address.port()
            ),
            Self::Listen(address, _) => write!(
                f,
                "cannot listen on {address}: choose another --address or --port"
            ),
            Self::HostNotAllowed { setting, host } => write!(
                f,
                "{setting}: notifications may not go to {host}: allow it by name, with --allow-host {host}"
            ),
            Self::Key(_) => f.write_str("a key is not well-formed"),
            Self::Url(_) => f.write_str("a URL is not well-formed"),
            Self::SameMerchant(id) => write!(
                f,
                "merchant {id}: its id or its server key is another merchant's"
            ),
            #[cfg(feature = "state")]
            Self::State(_) => f.write_str("the state file"),
            Self::Thread(_) => f.write_str("cannot start the simulator's thread"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen(_, error) | Self::Thread(error) => Some(error),
            Self::Key(error) => Some(error),
            Self::Url(error) => Some(error),
            Self::SameMerchant(_) | Self::HostNotAllowed { .. } => None,
            #[cfg(feature = "state")]
            Self::State(error) => Some(error),
        }
    }
}

impl From<InvalidInput> for StartError {
    fn from(error: InvalidInput) -> Self {
        Self::Key(error)
    }
}

impl From<InvalidUrl> for StartError {
    fn from(error: InvalidUrl) -> Self {
        Self::Url(error)
    }
}

/// A setting that should be an absolute `http` or `https` URL and is not, or a notification URL on
/// a host to which nothing may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUrl {
    setting: &'static str,
    forbidden_host: Option<String>,
}

impl InvalidUrl {
    pub(crate) const fn forbidden(setting: &'static str, host: String) -> Self {
        Self {
            setting,
            forbidden_host: Some(host),
        }
    }

    /// The setting that is wrong.
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        self.setting
    }

    /// The host to which nothing may be sent, if that is the error.
    /// [`Builder::allow_host`](crate::Builder::allow_host) allows it.
    #[must_use]
    pub fn forbidden_host(&self) -> Option<&str> {
        self.forbidden_host.as_deref()
    }
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.forbidden_host {
            Some(host) => write!(
                f,
                "{}: notifications may not go to {host}: allow it by name, with `Builder::allow_host`",
                self.setting
            ),
            None => write!(
                f,
                "{}: expected an absolute http or https URL without a user",
                self.setting
            ),
        }
    }
}

impl Error for InvalidUrl {}

/// Returns true if a URL has a host, and no user before it.
fn has_plain_authority(uri: &Uri) -> bool {
    uri.authority()
        .is_some_and(|authority| !authority.as_str().contains('@'))
}

/// Accepts only web addresses: a `javascript:` URL in a form's action would run on the pay page.
pub(crate) fn web_url(setting: &'static str, url: &str) -> Result<String, InvalidUrl> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    let uri: Option<Uri> = without_fragment.parse().ok();
    let is_web = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && has_plain_authority(&uri)
    });
    if is_web && url.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(url.to_owned())
    } else {
        Err(InvalidUrl {
            setting,
            forbidden_host: None,
        })
    }
}
