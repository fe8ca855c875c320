//! Programs in other languages that tests bring along: packages from npm and PyPI in exact versions, installed once into a
//! folder below `target`. Where they cannot be had, a test is skipped on somebody's own machine, and fails in CI.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use midtrans_guests::{Packages, or_skip};
//!
//! let wanted = Packages::Python("six==1.17.0");
//! let Some(folder) = or_skip("a test of six", wanted.installed(Path::new("target/tmp/six"))) else { return };
//! let mut command = std::process::Command::new(midtrans_guests::python(&folder));
//! ```

mod absence;
mod packages;

pub use absence::{Absence, or_skip};
pub use packages::{Packages, python};
