//! Why a transport could not be made.

use std::error::Error as StdError;
use std::fmt;

/// The HTTP client could not be built: the operating system's certificates cannot be read, or the TLS backend does
/// not start. The cause is the [`source`](StdError::source).
#[derive(Debug)]
pub struct BuildError {
    source: Box<dyn StdError + Send + Sync>,
}

impl BuildError {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot build the HTTP client")
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
