//! Money: whole rupiah for calculating, and the gateway's own text of an amount for signatures.

use std::fmt;

use serde::{Serialize, Serializer};

/// Whole Indonesian rupiah. There are no cents in the protocol, and no floats in this crate.
///
/// ```
/// use midtrans_protocol::Rupiah;
///
/// let price = Rupiah::new(11_000);
/// assert_eq!(price.checked_mul(3), Some(Rupiah::new(33_000)));
/// assert_eq!(price.checked_sub(Rupiah::new(11_001)), None);
/// assert_eq!(Rupiah::new(13_950_000).to_string(), "Rp13.950.000");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rupiah(u64);

impl Rupiah {
    /// An amount of this many rupiah.
    #[must_use]
    pub const fn new(rupiah: u64) -> Self {
        Self(rupiah)
    }

    /// The number of rupiah.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum, or `None` where it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` where it would be negative.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product, or `None` where it does not fit.
    #[must_use]
    pub fn checked_mul(self, times: u64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }
}

/// Formats as Indonesian shops print prices: `Rp13.950.000`.
impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        f.write_str("Rp")?;
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A JSON integer, as the gateway wants amounts.
impl Serialize for Rupiah {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

/// An amount as the gateway wrote it, such as `11000.00`, kept exactly because signatures are made
/// over it.
///
/// ```
/// use midtrans_protocol::Rupiah;
/// use midtrans_protocol::money::WireAmount;
///
/// let amount = WireAmount::received("11000.00");
/// assert_eq!(amount.as_str(), "11000.00");
/// assert_eq!(amount.rupiah(), Some(Rupiah::new(11_000)));
/// assert_eq!(WireAmount::received("11000.50").rupiah(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WireAmount(Box<str>);

impl WireAmount {
    /// Keeps a text that came from the gateway; any text.
    #[must_use]
    pub fn received(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text that the gateway writes for an amount: two decimals, no separators.
    #[must_use]
    pub fn of(rupiah: Rupiah) -> Self {
        Self(format!("{}.00", rupiah.get()).into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number of rupiah, if the text is one: digits without a leading zero, then at most a
    /// point and zeros.
    #[must_use]
    pub fn rupiah(&self) -> Option<Rupiah> {
        whole_rupiah(&self.0)
    }
}

/// Reads an amount in its only unambiguous spelling.
pub(crate) fn whole_rupiah(text: &str) -> Option<Rupiah> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let plain = !decimals.is_empty()
        && decimals.bytes().all(|digit| digit == b'0')
        && whole.bytes().all(|digit| digit.is_ascii_digit())
        && (whole == "0" || !whole.starts_with('0'));
    if plain {
        whole.parse().ok().map(Rupiah)
    } else {
        None
    }
}

impl WireAmount {
    /// The amount in hundredths of a rupiah, as balances have them: digits without a leading zero,
    /// at most two decimals and then zeros, and a minus sign in front of a debt.
    ///
    /// ```
    /// use midtrans_protocol::money::WireAmount;
    ///
    /// assert_eq!(WireAmount::received("962000.01").hundredths(), Some(96_200_001));
    /// assert_eq!(WireAmount::received("-0.5").hundredths(), Some(-50));
    /// ```
    #[must_use]
    pub fn hundredths(&self) -> Option<i64> {
        let (sign, text) = match self.0.strip_prefix('-') {
            Some(text) => (-1, text),
            None => (1, &*self.0),
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let (kept, rest) = decimals.split_at_checked(2).unwrap_or((decimals, ""));
        let kept_digits = kept.bytes().all(|digit| digit.is_ascii_digit());
        if kept.is_empty() || !kept_digits || rest.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let whole = i64::try_from(whole_rupiah(whole)?.get()).ok()?;
        let cents: i64 = format!("{kept:0<2}").parse().ok()?;
        whole
            .checked_mul(100)?
            .checked_add(cents)?
            .checked_mul(sign)
    }
}

impl fmt::Debug for WireAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

impl fmt::Display for WireAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn only_whole_rupiah_in_plain_digits_are_a_number() {
        for (text, rupiah) in [
            ("11000.00", Some(11_000)),
            ("11000", Some(11_000)),
            ("0.00", Some(0)),
            ("5.0", Some(5)),
            ("18446744073709551615.00", Some(u64::MAX)),
            ("18446744073709551616.00", None),
            ("011000.00", None),
            ("11000.01", None),
            ("11000.", None),
            (".00", None),
            ("", None),
            ("+1", None),
            ("-1.00", None),
            ("1e3", None),
            ("11.000,00", None),
            ("١٢", None),
        ] {
            assert_eq!(whole_rupiah(text).map(Rupiah::get), rupiah, "{text:?}");
        }
    }

    #[test]
    fn a_balance_is_read_to_the_hundredth_and_no_further() {
        for (text, hundredths) in [
            ("962000.01", Some(96_200_001)),
            ("59312508.0", Some(5_931_250_800)),
            ("7", Some(700)),
            ("-0.50", Some(-50)),
            ("0.0100", Some(1)),
            ("0.001", None),
            ("1.", None),
            ("1.é", None),
            ("01.0", None),
            ("1e3", None),
            ("--1", None),
            ("", None),
            ("92233720368547758.08", None),
        ] {
            assert_eq!(
                WireAmount::received(text).hundredths(),
                hundredths,
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_wire(rupiah in any::<u64>()) {
            prop_assert_eq!(WireAmount::of(Rupiah::new(rupiah)).rupiah(), Some(Rupiah::new(rupiah)));
        }

        #[test]
        fn grouped_digits_are_the_same_number(rupiah in any::<u64>()) {
            let shown = Rupiah::new(rupiah).to_string();
            prop_assert_eq!(shown.trim_start_matches("Rp").replace('.', ""), rupiah.to_string());
        }
    }
}
