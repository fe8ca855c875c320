//! Notifications and replies for the tests of this crate.

use midtrans_protocol::{
    CustomerDetails, GatewayReply, GetStatus, IdempotencyKey, ItemDetails, Notification, OrderId, Rupiah, ServerKey,
    ServerKeys, Transaction, TransactionDetails, decode, notification, signature,
};

use crate::moment::from_millis;
use crate::{Expectation, Record};

pub(crate) fn keys() -> ServerKeys {
    ServerKey::new("SB-Mid-server-abc123cde456").unwrap().into()
}

/// A signed body. `fields` are further fields, without a comma at the end.
pub(crate) fn body(order_id: &str, code: &str, amount: &str, fields: &str) -> String {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let signed = signature::sign(order_id, code, amount, &key);
    format!(
        r#"{{"order_id":"{order_id}","status_code":"{code}","gross_amount":"{amount}","signature_key":"{signed}",{fields}}}"#
    )
}

pub(crate) fn notification(order_id: &str, code: &str, amount: &str, fields: &str) -> Notification {
    notification::verify(body(order_id, code, amount, fields).as_bytes(), &keys()).unwrap()
}

/// The gateway's answer to Get Status.
pub(crate) fn answer(order_id: &str, code: &str, amount: &str, fields: &str) -> Transaction {
    let body = format!(r#"{{"order_id":"{order_id}","status_code":"{code}","gross_amount":"{amount}",{fields}}}"#);
    let status = GetStatus::new(OrderId::new(order_id).unwrap());
    decode(&status, GatewayReply::from_own_client(http::StatusCode::OK, body.into_bytes())).unwrap()
}

/// An order of 40,000 rupiah that was written down at the first millisecond.
pub(crate) fn record(order_id: &str) -> Record {
    let order = TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    let charge = midtrans_protocol::Charge::akulaku(order, items, customer).unwrap();
    let now = from_millis(1);
    Record::new(Expectation::of(&charge, IdempotencyKey::new("key-1").unwrap(), now), now)
}
