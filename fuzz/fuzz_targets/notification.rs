//! Notifications: everything accepted was signed, is read as other readers would read it, and is
//! kept byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midtrans_fuzz::{decisions, keys, names_are_distinct, object, signed, signed_in_place, word};
use midtrans_protocol::notification::signature;
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{Notification, notification};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    accepted(data);
    if let Some(again) = signed_in_place(data) {
        accepted(&again);
    }
    if let Some((mut object, body)) = object(data).and_then(signed) {
        let notification = accepted(&body).expect("properly signed, every name once");
        assert_eq!(notification.key_index(), 1);
        let claimed = notification
            .reported()
            .raw()
            .text("signature_key")
            .expect("it was just signed");
        let digit = if claimed.starts_with('0') { "1" } else { "0" };
        object.insert(
            "signature_key".to_owned(),
            format!("{digit}{}", &claimed[1..]).into(),
        );
        let forged = serde_json::to_vec(&object).expect("it was an object before");
        assert!(matches!(
            notification::verify(&forged, &keys()),
            Err(Rejection::Forged)
        ));
    }
});

/// Removes one byte order mark.
fn plain(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Checks that only what can be no payment notification is answered with 200.
fn refused(rejection: &Rejection, body: &[u8]) {
    if !matches!(rejection, Rejection::Misdirected(_)) {
        assert!(rejection.status().is_client_error());
        return;
    }
    let object = object(body).expect("it was read");
    assert!(
        object.get("transaction_status").is_none_or(Value::is_null),
        "a payment was taken for something else"
    );
    let signed = ["order_id", "status_code", "gross_amount", "signature_key"];
    assert!(
        !signed
            .iter()
            .all(|name| object.get(*name).is_some_and(|value| !value.is_null()))
    );
}

fn accepted(body: &[u8]) -> Option<Notification> {
    let borrowed = notification::verify_ref(body, &keys());
    let notification = match notification::verify(body, &keys()) {
        Ok(notification) => notification,
        Err(rejection) => {
            assert_eq!(borrowed.err(), Some(rejection.clone()));
            refused(&rejection, plain(body));
            return None;
        }
    };
    let borrowed = borrowed.expect("the same answer");
    let (order, code) = (notification.order_id(), notification.status_code());
    let amount = notification.gross_amount().as_str();
    assert_eq!(
        (
            borrowed.order_id(),
            borrowed.status_code(),
            borrowed.gross_amount()
        ),
        (order, code, amount)
    );
    let raw = notification.reported().raw();
    let body = plain(body);
    assert_eq!(raw.as_str().as_bytes(), body);
    let claimed = raw.text("signature_key").expect("it was checked");
    assert_eq!(
        signature::verify(order, code, amount, &claimed, &keys()),
        Some(notification.key_index())
    );
    assert!(names_are_distinct(notification.reported()));
    if let Some(object) = object(body) {
        for (name, read) in [
            ("order_id", order),
            ("status_code", code),
            ("gross_amount", amount),
        ] {
            if object[name].is_string() {
                assert_eq!(word(object.get(name)).as_deref(), Some(read));
            }
        }
        decisions(&notification, notification.reported(), &object);
    }
    Some(notification)
}
