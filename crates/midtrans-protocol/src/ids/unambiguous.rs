//! Order ids whose notifications cannot be cut into another order's.

use crate::{InvalidInput, OrderId};

/// The character that pads an id. It is no digit, so no digit of the amount can be read as part of
/// the id or the reverse.
const FILLER: char = 'x';

impl OrderId {
    /// Makes the order id `{prefix}-{number}-xxx…x`, which has all 50 characters and no digit at
    /// its end.
    ///
    /// The gateway signs order id, code and amount joined without separators, so that one signature
    /// may fit two orders, and [`decide`](crate::decide) then answers
    /// [`AmbiguousSignature`](crate::decision::Review::AmbiguousSignature). That cannot happen to
    /// such an id, whatever its price and its fees: a longer order id would have more characters
    /// than the gateway allows, and a shorter one would leave letters where the amount has to be.
    ///
    /// Different prefixes or numbers make different ids. The number is a sequence number, or a
    /// random one of your own; the smaller it is, the longer the prefix may be.
    ///
    /// ```
    /// use midtrans_protocol::OrderId;
    ///
    /// let id = OrderId::unambiguous("toko", 2_026_001)?;
    /// assert_eq!(id.as_str(), "toko-2026001-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] for a prefix that is empty, has other characters than
    /// `A-Z a-z 0-9 - _ ~ .`, is the dashboard's `payment_notif_test_…`, or leaves no room for the
    /// number and one more character. There is room for 27 characters in front of a `u64` and for 8
    /// in front of a `u128`.
    pub fn unambiguous(prefix: &str, number: u128) -> Result<Self, InvalidInput> {
        let mut id = format!("{prefix}-{number}-");
        if prefix.is_empty() || id.len() >= Self::MAX {
            let room = (Self::MAX + prefix.len()).saturating_sub(id.len() + 1);
            return Err(InvalidInput::new(
                "order_id",
                format!("a prefix of 1 to {room} characters before this number"),
            ));
        }
        id.extend(std::iter::repeat_n(FILLER, Self::MAX - id.len()));
        Self::new(id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn prefix_and_number_can_be_read_back_so_no_two_make_the_same_id(
            prefix in "[A-Za-z0-9._~x-]{1,8}", number in any::<u128>(), shift in 0u32..128
        ) {
            let number = number >> shift;
            let id = OrderId::unambiguous(&prefix, number).unwrap();
            let (front, filler) = id.as_str().rsplit_once('-').unwrap();
            let (found, digits) = front.rsplit_once('-').unwrap();
            prop_assert_eq!((found, digits.parse().ok()), (prefix.as_str(), Some(number)));
            prop_assert_eq!(filler.trim_matches(FILLER), "");
        }
    }

    #[test]
    fn a_made_order_id_has_fifty_characters_and_ends_with_a_letter() {
        for (prefix, number) in [
            ("a", 0),
            ("toko", 2_026_001),
            (&"p".repeat(46), 7),
            ("x.~_-", u128::MAX),
        ] {
            let id = OrderId::unambiguous(prefix, number).unwrap();
            assert_eq!(id.as_str().len(), OrderId::MAX);
            assert!(
                id.as_str().starts_with(&format!("{prefix}-{number}-x"))
                    && id.as_str().ends_with('x')
            );
        }
        assert!(OrderId::unambiguous(&"p".repeat(27), u128::from(u64::MAX)).is_ok());
        assert!(OrderId::unambiguous(&"p".repeat(8), u128::MAX).is_ok());
    }

    #[test]
    fn a_prefix_that_leaves_no_room_or_has_odd_characters_is_refused() {
        for (prefix, number) in [
            ("", 1),
            ("a/b", 1),
            ("é", 1),
            ("a b", 1),
            ("payment_notif_test_", 1),
        ] {
            assert_eq!(
                OrderId::unambiguous(prefix, number).unwrap_err().field(),
                "order_id",
                "{prefix:?}"
            );
        }
        for (length, number, room) in [
            (47, 1, 46),
            (28, u128::from(u64::MAX), 27),
            (9, u128::MAX, 8),
        ] {
            let error = OrderId::unambiguous(&"p".repeat(length), number).unwrap_err();
            assert_eq!(
                error.expected(),
                format!("a prefix of 1 to {room} characters before this number")
            );
        }
    }
}
