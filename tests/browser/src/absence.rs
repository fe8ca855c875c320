//! What is missing for a browser, and whether a test may go without: on somebody's own machine yes, in CI no.

use std::ffi::OsStr;
use std::fmt;

/// What is missing.
#[derive(Debug)]
#[non_exhaustive]
pub enum Absence {
    /// No Node.js.
    Node,
    /// No npm.
    Npm,
    /// No Chromium and no Chrome.
    Browser,
    /// npm does not bring the driver; what it said.
    Packages(String),
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node => f.write_str("node is not on PATH; install Node.js 18 or later (Debian: nodejs)"),
            Self::Npm => f.write_str("npm is not on PATH; install it (Debian: npm)"),
            Self::Browser => f.write_str(
                "chromium, chromium-browser or google-chrome is not on PATH; install one (Debian: chromium) or name it in \
                 CHROME_BIN",
            ),
            Self::Packages(said) => write!(f, "npm cannot install playwright-core and axe-core: {said}"),
        }
    }
}

impl std::error::Error for Absence {}

/// `ci` is the environment variable `CI`, which runners set; empty and `false` count as not set.
pub(crate) fn may_skip(ci: Option<&OsStr>) -> bool {
    ci.is_none_or(|value| value.is_empty() || value == "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_goes_without_a_browser_on_ones_own_machine_and_fails_in_ci() {
        for ci in [None, Some(""), Some("false")] {
            assert!(may_skip(ci.map(OsStr::new)), "{ci:?}");
        }
        for ci in ["true", "1", "0", "woodpecker"] {
            assert!(!may_skip(Some(OsStr::new(ci))), "{ci}");
        }
    }
}
