//! The simulator's clock: real, sped up, or standing still until it is moved.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use midtrans_protocol::time::WibTime;

/// The pace of the gateway's clock. Whatever the pace, the clock can also be moved by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Time {
    /// Real time.
    #[default]
    Real,
    /// This many times faster than real time, from the present on. Zero counts as one.
    Sped(u32),
    /// The given time, until it is moved.
    Manual(WibTime),
}

#[derive(Debug)]
pub(crate) struct Clock {
    origin: WibTime,
    started: Instant,
    pace: u32,
    /// The distance that it was moved by hand, in nanoseconds.
    ahead: AtomicU64,
}

impl Clock {
    /// Starts a clock, now or at the given moment; a manual one starts where it stands.
    pub(crate) fn start(time: Time, at: Option<WibTime>) -> Self {
        let (origin, pace) = match time {
            Time::Real => (at, 1),
            Time::Sped(pace) => (at, pace.max(1)),
            Time::Manual(origin) => (Some(origin), 0),
        };
        // A system clock beyond the year 9999 is taken as the last moment that can be written.
        let origin = origin
            .or_else(|| SystemTime::now().try_into().ok())
            .unwrap_or_else(end_of_time);
        Self {
            origin,
            started: Instant::now(),
            pace,
            ahead: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> WibTime {
        let passed = self.started.elapsed().saturating_mul(self.pace);
        let moved = self.ahead();
        self.origin
            .checked_add(passed.saturating_add(moved))
            .unwrap_or_else(end_of_time)
    }

    /// The same time for a client in this process, which measures its own pauses and deadlines with
    /// it.
    pub(crate) fn instant(&self) -> Instant {
        let passed = self
            .started
            .elapsed()
            .saturating_mul(self.pace)
            .saturating_add(self.ahead());
        self.started.checked_add(passed).unwrap_or(self.started)
    }

    /// The distance that it was moved by hand: five centuries at most.
    pub(crate) fn ahead(&self) -> Duration {
        Duration::from_nanos(self.ahead.load(Ordering::SeqCst))
    }

    /// Moves the clock to the last moment of another run, if that is later: time does not go back.
    #[cfg(feature = "state")]
    pub(crate) fn never_before(&self, seen: Option<WibTime>) {
        let behind = seen.map(|seen| seen.unix().saturating_sub(self.now().unix()));
        if let Some(Ok(behind)) = behind.map(u64::try_from) {
            self.advance(Duration::from_secs(behind));
        }
    }

    pub(crate) fn advance(&self, by: Duration) {
        // Moments at the gateway are whole seconds, and pauses are not: many short ones are a long
        // one.
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        let further = |ahead: u64| Some(ahead.saturating_add(nanos));
        let _ = self
            .ahead
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, further);
    }

    /// The time to sleep until that moment; `None` where sleeping brings it no nearer.
    pub(crate) fn until(&self, at: WibTime) -> Option<Duration> {
        if self.pace == 0 {
            return None;
        }
        let from_origin = u64::try_from(at.unix().saturating_sub(self.origin.unix())).unwrap_or(0);
        let from_start = Duration::from_secs(from_origin).saturating_sub(self.ahead()) / self.pace;
        // A little later rather than a little too early, which would only mean another round.
        Some(from_start.saturating_sub(self.started.elapsed()) + Duration::from_millis(1))
    }
}

fn end_of_time() -> WibTime {
    WibTime::from_unix(253_402_300_799 - 7 * 3_600)
        .expect("the last second of the year 9999 can be written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let start: WibTime = "2026-11-22 10:00:00".parse().unwrap();
        let clock = Clock::start(Time::Manual(start), None);
        assert_eq!(clock.now(), start);
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(clock.now().to_string(), "2026-11-22 11:00:00");
        assert_eq!(clock.until(start), None);
        clock.advance(Duration::from_secs(500 * 366 * 86_400));
        assert!(clock.now().to_string().starts_with("2527-"));
        clock.advance(Duration::MAX);
        assert_eq!(
            clock.ahead(),
            Duration::from_nanos(u64::MAX),
            "five centuries, and no overflow"
        );
    }

    #[test]
    fn short_pauses_add_up() {
        let clock = Clock::start(Time::Manual("2026-11-22 10:00:00".parse().unwrap()), None);
        for _ in 0..600 {
            clock.advance(Duration::from_millis(999));
        }
        assert_eq!(clock.now().to_string(), "2026-11-22 10:09:59");
    }

    #[test]
    fn a_clock_goes_on_from_where_it_starts() {
        let start: WibTime = "2022-11-22 10:00:00".parse().unwrap();
        for time in [Time::Real, Time::Sped(2)] {
            let clock = Clock::start(time, Some(start));
            assert!(
                clock.now().to_string().starts_with("2022-11-22 "),
                "{time:?}"
            );
            clock.advance(Duration::from_secs(86_400));
            assert!(
                clock.now().to_string().starts_with("2022-11-23 "),
                "{time:?}"
            );
            let later = start.checked_add(Duration::from_secs(90_000)).unwrap();
            assert!(clock.until(later).unwrap() <= Duration::from_secs(3_601));
        }
    }

    #[test]
    fn a_fast_clock_sleeps_less() {
        let clock = Clock::start(Time::Sped(60), None);
        let later = clock.now().checked_add(Duration::from_secs(3_600)).unwrap();
        let pause = clock.until(later).unwrap();
        assert!(
            pause <= Duration::from_secs(61) && pause > Duration::from_secs(50),
            "{pause:?}"
        );
    }
}
