//! The reply to a charge as a merchant's own typed struct.

#![allow(
    dead_code,
    reason = "the fields are read to be kept, as a merchant would"
)]

use serde::Deserialize;

/// All fields of the reply.
#[derive(Deserialize)]
pub(crate) struct PlainReply {
    status_code: String,
    status_message: String,
    transaction_id: String,
    order_id: String,
    redirect_url: String,
    merchant_id: String,
    gross_amount: String,
    currency: String,
    payment_type: String,
    transaction_time: String,
    transaction_status: String,
    fraud_status: String,
}

impl PlainReply {
    pub(crate) fn read(body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).expect("the server sends text");
        serde_json::from_str(text).expect("the server sends such a reply")
    }
}

/// The fields of a status that a shop looks at.
#[derive(Deserialize)]
pub(crate) struct PlainStatus {
    status_code: String,
    transaction_id: String,
    order_id: String,
    gross_amount: String,
    transaction_status: String,
    fraud_status: String,
}

impl PlainStatus {
    pub(crate) fn read(text: &str) -> Self {
        serde_json::from_str(text).expect("the server sends such a status")
    }
}
