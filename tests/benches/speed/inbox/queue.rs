//! A general PostgreSQL job queue for Rust, as a program of its own: the same server, as many connections, and jobs that do
//! nothing.

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

/// How the queue is set up: as it is by default, and as its documentation says for many small jobs.
const SETTINGS: [(&str, &str); 2] =
    [("plain", "with its default settings"), ("batched", "with 64 jobs at once, 500 fetched and completed together")];

/// Jobs a second, by setting, or why there are none.
pub(super) type Queue = Result<Vec<f64>, Box<dyn Error>>;

pub(super) fn measure(arguments: &Arguments) -> Queue {
    eprintln!("inbox: building the job queue …");
    // It stays, so that the next run need not build it again.
    let base = env::var_os("CARGO_TARGET_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let program = Program::new(&base, &root, &JOB_QUEUE)?.make()?;
    let jobs = if arguments.quick { JOBS / 10 } else { JOBS };
    let server = PrivatePostgres::start()?;
    SETTINGS.iter().map(|(setting, _)| run(&program, &server.url(), jobs, setting)).collect()
}

fn run(program: &Path, url: &str, jobs: u64, setting: &str) -> Result<f64, Box<dyn Error>> {
    let mut command = Command::new(program);
    command.args([url, &jobs.to_string(), setting]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("the job queue's program ended with {}", output.status).into());
    }
    let rate: f64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    eprintln!("inbox: a job queue, {setting}: {rate:.0} jobs/s");
    Ok(rate)
}

/// The queue as the floor of orders a second.
pub(super) fn rows(queue: Queue, ours: Option<f64>) -> Vec<Row> {
    let what =
        |setting: &str| format!("PostgreSQL, one worker, gateway 0 ms, floor graphile_worker's empty jobs {setting}");
    match queue {
        Ok(rates) => {
            let rows = SETTINGS.iter().zip(rates).map(|((_, setting), floor)| {
                let pair = Pair { floor, ours: ours.unwrap_or(f64::NAN) };
                Row::informative(SECTION, &what(setting), Unit::PerSecond, pair)
            });
            rows.collect()
        }
        Err(error) => vec![Row::unmeasured(SECTION, &what(""), "–", &error.to_string())],
    }
}
