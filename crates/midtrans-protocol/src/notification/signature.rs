//! The notification signature: SHA-512 over `order_id + status_code + gross_amount + ServerKey`, in
//! hex.
//!
//! The four texts are joined without separators and exactly as they were received. The signature
//! therefore says nothing about `transaction_status`, `fraud_status` or refunds, and one signature
//! fits every way of cutting the joined text: see [`decide`](crate::decide) for the consequence and
//! the remedy. ([Verifying](https://docs.midtrans.com/docs/https-notification-webhooks))

use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use crate::{ServerKey, ServerKeys};

/// The signature of a notification, as 128 lower-case hex digits.
///
/// ```
/// use midtrans_protocol::ServerKey;
/// use midtrans_protocol::notification::signature;
///
/// let key = ServerKey::new("askvnoibnosifnboseofinbofinfgbiufglnbfg")?;
/// let signed = signature::sign("1111", "200", "100000.00", &key);
/// assert!(signed.starts_with("edc076b21793ebe3e17926350f5b8ae6"));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[must_use]
pub fn sign(order_id: &str, status_code: &str, gross_amount: &str, key: &ServerKey) -> String {
    const_hex::encode(digest([order_id, status_code, gross_amount, key.expose()]))
}

/// The signature of a notification about a linked account: SHA-512 over
/// `account_id + account_status + status_code + ServerKey`, in the same form.
/// ([Notifications](https://docs.midtrans.com/reference/receiving-notifications))
///
/// ```
/// use midtrans_protocol::ServerKey;
/// use midtrans_protocol::notification::signature;
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let signed = signature::sign_pay_account("account-1", "ENABLED", "200", &key);
/// assert_eq!(signed.len(), 128);
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[must_use]
pub fn sign_pay_account(
    account_id: &str,
    account_status: &str,
    status_code: &str,
    key: &ServerKey,
) -> String {
    sign(account_id, account_status, status_code, key)
}

/// The index of the key that made a signature, or `None` if it was none of them.
///
/// Hex digits of either case are taken. The comparison takes the same time wherever the first
/// difference is, and every key is tried.
///
/// ```
/// use midtrans_protocol::notification::signature;
/// use midtrans_protocol::{ServerKey, ServerKeys};
///
/// let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
/// let good = signature::sign("order-101", "200", "11000.00", &key);
/// let keys = ServerKeys::from(key);
/// assert_eq!(signature::verify("order-101", "200", "11000.00", &good, &keys), Some(0));
/// assert_eq!(signature::verify("order-101", "200", "11001.00", &good, &keys), None);
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[must_use]
pub fn verify(
    order_id: &str,
    status_code: &str,
    gross_amount: &str,
    signature: &str,
    keys: &ServerKeys,
) -> Option<usize> {
    let claimed = bytes(signature)?;
    let mut found = None;
    for (index, key) in keys.iter().enumerate() {
        let digest = digest([order_id, status_code, gross_amount, key.expose()]);
        if bool::from(digest.ct_eq(&claimed)) {
            found = found.or(Some(index));
        }
    }
    found
}

/// Real texts fit one block together, so hashing them anew for every key costs no more than copying
/// a state would.
fn digest(texts: [&str; 4]) -> [u8; 64] {
    let mut hash = Sha512::new();
    for text in texts {
        hash.update(text);
    }
    hash.finalize().into()
}

/// Reads 128 hex digits of either case. The length is checked apart, because the crate skips a
/// leading `0x`.
fn bytes(hex: &str) -> Option<[u8; 64]> {
    let mut bytes = [0; 64];
    let is_whole = hex.len() == 2 * bytes.len();
    const_hex::decode_to_slice(hex, &mut bytes).ok()?;
    is_whole.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    fn key(text: &str) -> ServerKey {
        ServerKey::new(text).unwrap()
    }

    proptest! {
        #[test]
        fn what_was_signed_verifies_and_nothing_else_does(
            order in "[A-Za-z0-9._~-]{1,50}", code in "[0-9]{3}", amount in "[1-9][0-9]{0,9}\\.00", flip in 0usize..128
        ) {
            let keys = ServerKeys::new(key("k1")).and(key("k2"));
            let signed = sign(&order, &code, &amount, &key("k2"));
            prop_assert_eq!(verify(&order, &code, &amount, &signed, &keys), Some(1));
            prop_assert_eq!(verify(&order, &code, &amount, &signed.to_uppercase(), &keys), Some(1));
            let mut bytes = signed.into_bytes();
            bytes[flip] = if bytes[flip] == b'0' { b'1' } else { b'0' };
            let forged = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(verify(&order, &code, &amount, &forged, &keys), None);
        }

        #[test]
        fn the_hash_agrees_with_the_plain_formula(order in "\\PC{0,60}", code in "\\PC{0,5}", amount in "\\PC{0,20}") {
            let whole = Sha512::digest(format!("{order}{code}{amount}secret"));
            let plain: String = whole.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(sign(&order, &code, &amount, &key("secret")), plain);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let keys = ServerKeys::from(key("k"));
            prop_assert_eq!(verify("", "", "", &text, &keys), None);
        }
    }

    #[test]
    fn a_signature_of_another_length_or_alphabet_is_none() {
        let keys = ServerKeys::from(key("k"));
        let good = sign("o", "200", "1.00", &key("k"));
        for bad in [
            &good[..127],
            &format!("{good}0"),
            &format!("0x{good}"),
            &format!("0x{}", &good[..126]),
            &format!("{}g", &good[..127]),
            &"é".repeat(64),
            "",
        ] {
            assert_eq!(verify("o", "200", "1.00", bad, &keys), None);
        }
    }
}
