//! Why a client of another language is not there.

use std::fmt;
use std::io;

/// Why a client could not be installed or run.
#[derive(Debug)]
pub enum Failure {
    /// A program is not on this machine; the second is what to install.
    NotFound(&'static str, &'static str),
    /// The program that installs the client said this: there may be no network.
    NotInstalled(String),
    /// The folder could not be used.
    Io(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(program, package) => {
                write!(f, "`{program}` was not found: install it, such as Debian's {package}")
            }
            Self::NotInstalled(said) => write!(f, "the client could not be installed: is there a network?\n{said}"),
            Self::Io(error) => write!(f, "the client's folder could not be used: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
