//! The number of a card.

use std::fmt;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::InvalidInput;

/// The number of a card: 13 to 19 digits with a right check digit.
///
/// There is no `Display`, no `Serialize` and no `PartialEq`; `Debug` prints `CardNumber(..)`.
/// Clones share one allocation, which is wiped when the last of them is dropped. A number may be
/// handled only within the rules of PCI DSS: see [`FullPan`](crate::method::FullPan).
///
/// ```
/// use midtrans_protocol::card::CardNumber;
///
/// let number = CardNumber::new("4811 1111 1111 1114")?;
/// assert_eq!(number.masked(), "48111111-1114");
/// assert_eq!(format!("{number:?}"), "CardNumber(..)");
/// let error = CardNumber::new("4811 1111 1111 1115").unwrap_err();
/// assert_eq!(error.to_string(), "card_number: expected a card number whose check digit is right");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
///
/// A number cannot be printed or written by accident:
///
/// ```compile_fail
/// # use midtrans_protocol::card::CardNumber;
/// println!("{}", CardNumber::new("4811111111111114").unwrap());
/// ```
/// ```compile_fail
/// # use midtrans_protocol::card::CardNumber;
/// serde_json::to_string(&CardNumber::new("4811111111111114").unwrap());
/// ```
#[derive(Clone)]
pub struct CardNumber(Arc<Zeroizing<String>>);

impl CardNumber {
    /// The digits of the shortest and of the longest number.
    const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
    const EXPECTED_DIGITS: &'static str =
        "a card number of 13 to 19 digits, with or without spaces and hyphens between them";
    const EXPECTED_CHECK_DIGIT: &'static str = "a card number whose check digit is right";

    /// Checks a card number. Spaces and hyphens between the digits are dropped.
    ///
    /// # Errors
    /// [`InvalidInput`] for another number of digits, for another character, and for a check digit
    /// that the others do not add up to (Luhn's algorithm), as after a typing error.
    pub fn new(number: impl Into<String>) -> Result<Self, InvalidInput> {
        let typed = Zeroizing::new(number.into());
        // As long as the typed text, so that no digit is left behind by a move.
        let mut digits = Zeroizing::new(String::with_capacity(typed.len()));
        digits.extend(typed.chars().filter(|c| !matches!(c, ' ' | '-')));
        match Self::problem(&digits) {
            None => Ok(Self(Arc::new(digits))),
            Some(expected) => Err(InvalidInput::new("card_number", expected)),
        }
    }

    /// Returns whether these are the digits of a card number.
    pub(crate) fn is_number(digits: &str) -> bool {
        Self::problem(digits).is_none()
    }

    /// The description of a valid number, if these are not the digits of one.
    fn problem(digits: &str) -> Option<&'static str> {
        let is_number = Self::DIGITS.contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number {
            Some(Self::EXPECTED_DIGITS)
        } else if !has_check_digit(digits) {
            Some(Self::EXPECTED_CHECK_DIGIT)
        } else {
            None
        }
    }

    /// The number as the gateway shows it in its answers: the first eight digits and the last four,
    /// such as `48111111-1114`; of a number with fewer than sixteen digits the first six.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = if self.0.len() < 16 { 6 } else { 8 };
        format!("{}-{}", &self.0[..shown], &self.0[self.0.len() - 4..])
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether both are the same number, in a time that does not depend on the digits.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

/// Luhn's algorithm: every second digit from the right counts twice, and the sum of all digits is
/// divisible by ten.
fn has_check_digit(digits: &str) -> bool {
    let values = digits.bytes().rev().map(|digit| u32::from(digit - b'0'));
    let sum: u32 = values
        .enumerate()
        .map(|(at, value)| match (at % 2, value) {
            (0, value) => value,
            (_, value) if value > 4 => value * 2 - 9,
            (_, value) => value * 2,
        })
        .sum();
    sum % 10 == 0
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn of_ten_last_digits_exactly_one_is_right(start in "[0-9]{12,18}") {
            let right = (0..10).filter(|digit| CardNumber::new(format!("{start}{digit}")).is_ok());
            prop_assert_eq!(right.count(), 1);
        }

        #[test]
        fn one_wrong_digit_is_always_found(at in 0usize..16, other in 1u8..10) {
            let mut digits = b"4811111111111114".to_vec();
            digits[at] = b'0' + (digits[at] - b'0' + other) % 10;
            prop_assert!(CardNumber::new(String::from_utf8(digits).unwrap()).is_err());
        }
    }

    #[test]
    fn the_gateways_test_cards_have_right_check_digits() {
        for number in [
            "4811 1111 1111 1114",
            "5211 1111 1111 1117",
            "3528 2033 2456 4357",
            "3701 9216 9722 458",
            "6212 4878 9242 5802",
            "6212 4825 3517 8193 972",
            "4556-5579-5572-6624",
        ] {
            assert!(CardNumber::new(number).is_ok(), "{number}");
        }
    }

    #[test]
    fn short_numbers_keep_more_digits_to_themselves() {
        let masked = |number| CardNumber::new(number).unwrap().masked();
        assert_eq!(masked("370192169722458"), "370192-2458");
        assert_eq!(masked("6212482535178193972"), "62124825-3972");
    }
}
