//! The rate limiter of a worker, on its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::QuestionResult;
use crate::{RateLimiter, Stats};

/// A [`RateLimiter`] that all threads or tasks of a worker share. `now` is the time of a monotonic
/// clock.
#[derive(Debug)]
pub struct WorkerLimiter {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limiter: RateLimiter,
    /// Time that counts as waited for.
    skipped: Duration,
}

impl WorkerLimiter {
    /// Creates a limiter with a maximum rate in questions a second; 0 counts as 1.
    #[must_use]
    pub fn new(questions_per_second: u32, now: Instant) -> Self {
        Self {
            started: now,
            state: Mutex::new(State {
                limiter: RateLimiter::new(questions_per_second),
                skipped: Duration::ZERO,
            }),
        }
    }

    /// Takes the next turn, if it is due.
    ///
    /// # Errors
    /// The time until it is due.
    pub fn turn(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.lock();
        let elapsed = self.elapsed(&state, now);
        state.limiter.turn(elapsed)
    }

    /// Takes the next turn at once, and counts the time until it as waited for.
    pub fn turn_at_once(&self, now: Instant) {
        while let Err(wait) = self.turn(now) {
            let mut state = self.lock();
            state.skipped = state.skipped.saturating_add(wait);
        }
    }

    /// Returns the present rate, in questions a second, rounded up.
    #[must_use]
    pub fn per_second(&self) -> u64 {
        self.lock().limiter.per_second()
    }

    /// Returns the number of questions that the present rate allows within a time, at least one.
    #[must_use]
    pub fn within(&self, time: Duration) -> usize {
        self.lock().limiter.within(time)
    }

    /// Adapts the rate to the result of a question, and counts it. Returns the new rate, in
    /// questions a second.
    pub fn record(&self, asked: &QuestionResult, stats: &Stats, now: Instant) -> u64 {
        let mut state = self.lock();
        let elapsed = self.elapsed(&state, now);
        match asked {
            QuestionResult::Answered(_) => state.limiter.answered(),
            QuestionResult::Overloaded { retry_after, .. } => {
                state.limiter.overloaded(elapsed, *retry_after);
                stats.overloaded();
            }
            QuestionResult::Unusable { .. } => {
                state.limiter.answered();
                stats.unusable();
            }
        }
        state.limiter.per_second()
    }

    fn elapsed(&self, state: &State, now: Instant) -> Duration {
        now.saturating_duration_since(self.started)
            .saturating_add(state.skipped)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
