//! The `midtrans` command as a library: its command tree, and a function that runs one command.
//!
//! The program is for people who run a shop on the Midtrans payment gateway: it charges, asks,
//! cancels and refunds, makes pages of Snap, subscriptions, payment links and invoices, reads
//! notifications, simulates the gateway on your machine, and operates an inbox. Programs use the library for completions, manual pages and tests of the tree; to take
//! payments from Rust, use `midtrans-ureq` or `midtrans-reqwest`.
//!
//! The package's `README.md` describes each command with its options, exit codes and output, and
//! `midtrans COMMAND --help` prints its options. `INBOX.md` beside it describes
//! `midtrans inbox serve` for a shop in any language.
//!
//! ```
//! let tree = midtrans_cli::command();
//! let verify = tree.find_subcommand("verify").expect("a command of this program");
//! assert!(verify.get_arguments().any(|argument| argument.get_id() == "order"));
//! ```
//!
//! # Features
//!
//! | feature | adds | cost |
//! |---|---|---|
//! | `https` (default) | notifications of `midtrans simulate` to `https` URLs | 4 crates |
//! | `sqlite` (default) | `midtrans inbox` on SQLite, `simulate --state` | 13 crates, a C compiler |
//! | `postgres` | `midtrans inbox` on PostgreSQL, with TLS | some 80 crates, sqlx among them |
//!
//! Without any of them the program has every other command, and calls the gateway over TLS all the
//! same. A command that needs a feature that was left out names it.

mod account;
mod amount;
mod arguments;
mod commands;
mod context;
mod credential;
mod delivery;
mod draft;
mod every;
mod exit;
mod expiry;
mod failure;
mod field_change;
mod gateway;
mod hidden_input;
mod input;
mod instructions;
mod key_file;
mod meaning;
mod misuse;
mod moment;
mod notification_edit;
mod order_lines;
mod output;
mod page_options;
mod payment_type;
mod progress;
mod qr_code;
mod report;
mod running;
mod scenario;
mod schedule;
mod secret;
mod stopping;
mod target;
mod terminal;
mod transaction;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::Arguments;

/// Runs one command and returns its exit code. `words` are the arguments, the program's name first.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments.run(),
        Err(error) => output::finish(misuse::tell(&error)).into(),
    }
}

/// Returns the tree of commands, with all their help.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}
