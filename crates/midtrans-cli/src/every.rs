//! The interval of a subscription: `month`, `2weeks`, `30 days`.

use midtrans_protocol::subscription::IntervalUnit;

/// The interval between two charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Every {
    pub(crate) interval: u32,
    pub(crate) unit: IntervalUnit,
}

/// Reads a number, 1 if there is none, and day, week or month.
pub(crate) fn read(text: &str) -> Result<Every, &'static str> {
    let text = text.trim();
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, word) = text.split_at(end);
    let word = word.trim_start();
    let unit = IntervalUnit::from(word.strip_suffix('s').unwrap_or(word));
    let interval = match number {
        "" => Some(1),
        digits => digits.parse().ok().filter(|number| *number > 0),
    };
    match (interval, unit) {
        (None, _) | (_, IntervalUnit::Unknown(_)) => Err(EXPECTED),
        (Some(interval), unit) => Ok(Every { interval, unit }),
    }
}

const EXPECTED: &str = "expected an interval such as month, 2weeks or 30days";

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn an_interval_is_a_number_and_a_unit() {
        let of = |interval, unit| Ok(Every { interval, unit });
        assert_eq!(read("month"), of(1, IntervalUnit::Month));
        assert_eq!(read("2weeks"), of(2, IntervalUnit::Week));
        assert_eq!(read("30 days"), of(30, IntervalUnit::Day));
        for wrong in [
            "",
            "0day",
            "year",
            "1",
            "-1day",
            "99999999999day",
            "1dayss",
            "é",
        ] {
            assert_eq!(read(wrong), Err(EXPECTED), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
