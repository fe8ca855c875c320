//! Programs that are missing: on a developer's machine a test is skipped without them, in CI it
//! fails.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::skip::{NOTES, Skip};

/// The reason why something cannot be had on this machine, and what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence(String);

impl Absence {
    /// In words, such as "node is not on PATH: install it (Debian: nodejs)".
    #[must_use]
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// A program that is not there.
    #[must_use]
    pub fn of_program(program: &str, package: &str) -> Self {
        Self(format!(
            "{program} is not on PATH: install it (Debian: {package})"
        ))
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Absence {}

/// Returns what a test needs, or `None` and a line on standard error that says `what` was skipped
/// and why. The same is noted in the file of [`NOTES`], from which `cargo xtask ci` has it.
///
/// # Panics
/// If it is missing and the environment variable `CI` is set: in CI a test that did not run must
/// not look like one that passed. If the file cannot be written.
#[expect(clippy::panic, reason = "this is a test's assertion")]
pub fn or_skip<T, E: fmt::Display>(what: &str, needed: Result<T, E>) -> Option<T> {
    match needed {
        Ok(needed) => Some(needed),
        Err(absence) if may_go_without() => {
            eprintln!("SKIPPED: {what}: {absence}");
            if let Some(file) = env::var_os(NOTES) {
                let noted =
                    Skip::new(&package(), what, &absence.to_string()).note(Path::new(&file));
                noted.unwrap_or_else(|error| {
                    panic!(
                        "{what} is skipped, and {} does not say so: {error}",
                        file.display()
                    )
                });
            }
            None
        }
        Err(absence) => panic!("{what}: {absence}"),
    }
}

/// The folder of the package whose test this is: who runs a test says so.
fn package() -> String {
    let folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    folder
        .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default()
}

/// Returns true if tests may be skipped for what is missing: the environment variable `CI` is not
/// set.
#[must_use]
pub fn may_go_without() -> bool {
    may_skip(env::var_os("CI").as_deref())
}

/// `ci` is the environment variable `CI`, which runners set; empty and `false` count as not set.
fn may_skip(ci: Option<&OsStr>) -> bool {
    ci.is_none_or(|value| value.is_empty() || value == "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_goes_without_on_ones_own_machine_and_fails_in_ci() {
        for ci in [None, Some(""), Some("false")] {
            assert!(may_skip(ci.map(OsStr::new)), "{ci:?}");
        }
        for ci in ["true", "1", "0", "woodpecker"] {
            assert!(!may_skip(Some(OsStr::new(ci))), "{ci}");
        }
    }
}
