//! The context of a command: the way to print, and the account.

use std::path::PathBuf;

use clap::Args;

use crate::account::Account;
use crate::failure::Failure;
use crate::output::complain;
pub(crate) use crate::output::{in_colour, say};
use crate::report::Report;
use crate::terminal::{json_line, quoted};

/// Options of every command.
#[derive(Args, Debug, Default)]
pub(crate) struct Context {
    /// Print one JSON object instead of a table
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub(crate) json: bool,
    /// Read keys from FILE, readable by its owner only
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        value_name = "FILE"
    )]
    pub(crate) keys: Option<PathBuf>,
    /// sandbox, production, or the URL of a simulator [MIDTRANS_ENVIRONMENT, else sandbox]
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        value_name = "NAME"
    )]
    pub(crate) environment: Option<String>,
}

impl Context {
    pub(crate) fn account(&self) -> Result<Account, Failure> {
        Account::of(self.keys.as_deref(), self.environment.as_deref())
    }

    /// Another command of this program for the same account, to be copied into a shell.
    pub(crate) fn command(&self, words: &str) -> String {
        let mut command = format!("midtrans {words}");
        if let Some(file) = &self.keys {
            command.push_str(&format!(" --keys {}", quoted(&file.to_string_lossy())));
        }
        if let Some(name) = &self.environment {
            command.push_str(&format!(" --environment {}", quoted(name)));
        }
        command
    }

    pub(crate) fn print(&self, report: &Report) {
        let text = if self.json {
            json_line(&report.json())
        } else {
            report.text(in_colour())
        };
        say(&text);
    }

    pub(crate) fn complain(&self, failure: &Failure) {
        if self.json {
            say(&json_line(&failure.json()));
        } else {
            complain(&failure.text());
        }
    }

    /// A remark beside the result.
    pub(crate) fn remark(&self, text: &str) {
        complain(&format!("midtrans: {text}\n"));
    }
}
