//! The command line.

use crate::RUNS;
use crate::charger::CrashPoint;
use crate::failure::Failure;
use crate::merchant::Task;
use crate::store::Store;

pub(crate) const HELP: &str = "\
Tries to break the inbox, and counts what it did.

Usage: midtrans-torture [--only RUN] [--orders N] [--kills N] [--lives N] [--seed N]

Runs: core             hostile lives around the pure core, without a database
      sqlite           one process with 2 workers on SQLite, killed at random moments
      postgres         three processes on one PostgreSQL, killed likewise
      charge-sqlite    a merchant killed at every line between writing an order down and the charge's reply
      charge-postgres  the same on PostgreSQL
      full             the disk fills up while notifications arrive, and is made larger (needs the right to mount)
      restart          PostgreSQL is restarted ten times, without warning, while notifications arrive

  --only RUN   just this one
  --orders N   how many orders; each brings about ten notifications (default: 10000)
  --kills N    how many kills (default: 50)
  --lives N    how many lives (default: 100000)
  --seed N     what happens at the gateway, and to whom (default: 1)

A run prints what it did and ends with an error if any order was acted on wrongly, or anything is stuck.
";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) only: Option<String>,
    pub(crate) orders: usize,
    pub(crate) kills: u64,
    pub(crate) lives: u64,
    pub(crate) seed: u64,
}

/// The command to run. All but `Torture` are run by the program itself, as child processes.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Torture(Arguments),
    Merchant(Task),
    Reconcile {
        store: Store,
        gateway: String,
        seconds: u64,
    },
    Pay {
        store: Store,
        gateway: String,
        order: String,
        is_kredivo: bool,
        crash_at: CrashPoint,
    },
}

pub(crate) fn read(mut words: Vec<String>) -> Result<Command, Failure> {
    if words.iter().any(|word| word == "--help" || word == "-h") {
        return Ok(Command::Help);
    }
    let part = if words.first().is_some_and(|word| !word.starts_with('-')) {
        words.remove(0)
    } else {
        String::new()
    };
    let mut options = Options(words);
    let command = match part.as_str() {
        "" => Command::Torture(Arguments {
            only: options.take("--only")?.map(known_run).transpose()?,
            orders: options.number("--orders")?.unwrap_or(10_000),
            kills: options.number("--kills")?.unwrap_or(50),
            lives: options.number("--lives")?.unwrap_or(100_000),
            seed: options.number("--seed")?.unwrap_or(1),
        }),
        "merchant" => Command::Merchant(Task {
            store: Store::from_argument(&options.needed("--store")?),
            gateway: options.needed("--gateway")?,
            port: options.number("--port")?.unwrap_or(0),
            workers: options.number("--workers")?.unwrap_or(1),
        }),
        "charger" => {
            let (store, gateway) = (
                Store::from_argument(&options.needed("--store")?),
                options.needed("--gateway")?,
            );
            match options.number("--reconcile")? {
                Some(seconds) => Command::Reconcile {
                    store,
                    gateway,
                    seconds,
                },
                None => Command::Pay {
                    store,
                    gateway,
                    order: options.needed("--order")?,
                    is_kredivo: options.needed("--payment-type")? == "kredivo",
                    crash_at: CrashPoint::from_argument(options.take("--crash-at")?.as_deref())?,
                },
            }
        }
        other => return Err(Failure(format!("there is no part `{other}`"))),
    };
    options.finish()?;
    Ok(command)
}

fn known_run(name: String) -> Result<String, Failure> {
    if RUNS.contains(&name.as_str()) {
        Ok(name)
    } else {
        Err(Failure(format!("there is no run `{name}`")))
    }
}

struct Options(Vec<String>);

impl Options {
    fn take(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(at) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        if at + 1 >= self.0.len() {
            return Err(Failure(format!("{name} needs a value")));
        }
        self.0.remove(at);
        Ok(Some(self.0.remove(at)))
    }

    fn needed(&mut self, name: &str) -> Result<String, Failure> {
        self.take(name)?
            .ok_or_else(|| Failure(format!("{name} is missing")))
    }

    fn number<N: std::str::FromStr>(&mut self, name: &str) -> Result<Option<N>, Failure> {
        let text = self.take(name)?;
        text.map(|text| {
            text.parse()
                .map_err(|_| Failure(format!("{name} needs a number, not {text:?}")))
        })
        .transpose()
    }

    fn finish(self) -> Result<(), Failure> {
        self.0.first().map_or(Ok(()), |word| {
            Err(Failure(format!("unknown argument `{word}`")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Command, Failure> {
        read(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn every_line_is_understood_or_refused() {
        assert!(matches!(
            of(""),
            Ok(Command::Torture(Arguments {
                orders: 10_000,
                kills: 50,
                ..
            }))
        ));
        assert!(matches!(
            of("--only full --seed 9"),
            Ok(Command::Torture(Arguments { seed: 9, .. }))
        ));
        assert!(matches!(of("--orders 5 --help"), Ok(Command::Help)));
        for bad in [
            "--only dance",
            "--seed",
            "--seed x",
            "--speed 1",
            "dance",
            "merchant",
            "charger --store a",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
