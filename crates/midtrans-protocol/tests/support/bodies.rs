//! Message bodies of our own making, signed with a key of our own.
#![allow(dead_code, reason = "every test file uses another part")]

use http::StatusCode;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::notification::signature;
use midtrans_protocol::{
    Charge, Expected, GatewayReply, GetStatus, Notification, OrderId, Rupiah, ServerKey,
    ServerKeys, Transaction, TransactionDetails, decode, notification,
};
use serde_json::{Value, json};

pub(crate) const ORDER: &str = "kebaya-0417";

pub(crate) fn key() -> ServerKey {
    ServerKey::new("SB-Mid-server-a-key-of-these-tests").expect("a well-formed key")
}

pub(crate) fn keys() -> ServerKeys {
    key().into()
}

pub(crate) fn expected(order: &str, rupiah: u64) -> Expected {
    Expected::new(
        OrderId::existing(order).expect("an order id that can exist"),
        Rupiah::new(rupiah),
    )
}

/// The thirteen fields of today's notifications, without a signature.
pub(crate) fn settlement() -> Value {
    json!({
        "transaction_time": "2026-02-03 08:00:00",
        "transaction_status": "settlement",
        "transaction_id": "0d4c7a1e-58f0-4b0e-9b1c-6a2f1d3e4c5b",
        "status_message": "a sentence of the gateway",
        "status_code": "200",
        "settlement_time": "2026-02-03 08:04:31",
        "payment_type": "akulaku",
        "order_id": ORDER,
        "merchant_id": "G000000417",
        "gross_amount": "125000.00",
        "fraud_status": "accept",
        "currency": "IDR",
    })
}

/// The same object with some fields set; a null takes one out.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let (Some(fields), Value::Object(changes)) = (object.as_object_mut(), changes) else {
        return object;
    };
    for (name, value) in changes {
        if value.is_null() {
            fields.remove(&name)
        } else {
            fields.insert(name, value)
        };
    }
    object
}

/// The body with the signature that belongs to it.
pub(crate) fn signed(object: &Value) -> Vec<u8> {
    let text = |name: &str| match &object[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let signature = signature::sign(
        &text("order_id"),
        &text("status_code"),
        &text("gross_amount"),
        &key(),
    );
    with(object.clone(), json!({ "signature_key": signature }))
        .to_string()
        .into_bytes()
}

pub(crate) fn notified(object: &Value) -> Notification {
    notification::verify(&signed(object), &keys()).expect("properly signed")
}

/// The bare charge of the order.
pub(crate) fn charge() -> Charge {
    let order = TransactionDetails::new(
        OrderId::new(ORDER).expect("a valid order id"),
        Rupiah::new(125_000),
    );
    Charge::builder(order.expect("a price"), Akulaku)
        .minimal()
        .build()
        .expect("a charge")
}

/// Get Status of the order.
pub(crate) fn status() -> GetStatus {
    GetStatus::new(OrderId::new(ORDER).expect("a valid order id"))
}

/// A reply as an HTTP client receives it.
pub(crate) fn received(http: u16, body: impl AsRef<[u8]>) -> GatewayReply {
    GatewayReply::from_own_client(
        StatusCode::from_u16(http).expect("an HTTP status"),
        body.as_ref().to_vec(),
    )
}

/// The answer to Get Status by the order id that it names itself, or by its transaction id.
pub(crate) fn answered(object: &Value) -> Transaction {
    let id = object["order_id"]
        .as_str()
        .or(object["transaction_id"].as_str())
        .unwrap_or(ORDER);
    let status = GetStatus::new(PaymentId::received(id).expect("an id"));
    decode(&status, received(200, object.to_string())).expect("an answer about a transaction")
}
