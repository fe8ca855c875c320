//! Contestants take turns on the clock, so that whatever else the machine does hits all of them
//! alike.

use std::time::{Duration, Instant};

/// The least that one turn lasts. Short enough that many turns are never interrupted, long enough
/// for the clock.
const TURN: Duration = Duration::from_micros(60);

/// The nanoseconds of one run of each contestant, from its best turn.
///
/// Interruptions only ever add time, so the best of many short turns is what the code itself takes.
pub(crate) fn race<const N: usize>(
    rounds: usize,
    mut contestants: [&mut dyn FnMut(); N],
) -> [f64; N] {
    let mut batches = [1; N];
    for (batch, contestant) in batches.iter_mut().zip(&mut contestants) {
        // The caches are warm after the first of these.
        while turn(*batch, contestant) < TURN {
            *batch *= 2;
        }
    }
    let mut best = [f64::INFINITY; N];
    for round in 0..rounds {
        for place in 0..N {
            let at = (place + round) % N;
            let nanoseconds = turn(batches[at], &mut contestants[at]).as_secs_f64() * 1e9;
            best[at] = best[at].min(nanoseconds / f64::from(batches[at]));
        }
    }
    best
}

fn turn(batch: u32, contestant: &mut &mut dyn FnMut()) -> Duration {
    let started = Instant::now();
    for _ in 0..batch {
        contestant();
    }
    started.elapsed()
}
