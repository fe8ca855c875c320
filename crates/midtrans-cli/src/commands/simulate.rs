//! `midtrans simulate`: the gateway, offline.

use std::process::ExitCode;

use clap::Args;

use crate::arguments::help_end;

/// Start the simulator: the gateway on this machine, with pay pages and signed notifications
#[derive(Args, Debug)]
#[command(disable_help_flag = true, override_usage = "midtrans simulate [SIMULATOR OPTIONS]", after_help = help_end(EXAMPLE))]
pub(crate) struct Simulate {
    /// `midtrans simulate --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "SIMULATOR OPTIONS")]
    words: Vec<String>,
}

const EXAMPLE: &str = "midtrans simulate --notification-url http://127.0.0.1:3000/midtrans/notification";

impl Simulate {
    /// All words go to the simulator's own program, so that the two never differ.
    pub(crate) fn run(self) -> ExitCode {
        midtrans_simulator::program::main(self.words)
    }
}
