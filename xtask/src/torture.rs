//! `cargo xtask torture`: tries to break the inbox.

use crate::arguments::Arguments;
use crate::cargo;
use crate::failure::Failure;
use crate::workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask torture [ARGUMENTS]

Kills a merchant at random moments and at every line of its charge code, shuffles, repeats and forges its notifications,
fills its disk and restarts its database; then counts what it did. Takes some minutes. The PostgreSQL runs start a server
of their own; they need PostgreSQL's programs, such as Debian's package `postgresql`.

All arguments go to the program. `cargo xtask torture -- --help` names the runs; `--only RUN` is one of them.
";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut command = cargo::cargo(&workspace::root());
    command
        .args(["run", "--release", "-p", "midtrans-torture", "--"])
        .args(arguments.into_rest());
    cargo::pass_through(&mut command)
}
