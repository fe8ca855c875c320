//! `cargo xtask demo`: the example shop.

use crate::arguments::Arguments;
use crate::cargo;
use crate::failure::Failure;
use crate::workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask demo [--walk] [ARGUMENTS]

Starts the example shop of midtrans-axum together with the simulator; no account is needed.
All arguments go to the shop and its exit code comes back. `cargo xtask demo -- --help` asks the shop.

  --walk   pays by itself instead of waiting for a browser
";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut command = cargo::cargo(&workspace::root());
    command.args(["run", "-p", "midtrans-axum", "--example", "shop", "--"]).args(arguments.into_rest());
    cargo::pass_through(&mut command)
}
