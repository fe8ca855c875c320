//! `custom_expiry`. ([Custom expiry](https://docs.midtrans.com/reference/custom-expiry-object))

use std::time::Duration;

use midtrans_protocol::charge::CustomExpiry;
use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::number::whole;

/// The time when a charge with this `custom_expiry` ends, which is at most `longest` away.
///
/// # Errors
/// A validation message.
pub(super) fn ends(
    expiry: &Value,
    longest: Duration,
    now: WibTime,
) -> Result<WibTime, &'static str> {
    let start = match &expiry["order_time"] {
        Value::Null => now,
        Value::String(text) => moment(text).ok_or("custom_expiry.order_time format is invalid")?,
        _ => return Err("custom_expiry.order_time format is invalid"),
    };
    let count = whole(&expiry["expiry_duration"])
        .ok_or("custom_expiry.expiry_duration must be an integer")?;
    let unit = match &expiry["unit"] {
        Value::Null => 60,
        Value::String(unit) => seconds(unit).ok_or("custom_expiry.unit is invalid")?,
        _ => return Err("custom_expiry.unit is invalid"),
    };
    let left = i128::from(start.unix()) + count.saturating_mul(unit) - i128::from(now.unix());
    if left < i128::from(CustomExpiry::MIN.as_secs()) {
        return Err("custom_expiry is below minimum threshold");
    }
    // One page says that a longer expiry is refused, another that it is cut. A refusal shows the
    // mistake.
    let left = u64::try_from(left)
        .ok()
        .filter(|left| *left <= longest.as_secs());
    let end = left.and_then(|left| now.checked_add(Duration::from_secs(left)));
    end.ok_or("custom_expiry is above maximum threshold")
}

fn seconds(unit: &str) -> Option<i128> {
    match unit {
        "second" => Some(1),
        "minute" => Some(60),
        "hour" => Some(3_600),
        "day" => Some(86_400),
        _ => None,
    }
}

/// `2016-12-07 11:54:12 +0700`, in any zone.
fn moment(text: &str) -> Option<WibTime> {
    let (local, zone) = text.rsplit_once(' ')?;
    let local: WibTime = local.parse().ok()?;
    let (sign, digits) = match zone.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| i64::from(digits[at] - b'0');
    let offset = sign * ((digit(0) * 10 + digit(1)) * 3_600 + (digit(2) * 10 + digit(3)) * 60);
    WibTime::from_unix(local.unix() + 7 * 3_600 - offset)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(expiry: &Value) -> Result<i64, &'static str> {
        let now: WibTime = "2026-11-22 10:00:00".parse().unwrap();
        ends(expiry, CustomExpiry::MAX, now).map(|end| end.unix() - now.unix())
    }

    #[test]
    fn units_and_the_default_unit() {
        assert_eq!(
            after(&json!({"expiry_duration": 60, "unit": "minute"})),
            Ok(3_600)
        );
        assert_eq!(after(&json!({"expiry_duration": "90"})), Ok(5_400));
        assert_eq!(
            after(&json!({"expiry_duration": 20, "unit": "second"})),
            Ok(20)
        );
        assert_eq!(
            after(&json!({"expiry_duration": 180, "unit": "day"})),
            Ok(180 * 86_400)
        );
        assert!(after(&json!({"expiry_duration": 1, "unit": "week"})).is_err());
    }

    #[test]
    fn what_is_left_counts_and_not_the_length() {
        let from = |order_time: &str| json!({"order_time": order_time, "expiry_duration": 10, "unit": "minute"});
        assert_eq!(after(&from("2026-11-22 09:55:00 +0700")), Ok(300));
        assert_eq!(after(&from("2026-11-22 02:55:00 +0000")), Ok(300));
        assert_eq!(
            after(&from("2026-11-22 09:50:10 +0700")),
            Err("custom_expiry is below minimum threshold")
        );
        assert!(after(&from("2026-11-22T09:55:00+07:00")).is_err());
    }

    #[test]
    fn outside_the_limits_is_refused() {
        for short in [json!(19), json!(-5), json!(i64::MIN)] {
            let expiry = json!({"expiry_duration": short, "unit": "second"});
            assert_eq!(
                after(&expiry),
                Err("custom_expiry is below minimum threshold")
            );
        }
        for long in [json!(181), json!(u64::MAX)] {
            let expiry = json!({"expiry_duration": long, "unit": "day"});
            assert_eq!(
                after(&expiry),
                Err("custom_expiry is above maximum threshold")
            );
        }
        assert!(after(&json!("1 hour")).is_err());
    }
}
