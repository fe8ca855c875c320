//! The `midtrans` command, as a library for its own tests and for whoever wants its command tree.
//!
//! ```
//! let names: Vec<_> = midtrans_cli::command().get_subcommands().map(|it| it.get_name().to_owned()).collect();
//! assert!(names.contains(&"verify".to_owned()));
//! ```

mod account;
mod amount;
mod arguments;
mod commands;
mod context;
mod delivery;
mod exit;
mod failure;
mod field_change;
mod gateway;
mod input;
mod instructions;
mod key_file;
mod meaning;
mod misuse;
mod notification_edit;
mod order_lines;
mod output;
mod payment_type;
mod progress;
mod report;
mod running;
mod schedule;
mod stopping;
mod story;
mod target;
mod terminal;
mod transaction;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::Arguments;

/// Runs one command. `words` begin with the program's name.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments.run(),
        Err(error) => output::finish(misuse::tell(&error)).into(),
    }
}

/// The tree of commands, with all their help.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}
