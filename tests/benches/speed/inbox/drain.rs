//! Workers at a backlog, watched from outside.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::Server;

/// The time between two looks at the workers' progress.
const STEP: Duration = Duration::from_millis(50);

/// The longest time without progress.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The progress of workers over time.
#[derive(Debug)]
pub(super) struct Drained {
    samples: Vec<(Duration, f64)>,
    /// From the start to the first act of any worker.
    pub(super) first: Duration,
    /// Bytes of memory of the worker that has most, after its first act and at the end.
    pub(super) memory: [f64; 2],
}

/// Lets workers act until there are so many, or until that time is over.
pub(super) fn drain(
    workers: &mut [Server],
    count: u64,
    at_most: Duration,
    mut watch: impl FnMut(),
) -> io::Result<Drained> {
    let started = Instant::now();
    for worker in workers.iter_mut() {
        worker.ask("go")?;
    }
    let mut samples = vec![(Duration::ZERO, 0.0)];
    let mut memory = None;
    let (mut acted, mut since) = (0.0, started);
    while acted < count as f64 && started.elapsed() < at_most {
        thread::sleep(STEP);
        let sum = sum(workers, "acted")?;
        samples.push((started.elapsed(), sum));
        if sum > acted {
            (acted, since) = (sum, Instant::now());
            if memory.is_none() {
                memory = Some(most(workers, "memory")?);
            }
        }
        if since.elapsed() > TIMEOUT {
            return Err(io::Error::other(format!(
                "nothing was acted on for a minute, after {acted} orders"
            )));
        }
        watch();
    }
    let first = first(workers)?;
    let after = most(workers, "memory")?;
    Ok(Drained {
        samples,
        first,
        memory: [memory.unwrap_or(after), after],
    })
}

impl Drained {
    /// Orders a second over all of the time, the start of the process and of the rate included.
    pub(super) fn since_start(&self) -> f64 {
        self.rate(0.0, 1.0)
    }

    /// Orders a second in the second half, without its last twentieth.
    pub(super) fn steady(&self) -> f64 {
        self.rate(0.5, 0.95)
    }

    /// Orders a second between two parts of all that were acted on.
    fn rate(&self, from: f64, to: f64) -> f64 {
        let all = self.samples.last().map_or(0.0, |sample| sample.1);
        let at = |part: f64| self.samples.iter().find(|sample| sample.1 >= all * part);
        let (Some(from), Some(to)) = (at(from), at(to)) else {
            return f64::NAN;
        };
        (to.1 - from.1) / (to.0 - from.0).as_secs_f64()
    }
}

fn sum(workers: &mut [Server], figure: &str) -> io::Result<f64> {
    workers.iter_mut().map(|worker| worker.ask(figure)).sum()
}

fn most(workers: &mut [Server], figure: &str) -> io::Result<f64> {
    workers
        .iter_mut()
        .try_fold(0.0, |most: f64, worker| Ok(most.max(worker.ask(figure)?)))
}

fn first(workers: &mut [Server]) -> io::Result<Duration> {
    let mut first = f64::INFINITY;
    for worker in workers {
        let nanoseconds = worker.ask("first")?;
        if nanoseconds > 0.0 {
            first = first.min(nanoseconds);
        }
    }
    Ok(if first.is_finite() {
        Duration::from_nanos(first as u64)
    } else {
        Duration::MAX
    })
}
