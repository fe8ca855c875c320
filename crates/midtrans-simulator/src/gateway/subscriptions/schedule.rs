//! The calendar of a subscription.

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde::{Deserialize, Serialize};

use crate::gateway::row;

/// The length of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

impl Unit {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The seconds of the longest unit of this kind.
    const fn longest(self) -> u64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 24 * 3_600,
            Self::Week => 7 * 24 * 3_600,
            Self::Month => 31 * 24 * 3_600,
        }
    }

    /// This many units after a time. A month ends with its own last day; no page says what becomes
    /// of the 29th to the 31st.
    pub(super) fn after(self, start: WibTime, count: u64) -> Option<WibTime> {
        match self {
            Self::Month => months_after(start, count),
            _ => start.checked_add(Duration::from_secs(count.checked_mul(self.longest())?)),
        }
    }
}

/// The calendar of a subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Schedule {
    pub(super) interval: u64,
    pub(super) unit: Unit,
    /// The number of charges; nought means one.
    pub(super) max_interval: Option<u64>,
    #[serde(with = "row::time")]
    pub(super) start: WibTime,
    /// The charges so far.
    pub(super) current: u64,
    #[serde(with = "row::maybe_time")]
    pub(super) previous: Option<WibTime>,
    #[serde(with = "row::maybe_time")]
    pub(super) next: Option<WibTime>,
}

/// The retries of a charge that failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Retry {
    pub(super) interval: u64,
    pub(super) unit: Unit,
    pub(super) max_interval: u64,
}

impl Schedule {
    /// Counts a charge, and plans the next one.
    pub(super) fn advance(&mut self, at: WibTime) {
        self.current += 1;
        self.previous = Some(at);
        let is_last = self
            .max_interval
            .is_some_and(|most| self.current >= most.max(1));
        self.next = self.first_after(at).filter(|_| !is_last);
    }

    /// Leaves the charges out that were due until now.
    pub(super) fn skip(&mut self, now: WibTime) {
        if self.next.is_some_and(|next| next < now) {
            self.next = self.first_after(now);
        }
    }

    /// The first time of the calendar after this one.
    pub(super) fn first_after(&self, at: WibTime) -> Option<WibTime> {
        let passed = u64::try_from(at.unix().saturating_sub(self.start.unix())).unwrap_or(0);
        // No unit is longer than this, so that the search begins before the time looked for, and for
        // all units but the month at it.
        let longest = self.interval.saturating_mul(self.unit.longest()).max(1);
        let mut step = passed / longest;
        loop {
            let next = self
                .unit
                .after(self.start, step.checked_mul(self.interval)?)?;
            if next > at {
                return Some(next);
            }
            step += 1;
        }
    }
}

fn months_after(start: WibTime, count: u64) -> Option<WibTime> {
    let text = start.to_string();
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let months = (year * 12 + month - 1).checked_add(count)?;
    let (year, month) = (months / 12, months % 12 + 1);
    let day = day.min(days_of(year, month));
    format!("{year:04}-{month:02}-{day:02} {}", text.get(11..)?)
        .parse()
        .ok()
}

const fn days_of(year: u64, month: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> WibTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_ends_with_its_own_last_day_and_the_first_day_is_kept() {
        let start = time("2027-12-31 10:00:00");
        for (count, end) in [
            (0, "2027-12-31"),
            (1, "2028-01-31"),
            (2, "2028-02-29"),
            (3, "2028-03-31"),
            (14, "2029-02-28"),
        ] {
            let expected = time(&format!("{end} 10:00:00"));
            assert_eq!(Unit::Month.after(start, count), Some(expected));
        }
        assert_eq!(Unit::Month.after(start, u64::MAX), None);
    }

    #[test]
    fn the_calendar_counts_from_its_start() {
        let mut schedule = Schedule {
            interval: 2,
            unit: Unit::Week,
            max_interval: Some(2),
            start: time("2026-11-01 10:00:00"),
            current: 0,
            previous: None,
            next: Some(time("2026-11-01 10:00:00")),
        };
        schedule.advance(time("2026-11-01 10:00:00"));
        assert_eq!(schedule.next, Some(time("2026-11-15 10:00:00")));
        schedule.skip(time("2026-12-13 09:00:00"));
        assert_eq!(schedule.next, Some(time("2026-12-13 10:00:00")));
        schedule.advance(time("2026-12-13 10:00:00"));
        assert_eq!((schedule.next, schedule.current), (None, 2));
    }
}
