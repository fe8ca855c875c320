//! The plan of a subscription.

use serde::{Serialize, Serializer};

use crate::charge::Problems;
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The unit of a subscription's interval.
    pub enum IntervalUnit {
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
        /// Months. The gateway does not document what becomes of the 29th to 31st.
        Month = "month",
    }
}

wire_enum! {
    /// The unit of the interval between retries.
    pub enum RetryUnit {
        /// Minutes.
        Minute = "minute",
        /// Hours.
        Hour = "hour",
        /// Days.
        Day = "day",
    }
}

/// The plan: every so many days, weeks or months.
///
/// ```
/// use midtrans_protocol::subscription::{IntervalUnit, Schedule};
///
/// let mut monthly = Schedule::every(1, IntervalUnit::Month);
/// monthly.max_interval = Some(12);
/// # let _ = monthly;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Schedule {
    /// The number of units between two charges, at least one.
    pub interval: u32,
    /// The unit.
    pub interval_unit: IntervalUnit,
    /// The number of charges after which it ends: `None` for ever, 0 for a single charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_interval: Option<u32>,
    /// The time of the first charge; by default one interval from now. A time in the past is taken:
    /// the first charge is then made at once.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_time")]
    pub start_time: Option<WibTime>,
}

impl Schedule {
    /// A plan without end whose first charge is one interval from now.
    #[must_use]
    pub const fn every(interval: u32, interval_unit: IntervalUnit) -> Self {
        Self {
            interval,
            interval_unit,
            max_interval: None,
            start_time: None,
        }
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        if self.interval == 0 {
            problems.add("schedule.interval", "at least 1");
        }
        if let IntervalUnit::Unknown(_) = self.interval_unit {
            problems.add("schedule.interval_unit", "day, week or month");
        }
    }
}

/// The retries of a charge that failed: every so many minutes, hours or days, at most three times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RetrySchedule {
    /// The number of units between two attempts, at least one.
    pub interval: u32,
    /// The unit.
    pub interval_unit: RetryUnit,
    /// The number of retries, at most 3.
    pub max_interval: u32,
}

impl RetrySchedule {
    /// Retries of a charge that failed.
    #[must_use]
    pub const fn new(interval: u32, interval_unit: RetryUnit, max_interval: u32) -> Self {
        Self {
            interval,
            interval_unit,
            max_interval,
        }
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        if self.interval == 0 {
            problems.add("retry_schedule.interval", "at least 1");
        }
        if let RetryUnit::Unknown(_) = self.interval_unit {
            problems.add("retry_schedule.interval_unit", "minute, hour or day");
        }
        if self.max_interval > 3 {
            problems.add("retry_schedule.max_interval", "at most 3");
        }
    }
}

/// Writes a time with its offset, such as `2026-03-02 18:00:00 +0700`.
pub(crate) fn write_time<S: Serializer>(
    time: &Option<WibTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(WibTime::with_offset).serialize(serializer)
}
