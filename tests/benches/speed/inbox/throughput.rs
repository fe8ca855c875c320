//! Orders a second: accepted notifications that wait, until all are acted on. By hand and by the
//! inbox, one after the other.

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

/// The bound of questions in a second as it is by default.
const DEFAULT: u32 = 500;

/// No run takes so long.
const AT_MOST: Duration = Duration::from_secs(300);

/// A worker never has more connections than these.
const CONNECTIONS: f64 = 4.0;

/// One case to measure.
struct Case {
    name: &'static str,
    store: Store,
    workers: usize,
    /// Of the gateway, in milliseconds.
    delay: u64,
    /// The option for limited gateways is on.
    by_signature: bool,
    orders: u64,
    goal: f64,
}

const CASES: [Case; 7] = [
    Case::postgres("one worker, gateway 150 ms", 1, 150, 8_000, 300.0),
    Case::postgres("one worker, gateway 0 ms", 1, 0, 30_000, 1_000.0),
    Case {
        by_signature: true,
        ..Case::postgres(
            "one worker, gateway 0 ms, paid by signature",
            1,
            0,
            30_000,
            1_000.0,
        )
    },
    Case::postgres("four workers, gateway 0 ms", 4, 0, 60_000, 3_000.0),
    Case {
        by_signature: true,
        ..Case::postgres(
            "four workers, gateway 0 ms, paid by signature",
            4,
            0,
            60_000,
            3_000.0,
        )
    },
    Case::sqlite("one worker, gateway 150 ms", 150, 8_000, 200.0),
    Case::sqlite("one worker, gateway 0 ms", 0, 30_000, 2_000.0),
];

/// The case that a job queue is compared with.
const AT_ONCE: usize = 1;

impl Case {
    const fn postgres(
        name: &'static str,
        workers: usize,
        delay: u64,
        orders: u64,
        goal: f64,
    ) -> Self {
        Self {
            name,
            store: Store::Postgres,
            workers,
            delay,
            by_signature: false,
            orders,
            goal,
        }
    }

    const fn sqlite(name: &'static str, delay: u64, orders: u64, goal: f64) -> Self {
        Self {
            store: Store::Sqlite,
            ..Self::postgres(name, 1, delay, orders, goal)
        }
    }

    fn what(&self) -> String {
        let store = if self.store == Store::Postgres {
            "PostgreSQL"
        } else {
            "SQLite"
        };
        format!("{store}, {}", self.name)
    }
}

/// The figures of a run.
struct Run {
    drained: Drained,
    /// The most connections to the database at a time.
    connections: f64,
}

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

/// Returns the rows, and the rate of one worker on PostgreSQL where the gateway answers at once.
pub(super) fn measure(arguments: &Arguments) -> (Vec<Row>, Option<f64>) {
    let template = Template::make();
    let mut stage = Stage::new();
    let (mut rows, mut at_once) = (Vec::new(), None);
    // By hand there is no such option: the same floor.
    let mut floor = f64::NAN;
    for case in &CASES {
        let measured = match (case.store, &mut stage) {
            (Store::Postgres, Err(error)) => Err(error.to_string().into()),
            (Store::Postgres, Ok(stage)) => {
                both(case, &template, Some(stage), arguments, &mut floor)
            }
            (Store::Sqlite, _) => both(case, &template, None, arguments, &mut floor),
        };
        match measured {
            Ok((rate, more)) => {
                if std::ptr::eq(case, &CASES[AT_ONCE]) {
                    at_once = Some(rate);
                }
                rows.extend(more);
            }
            Err(error) => {
                let goal = format!("≥ {}", Unit::PerSecond.show(case.goal));
                rows.push(Row::unmeasured(
                    SECTION,
                    &case.what(),
                    &goal,
                    &error.to_string(),
                ));
            }
        }
    }
    (rows, at_once)
}

/// Measures one worker on PostgreSQL where the gateway answers at once, by itself.
pub(super) fn at_once(arguments: &Arguments) -> Option<f64> {
    let mut stage = Stage::new().ok()?;
    let run = run(
        &CASES[AT_ONCE],
        Side::Ours,
        &Template::make(),
        Some(&mut stage),
        arguments,
    );
    run.map(|run| run.drained.steady()).ok()
}

fn both(
    case: &Case,
    template: &Template,
    mut stage: Option<&mut Stage>,
    arguments: &Arguments,
    floor: &mut f64,
) -> Result<(f64, Vec<Row>)> {
    if !case.by_signature {
        *floor = run(case, Side::Bare, template, stage.as_deref_mut(), arguments)?
            .drained
            .steady();
    }
    let ours = run(case, Side::Ours, template, stage, arguments)?;
    let what = case.what();
    let pair = Pair {
        floor: *floor,
        ours: ours.drained.steady(),
    };
    let start = Pair::alone(ours.drained.since_start());
    let mut rows = vec![
        Row::at_least(SECTION, &what, Unit::PerSecond, pair, case.goal),
        Row::informative(
            SECTION,
            &format!("{what}: from the start of the process"),
            Unit::PerSecond,
            start,
        ),
    ];
    if case.store == Store::Postgres && case.workers == 1 && case.delay > 0 {
        let (what, pair) = (
            format!("{what}: connections"),
            Pair::alone(ours.connections),
        );
        rows.push(Row::count(
            SECTION,
            &what,
            Unit::Count,
            pair,
            CONNECTIONS,
            "≤ 4",
        ));
    }
    Ok((pair.ours, rows))
}

fn run(
    case: &Case,
    side: Side,
    template: &Template,
    stage: Option<&mut Stage>,
    arguments: &Arguments,
) -> Result<Run> {
    let orders = if arguments.quick {
        case.orders / 10
    } else {
        case.orders
    };
    let who = if side == Side::Bare {
        "by hand"
    } else {
        "ours"
    };
    eprintln!("inbox: {}, {who}, {orders} orders …", case.what());
    let gateway = Gateway::slow(case.delay)?;
    let rate = if case.delay == 0 { UNBOUNDED } else { DEFAULT };
    let task = |database: String| Task {
        side,
        store: case.store,
        database,
        gateway: gateway.base.clone(),
        rate,
        by_signature: case.by_signature,
    };
    let run = match stage {
        Some(stage) => {
            stage.set(template, State::Notified, orders)?;
            on_postgres(&task(stage.server.url()), case.workers, orders, stage)?
        }
        None => {
            let folder = Folder::new();
            let fill = SqliteFill::new(&folder.file())?;
            fill.write(template, State::Notified, Span::first(orders))?;
            fill.settle()?;
            let mut workers = [task(folder.file().display().to_string()).start()?];
            Run {
                drained: drain(&mut workers, orders, AT_MOST, || ())?,
                connections: f64::NAN,
            }
        }
    };
    let (steady, start) = (run.drained.steady(), run.drained.since_start());
    eprintln!(
        "inbox: {steady:.0} orders/s, {start:.0} from the start, {} connections",
        run.connections
    );
    Ok(run)
}

fn on_postgres(task: &Task, workers: usize, orders: u64, stage: &mut Stage) -> Result<Run> {
    let mut workers = (0..workers)
        .map(|_| task.start())
        .collect::<std::io::Result<Vec<_>>>()?;
    let mut connections = 0;
    let drained = drain(&mut workers, orders, AT_MOST, || {
        connections = stage
            .connections()
            .map_or(connections, |count| connections.max(count));
    })?;
    Ok(Run {
        drained,
        connections: connections as f64,
    })
}
