//! Allocations per operation, counted by a bench of its own: a counting allocator would slow down
//! what is timed here.

use std::env;
use std::process::{Command, Stdio};

use crate::operations::Way;
use crate::samples::Kind;

/// The counts of every kind and way.
pub(crate) struct Allocations {
    lines: String,
}

impl Allocations {
    /// Builds and runs the counting bench.
    pub(crate) fn count() -> Result<Self, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args([
                "bench",
                "--quiet",
                "-p",
                "midtrans-benches",
                "--bench",
                "allocations",
            ])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|_| "cargo cannot be run")?;
        if output.status.success() {
            Ok(Self {
                lines: String::from_utf8_lossy(&output.stdout).into_owned(),
            })
        } else {
            Err("the counting bench does not build".to_owned())
        }
    }

    /// The allocations of one reading of a notification.
    pub(crate) fn of(&self, kind: Kind, way: Way) -> Result<f64, String> {
        let name = format!("{kind:?} {way:?} ");
        let count = self
            .lines
            .lines()
            .find_map(|line| line.strip_prefix(&name)?.trim().parse().ok());
        count.ok_or_else(|| "the counting bench said nothing about it".to_owned())
    }
}
