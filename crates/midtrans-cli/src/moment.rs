//! A time on the command line: a day, or a day and the time of day, in Jakarta.

use midtrans_protocol::time::WibTime;

/// Reads a time; a day alone is its first second.
pub(crate) fn first(text: &str) -> Result<WibTime, &'static str> {
    read(text, "00:00:00")
}

/// Reads a time; a day alone is its last second.
pub(crate) fn last(text: &str) -> Result<WibTime, &'static str> {
    read(text, "23:59:59")
}

fn read(text: &str, of_day: &str) -> Result<WibTime, &'static str> {
    let text = text.trim();
    let day = format!("{text} {of_day}").parse();
    day.or_else(|_| text.parse())
        .or_else(|_| WibTime::from_iso(text))
        .map_err(|_| "expected a day such as 2026-03-01, or a time such as '2026-03-01 18:00:00' in Jakarta")
}

/// Returns the first second of the day that the time is in.
pub(crate) fn midnight(time: WibTime) -> WibTime {
    let day: String = time.to_string().chars().take(10).collect();
    first(&day).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn a_day_alone_is_its_first_or_its_last_second() {
        let shown = |time: WibTime| time.to_string();
        assert_eq!(
            first("2026-03-01").map(shown),
            Ok("2026-03-01 00:00:00".to_owned())
        );
        assert_eq!(
            last("2026-03-01").map(shown),
            Ok("2026-03-01 23:59:59".to_owned())
        );
        for time in [
            "2026-03-01 18:30:00",
            "2026-03-01T18:30:00+07:00",
            "2026-03-01T11:30:00Z",
        ] {
            assert_eq!(
                first(time).map(shown),
                Ok("2026-03-01 18:30:00".to_owned()),
                "{time}"
            );
        }
        for wrong in [
            "",
            "2026",
            "2026-02-30",
            "01-03-2026",
            "tomorrow",
            "2026-03-01 25:00:00",
        ] {
            assert!(first(wrong).is_err() && last(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let evening = first("2026-03-01 18:30:00").unwrap();
        assert_eq!(midnight(evening), first("2026-03-01").unwrap());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = (first(&text), last(&text));
        }
    }
}
