//! The numbers that customers pay at banks and counters.

use std::ops::RangeInclusive;

use midtrans_protocol::Rupiah;

use super::ids::Ids;

/// A source of numbers: none that a pending transaction has is given twice.
pub(super) struct Numbers<'a> {
    pub(super) ids: &'a mut Ids,
    pub(super) is_taken: &'a dyn Fn(&str) -> bool,
    /// The merchant, whom a QR code names.
    pub(super) merchant_id: &'a str,
    /// The amount, which a QR code names too.
    pub(super) amount: Rupiah,
}

impl Numbers<'_> {
    /// Draws a number that begins with a company's code. The merchant may request the rest of it,
    /// in digits: too long a rest loses its end, too short a rest gets zeros in front, and a number
    /// that is taken becomes another one. ([Custom
    /// numbers](https://docs.midtrans.com/reference/custom-virtual-account-number))
    pub(super) fn draw(
        &mut self,
        company: &str,
        length: RangeInclusive<usize>,
        requested: Option<&str>,
    ) -> String {
        let (least, most) = length.into_inner();
        if let Some(requested) = requested {
            let kept = requested.get(..most).unwrap_or(requested);
            let number = format!("{company}{kept:0>least$}");
            if !(self.is_taken)(&number) {
                return number;
            }
        }
        loop {
            let number = format!("{company}{}", self.ids.digits(most));
            if !(self.is_taken)(&number) {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(taken: &str, requested: Option<&str>) -> String {
        let mut ids = Ids::new(1);
        let mut numbers = Numbers {
            ids: &mut ids,
            is_taken: &|number| number == taken,
            merchant_id: "G000000000",
            amount: Rupiah::new(44_000),
        };
        numbers.draw("988", 6..=8, requested)
    }

    #[test]
    fn a_wish_is_cut_or_filled_and_gives_way_to_another_number_where_it_is_taken() {
        assert_eq!(drawn("", Some("1234567")), "9881234567");
        assert_eq!(drawn("", Some("123456789")), "98812345678");
        assert_eq!(drawn("", Some("1234")), "988001234");
        let other = drawn("9881234567", Some("1234567"));
        assert!(other.len() == 11 && other.starts_with("988"), "{other}");
        assert_ne!(drawn(&other, None), other);
    }
}
