//! The speed of the library, as ratios to the cost of its bare building blocks when put together by
//! hand.
//!
//! Absolute times say more about the machine than about the code. So every figure stands next to a
//! floor that the same run builds and measures, both sides take turns, and only the ratio has a
//! goal.

#![allow(
    clippy::float_arithmetic,
    reason = "ratios of measurements; no amount of money is computed here"
)]

mod allocations;
mod arguments;
mod bare;
mod callgrind;
mod charges;
mod client;
mod encode;
mod figure;
mod floor;
mod footprint;
mod inbox;
mod load;
mod notification;
mod operations;
mod plain_reply;
mod process;
mod program;
mod race;
mod report;
mod requests;
mod samples;
mod server;
mod simulator;
mod simulator_server;
mod table;
mod webhook;
mod webhook_server;

use std::env;
use std::process::ExitCode;

use arguments::{Arguments, HELP, Section};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some(server::SERVE) => return exit(server::serve().is_ok()),
        Some(webhook_server::SERVE) => return exit(webhook_server::serve(&words[1..]).is_ok()),
        Some(simulator_server::SERVE) => return exit(simulator_server::serve(&words[1..]).is_ok()),
        Some(inbox::GATEWAY) => return exit(inbox::serve_gateway(&words[1..]).is_ok()),
        Some(inbox::WORKER) => return exit(inbox::serve_worker(&words[1..]).is_ok()),
        Some(callgrind::REPEAT) => {
            callgrind::repeat(&words[1..]);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    match Arguments::parse(words) {
        Ok(arguments) if arguments.help => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(arguments) => measure(&arguments),
        Err(message) => {
            eprintln!("{message}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn measure(arguments: &Arguments) -> ExitCode {
    let rows = arguments.sections.iter().flat_map(|section| match section {
        Section::Notification => notification::measure(arguments),
        Section::Encode => encode::measure(arguments),
        Section::Client => client::measure(arguments),
        Section::Webhook => webhook::measure(arguments),
        Section::Inbox => inbox::measure(arguments),
        Section::Simulator => simulator::measure(arguments),
        Section::Footprint => footprint::measure(arguments),
        Section::Capacity => inbox::capacity::measure(arguments),
    });
    let rows = table::sorted(rows.collect());
    if !arguments.quick
        && arguments.part.is_none()
        && let Err(error) = report::write(&rows, &arguments.sections)
    {
        eprintln!("BENCHMARKS.md was not written: {error}");
    }
    print!("{}", table::render(&rows));
    let (met, goals) = table::score(&rows);
    println!("\n{met} of {goals} goals met");
    exit(met == goals || !arguments.check)
}

fn exit(good: bool) -> ExitCode {
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
