//! What the program's exit code says.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked to.
    Done,
    /// It was refused, is not genuine, or could not be done.
    Refused,
    /// The command line, the keys or a file are not usable.
    Usage,
    /// It may have happened.
    Unknown,
}

impl Exit {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// The end of every help text.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  refused, not genuine, or not possible
  2  the command line, the keys or a file are not usable
  3  the outcome is unknown: it may have happened";
