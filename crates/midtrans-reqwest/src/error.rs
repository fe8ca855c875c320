//! The error for a transport that could not be built.

use std::error::Error as StdError;
use std::fmt;

use midtrans_transport::ProxyError;

/// The HTTP client could not be built. The environment names a proxy that cannot be read: then the
/// message names the variable and never shows its value. Or the operating system's certificates
/// cannot be read, or the TLS backend does not start: then the cause is the
/// [`source`](StdError::source).
#[derive(Debug)]
pub struct BuildError(Cause);

#[derive(Debug)]
enum Cause {
    Proxy(ProxyError),
    Client(Box<dyn StdError + Send + Sync>),
}

impl BuildError {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Cause::Client(source.into()))
    }
}

impl From<ProxyError> for BuildError {
    fn from(error: ProxyError) -> Self {
        Self(Cause::Proxy(error))
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Proxy(error) => error.fmt(f),
            Cause::Client(_) => f.write_str("cannot build the HTTP client"),
        }
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Cause::Proxy(_) => None,
            Cause::Client(source) => Some(&**source),
        }
    }
}
