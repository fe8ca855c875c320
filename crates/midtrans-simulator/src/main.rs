//! `midtrans-simulator`: the gateway, offline, as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    midtrans_simulator::program::main(std::env::args_os().skip(1))
}
