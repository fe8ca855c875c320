//! The project's own commands: `cargo xtask` lists them.

mod arguments;
mod bench;
mod cargo;
mod ci;
mod demo;
mod failure;
mod fuzz;
mod manifests;
mod openssl;
mod release;
mod skipped;
mod steps;
mod testing;
mod tidy;
mod torture;
mod tracked;
mod wire;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use failure::Failure;

/// A command of `cargo xtask`. A new one is a module and a line in [`COMMANDS`].
struct Command {
    name: &'static str,
    /// Its line in the list.
    summary: &'static str,
    /// The text that `--help` adds to that line.
    help: &'static str,
    run: fn(Arguments) -> Result<(), Failure>,
}

#[rustfmt::skip]
const COMMANDS: &[Command] = &[
    Command { name: "ci", summary: "the whole gate: format, lints, tests, docs, features, tidy", help: ci::HELP, run: ci::run },
    Command { name: "tidy", summary: "house rules that no compiler checks, and the dependency table", help: tidy::HELP, run: tidy::run },
    Command { name: "release", summary: "the slow checks before publishing: licences, API changes, packages, oldest versions", help: release::HELP, run: release::run },
    Command { name: "demo", summary: "a small shop that takes a payment through the simulator", help: demo::HELP, run: demo::run },
    Command { name: "bench", summary: "how fast the library is", help: bench::HELP, run: bench::run },
    Command { name: "torture", summary: "tries to break the inbox: kills, shuffles, forges, fills the disk", help: torture::HELP, run: torture::run },
    Command { name: "fuzz", summary: "feeds random input to everything that strangers can send", help: fuzz::HELP, run: fuzz::run },
    Command { name: "wire", summary: "what the protocol crate makes of a folder of recorded messages", help: wire::HELP, run: wire::run },
];

fn main() -> ExitCode {
    match dispatch(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("error: {message}");
            }
            failure.code()
        }
    }
}

fn dispatch(mut words: Vec<String>) -> Result<(), Failure> {
    if words.is_empty() || matches!(words[0].as_str(), "--help" | "-h" | "help") {
        print!("{}", overview());
        return Ok(());
    }
    let name = words.remove(0);
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(Failure::Usage(format!(
            "there is no command `{name}`; `cargo xtask --help` lists them"
        )));
    };
    let arguments = Arguments::new(words);
    if arguments.asks_for_help() {
        println!(
            "cargo xtask {}: {}\n\n{}",
            command.name,
            command.summary,
            command.help.trim_end()
        );
        return Ok(());
    }
    (command.run)(arguments)
}

fn overview() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND [OPTIONS]\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<10}{}\n", command.name, command.summary));
    }
    text.push_str("\n`cargo xtask COMMAND --help` says more about one of them.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_command_is_listed_once_and_has_a_help_text() {
        for command in COMMANDS {
            assert_eq!(
                COMMANDS
                    .iter()
                    .filter(|other| other.name == command.name)
                    .count(),
                1
            );
            assert!(overview().contains(command.summary));
            assert!(
                command
                    .help
                    .contains(&format!("cargo xtask {}", command.name)),
                "{}",
                command.name
            );
        }
    }

    #[test]
    fn an_unknown_command_is_a_usage_failure_that_names_it() {
        let failure = dispatch(words(&["dance"])).unwrap_err();
        assert!(matches!(&failure, Failure::Usage(message) if message.contains("dance")));
    }

    #[test]
    fn help_runs_nothing() {
        for command in COMMANDS {
            assert!(dispatch(words(&[command.name, "--help"])).is_ok());
        }
    }
}
