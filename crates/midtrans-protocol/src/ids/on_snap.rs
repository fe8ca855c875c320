//! Order ids on a page of Snap.

use super::{is_dots, is_unreserved};
use crate::{InvalidInput, OrderId};

impl OrderId {
    const ON_SNAP: &str =
        "1 to 50 characters out of A-Z a-z 0-9 - _ ~ . space and colon (and not only dots)";

    /// Checks the id of an order that is to be paid on a page of Snap: as [`new`](Self::new), and
    /// spaces and colons may be in it. (Snap's page documents the alphabet of a charge; the
    /// gateway's own clients send such ids, and it takes them.)
    ///
    /// ```
    /// use midtrans_protocol::OrderId;
    ///
    /// assert!(OrderId::on_snap("order 12:30").is_ok());
    /// assert!(OrderId::new("order 12:30").is_err());
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] as for [`new`](Self::new), with the wider alphabet.
    pub fn on_snap(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = Self(id.into().into());
        id.check_on_snap("order_id")?;
        id.check_not_the_test().map(|()| id)
    }

    pub(crate) fn check_on_snap(&self, field: &'static str) -> Result<(), InvalidInput> {
        let text = &*self.0;
        let is_known = |byte: u8| is_unreserved(byte) || b" :".contains(&byte);
        let is_bounded = (1..=Self::MAX).contains(&text.len()) && text.bytes().all(is_known);
        if is_bounded && !text.trim().is_empty() && !is_dots(text.trim()) {
            Ok(())
        } else {
            Err(InvalidInput::new(field, Self::ON_SNAP))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PaymentId;

    #[test]
    fn spaces_and_colons_are_for_snap_only_and_nothing_else_is() {
        for good in ["a b", "12:30", "order-101", &"x".repeat(50)] {
            assert_eq!(OrderId::on_snap(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            " ",
            ".",
            "..",
            " ..",
            "a/b",
            "a\n",
            "é",
            "payment_notif_test_1 1",
        ] {
            assert_eq!(
                OrderId::on_snap(bad).unwrap_err().field(),
                "order_id",
                "{bad:?}"
            );
        }
        assert!(OrderId::on_snap("x".repeat(51)).is_err());
        let asked = PaymentId::from(OrderId::on_snap("a b:c").unwrap()).path("status");
        assert_eq!(asked, "/v2/a%20b%3Ac/status");
    }
}
