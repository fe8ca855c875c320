//! Programs in other languages that tests bring along: packages from npm and PyPI in exact
//! versions, installed once into a folder below `target`. Where they cannot be had, a test is
//! skipped on a developer's machine, and fails in CI. Skipping is the same for everything else that
//! a test needs of a machine: [`or_skip`].
//!
//! ```no_run
//! use std::path::Path;
//!
//! use midtrans_packages::{Packages, or_skip};
//!
//! let wanted = Packages::Python("six==1.17.0");
//! let Some(folder) = or_skip("a test of six", wanted.installed(Path::new("target/tmp/six"))) else { return };
//! let mut command = std::process::Command::new(midtrans_packages::python(&folder));
//! ```

mod absence;
mod packages;
mod skip;

pub use absence::{Absence, may_go_without, or_skip};
pub use packages::{Packages, python};
pub use skip::{NOTES, Skip};
