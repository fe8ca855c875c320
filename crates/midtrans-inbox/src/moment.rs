//! Times as a database stores them: whole milliseconds since 1970-01-01 00:00:00 UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Returns a time in milliseconds. A time before 1970 or after the year 292 million becomes the
/// nearest valid one.
#[must_use]
pub fn to_millis(moment: SystemTime) -> i64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the time of a number of milliseconds; a negative number is 1970.
#[must_use]
pub fn from_millis(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

/// Adds a duration to a time. A time beyond the clock's range is the latest one that a database can
/// store.
#[must_use]
pub fn later(moment: SystemTime, by: Duration) -> SystemTime {
    moment
        .checked_add(by)
        .unwrap_or_else(|| from_millis(i64::MAX))
}

/// Returns the earlier of two times, of which one may be missing.
pub(crate) fn earlier(one: Option<SystemTime>, other: SystemTime) -> SystemTime {
    one.map_or(other, |one| one.min(other))
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
