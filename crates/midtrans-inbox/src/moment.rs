//! Moments as a database keeps them: whole milliseconds after 1970-01-01 00:00:00 UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment as a number of milliseconds; what lies before 1970 or after the year 292 million is cut
/// to the nearest.
#[must_use]
pub fn to_millis(moment: SystemTime) -> i64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The moment of that number; a negative one is 1970.
#[must_use]
pub fn from_millis(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

/// So much later; a moment that the clock cannot show is the latest that a database can.
#[must_use]
pub fn later(moment: SystemTime, by: Duration) -> SystemTime {
    moment
        .checked_add(by)
        .unwrap_or_else(|| from_millis(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn every_millisecond_survives(millis in 0..i64::MAX / 2) {
            prop_assert_eq!(to_millis(from_millis(millis)), millis);
        }
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(to_millis(UNIX_EPOCH - Duration::from_secs(1)), 0);
        assert_eq!(from_millis(-1), UNIX_EPOCH);
        assert!(later(UNIX_EPOCH, Duration::MAX) > UNIX_EPOCH);
    }
}
