//! `midtrans simulate`: the gateway, offline.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use crate::account::Values;
use crate::arguments::help_end;
use crate::context::Context;
use crate::failure::Failure;

/// Start the simulator: the gateway on this machine, with pay pages and signed notifications
#[derive(Args, Debug)]
#[command(disable_help_flag = true, override_usage = "midtrans simulate [SIMULATOR OPTIONS]", after_help = help_end(EXAMPLE))]
pub(crate) struct Simulate {
    /// `midtrans simulate --help` lists them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "SIMULATOR OPTIONS"
    )]
    words: Vec<OsString>,
}

const EXAMPLE: &str =
    "midtrans simulate --notification-url http://127.0.0.1:3000/midtrans/notification";

impl Simulate {
    /// All words go to the simulator's own program, so that the two never differ. Its keys come
    /// from where those of all commands do.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let values = Values::of(context.keys.as_deref())?;
        Ok(midtrans_simulator::program::main_with_variables(
            self.words,
            |name| values.raw(name),
        ))
    }
}
