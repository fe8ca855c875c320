//! Whether a test may go without the tester: on somebody's own machine yes, in CI no.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;

/// The tester cannot be had on this machine.
#[derive(Debug)]
pub struct Absent {
    pub(crate) reason: String,
}

impl Absent {
    /// Prints that a test is skipped, and why.
    ///
    /// # Panics
    /// Where `CI` is set: there, nothing is skipped.
    pub fn skip(&self, what: &str) {
        let ci = env::var_os("CI");
        assert!(may_skip(ci.as_deref()), "{what}: {self}");
        println!("SKIPPED {what}: {self}");
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; it needs python3 with its module venv, on Debian `apt-get install python3-venv`, and PyPI",
            self.reason.trim_end()
        )
    }
}

impl Error for Absent {}

/// `ci` is the environment variable `CI`, which runners set; empty and `false` count as not set.
fn may_skip(ci: Option<&OsStr>) -> bool {
    ci.is_none_or(|value| value.is_empty() || value == "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_skipped_only_on_ones_own_machine() {
        for ci in [None, Some(""), Some("false")] {
            assert!(may_skip(ci.map(OsStr::new)), "{ci:?}");
        }
        for ci in ["true", "1", "0", "woodpecker"] {
            assert!(!may_skip(Some(OsStr::new(ci))), "{ci}");
        }
    }

    #[test]
    fn it_says_what_to_install() {
        let absent = Absent { reason: "python3 is not here".to_owned() };
        assert!(absent.to_string().contains("apt-get install python3-venv"));
    }
}
