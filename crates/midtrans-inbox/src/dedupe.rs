//! The key that tells a duplicate notification from a new one.

use std::fmt;

use midtrans_protocol::Notification;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::transaction::{FraudStatus, TransactionStatus};
use sha2::{Digest, Sha256};

/// The key of a notification, made from its contents, because the gateway does not number
/// notifications. It covers order, transaction, status code, status, fraud status, method, amount,
/// and the refunds with their keys. Two notifications with the same key are duplicates.
///
/// The two notifications of one refund differ only in `bank_confirmed_at`. Its presence is part of
/// the key; otherwise the second would be lost.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DedupeKey([u8; 32]);

impl DedupeKey {
    /// Returns the key of a notification.
    #[must_use]
    pub fn of(notification: &Notification) -> Self {
        let details = notification.reported();
        let mut hash = Sha256::new();
        let mut add = |text: Option<&str>| {
            // The length comes first, so that two different lists of texts are never hashed alike;
            // absent is not empty.
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            hash.update(length.to_le_bytes());
            hash.update(text.unwrap_or_default());
        };
        add(Some(notification.order_id()));
        add(Some(notification.status_code()));
        add(Some(notification.gross_amount().as_str()));
        add(details.transaction_id());
        add(details.transaction_status().map(TransactionStatus::as_str));
        add(details.fraud_status().map(FraudStatus::as_str));
        add(details.payment_type().map(PaymentType::as_str));
        if may_tell_of_refunds(details.raw().as_str()) {
            add(details
                .refund_amount()
                .as_ref()
                .map(|amount| amount.as_str()));
            add(details.refund_key().as_deref());
            for refund in details.refunds() {
                add(refund.refund_key.as_deref());
                add(refund.refund_chargeback_id.as_deref());
                add(refund.refund_chargeback_uuid.as_deref());
                add(refund.refund_amount.as_deref());
                add(refund.bank_confirmed_at.as_ref().map(|_| "confirmed"));
            }
        }
        Self(hash.finalize().into())
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Returns whether the refunds have to be read. Few notifications have any, and reading three
/// fields takes three scans of the body. A name that is written with escapes counts too.
fn may_tell_of_refunds(body: &str) -> bool {
    body.contains("refund") || body.contains("\\u")
}

/// Prints the first bytes, which are enough to find the key in a log.
impl fmt::Debug for DedupeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "DedupeKey({:02x}{:02x}{:02x}{:02x}..)",
            self.0[0], self.0[1], self.0[2], self.0[3]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::notification;

    fn key(fields: &str) -> DedupeKey {
        DedupeKey::of(&notification("order-1", "200", "40000.00", fields))
    }

    #[test]
    fn the_same_news_has_the_same_key_whatever_else_the_body_says() {
        let one = key(
            r#""transaction_status":"settlement","transaction_id":"t-1","settlement_time":"2026-11-22 10:00:00""#,
        );
        let two = key(r#""transaction_id":"t-1","transaction_status":"SETTLEMENT","x_new":true"#);
        assert_eq!(one, two);
    }

    #[test]
    fn a_refund_under_an_escaped_name_counts_as_well() {
        let status = r#""transaction_status":"settlement""#;
        let escaped = key(&format!(r#"{status},"\u0072efund_amount":"5.00""#));
        assert_eq!(escaped, key(&format!(r#"{status},"refund_amount":"5.00""#)));
        assert_ne!(escaped, key(status));
    }

    #[test]
    fn every_field_that_counts_makes_another_key() {
        let base = r#""transaction_status":"refund","transaction_id":"t-1","fraud_status":"accept","refund_amount":"5.00","#;
        let refund = |inside: &str| key(&format!("{base}\"refunds\":[{inside}]"));
        let keys = [
            key(&base.replace(r#""refund_amount":"5.00","#, r#""refund_amount":"6.00""#)),
            key(&format!("{base}\"a\":1")),
            key(&format!("{}\"a\":1", base.replace("t-1", "t-2"))),
            key(&format!("{}\"a\":1", base.replace("accept", "challenge"))),
            key(&format!(
                "{}\"a\":1",
                base.replace("\"refund\"", "\"partial_refund\"")
            )),
            refund(r#"{"refund_key":"r-1","refund_amount":"5.00"}"#),
            refund(r#"{"refund_key":"r-2","refund_amount":"5.00"}"#),
            refund(r#"{"refund_key":"r-1","refund_amount":"6.00"}"#),
            refund(
                r#"{"refund_key":"r-1","refund_amount":"5.00","bank_confirmed_at":"2026-11-22 10:00:00"}"#,
            ),
            refund(
                r#"{"refund_key":"r-1","refund_amount":"5.00"},{"refund_key":"r-2","refund_amount":"5.00"}"#,
            ),
            DedupeKey::of(&notification(
                "order-2",
                "200",
                "40000.00",
                base.trim_end_matches(','),
            )),
            DedupeKey::of(&notification(
                "order-1",
                "202",
                "40000.00",
                base.trim_end_matches(','),
            )),
            DedupeKey::of(&notification(
                "order-1",
                "200",
                "40001.00",
                base.trim_end_matches(','),
            )),
        ];
        for (at, one) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(one), "{at}");
        }
    }
}
