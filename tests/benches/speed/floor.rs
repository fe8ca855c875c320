//! The floor under a notification: bare serde_json and sha2, put together by hand as fast as they
//! go.
//!
//! UTF-8 is validated once, the text is read into an owned typed struct of all of the body's
//! fields, the signature is hashed in four updates without joining the pieces, its hex is decoded
//! through a table, and words are compared without a branch.

// Fields are read because a merchant's own struct would have them; nothing here looks at all of
// them.
#![allow(
    dead_code,
    reason = "the fields of the typed structs are parsed to be kept, as a merchant would"
)]

use std::hint::black_box;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha512};

use crate::samples::Kind;

/// Verifies and reads one notification of that kind; panics when it is not genuine, as no sample
/// is.
pub(crate) fn run(kind: Kind, body: &[u8], key: &str) {
    match kind {
        Kind::Akulaku => drop(black_box(verify::<Akulaku>(body, key).expect("genuine"))),
        Kind::Card => drop(black_box(verify::<Card>(body, key).expect("genuine"))),
        Kind::VirtualAccount => drop(black_box(
            verify::<VirtualAccount>(body, key).expect("genuine"),
        )),
    }
}

/// The whole floor: text, fields, hash, comparison.
fn verify<T: Signed>(body: &[u8], key: &str) -> Option<T> {
    let text = std::str::from_utf8(body).ok()?;
    let read: T = serde_json::from_str(text).ok()?;
    let [order_id, status_code, gross_amount, signature] = read.signed();
    let claimed = decode(signature)?;
    let mut hash = Sha512::new();
    hash.update(order_id);
    hash.update(status_code);
    hash.update(gross_amount);
    hash.update(key);
    let digest = hash.finalize();
    let words = digest.chunks_exact(8).zip(claimed.chunks_exact(8));
    let difference = words.fold(0, |difference, (ours, theirs)| {
        difference | (word(ours) ^ word(theirs))
    });
    (black_box(difference) == 0).then_some(read)
}

fn word(bytes: &[u8]) -> u64 {
    u64::from_ne_bytes(bytes.try_into().expect("chunks of eight"))
}

/// Sixty-four bytes from 128 hex digits; a bad digit sets the upper half of the value, which is
/// looked at once.
fn decode(hex: &str) -> Option<[u8; 64]> {
    let digits: &[u8; 128] = hex.as_bytes().try_into().ok()?;
    let mut bytes = [0; 64];
    let mut bad = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        bad |= high | low;
        *byte = high << 4 | low & 15;
    }
    (bad < 16).then_some(bytes)
}

const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        values[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// A body's four signature fields: order id, status code, amount, signature.
trait Signed: DeserializeOwned {
    fn signed(&self) -> [&str; 4];
}

macro_rules! signed {
    ($($body:ident),+) => {$(
        impl Signed for $body {
            fn signed(&self) -> [&str; 4] {
                [&self.order_id, &self.status_code, &self.gross_amount, &self.signature_key]
            }
        }
    )+};
}
signed!(Akulaku, Card, VirtualAccount);

#[derive(Deserialize)]
struct Akulaku {
    transaction_time: String,
    transaction_status: TransactionStatus,
    transaction_id: String,
    status_message: String,
    status_code: String,
    signature_key: String,
    settlement_time: String,
    payment_type: PaymentType,
    order_id: String,
    merchant_id: String,
    gross_amount: String,
    fraud_status: FraudStatus,
    currency: String,
}

#[derive(Deserialize)]
struct Card {
    transaction_time: String,
    transaction_status: TransactionStatus,
    transaction_id: String,
    status_message: String,
    status_code: String,
    signature_key: String,
    payment_type: PaymentType,
    order_id: String,
    masked_card: String,
    merchant_id: String,
    gross_amount: String,
    fraud_status: FraudStatus,
    eci: String,
    channel_response_message: String,
    channel_response_code: String,
    card_type: String,
    bank: String,
    approval_code: String,
    currency: String,
}

#[derive(Deserialize)]
struct VirtualAccount {
    va_numbers: Vec<VaNumber>,
    transaction_time: String,
    transaction_status: TransactionStatus,
    transaction_id: String,
    status_message: String,
    status_code: String,
    signature_key: String,
    settlement_time: String,
    payment_type: PaymentType,
    payment_amounts: Vec<PaymentAmount>,
    order_id: String,
    merchant_id: String,
    gross_amount: String,
    fraud_status: FraudStatus,
    currency: String,
}

#[derive(Deserialize)]
struct VaNumber {
    va_number: String,
    bank: String,
}

#[derive(Deserialize)]
struct PaymentAmount {
    paid_at: String,
    amount: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TransactionStatus {
    Pending,
    Authorize,
    Capture,
    Settlement,
    Deny,
    Cancel,
    Expire,
    Failure,
    Refund,
    PartialRefund,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FraudStatus {
    Accept,
    Deny,
    Challenge,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PaymentType {
    Akulaku,
    Kredivo,
    CreditCard,
    BankTransfer,
    Gopay,
    Qris,
    #[serde(other)]
    Unknown,
}
