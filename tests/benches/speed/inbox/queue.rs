//! A general PostgreSQL job queue for Rust, as a program of its own: the same server, as many
//! connections, and jobs that do nothing.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use midtrans_private_postgres::PrivatePostgres;

use super::SECTION;
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::program::{JOB_QUEUE, Program};
use crate::table::{Pair, Row};

const JOBS: u64 = 30_000;

/// The queue as its documentation sets it up for many small jobs. As it is by default it takes as
/// many jobs a second out of a backlog as it has processors, because it looks once a second.
const WHAT: &str = "PostgreSQL, one worker, gateway 0 ms, floor graphile_worker with empty jobs";

/// Jobs a second, or why there are none.
pub(super) type Queue = Result<f64, Box<dyn Error>>;

pub(super) fn measure(arguments: &Arguments) -> Queue {
    eprintln!("inbox: building the job queue …");
    // It stays, so that the next run need not build it again.
    let base = env::var_os("CARGO_TARGET_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let program = Program::new(&base, &root, &JOB_QUEUE)?.make()?;
    let jobs = if arguments.quick { JOBS / 10 } else { JOBS };
    let server = PrivatePostgres::start()?;
    let mut command = Command::new(program);
    command
        .args([server.url(), jobs.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("the job queue's program ended with {}", output.status).into());
    }
    let rate: f64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    eprintln!("inbox: a job queue: {rate:.0} jobs/s");
    Ok(rate)
}

/// The queue as the floor of orders a second.
pub(super) fn row(queue: Queue, ours: Option<f64>) -> Row {
    match queue {
        Ok(floor) => {
            let pair = Pair {
                floor,
                ours: ours.unwrap_or(f64::NAN),
            };
            Row::informative(SECTION, WHAT, Unit::PerSecond, pair)
        }
        Err(error) => Row::unmeasured(SECTION, WHAT, "–", &error.to_string()),
    }
}
