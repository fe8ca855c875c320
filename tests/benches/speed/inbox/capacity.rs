//! The capacity of one database: ten million settled orders, a million that are due, and three
//! worker processes; on SQLite a tenth of that, and one.
//!
//! The database writes its rows itself, copies of one order that the inbox has taken from its
//! charge to its end.

mod postgres;
mod sizes;
mod sqlite;

use std::time::{Duration, Instant};

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::table::{Pair, Row};

const SECTION: Section = Section::Capacity;

/// The time for which workers are watched at work.
const AT_WORK: Duration = Duration::from_secs(90);

/// Worker processes.
const WORKERS: usize = 3;

/// Numbers of orders.
#[derive(Clone, Copy, Debug)]
struct Amount {
    settled: u64,
    due: u64,
    /// Orders of which a notification waits, besides.
    notified: u64,
}

impl Amount {
    const fn of(arguments: &Arguments) -> Self {
        let by = if arguments.quick { 100 } else { 1 };
        Self {
            settled: 10_000_000 / by,
            due: 900_000 / by,
            notified: 100_000 / by,
        }
    }

    /// A tenth of each. SQLite writes with one thread, and is for smaller shops.
    const fn tenth(self) -> Self {
        Self {
            settled: self.settled / 10,
            due: self.due / 10,
            notified: self.notified / 10,
        }
    }

    const fn unsettled(self) -> u64 {
        self.due + self.notified
    }
}

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    let amount = Amount::of(arguments);
    for (name, run) in [
        (
            "PostgreSQL",
            postgres::measure as fn(Amount) -> Result<Vec<Row>>,
        ),
        ("SQLite", sqlite::measure),
    ] {
        if arguments.wants(&name.to_lowercase()) {
            rows.extend(run(amount).unwrap_or_else(|error| {
                vec![Row::unmeasured(SECTION, name, "–", &error.to_string())]
            }));
        }
    }
    rows
}

fn row(what: &str, unit: Unit, pair: Pair) -> Row {
    Row::informative(SECTION, what, unit, pair)
}

/// Prints the time that something took, and returns its result and the time.
fn timed<R>(what: &str, work: impl FnOnce() -> Result<R>) -> Result<(R, Duration)> {
    let started = Instant::now();
    let result = work()?;
    let took = started.elapsed();
    eprintln!("capacity: {what}: {:.1} s", took.as_secs_f64());
    Ok((result, took))
}

fn milliseconds(duration: Duration) -> Pair {
    Pair::alone(duration.as_secs_f64() * 1e3)
}
