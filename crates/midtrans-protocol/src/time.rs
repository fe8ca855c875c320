//! The gateway's clock: `YYYY-MM-DD hh:mm:ss` in western Indonesian time, UTC+7, without a zone
//! marker.

mod iso;

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::InvalidInput;

const UTC_OFFSET: i64 = 7 * 3600;
const DAY: i64 = 86_400;
/// 0000-01-01 00:00:00 and 9999-12-31 23:59:59 in UTC+7, as Unix seconds: four-digit years only.
const FIRST: i64 = -62_167_219_200 - UTC_OFFSET;
const LAST: i64 = 253_402_300_799 - UTC_OFFSET;

/// A moment in whole seconds, as the gateway writes it: western Indonesian time (WIB), UTC+7 all
/// year.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use midtrans_protocol::time::WibTime;
///
/// let time: WibTime = "2020-01-09 17:58:00".parse()?;
/// assert_eq!(SystemTime::from(time), UNIX_EPOCH + Duration::from_secs(1_578_567_480));
/// assert_eq!(time.to_string(), "2020-01-09 17:58:00");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WibTime(i64);

impl WibTime {
    /// The moment this many seconds after 1970-01-01 00:00:00 UTC, or `None` outside the years 0 to
    /// 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        (FIRST..=LAST).contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The moment that much later, or `None` after the year 9999.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        Self::from_unix(
            self.0
                .checked_add(i64::try_from(duration.as_secs()).ok()?)?,
        )
    }
}

/// Whole seconds; a fraction is cut off.
impl TryFrom<SystemTime> for WibTime {
    type Error = InvalidInput;

    fn try_from(time: SystemTime) -> Result<Self, InvalidInput> {
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).ok(),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).ok();
                whole.map(|whole| -whole - i64::from(before.subsec_nanos() > 0))
            }
        };
        seconds
            .and_then(Self::from_unix)
            .ok_or_else(|| InvalidInput::new("time", "a moment in the years 0 to 9999"))
    }
}

impl From<WibTime> for SystemTime {
    fn from(time: WibTime) -> Self {
        let distance = Duration::from_secs(time.0.unsigned_abs());
        if time.0 < 0 {
            UNIX_EPOCH - distance
        } else {
            UNIX_EPOCH + distance
        }
    }
}

impl FromStr for WibTime {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        parse(text).ok_or_else(|| InvalidInput::new("time", "YYYY-MM-DD hh:mm:ss in UTC+7"))
    }
}

impl fmt::Display for WibTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.0 + UTC_OFFSET;
        let (year, month, day) = civil(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        // By hand: the formatting machinery takes ten times as long, and every answer and
        // notification has three of these.
        let mut text = *b"0000-00-00 00:00:00";
        let mut put = |at: usize, digits: usize, mut number: i64| {
            for place in (at..at + digits).rev() {
                text[place] = b'0' + (number.rem_euclid(10) as u8);
                number /= 10;
            }
        };
        put(0, 4, year);
        for (at, number) in [(5, month), (8, day), (11, hour), (14, minute), (17, second)] {
            put(at, 2, number);
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for WibTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} WIB")
    }
}

fn parse(text: &str) -> Option<WibTime> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-dd dd:dd:dd";
    let fits = bytes.len() == shape.len()
        && bytes.iter().zip(shape).all(|(byte, form)| {
            if *form == b'd' {
                byte.is_ascii_digit()
            } else {
                byte == form
            }
        });
    if !fits {
        return None;
    }
    let number = |at: usize, len: usize| {
        bytes[at..at + len]
            .iter()
            .fold(0, |n, digit| n * 10 + i64::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2));
    let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2));
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_since_epoch(year, month, day);
    // A 31 April counts on into May; coming back to another date shows it.
    (civil(days) == (year, month, day)).then_some(WibTime(
        days * DAY + hour * 3600 + minute * 60 + second - UTC_OFFSET,
    ))
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years are counted from 1
/// March, so that the leap day is the last of its year, in cycles of 400 years (146,097 days).
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, year_of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * 146_097 + day_of_cycle - 719_468
}

/// The date this many days after 1970-01-01; the reverse of [`days_since_epoch`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (
        cycle * 400 + year + i64::from(month <= 2),
        month,
        day_of_month,
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;
    use jiff::tz::{Offset, TimeZone};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    fn oracle(text: &str) -> Option<i64> {
        let zone = TimeZone::fixed(Offset::constant(7));
        let local: DateTime = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
        Some(local.to_zoned(zone).ok()?.timestamp().as_second())
    }

    proptest! {
        #[test]
        fn times_agree_with_an_independent_calendar(
            year in 0i64..=9998, month in 0u8..=13, day in 0u8..=32, hour in 0u8..=24, minute in 0u8..=60, second in 0u8..=59
        ) {
            let text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            prop_assert_eq!(text.parse::<WibTime>().ok().map(WibTime::unix), oracle(&text));
        }

        #[test]
        fn every_moment_survives_the_wire(seconds in FIRST..=LAST) {
            let time = WibTime::from_unix(seconds).unwrap();
            prop_assert_eq!(time.to_string().parse::<WibTime>().unwrap(), time);
            prop_assert_eq!(WibTime::try_from(SystemTime::from(time)).unwrap(), time);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = text.parse::<WibTime>();
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2020-01-09",
            "2020-01-09T17:58:00",
            "2020-02-30 00:00:00",
            "2020-1-9 1:1:1",
            "2020-01-09 17:58:60",
        ] {
            assert!(text.parse::<WibTime>().is_err(), "{text}");
        }
        assert!("2024-02-29 00:00:00".parse::<WibTime>().is_ok());
        assert!("2100-02-29 00:00:00".parse::<WibTime>().is_err());
    }

    #[test]
    fn a_fraction_before_1970_is_cut_towards_the_past() {
        let time = UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(WibTime::try_from(time).unwrap().unix(), -1);
    }
}
