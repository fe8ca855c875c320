//! Notifications as the gateway sends them.

use midtrans_protocol::{notification, signature};

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

fn signed(order: &str, key: &midtrans_protocol::ServerKey) -> String {
    let signature = signature::sign(order, "200", "11000.00", key);
    format!(
        r#"{{"transaction_time":"2026-11-22 10:00:00","transaction_status":"settlement","transaction_id":"t-1",
            "status_message":"midtrans payment notification","status_code":"200","signature_key":"{signature}",
            "payment_type":"akulaku","order_id":"{order}","gross_amount":"11000.00","fraud_status":"accept"}}"#
    )
}
