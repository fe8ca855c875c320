//! The month in which a card expires.

use std::fmt;

use crate::InvalidInput;
use crate::time::WibTime;

/// The month in which a card expires. The card is good until the end of that month.
///
/// ```
/// use midtrans_protocol::card::CardExpiry;
///
/// let expiry = CardExpiry::new("02", "2027")?;
/// let now = "2027-02-28 23:59:59".parse()?;
/// assert!(expiry.is_good_at(now));
/// assert_eq!(CardExpiry::new("2", "2027").unwrap_err().field(), "card_exp_month");
/// assert_eq!(CardExpiry::new("02", "27").unwrap_err().field(), "card_exp_year");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CardExpiry {
    month: [u8; 2],
    year: [u8; 4],
}

impl CardExpiry {
    pub(crate) const EXPECTED_MONTH: &'static str = "a month of two digits, 01 to 12";
    pub(crate) const EXPECTED_YEAR: &'static str = "a year of four digits, such as 2030";

    /// Checks a month, `01` to `12`, and a year of four digits. This crate reads no clock, so a
    /// month in the past is taken: see [`is_good_at`](Self::is_good_at) and
    /// [`not_before`](Self::not_before).
    ///
    /// # Errors
    /// [`InvalidInput`] for another spelling.
    pub fn new(month: &str, year: &str) -> Result<Self, InvalidInput> {
        let month = digits(month)
            .filter(|month| (b"01"..=b"12").contains(&month))
            .ok_or_else(|| InvalidInput::new("card_exp_month", Self::EXPECTED_MONTH))?;
        let year = digits(year)
            .filter(|year| year[0] != b'0')
            .ok_or_else(|| InvalidInput::new("card_exp_year", Self::EXPECTED_YEAR))?;
        Ok(Self { month, year })
    }

    /// The expiry, if the card is still good at that moment.
    ///
    /// # Errors
    /// [`InvalidInput`] when the month is over.
    pub fn not_before(self, now: WibTime) -> Result<Self, InvalidInput> {
        if self.is_good_at(now) {
            Ok(self)
        } else {
            let expected = "a month that is not over: the card has expired, so ask for another one";
            Err(InvalidInput::new("card_exp_month", expected))
        }
    }

    /// Returns whether the card is still good at that moment, by the gateway's clock.
    #[must_use]
    pub fn is_good_at(&self, now: WibTime) -> bool {
        let now = now.to_string();
        (self.year(), self.month()) >= (&now[..4], &now[5..7])
    }

    /// The month, `01` to `12`.
    #[must_use]
    pub fn month(&self) -> &str {
        std::str::from_utf8(&self.month).unwrap_or_default()
    }

    /// The year, such as `2030`.
    #[must_use]
    pub fn year(&self) -> &str {
        std::str::from_utf8(&self.year).unwrap_or_default()
    }
}

fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: [u8; N] = text.as_bytes().try_into().ok()?;
    digits.iter().all(u8::is_ascii_digit).then_some(digits)
}

/// Leaves out the month and the year: they are data of a card.
impl fmt::Debug for CardExpiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardExpiry(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_month_is_refused_by_the_callers_clock_only() {
        let expiry = CardExpiry::new("12", "2022").unwrap();
        let good: WibTime = "2022-12-31 23:59:59".parse().unwrap();
        assert!(expiry.not_before(good).is_ok());
        let over: WibTime = "2023-01-01 00:00:00".parse().unwrap();
        let error = expiry.not_before(over).unwrap_err();
        assert_eq!(error.field(), "card_exp_month");
        assert!(!error.to_string().contains("2022"));
    }

    #[test]
    fn a_month_and_a_year_have_one_spelling() {
        for (month, year, field) in [
            ("00", "2030", "card_exp_month"),
            ("13", "2030", "card_exp_month"),
            ("1", "2030", "card_exp_month"),
            ("001", "2030", "card_exp_month"),
            ("ab", "2030", "card_exp_month"),
            ("", "2030", "card_exp_month"),
            ("0\u{661}", "2030", "card_exp_month"),
            ("12", "30", "card_exp_year"),
            ("12", "0030", "card_exp_year"),
            ("12", "20300", "card_exp_year"),
            ("12", "203x", "card_exp_year"),
        ] {
            let error = CardExpiry::new(month, year).unwrap_err();
            assert_eq!(error.field(), field, "{month}/{year}");
        }
        for month in 1..=12 {
            let month = format!("{month:02}");
            assert_eq!(CardExpiry::new(&month, "2030").unwrap().month(), month);
        }
    }
}
