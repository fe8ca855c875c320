//! The expiry of a page of Snap and of its payment.

use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::InvalidInput;
use crate::charge::{CustomExpiry, ExpiryUnit, join};
use crate::fields::Fields;
use crate::time::WibTime;

/// The time for which a page of Snap, a payment link or its payment stays open. ([Expire a Snap
/// session](https://docs.midtrans.com/reference/expire-a-snap-session))
///
/// ```
/// use midtrans_protocol::charge::ExpiryUnit;
/// use midtrans_protocol::snap::Expiry;
///
/// let expiry = Expiry::new(3, ExpiryUnit::Hour)?;
/// assert_eq!(serde_json::to_string(&expiry)?, r#"{"unit":"hour","duration":3}"#);
/// assert_eq!(Expiry::new(0, ExpiryUnit::Minute).unwrap_err().field(), "expiry.duration");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    duration: u32,
    unit: ExpiryUnit,
    start_time: Option<WibTime>,
}

impl Expiry {
    /// The shortest: 20 seconds. (Another page of the gateway says five minutes.)
    pub const MIN: Duration = CustomExpiry::MIN;
    /// The longest life of a page of Snap, whatever its expiry says: 7 days. A virtual account
    /// number may live longer.
    pub const LONGEST_PAGE: Duration = Duration::from_secs(7 * 86_400);

    /// An expiry this long after the customer chose a method, or after
    /// [`starting`](Self::starting).
    ///
    /// # Errors
    /// [`InvalidInput`] below 20 seconds, and for seconds: Snap knows minutes, hours and days.
    pub fn new(duration: u32, unit: ExpiryUnit) -> Result<Self, InvalidInput> {
        Self::checked("expiry", duration, unit)
    }

    pub(crate) fn checked(
        path: &str,
        duration: u32,
        unit: ExpiryUnit,
    ) -> Result<Self, InvalidInput> {
        let expiry = Self {
            duration,
            unit,
            start_time: None,
        };
        if expiry.duration() < Self::MIN {
            return Err(InvalidInput::new(
                join(path, "duration"),
                "20 seconds or more",
            ));
        }
        if unit == ExpiryUnit::Second {
            return Err(InvalidInput::new(join(path, "unit"), "minute, hour or day"));
        }
        Ok(expiry)
    }

    /// Counts from this moment instead of from the customer's choice of a method.
    #[must_use]
    pub fn starting(mut self, start_time: WibTime) -> Self {
        self.start_time = Some(start_time);
        self
    }

    /// The length.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_secs(u64::from(self.duration) * self.unit.seconds())
    }

    /// The moment it is counted from, where one was given.
    #[must_use]
    pub const fn start_time(&self) -> Option<WibTime> {
        self.start_time
    }

    /// Takes an expiry out of a request's JSON. The unit may be a plural, as in the gateway's
    /// samples.
    pub(crate) fn take(
        fields: &mut Fields,
        path: &'static str,
    ) -> Result<Option<Self>, InvalidInput> {
        let Some(mut wire) = fields.object(path) else {
            return Ok(None);
        };
        let word = wire.text("unit").unwrap_or_default();
        let unit = ExpiryUnit::from_word(&word)
            .or_else(|| ExpiryUnit::from_word(word.strip_suffix('s')?))
            .ok_or_else(|| InvalidInput::new(join(path, "unit"), "minute, hour or day"))?;
        let duration = wire.count("duration").unwrap_or_default();
        let expiry = Self::checked(path, duration, unit)?;
        match wire.text("start_time") {
            None => Ok(Some(expiry)),
            Some(time) => {
                let time = WibTime::from_iso(&time).map_err(|error| {
                    InvalidInput::new(join(path, "start_time"), error.expected().to_owned())
                })?;
                Ok(Some(expiry.starting(time)))
            }
        }
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut expiry = serializer.serialize_map(None)?;
        if let Some(time) = self.start_time {
            expiry.serialize_entry("start_time", &time.with_offset())?;
        }
        expiry.serialize_entry("unit", self.unit.as_str())?;
        expiry.serialize_entry("duration", &self.duration)?;
        expiry.end()
    }
}
