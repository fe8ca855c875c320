//! A rate limiter that adapts to the gateway.

use std::time::Duration;

/// The slowest rate, in questions per thousand seconds: one in five seconds, which a failing
/// gateway can bear.
const SLOWEST: u64 = 200;
/// The first rate: fifty questions a second. A gateway that allows ten refuses about forty before
/// the rate has adapted, after two seconds.
const FIRST: u64 = 50_000;
/// Failures within this time count once, as one overload.
const ONE_OVERLOAD: Duration = Duration::from_secs(1);
/// The number of answers that offset one failure.
const ANSWERS_PER_FAILURE: u32 = 8;
/// The failures that count as an overload, unless answers offset them. One failure in a hundred
/// never does, at any rate.
const OVERLOAD: u32 = 3 * ANSWERS_PER_FAILURE;
/// The longest `Retry-After` that is obeyed.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Spreads questions evenly. The rate grows while answers come, and halves when the gateway is
/// overloaded: when more than about one question in eight fails.
///
/// It uses no clock: `elapsed` is the time since any fixed moment.
#[derive(Debug)]
pub struct RateLimiter {
    /// Questions per thousand seconds.
    rate: u64,
    /// The rate above which growth is slow: three quarters of the rate that was too high.
    slow_from: u64,
    bound: u64,
    next: Duration,
    overloaded_at: Option<Duration>,
    /// Failures that are not offset yet, each counted as the answers that offset it.
    failures: u32,
}

impl RateLimiter {
    /// Creates a limiter with a maximum rate in questions a second; 0 counts as 1.
    #[must_use]
    pub fn new(questions_per_second: u32) -> Self {
        let bound = u64::from(questions_per_second.max(1)) * 1_000;
        let (rate, slow_from) = (FIRST.min(bound), bound);
        Self {
            rate,
            slow_from,
            bound,
            next: Duration::ZERO,
            overloaded_at: None,
            failures: 0,
        }
    }

    /// Takes the next turn, if it is due.
    ///
    /// # Errors
    /// The time until it is due.
    pub fn turn(&mut self, elapsed: Duration) -> Result<(), Duration> {
        let wait = self.next.saturating_sub(elapsed);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        // A pause saves up no turns, but a loop that is slightly late does not lose its turn.
        let late = elapsed
            .saturating_sub(self.next)
            .min(Duration::from_millis(50));
        self.next = elapsed.saturating_sub(late).saturating_add(self.gap());
        Ok(())
    }

    /// Notes an answer. The rate doubles within a second. Near the rate that was too high, it grows
    /// per second by a half or by a twentieth, whichever is more.
    pub fn answered(&mut self) {
        self.failures = self.failures.saturating_sub(1);
        let growth = if self.rate < self.slow_from {
            1_000
        } else {
            (500_000 / self.rate.max(1)).max(50)
        };
        self.rate = self.rate.saturating_add(growth).min(self.bound);
    }

    /// Notes that the gateway limits questions, fails, or does not answer in time. Nothing is asked
    /// until its `Retry-After` is over. At the third failure among a few answers the rate halves.
    pub fn overloaded(&mut self, elapsed: Duration, retry_after: Option<Duration>) {
        let is_same = self
            .overloaded_at
            .is_some_and(|at| elapsed.saturating_sub(at) < ONE_OVERLOAD);
        self.failures = self
            .failures
            .saturating_add(ANSWERS_PER_FAILURE)
            .min(OVERLOAD);
        if !is_same && self.failures == OVERLOAD {
            self.overloaded_at = Some(elapsed);
            self.slow_from = self.rate / 4 * 3;
            self.rate = (self.rate / 2).max(SLOWEST.min(self.bound));
        }
        let wait = retry_after
            .unwrap_or_default()
            .min(LONGEST_WAIT)
            .max(self.gap());
        self.next = self.next.max(elapsed.saturating_add(wait));
    }

    /// Returns the present rate, in questions a second, rounded up.
    #[must_use]
    pub fn per_second(&self) -> u64 {
        self.rate.div_ceil(1_000)
    }

    /// Returns the number of questions that the present rate allows within a time, at least one.
    #[must_use]
    pub fn within(&self, time: Duration) -> usize {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        usize::try_from(self.rate.saturating_mul(millis) / 1_000_000)
            .unwrap_or(usize::MAX)
            .max(1)
    }

    fn gap(&self) -> Duration {
        Duration::from_nanos(1_000_000_000_000 / self.rate.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs so many seconds in steps of a millisecond against a gateway that allows `limit`
    /// questions a second and refuses the rest. Returns the numbers of answered and refused
    /// questions.
    fn play(limiter: &mut RateLimiter, from: u64, seconds: u64, limit: u64) -> (u64, u64) {
        let (mut answered, mut refused) = (0, 0);
        for second in from..from + seconds {
            let mut taken = 0;
            for millisecond in 0..1_000 {
                let elapsed = Duration::from_millis(second * 1_000 + millisecond);
                while limiter.turn(elapsed).is_ok() {
                    taken += 1;
                    if taken <= limit {
                        answered += 1;
                        limiter.answered();
                    } else {
                        refused += 1;
                        limiter.overloaded(elapsed, None);
                    }
                }
            }
        }
        (answered, refused)
    }

    #[test]
    fn the_rate_starts_moderately_and_grows_to_the_bound_and_never_above_it() {
        let mut limiter = RateLimiter::new(300);
        assert_eq!(limiter.per_second(), 50);
        let (first, _) = play(&mut limiter, 0, 1, u64::MAX);
        assert!((50..=150).contains(&first), "{first}");
        play(&mut limiter, 1, 9, u64::MAX);
        assert_eq!(limiter.per_second(), 300);
        let (answered, _) = play(&mut limiter, 10, 10, u64::MAX);
        assert!((2_700..=3_016).contains(&answered), "{answered}");
    }

    #[test]
    fn a_gateway_that_allows_ten_a_second_is_used_nearly_to_the_full_and_seldom_refuses() {
        let mut limiter = RateLimiter::new(500);
        play(&mut limiter, 0, 30, 10);
        let (answered, refused) = play(&mut limiter, 30, 300, 10);
        assert!(answered >= 2_000, "{answered}");
        assert!(refused * 7 < answered, "{refused} of {answered}");
    }

    #[test]
    fn a_failure_now_and_then_is_no_overload_however_fast_questions_are_asked() {
        let mut limiter = RateLimiter::new(300);
        let (mut dice, mut asked) = (1_u64, 0_u64);
        for millisecond in 0..600_000 {
            let elapsed = Duration::from_millis(millisecond);
            while limiter.turn(elapsed).is_ok() {
                asked += 1;
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                // One in fifty, at random.
                if (dice >> 33) % 50 == 0 {
                    limiter.overloaded(elapsed, None);
                } else {
                    limiter.answered();
                }
            }
        }
        assert!(asked > 150_000, "{asked} of 180,000");
    }

    #[test]
    fn a_short_outage_now_and_then_costs_a_few_seconds_each() {
        let mut limiter = RateLimiter::new(300);
        let mut answered = 0;
        for millisecond in 0..600_000 {
            let elapsed = Duration::from_millis(millisecond);
            while limiter.turn(elapsed).is_ok() {
                // Every second question fails for 600 milliseconds, every 15 seconds.
                answered += 1;
                if millisecond % 15_000 < 600 && answered % 2 == 0 {
                    limiter.overloaded(elapsed, None);
                } else {
                    limiter.answered();
                }
            }
        }
        assert!(answered > 120_000, "{answered} of 180,000");
    }

    #[test]
    fn an_outage_costs_a_trickle_and_is_over_within_seconds() {
        let mut limiter = RateLimiter::new(300);
        play(&mut limiter, 0, 30, u64::MAX);
        play(&mut limiter, 30, 60, 0);
        let (_, refused) = play(&mut limiter, 90, 600, 0);
        assert!(refused <= 130, "{refused}");
        let (answered, _) = play(&mut limiter, 690, 60, u64::MAX);
        assert!(answered > 300, "{answered}");
    }

    #[test]
    fn the_time_that_the_gateway_asks_for_is_waited_for() {
        let mut limiter = RateLimiter::new(100);
        limiter.overloaded(Duration::ZERO, Some(Duration::from_secs(30)));
        assert_eq!(
            limiter.turn(Duration::from_secs(1)),
            Err(Duration::from_secs(29))
        );
        assert_eq!(limiter.turn(Duration::from_secs(30)), Ok(()));
        limiter.overloaded(Duration::ZERO, Some(Duration::from_secs(1 << 40)));
        assert!(
            limiter.turn(Duration::from_secs(400)).is_ok(),
            "a time beyond reason is cut"
        );
    }

    #[test]
    fn a_pause_saves_no_turns_up() {
        let mut limiter = RateLimiter::new(10);
        assert!(limiter.turn(Duration::from_secs(7)).is_ok());
        let after = Duration::from_secs(60);
        assert!(limiter.turn(after).is_ok());
        assert!(limiter.turn(after + Duration::from_millis(40)).is_err());
        assert!(limiter.turn(after + Duration::from_millis(60)).is_ok());
        assert!(limiter.turn(after + Duration::from_millis(61)).is_err());
    }
}
