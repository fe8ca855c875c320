//! The time that a customer has to pay: `30m`, `2h`, `1d`.

use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
use midtrans_protocol::{InvalidInput, snap};

/// The expiry of a charge.
pub(crate) fn of_charge(text: &str) -> Result<CustomExpiry, String> {
    let (number, unit) = parts(text).ok_or("expected a number and s, m, h or d, such as 30m")?;
    CustomExpiry::new(number, unit).map_err(expected)
}

/// The expiry of a page of Snap or of a payment link.
pub(crate) fn of_page(text: &str) -> Result<snap::Expiry, String> {
    let (number, unit) = parts(text).ok_or("expected a number and m, h or d, such as 30m")?;
    snap::Expiry::new(number, unit).map_err(expected)
}

fn expected(error: InvalidInput) -> String {
    format!("expected {}", error.expected())
}

fn parts(text: &str) -> Option<(u32, ExpiryUnit)> {
    let unit = match text.chars().last()? {
        's' => ExpiryUnit::Second,
        'm' => ExpiryUnit::Minute,
        'h' => ExpiryUnit::Hour,
        'd' => ExpiryUnit::Day,
        _ => return None,
    };
    Some((text[..text.len() - 1].parse().ok()?, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_number_and_a_unit() {
        assert_eq!(of_charge("30m").unwrap().duration().as_secs(), 1_800);
        assert_eq!(of_page("2h").unwrap().duration().as_secs(), 7_200);
        for wrong in ["", "m", "30", "30x", "-1h", "19s", "é", "181d"] {
            assert!(of_charge(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "m", "30", "30x", "-1h", "30s", "é", "0m"] {
            assert!(of_page(wrong).is_err(), "{wrong}");
        }
    }
}
