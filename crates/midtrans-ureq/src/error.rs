//! The error for a transport that could not be built.

use std::error::Error as StdError;
use std::fmt;

use midtrans_transport::ProxyError;

/// The agent could not be built: the environment names a proxy that cannot be read. The message
/// names the variable and never shows its value.
#[derive(Debug)]
pub struct BuildError(ProxyError);

impl From<ProxyError> for BuildError {
    fn from(error: ProxyError) -> Self {
        Self(error)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for BuildError {}
