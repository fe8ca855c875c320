//! Reasons why there is no server.

use std::error::Error;
use std::fmt;
use std::io;

use crate::programs::{NEEDED, PLACES};
use crate::user::CANDIDATES;

/// The reason why a server did not start, stop or restart.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// PostgreSQL's programs are not on this machine.
    NotFound,
    /// This process is root, and there is no other user to run the server as.
    NoUser,
    /// The system refused an operation.
    System {
        /// The operation.
        doing: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// One of PostgreSQL's programs failed.
    Refused {
        /// Its name.
        program: &'static str,
        /// Its output, and the end of the server's log.
        said: String,
    },
}

impl StartError {
    pub(crate) fn system(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { doing, source }
    }

    /// Returns whether a test may be skipped without a server.
    pub(crate) const fn is_absence(&self) -> bool {
        matches!(self, Self::NotFound)
    }

    pub(crate) fn with_log(self, log: &str) -> Self {
        match self {
            Self::Refused { program, said } => Self::Refused {
                program,
                said: format!("{said}\n{log}"),
            },
            other => other,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => write!(
                f,
                "PostgreSQL is not installed: {} are not together in any of {PLACES}; on Debian, \
                 `apt-get install postgresql` brings them",
                NEEDED.join(", ")
            ),
            Self::NoUser => write!(
                f,
                "PostgreSQL does not run as root, and there is no user {}",
                CANDIDATES.join(" or ")
            ),
            Self::System { doing, source } => write!(f, "cannot {doing}: {source}"),
            Self::Refused { program, said } => write!(f, "{program} failed: {said}"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_not_start_is_never_a_reason_to_skip() {
        assert!(StartError::NotFound.is_absence());
        let refused = StartError::Refused {
            program: "initdb",
            said: String::new(),
        };
        assert!(!refused.is_absence() && !StartError::NoUser.is_absence());
    }
}
