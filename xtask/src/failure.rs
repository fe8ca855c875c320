//! Failures of a command, and their exit codes.

use std::process::ExitCode;

/// The failure of a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is not valid. Exit code 2.
    Usage(String),
    /// A step failed or a tool is missing. Exit code 1.
    Failed(String),
    /// A program whose output was shown has failed and said why. Its own exit code.
    PassedThrough(u8),
}

impl Failure {
    /// Returns the message that is still to be shown, if any.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::Usage(message) | Self::Failed(message) => Some(message),
            Self::PassedThrough(_) => None,
        }
    }

    /// Returns the exit code of the whole program.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
            Self::PassedThrough(code) => ExitCode::from(*code),
        }
    }
}
