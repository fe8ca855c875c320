//! Notifications in the gateway's documented shapes, with values of our own and signed with a key
//! of our own.

use midtrans_protocol::notification::signature;
use midtrans_protocol::{ServerKey, ServerKeys};

/// A server key as long as real ones.
pub(crate) const KEY: &str = "SB-Mid-server-Speed0Bench1Example2Key";

const AKULAKU: &str = concat!(
    r#"{"transaction_time":"2026-01-09 17:58:00","transaction_status":"settlement","#,
    r#""transaction_id":"5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901","status_message":"midtrans payment notification","#,
    r#""status_code":"200","signature_key":"SIGNATURE","settlement_time":"2026-01-09 18:00:48","#,
    r#""payment_type":"akulaku","order_id":"order-20260109-1785","merchant_id":"G900000001","#,
    r#""gross_amount":"149000.00","fraud_status":"accept","currency":"IDR"}"#
);

const CARD: &str = concat!(
    r#"{"transaction_time":"2026-01-09 12:16:53","transaction_status":"capture","#,
    r#""transaction_id":"0b8d5d0e-3b5f-4a2b-8c62-1f2d9a7be402","status_message":"midtrans payment notification","#,
    r#""status_code":"200","signature_key":"SIGNATURE","payment_type":"credit_card","#,
    r#""order_id":"order-20260109-1786","masked_card":"48111111-1114","merchant_id":"G900000001","#,
    r#""gross_amount":"200000.00","fraud_status":"accept","eci":"05","channel_response_message":"Approved","#,
    r#""channel_response_code":"00","card_type":"credit","bank":"mandiri","approval_code":"1767931013424","#,
    r#""currency":"IDR"}"#
);

const VIRTUAL_ACCOUNT: &str = concat!(
    r#"{"va_numbers":[{"va_number":"900000000000001","bank":"bca"}],"transaction_time":"2026-01-09 11:27:20","#,
    r#""transaction_status":"settlement","transaction_id":"c0a1f7de-93d4-4a0c-b1fb-59c6c1a3d503","#,
    r#""status_message":"midtrans payment notification","status_code":"200","signature_key":"SIGNATURE","#,
    r#""settlement_time":"2026-01-09 11:27:50","payment_type":"bank_transfer","payment_amounts":[],"#,
    r#""order_id":"order-20260109-1787","merchant_id":"G900000001","gross_amount":"100000.00","#,
    r#""fraud_status":"accept","currency":"IDR"}"#
);

/// The kinds of notification that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Akulaku,
    Card,
    VirtualAccount,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Akulaku, Self::Card, Self::VirtualAccount];

    /// A genuine body.
    pub(crate) fn body(self) -> Vec<u8> {
        let (template, order, amount) = match self {
            Self::Akulaku => (AKULAKU, "order-20260109-1785", "149000.00"),
            Self::Card => (CARD, "order-20260109-1786", "200000.00"),
            Self::VirtualAccount => (VIRTUAL_ACCOUNT, "order-20260109-1787", "100000.00"),
        };
        let signed = signature::sign(order, "200", amount, &key());
        template.replace("SIGNATURE", &signed).into_bytes()
    }
}

/// [`KEY`] as the library takes it.
pub(crate) fn key() -> ServerKey {
    ServerKey::new(KEY).expect("the key above is well formed")
}

/// A set of that one key.
pub(crate) fn keys() -> ServerKeys {
    ServerKeys::from(key())
}
