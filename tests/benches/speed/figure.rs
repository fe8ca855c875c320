//! Numbers with their units, as the table shows them.

/// The unit of a number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Nanoseconds,
    Milliseconds,
    Seconds,
    Megabytes,
    /// Orders, rows or jobs a second.
    PerSecond,
    /// Things: instructions, allocations, connections, crates.
    Count,
}

impl Unit {
    /// The number in three or four significant digits.
    pub(crate) fn show(self, number: f64) -> String {
        match self {
            Self::Nanoseconds if number >= 10_000.0 => format!("{:.1} µs", number / 1000.0),
            Self::Nanoseconds => format!("{number:.0} ns"),
            Self::Milliseconds => format!("{number:.0} ms"),
            Self::PerSecond => format!("{}/s", grouped(number)),
            Self::Seconds => format!("{number:.1} s"),
            Self::Megabytes => format!("{number:.2} MB"),
            Self::Count => grouped(number),
        }
    }
}

/// A whole number with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
