//! The expiry of a charge.

use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::InvalidInput;
use crate::time::WibTime;

/// The time for which a charge stays payable. ([Custom
/// expiry](https://docs.midtrans.com/reference/custom-expiry-object))
///
/// Without one, Akulaku gives two hours and Kredivo 24. The gateway's scheduler is only dependable
/// from about 15 minutes on; for an exact end, call [`Expire`](crate::transaction::Expire).
///
/// ```
/// use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
///
/// let expiry = CustomExpiry::new(60, ExpiryUnit::Minute)?;
/// assert_eq!(serde_json::to_string(&expiry)?, r#"{"expiry_duration":60,"unit":"minute"}"#);
/// assert!(CustomExpiry::new(19, ExpiryUnit::Second).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomExpiry {
    duration: u32,
    unit: ExpiryUnit,
    order_time: Option<WibTime>,
    extra: Map<String, Value>,
}

/// The unit of an expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiryUnit {
    /// Seconds.
    Second,
    /// Minutes, the gateway's own default.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl ExpiryUnit {
    const ALL: [(Self, &'static str, u64); 4] = [
        (Self::Second, "second", 1),
        (Self::Minute, "minute", 60),
        (Self::Hour, "hour", 3_600),
        (Self::Day, "day", 86_400),
    ];

    /// The gateway's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, text, _)| *text == word)
            .map(|(unit, ..)| *unit)
    }

    pub(crate) const fn seconds(self) -> u64 {
        Self::ALL[self as usize].2
    }
}

impl CustomExpiry {
    /// Shortest life of a charge: 20 seconds.
    pub const MIN: Duration = Duration::from_secs(20);
    /// Longest life of a charge: 180 days.
    pub const MAX: Duration = Duration::from_secs(180 * 86_400);

    /// An expiry this long after the charge was made, or after [`starting`](Self::starting).
    ///
    /// # Errors
    /// [`InvalidInput`] below 20 seconds or above 180 days. (Above, one page of the gateway says
    /// that it refuses, another that it shortens; a refusal here leaves no doubt.)
    pub fn new(duration: u32, unit: ExpiryUnit) -> Result<Self, InvalidInput> {
        let expiry = Self {
            duration,
            unit,
            order_time: None,
            extra: Map::new(),
        };
        if !(Self::MIN..=Self::MAX).contains(&expiry.duration()) {
            return Err(InvalidInput::new(
                "custom_expiry.expiry_duration",
                "20 seconds to 180 days",
            ));
        }
        Ok(expiry)
    }

    /// Counts from this moment instead of from the moment of the charge. At least 20 seconds must
    /// be left when the gateway gets the charge; only it can check that.
    #[must_use]
    pub fn starting(mut self, order_time: WibTime) -> Self {
        self.order_time = Some(order_time);
        self
    }

    /// Adds fields that this version doesn't know.
    ///
    /// # Errors
    /// [`InvalidInput`] for `order_time`, `expiry_duration` and `unit`.
    pub fn with_extra(mut self, extra: Map<String, Value>) -> Result<Self, InvalidInput> {
        if ["order_time", "expiry_duration", "unit"]
            .into_iter()
            .any(|name| extra.contains_key(name))
        {
            return Err(InvalidInput::new("custom_expiry", "each field once"));
        }
        self.extra = extra;
        Ok(self)
    }

    /// The length.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_secs(u64::from(self.duration) * self.unit.seconds())
    }

    /// The moment it is counted from, where one was given.
    #[must_use]
    pub const fn order_time(&self) -> Option<WibTime> {
        self.order_time
    }
}

impl Serialize for CustomExpiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut expiry = serializer.serialize_map(None)?;
        if let Some(time) = self.order_time {
            expiry.serialize_entry("order_time", &format_args!("{time} +0700"))?;
        }
        expiry.serialize_entry("expiry_duration", &self.duration)?;
        expiry.serialize_entry("unit", self.unit.as_str())?;
        for (name, value) in &self.extra {
            expiry.serialize_entry(name, value)?;
        }
        expiry.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_twenty_seconds_and_180_days() {
        for (duration, unit, valid) in [
            (19, ExpiryUnit::Second, false),
            (20, ExpiryUnit::Second, true),
            (0, ExpiryUnit::Minute, false),
            (1, ExpiryUnit::Minute, true),
            (180, ExpiryUnit::Day, true),
            (181, ExpiryUnit::Day, false),
            (4_320, ExpiryUnit::Hour, true),
            (4_321, ExpiryUnit::Hour, false),
            (u32::MAX, ExpiryUnit::Day, false),
        ] {
            assert_eq!(
                CustomExpiry::new(duration, unit).is_ok(),
                valid,
                "{duration} {unit:?}"
            );
        }
    }

    #[test]
    fn the_order_time_names_its_zone() {
        let expiry = CustomExpiry::new(2, ExpiryUnit::Hour)
            .unwrap()
            .starting("2016-12-07 11:54:12".parse().unwrap());
        let json = serde_json::to_string(&expiry).unwrap();
        assert_eq!(
            json,
            r#"{"order_time":"2016-12-07 11:54:12 +0700","expiry_duration":2,"unit":"hour"}"#
        );
    }

    #[test]
    fn unknown_fields_go_along_and_known_ones_have_their_place() {
        let expiry = CustomExpiry::new(2, ExpiryUnit::Hour).unwrap();
        let new = Map::from_iter([("x_new".to_owned(), Value::from(1))]);
        let json = serde_json::to_string(&expiry.clone().with_extra(new).unwrap()).unwrap();
        assert_eq!(json, r#"{"expiry_duration":2,"unit":"hour","x_new":1}"#);
        assert!(
            expiry
                .with_extra(Map::from_iter([("unit".to_owned(), Value::from("day"))]))
                .is_err()
        );
    }
}
