//! The times of the gateway's other products: ISO 8601, with and without an offset and a fraction.

use super::{UTC_OFFSET, WibTime, parse};
use crate::InvalidInput;

impl WibTime {
    /// Reads a time of one of the gateway's other products: `2026-03-02T10:53:21.000Z`,
    /// `2026-03-02T00:00:00+07:00`, `2026-03-02 18:00:00 +0700`. Seconds may be missing, and a
    /// fraction is cut off. Without an offset it is western Indonesian time, as subscriptions print
    /// it.
    ///
    /// ```
    /// use midtrans_protocol::time::WibTime;
    ///
    /// let time = WibTime::from_iso("2026-03-02T03:53:21.810452Z")?;
    /// assert_eq!(time.to_string(), "2026-03-02 10:53:21");
    /// assert_eq!(time.to_iso(), "2026-03-02T10:53:21+07:00");
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] for any other spelling.
    pub fn from_iso(text: &str) -> Result<Self, InvalidInput> {
        iso(text).ok_or_else(|| {
            InvalidInput::new("time", "an ISO 8601 time such as 2026-03-02T10:53:21+07:00")
        })
    }

    /// The time as ISO 8601 with its offset: `2026-03-02T10:53:21+07:00`.
    #[must_use]
    pub fn to_iso(self) -> String {
        format!("{}+07:00", self.to_string().replacen(' ', "T", 1))
    }

    /// The time with its offset, as requests of Snap and its relatives write it.
    pub(crate) fn with_offset(self) -> String {
        format!("{self} +0700")
    }
}

fn iso(text: &str) -> Option<WibTime> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes()[10], b'T' | b' ') {
        return None;
    }
    let (clock, rest) = rest.split_at_checked(5)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => rest.split_at_checked(2)?,
        None => ("00", rest),
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            fraction.get(digits.max(1)..)?
        }
        None => rest,
    };
    let offset = match rest.trim_start_matches(' ') {
        "" if rest.is_empty() => UTC_OFFSET,
        "Z" | "z" => 0,
        offset => seconds_of(offset)?,
    };
    let local = parse(&format!("{date} {clock}:{seconds}"))?;
    WibTime::from_unix(local.unix() + UTC_OFFSET - offset)
}

/// Reads `+07:00` or `+0700`.
fn seconds_of(offset: &str) -> Option<i64> {
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        5 => digits.split_once(':')?,
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn two_digits(text: &str) -> Option<i64> {
    let plain = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn offsets_agree_with_an_independent_calendar(
            year in 1i64..=9998, month in 1u8..=12, day in 1u8..=28, hour in 0u8..=23, minute in 0u8..=59,
            ahead in -23i64..=23
        ) {
            let sign = if ahead < 0 { '-' } else { '+' };
            let text = format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:07.250{sign}{:02}:00", ahead.abs()
            );
            let oracle = text.parse::<jiff::Timestamp>().unwrap().as_millisecond().div_euclid(1000);
            prop_assert_eq!(WibTime::from_iso(&text).unwrap().unix(), oracle);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = WibTime::from_iso(&text);
        }

        #[test]
        fn what_is_written_is_read_again(seconds in 0i64..=4_000_000_000) {
            let time = WibTime::from_unix(seconds).unwrap();
            prop_assert_eq!(WibTime::from_iso(&time.to_iso()).unwrap(), time);
        }
    }

    #[test]
    fn every_spelling_of_the_gateways_samples_is_read() {
        for (text, wib) in [
            ("2019-05-29T09:11:01.810452", "2019-05-29 09:11:01"),
            ("2022-10-26T09:59:00.000000Z", "2022-10-26 16:59:00"),
            ("2026-03-02T00:00:00+07:00", "2026-03-02 00:00:00"),
            ("2026-03-02 18:00:00 +0700", "2026-03-02 18:00:00"),
            ("2026-03-02 18:00 +0700", "2026-03-02 18:00:00"),
            ("2021-02-22 17:00:00", "2021-02-22 17:00:00"),
            ("2026-03-02T00:00:00-05:30", "2026-03-02 12:30:00"),
        ] {
            assert_eq!(WibTime::from_iso(text).unwrap().to_string(), wib, "{text}");
        }
        for text in [
            "",
            "2026-03-02",
            "2026-03-02T10",
            "2026-03-02T10:00:00.",
            "2026-03-02T10:00:00+7",
            "2026-03-02T10:00:00+24:00",
            "2026-02-30T10:00:00Z",
            "2026-03-02T10:00:00 ",
            "2026-03-02T10:00:00.é",
            "é026-03-02T10:00:00Z",
        ] {
            let refused = WibTime::from_iso(text).unwrap_err();
            assert_eq!(refused.field(), "time", "{text:?}");
        }
    }
}
