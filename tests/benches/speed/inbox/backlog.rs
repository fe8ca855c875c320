//! A million orders that are due when a worker starts.

use std::time::Duration;

use super::drain::{Drained, drain};
use super::fill::{Span, SqliteFill, State};
use super::folder::Folder;
use super::gateway::Gateway;
use super::stage::Stage;
use super::template::Template;
use super::worker::{Side, Store, Task};
use super::{SECTION, UNBOUNDED};
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::table::{Pair, Row};

const ORDERS: u64 = 1_000_000;

/// The time until the first act, in milliseconds.
const FIRST: f64 = 1_000.0;

/// The most that memory may grow by after the first act, in megabytes: the buffers, and SQLite's
/// sixty-four threads, of questions that begin in the first seconds. A million orders in memory
/// would be some hundreds.
const GROWTH: f64 = 16.0;

/// The time that the worker works.
const AT_MOST: Duration = Duration::from_secs(20);

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    let orders = if arguments.quick { ORDERS / 10 } else { ORDERS };
    let mut rows = Vec::new();
    for (name, run) in [
        ("PostgreSQL", on_postgres as fn(u64) -> Result<Drained>),
        ("SQLite", on_sqlite),
    ] {
        eprintln!("inbox: a backlog of {orders} orders, {name} …");
        let what = format!("{name}, a million orders due at the start");
        rows.extend(run(orders).map_or_else(
            |error| {
                vec![Row::unmeasured(
                    SECTION,
                    &what,
                    "≤ 1,000 ms",
                    &error.to_string(),
                )]
            },
            |drained| rows_of(&what, &drained).into(),
        ));
    }
    rows
}

fn rows_of(what: &str, drained: &Drained) -> [Row; 2] {
    let first = drained.first.as_secs_f64() * 1e3;
    let [before, after] = drained.memory.map(|bytes| bytes / 1e6);
    eprintln!("inbox: first act after {first:.0} ms; memory {before:.1} MB, then {after:.1} MB");
    let memory = Pair {
        floor: before,
        ours: after,
    };
    [
        Row::count(
            SECTION,
            &format!("{what}: first act"),
            Unit::Milliseconds,
            Pair::alone(first),
            FIRST,
            "≤ 1,000 ms",
        ),
        Row::count(
            SECTION,
            &format!("{what}: memory after 20 s, floor after the first act"),
            Unit::Megabytes,
            memory,
            before + GROWTH,
            "≤ floor + 16 MB",
        ),
    ]
}

fn on_postgres(orders: u64) -> Result<Drained> {
    let mut stage = Stage::new()?;
    stage.set(&Template::make(), State::Due, orders)?;
    work(Store::Postgres, stage.server.url(), orders)
}

fn on_sqlite(orders: u64) -> Result<Drained> {
    let folder = Folder::new();
    let fill = SqliteFill::new(&folder.file())?;
    fill.write(&Template::make(), State::Due, Span::first(orders))?;
    fill.settle()?;
    work(Store::Sqlite, folder.file().display().to_string(), orders)
}

fn work(store: Store, database: String, orders: u64) -> Result<Drained> {
    let gateway = Gateway::slow(0)?;
    let task = Task {
        side: Side::Ours,
        store,
        database,
        gateway: gateway.base.clone(),
        rate: UNBOUNDED,
        by_signature: false,
    };
    Ok(drain(&mut [task.start()?], orders, AT_MOST, || ())?)
}
