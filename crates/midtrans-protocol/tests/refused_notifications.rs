//! Refused messages, each with the HTTP status to answer.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{key, keys, settlement, signed, with};
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{ServerKey, ServerKeys, notification};
use serde_json::{Value, json};

fn rejection(body: &[u8]) -> Rejection {
    let rejection = notification::verify(body, &keys()).expect_err("it must not be believed");
    assert_eq!(
        notification::verify_ref(body, &keys()).expect_err("nor here"),
        rejection
    );
    rejection
}

#[test]
fn what_is_no_json_object_is_malformed() {
    let text = String::from_utf8(signed(&settlement())).unwrap();
    let cut = &text[..text.len() - 1];
    let twice = format!("{text}{text}");
    let form = "order_id=kebaya-0417&status_code=200";
    for body in [
        "", " ", "null", "true", "17", "\"x\"", "[]", "[{}]", "{", "{}{}", "not json", form, cut,
        &twice,
    ] {
        let rejection = rejection(body.as_bytes());
        assert_eq!(
            (&rejection, rejection.status().as_u16()),
            (&Rejection::Malformed, 400),
            "{body:.40}"
        );
    }
}

#[test]
fn every_text_that_the_signature_needs_must_be_there() {
    for name in ["order_id", "status_code", "gross_amount", "signature_key"] {
        let whole: Value = serde_json::from_slice(&signed(&settlement())).unwrap();
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        for body in [
            without,
            with_value(&whole, name, Value::Null),
            with_value(&whole, name, json!("")),
            with_value(&whole, name, json!(true)),
            with_value(&whole, name, json!(["200"])),
            with_value(&whole, name, json!({"value": "200"})),
        ] {
            let rejection = rejection(body.to_string().as_bytes());
            assert_eq!(
                (&rejection, rejection.status().as_u16()),
                (&Rejection::MissingField(name), 400)
            );
            assert!(rejection.to_string().contains(name));
        }
    }
}

fn with_value(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

#[test]
fn a_changed_signed_text_is_forged() {
    let body = String::from_utf8(signed(&settlement())).unwrap();
    for (from, to) in [
        ("kebaya-0417", "kebaya-0418"),
        ("\"200\"", "\"201\""),
        ("125000.00", "125000.0"),
        ("125000.00", "1.00"),
        ("\"125000.00\"", "125000.000"),
    ] {
        let rejection = rejection(body.replace(from, to).as_bytes());
        assert_eq!(
            (&rejection, rejection.status().as_u16()),
            (&Rejection::Forged, 403),
            "{from} to {to}"
        );
    }
}

#[test]
fn a_signature_of_another_merchant_or_shape_is_forged() {
    let body: Value = serde_json::from_slice(&signed(&settlement())).unwrap();
    let good = body["signature_key"].as_str().unwrap();
    let stranger = ServerKeys::from(ServerKey::new("SB-Mid-server-another").unwrap());
    assert_eq!(
        notification::verify(body.to_string().as_bytes(), &stranger).unwrap_err(),
        Rejection::Forged
    );
    for bad in [
        &good[1..],
        &format!(" {good}"),
        &format!("{good}0"),
        "0",
        &"0".repeat(128),
        &"ü".repeat(64),
    ] {
        let body = with(body.clone(), json!({ "signature_key": bad }));
        assert_eq!(
            rejection(body.to_string().as_bytes()),
            Rejection::Forged,
            "{bad:.10}"
        );
    }
}

#[test]
fn a_body_of_ten_mebibytes_is_too_large_even_if_it_is_signed() {
    let rejection = rejection(&signed(&with(
        settlement(),
        json!({ "padding": "x".repeat(10 << 20) }),
    )));
    assert_eq!(
        (&rejection, rejection.status().as_u16()),
        (&Rejection::TooLarge, 413)
    );
}

#[test]
fn the_limit_is_the_last_length_that_is_read() {
    let mut body = signed(&settlement());
    body.resize(notification::MAX_BYTES, b' ');
    assert!(notification::verify(&body, &keys()).is_ok());
    body.push(b' ');
    assert_eq!(rejection(&body), Rejection::TooLarge);
}

#[test]
fn bytes_that_are_no_utf8_are_malformed() {
    for bad in [&b"\xff"[..], b"\xc3\x28", b"\xed\xa0\x80"] {
        let mut body = signed(&with(settlement(), json!({ "custom_field1": "HERE" })));
        let at = body
            .windows(4)
            .position(|window| window == b"HERE")
            .unwrap();
        body.splice(at..at + 4, bad.iter().copied());
        assert_eq!(rejection(&body), Rejection::Malformed, "{bad:?}");
    }
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(rejection(&utf16), Rejection::Malformed);
    assert_eq!(
        rejection(b"\xef\xbb\xbf\xef\xbb\xbf{}"),
        Rejection::Malformed,
        "one mark is passed over, not two"
    );
}

#[test]
fn a_nesting_bomb_is_turned_away_and_breaks_nothing() {
    let closed = format!("{{\"a\":{}{}}}", "[".repeat(400_000), "]".repeat(400_000));
    assert_eq!(rejection(closed.as_bytes()), Rejection::NoFamily);
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
        let open = format!("{{\"order_id\":{}", opening.repeat(100_000));
        assert_eq!(rejection(open.as_bytes()), Rejection::Malformed);
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let in_signed_field =
        format!(r#"{{"signature_key":"00","order_id":{deep},"status_code":"200"}}"#);
    assert!(
        rejection(in_signed_field.as_bytes())
            .status()
            .is_client_error()
    );
}

#[test]
fn a_field_that_occurs_twice_is_malformed_wherever_and_however_it_is_spelled() {
    let body = String::from_utf8(signed(&settlement())).unwrap();
    for second in [
        r#""transaction_status":"settlement""#,
        r#""transaction_status":"deny""#,
        r#""order\u005fid":"kebaya-0418""#,
        r#""signature_key":null"#,
        r#""merchant_id":"G000000418""#,
        r#""merch\u0061nt_id":"G000000418""#,
    ] {
        for doubled in [
            format!("{{{second},{}", &body[1..]),
            format!("{},{second}}}", &body[..body.len() - 1]),
        ] {
            assert_eq!(
                rejection(doubled.as_bytes()),
                Rejection::Malformed,
                "{second}"
            );
        }
    }
}

#[test]
fn no_rejection_repeats_the_message() {
    let body = signed(&with(
        settlement(),
        json!({ "order_id": "MARKER-1", "custom_field1": "MARKER-2" }),
    ));
    let stranger = ServerKeys::from(ServerKey::new("SB-Mid-server-another").unwrap());
    let rejection = notification::verify(&body, &stranger).unwrap_err();
    assert!(!format!("{rejection} {rejection:?}").contains("MARKER"));
    assert!(notification::verify(&body, &key().into()).is_ok());
}
