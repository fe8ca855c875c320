//! Tries to break the inbox: `cargo xtask torture` runs it.

mod arguments;
mod charge;
mod charger;
mod children;
mod deliveries;
mod failure;
mod flaky;
mod folder;
mod gateway;
mod inbox;
mod merchant;
mod pool;
mod pure;
mod room;
mod scenarios;
mod store;
mod verdict;

use std::process::ExitCode;
use std::time::Duration;

use arguments::{Arguments, Command};
use failure::Failure;
use inbox::Plan;

fn main() -> ExitCode {
    let command = match arguments::read(std::env::args().skip(1).collect()) {
        Ok(command) => command,
        Err(failure) => {
            eprintln!("error: {failure}; --help shows what there is");
            return ExitCode::from(2);
        }
    };
    let end = match command {
        Command::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Command::Torture(arguments) => torture(&arguments),
        Command::Merchant(task) => merchant::run(&task),
        Command::Reconcile {
            store,
            gateway,
            seconds,
        } => charger::reconcile(&store, &gateway, Duration::from_secs(seconds)),
        Command::Pay {
            store,
            gateway,
            order,
            is_kredivo,
            crash_at,
        } => charger::pay(&store, &gateway, &order, is_kredivo, crash_at),
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The runs, by the names that `--only` accepts.
pub(crate) const RUNS: [&str; 7] = [
    "core",
    "sqlite",
    "postgres",
    "charge-sqlite",
    "charge-postgres",
    "full",
    "restart",
];

fn torture(arguments: &Arguments) -> Result<(), Failure> {
    let plan = |name| Plan {
        name,
        seed: arguments.seed,
        orders: arguments.orders,
        kills: arguments.kills,
        restarts: 0,
        fills: false,
        on_postgres: false,
        processes: 1,
        workers: 2,
    };
    let few = |orders: usize| orders.min(arguments.orders);
    let mut done = Vec::new();
    for name in RUNS
        .into_iter()
        .filter(|name| arguments.only.as_deref().is_none_or(|only| only == *name))
    {
        let end = match name {
            "core" => pure::run(arguments.seed, arguments.lives),
            "sqlite" => inbox::run(&plan(name)),
            "postgres" => inbox::run(&Plan {
                on_postgres: true,
                processes: 3,
                workers: 3,
                ..plan(name)
            }),
            "charge-sqlite" => charge::run(arguments.seed, false),
            "charge-postgres" => charge::run(arguments.seed, true),
            "full" if !room::Room::is_possible(folder::Folder::new()?.path()) => {
                println!("\n== full\nSKIPPED: this needs the right to mount a file system");
                continue;
            }
            "full" => inbox::run(&Plan {
                orders: few(3_000),
                kills: 3,
                fills: true,
                ..plan(name)
            }),
            _ => inbox::run(&Plan {
                orders: few(3_000),
                kills: 3,
                restarts: 10,
                on_postgres: true,
                processes: 3,
                workers: 3,
                ..plan(name)
            }),
        };
        end.map_err(|failure| Failure(format!("{name}: {failure}")))?;
        done.push(name);
    }
    println!("\nendured: {}", done.join(", "));
    Ok(())
}
