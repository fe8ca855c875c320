//! `cargo xtask bench`: the speed measurements.

use crate::arguments::Arguments;
use crate::cargo;
use crate::failure::Failure;
use crate::workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [ARGUMENTS]

Runs the bench `speed` of midtrans-benches, optimised. All arguments go to it and its exit code comes back.
";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut command = cargo::cargo(&workspace::root());
    command
        .args(["bench", "-p", "midtrans-benches", "--bench", "speed", "--"])
        .args(arguments.into_rest());
    cargo::pass_through(&mut command)
}
