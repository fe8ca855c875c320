//! Identifiers: the merchant's order id, the gateway's ids, and the keys that make repeats
//! harmless.

mod on_snap;
mod unambiguous;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::InvalidInput;

/// The prefix of every order id that the dashboard's "test notification" button uses.
pub(crate) const TEST_PREFIX: &str = "payment_notif_test_";

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// The id's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

/// The merchant's own id of an order.
///
/// Strict for orders that you make, lenient for orders that exist: [`new`](Self::new) takes what
/// the gateway documents, 1 to 50 characters out of `A-Z a-z 0-9 - _ ~ .`, and
/// [`existing`](Self::existing) takes what Snap or another system has already charged, such as
/// `INV/2024/01`.
///
/// Unique per merchant account while the order is open or paid; an order that expired or was
/// cancelled may be charged again under the same id.
///
/// The gateway's signature puts nothing between the order id and the digits that follow it. With
/// most ids, one to two of a hundred honest notifications therefore need Get Status, see
/// [`decide`](crate::decide); with those that [`unambiguous`](Self::unambiguous) makes, none does.
/// ([Charge](https://docs.midtrans.com/reference/charge-transactions-1))
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId(Box<str>);
text_id!(OrderId);

impl OrderId {
    /// Longest order id that can be charged, in characters.
    pub const MAX: usize = 50;
    /// Longest order id that can be expected, in bytes.
    pub const MAX_EXISTING: usize = 255;

    const NEW: &str = "1 to 50 characters out of A-Z a-z 0-9 - _ ~ . (and not only dots)";
    const NOT_THE_TEST: &str = "not payment_notif_test_…, which the dashboard's test uses";

    /// Checks the id of an order that is to be charged.
    ///
    /// Such an id needs no escaping in HTML, a URL or a shell.
    ///
    /// # Errors
    /// [`InvalidInput`] for another length or alphabet; for `.` and `..`, which URL parsers swallow
    /// as path segments; and for `payment_notif_test_…`, which the dashboard's test button uses.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = Self(id.into().into());
        id.check_chargeable("order_id")?;
        id.check_not_the_test().map(|()| id)
    }

    /// Takes the id of an order that the gateway already knows, whatever its alphabet.
    ///
    /// Such an id can be expected and asked about. It cannot be charged unless [`new`](Self::new)
    /// takes it too, and it may hold characters that have a meaning in HTML or in a shell: escape
    /// it where it is shown.
    ///
    /// ```
    /// use midtrans_protocol::{Expected, OrderId, Rupiah};
    ///
    /// assert!(OrderId::new("INV/2024/01").is_err());
    /// let expected = Expected::new(OrderId::existing("INV/2024/01")?, Rupiah::new(40_000));
    /// assert_eq!(expected.order_id().as_str(), "INV/2024/01");
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] when it is empty, longer than 255 bytes, or holds a control character; for
    /// `.` and `..`, which cannot be asked about; and for `payment_notif_test_…`, which is about no
    /// order.
    pub fn existing(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        if id.is_empty()
            || id.len() > Self::MAX_EXISTING
            || id.chars().any(char::is_control)
            || is_dots(&id)
        {
            return Err(InvalidInput::new(
                "order_id",
                "1 to 255 bytes without control characters (and not only dots)",
            ));
        }
        let id = Self(id.into());
        id.check_not_the_test().map(|()| id)
    }

    /// Returns whether an order can be charged under this id, which is what [`new`](Self::new)
    /// checks.
    #[must_use]
    pub fn is_chargeable(&self) -> bool {
        let length = self.0.len();
        (1..=Self::MAX).contains(&length) && self.0.bytes().all(is_unreserved) && !is_dots(&self.0)
    }

    pub(crate) fn check_chargeable(&self, field: &'static str) -> Result<(), InvalidInput> {
        if self.is_chargeable() {
            Ok(())
        } else {
            Err(InvalidInput::new(field, Self::NEW))
        }
    }

    pub(crate) fn check_not_the_test(&self) -> Result<(), InvalidInput> {
        let is_test = self.0.starts_with(TEST_PREFIX);
        if is_test {
            Err(InvalidInput::new("order_id", Self::NOT_THE_TEST))
        } else {
            Ok(())
        }
    }
}

/// An order id or a transaction id, for the path of an operation.
///
/// Made from an [`OrderId`], or from any text that was received: such a text is percent-encoded, so
/// that nothing in it can change the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentId(Box<str>);
text_id!(PaymentId);

impl PaymentId {
    /// Takes an id that the gateway sent, whatever its alphabet.
    ///
    /// # Errors
    /// [`InvalidInput`] when it is empty, longer than 255 bytes, `.` or `..`.
    pub fn received(id: impl Into<String>) -> Result<Self, InvalidInput> {
        let id = id.into();
        if id.is_empty() || id.len() > 255 || is_dots(&id) {
            return Err(InvalidInput::new(
                "id",
                "an order id or transaction id of 1 to 255 bytes, not only dots",
            ));
        }
        Ok(Self(id.into()))
    }

    /// `/v2/{id}/{action}` with the id percent-encoded.
    pub(crate) fn path(&self, action: &str) -> String {
        let mut path = String::with_capacity(5 + self.0.len() + action.len());
        path.push_str("/v2/");
        push_encoded(&mut path, &self.0);
        path.push('/');
        path.push_str(action);
        path
    }
}

impl From<OrderId> for PaymentId {
    fn from(id: OrderId) -> Self {
        Self(id.0)
    }
}

impl From<&OrderId> for PaymentId {
    fn from(id: &OrderId) -> Self {
        Self(id.0.clone())
    }
}

/// The merchant's own id of a refund: 1 to 50 characters out of `A-Z a-z 0-9 - _`.
///
/// The gateway books a refund key once: the same key may be sent again for seven days without a
/// second refund. Its documentation names no longest length; 50 is ours.
/// ([Refund](https://docs.midtrans.com/reference/refund-transaction))
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefundKey(Box<str>);
text_id!(RefundKey);

impl RefundKey {
    /// Longest refund key, in characters.
    pub const MAX: usize = 50;

    /// Checks a refund key.
    ///
    /// # Errors
    /// [`InvalidInput`] for another length or alphabet.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidInput> {
        let key = key.into();
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if key.is_empty() || key.len() > Self::MAX || !key.bytes().all(valid) {
            return Err(InvalidInput::new(
                "refund_key",
                "1 to 50 characters out of A-Z a-z 0-9 - _",
            ));
        }
        Ok(Self(key.into()))
    }
}

/// The value of the `Idempotency-Key` header: 1 to 36 visible ASCII characters.
///
/// Within five minutes the gateway answers a repeat that carries the same key with the answer it
/// stored, whatever the new body says, and it has one key space for all operations: never use a key
/// for two different calls. (A client takes no other order's reply to a charge; it cannot tell that
/// of the same order at another price.) The gateway silently ignores a key of more than 46
/// characters; the limit here is 36, the length of a UUID.
/// ([Headers](https://docs.midtrans.com/reference/api-headers))
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Box<str>);
text_id!(IdempotencyKey);

impl IdempotencyKey {
    /// Longest key, in characters.
    pub const MAX: usize = 36;

    /// Checks a key.
    ///
    /// # Errors
    /// [`InvalidInput`] for another length or alphabet.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidInput> {
        let key = key.into();
        if key.is_empty()
            || key.len() > Self::MAX
            || !key.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(InvalidInput::new(
                "idempotency_key",
                "1 to 36 visible ASCII characters, such as a UUID",
            ));
        }
        Ok(Self(key.into()))
    }

    /// A key made of 128 random bits that the caller brings.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        Self(format!("{bits:032x}").into())
    }
}

/// Appends a text, percent-encoded for a path segment or a query's value.
pub(crate) fn push_encoded(url: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if is_unreserved(byte) {
            url.push(char::from(byte));
        } else {
            url.extend([
                '%',
                char::from(HEX[usize::from(byte >> 4)]),
                char::from(HEX[usize::from(byte & 15)]),
            ]);
        }
    }
}

/// The characters that a URL path carries as they are; the same that an order id may have.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

fn is_dots(id: &str) -> bool {
    id == "." || id == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_id_outside_the_alphabet_is_refused_when_made() {
        for bad in [
            "",
            "a/b",
            "a#b",
            "a%b",
            "a b",
            "é",
            ".",
            "..",
            &"x".repeat(51),
            "payment_notif_test_G1_1",
        ] {
            assert_eq!(
                OrderId::new(bad).unwrap_err().field(),
                "order_id",
                "{bad:?}"
            );
        }
        for good in ["a", "order-101_~.x", &"x".repeat(50), "..."] {
            assert_eq!(OrderId::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn an_order_id_of_another_system_is_taken_when_it_exists_already() {
        for existing in [
            "INV/2024/01",
            "a b",
            "Größe#1",
            "<b>",
            &"x".repeat(255),
            "order-101",
            "...",
        ] {
            let id = OrderId::existing(existing).unwrap();
            assert_eq!(
                (id.as_str(), id.is_chargeable()),
                (existing, OrderId::new(existing).is_ok())
            );
        }
        for bad in [
            "",
            ".",
            "..",
            "a\nb",
            "a\0",
            "\u{1b}[31m",
            &"x".repeat(256),
            "payment_notif_test_G1_1",
        ] {
            assert_eq!(
                OrderId::existing(bad).unwrap_err().field(),
                "order_id",
                "{bad:?}"
            );
        }
        let path = PaymentId::from(OrderId::existing("INV/2024/01").unwrap()).path("status");
        assert_eq!(path, "/v2/INV%2F2024%2F01/status");
    }

    #[test]
    fn a_received_id_cannot_leave_its_path_segment() {
        let id = PaymentId::received("a/../b?c#d%2e é").unwrap();
        assert_eq!(
            id.path("status"),
            "/v2/a%2F..%2Fb%3Fc%23d%252e%20%C3%A9/status"
        );
        assert!(PaymentId::received("..").is_err());
        assert!(PaymentId::received(".").is_err());
        assert!(PaymentId::received("").is_err());
    }

    #[test]
    fn keys_that_would_protect_nothing_are_refused() {
        assert!(IdempotencyKey::new("k".repeat(37)).is_err());
        assert!(IdempotencyKey::new("a b").is_err());
        assert!(IdempotencyKey::new("a\r\nX-Evil: 1").is_err());
        assert_eq!(IdempotencyKey::from_random(u128::MAX).as_str().len(), 32);
        assert!(RefundKey::new("a.b").is_err());
        assert!(RefundKey::new("refund-1_a").is_ok());
    }
}
