//! How a command can fail, and the exit code that says so.

use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense. Exit code 2.
    Usage(String),
    /// A step failed or a tool is missing. Exit code 1.
    Failed(String),
    /// A program that was only passed through has already said why. Its own exit code.
    PassedThrough(u8),
}

impl Failure {
    /// What is still to be said, if anything.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::Usage(message) | Self::Failed(message) => Some(message),
            Self::PassedThrough(_) => None,
        }
    }

    /// The exit code of the whole program.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
            Self::PassedThrough(code) => ExitCode::from(*code),
        }
    }
}
