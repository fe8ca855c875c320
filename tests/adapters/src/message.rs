//! Notifications as the gateway sends them.

use midtrans_protocol::notification;
use midtrans_protocol::notification::{Family, signature};

use crate::shop;

/// A settlement of this order, signed with the shop's key.
#[must_use]
pub fn settlement(order: &str) -> String {
    signed(order, &shop::key())
}

/// A settlement of this order, signed with the other merchant's key.
#[must_use]
pub fn settlement_of_batik(order: &str) -> String {
    signed(order, &shop::key_of_batik())
}

/// A settlement with spaces behind it, so that it has this many bytes.
#[must_use]
pub fn padded(length: usize) -> Vec<u8> {
    let mut body = settlement("order-101").into_bytes();
    body.resize(length, b' ');
    body
}

/// The longest body that is taken.
pub const LIMIT: usize = notification::MAX_BYTES;

/// Notifications about other things than payments, in the shapes of the gateway's samples.
pub const OTHER_FAMILIES: &[(Family, &str)] = &[
    (
        Family::PayAccount,
        r#"{"account_id":"a-1","merchant_id":"M1","payment_type":"gopay","signature_key":"0","status_code":"200",
            "account_status":"ENABLED","status_message":"Midtrans account_linked notification"}"#,
    ),
    (
        Family::Subscription,
        r#"{"transaction":{"status_code":"411"},"subscription":{"id":"s-1","status":"active"},
            "event_name":"subscription.charge"}"#,
    ),
    (
        Family::BiSnap,
        r#"{"originalReferenceNo":"r","originalPartnerReferenceNo":"order-101","latestTransactionStatus":"00"}"#,
    ),
    (
        Family::Payout,
        r#"{"reference_no":"r","amount":"12333.0","status":"processed","updated_at":"2026-11-22T10:12:28Z"}"#,
    ),
];

fn signed(order: &str, key: &midtrans_protocol::ServerKey) -> String {
    let signature = signature::sign(order, "200", "11000.00", key);
    format!(
        r#"{{"transaction_time":"2026-11-22 10:00:00","transaction_status":"settlement","transaction_id":"t-1",
            "status_message":"midtrans payment notification","status_code":"200","signature_key":"{signature}",
            "payment_type":"akulaku","order_id":"{order}","gross_amount":"11000.00","fraud_status":"accept"}}"#
    )
}
