//! The rate limiter on this machine's clock.

use std::time::{Duration, Instant};

use midtrans_inbox::RateLimiter;

/// A rate limiter, and the time since it began.
#[derive(Debug)]
pub(super) struct Pace {
    limiter: RateLimiter,
    started: Instant,
    /// Time that counts as waited for.
    skipped: Duration,
}

impl Pace {
    pub(super) fn new(questions_per_second: u32) -> Self {
        Self {
            limiter: RateLimiter::new(questions_per_second),
            started: Instant::now(),
            skipped: Duration::ZERO,
        }
    }

    /// Takes the next turn, if it has come; else returns the time until it comes.
    pub(super) fn turn(&mut self) -> Result<(), Duration> {
        self.limiter.turn(self.elapsed())
    }

    /// Takes the next turn as if it had been waited for.
    pub(super) fn turn_at_once(&mut self) {
        while let Err(wait) = self.turn() {
            self.skipped = self.skipped.saturating_add(wait);
        }
    }

    pub(super) fn answered(&mut self) {
        self.limiter.answered();
    }

    pub(super) fn overloaded(&mut self, retry_after: Option<Duration>) {
        self.limiter.overloaded(self.elapsed(), retry_after);
    }

    pub(super) fn per_second(&self) -> u64 {
        self.limiter.per_second()
    }

    pub(super) fn within(&self, time: Duration) -> usize {
        self.limiter.within(time)
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed().saturating_add(self.skipped)
    }
}
