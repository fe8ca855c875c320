//! `midtrans`: the payment gateway from the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    midtrans_cli::run(std::env::args_os())
}
