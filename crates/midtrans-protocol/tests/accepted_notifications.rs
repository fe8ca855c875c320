//! Messages that are believed although they are odd: what was signed counts, and nothing is lost.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, expected, key, keys, notified, settlement, signed, with};
use midtrans_protocol::decision::Review;
use midtrans_protocol::notification::signature;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{Decision, Rupiah, ServerKey, ServerKeys, decide, notification};
use serde_json::{Value, json};

#[test]
fn an_unknown_status_is_accepted_kept_and_reviewed() {
    for word in [
        "frozen",
        "PARTIAL_SETTLEMENT",
        "",
        " settlement",
        "settlement ",
        "séttlement",
    ] {
        let notification = notified(&with(settlement(), json!({ "transaction_status": word })));
        let status = notification.reported().transaction_status().unwrap();
        assert!(matches!(status, TransactionStatus::Unknown(_)), "{word:?}");
        assert_eq!(status.as_str(), word);
        let decision = decide(&expected(ORDER, 125_000), &notification);
        assert_eq!(
            decision,
            Decision::Review(Review::UnknownStatus),
            "{word:?}"
        );
    }
}

#[test]
fn extra_fields_of_any_kind_survive_and_can_be_read_by_name() {
    let notification = notified(&with(
        settlement(),
        json!({
            "a_text": "x\n\"y\"", "a_number": 202603041011121314u64, "a_truth": true,
            "a_list": [1, null, {"deep": []}], "an_object": {"k": "v"}, "": "the empty name",
        }),
    ));
    let raw = notification.reported().raw();
    assert_eq!(raw.text("a_text").as_deref(), Some("x\n\"y\""));
    assert_eq!(raw.text("a_number").as_deref(), Some("202603041011121314"));
    assert_eq!(raw.field::<bool>("a_truth"), Some(true));
    assert_eq!(
        raw.field::<Value>("a_list"),
        Some(json!([1, null, {"deep": []}]))
    );
    assert_eq!(raw.field::<Value>("an_object"), Some(json!({"k": "v"})));
    assert_eq!(raw.text("").as_deref(), Some("the empty name"));
    assert_eq!(raw.names().len(), 12 + 1 + 6);
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notification),
        Decision::Paid
    );
}

#[test]
fn a_null_is_as_good_as_an_absent_field() {
    let unsigned = [
        "fraud_status",
        "currency",
        "transaction_id",
        "settlement_time",
        "payment_type",
        "merchant_id",
    ];
    let mut object = settlement();
    for name in unsigned {
        object[name] = Value::Null;
    }
    let body = String::from_utf8(signed(&settlement())).unwrap();
    let signature = body.split("\"signature_key\":\"").nth(1).unwrap()[..128].to_owned();
    object["signature_key"] = signature.into();
    let notification = notification::verify(object.to_string().as_bytes(), &keys()).unwrap();
    let reported = notification.reported();
    assert!(
        reported.fraud_status().is_none()
            && reported.currency().is_none()
            && reported.transaction_id().is_none()
    );
    assert!(reported.settlement_time().is_none() && reported.payment_type().is_none());
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notification),
        Decision::Paid
    );
}

#[test]
fn a_number_is_signed_by_its_own_text() {
    for (amount, code, order) in [
        ("125000.00", "200", "\"kebaya-0417\""),
        ("125000", "200", "\"kebaya-0417\""),
        ("125000.0", "\"200\"", "\"kebaya-0417\""),
        ("125000.000000", "200", "417"),
        ("\"125000.00\"", "200", "20260203080000417"),
    ] {
        let bare = |text: &str| text.trim_matches('"').to_owned();
        let signature = signature::sign(&bare(order), &bare(code), &bare(amount), &key());
        let body = format!(
            r#"{{"order_id":{order},"status_code":{code},"gross_amount":{amount},"transaction_status":"settlement","signature_key":"{signature}"}}"#
        );
        let notification = notification::verify(body.as_bytes(), &keys()).unwrap();
        assert_eq!(notification.gross_amount().as_str(), bare(amount));
        assert_eq!(
            notification.gross_amount().rupiah(),
            Some(Rupiah::new(125_000))
        );
        assert_eq!(notification.status_code(), "200");
        assert_eq!(
            decide(&expected(&bare(order), 125_000), &notification),
            Decision::Paid,
            "{body}"
        );
    }
}

#[test]
fn the_body_is_kept_byte_for_byte() {
    let compact = String::from_utf8(signed(&settlement())).unwrap();
    let spaced = format!(
        "\r\n\t {}  \n",
        compact.replace(',', " ,\n  ").replace(':', ": ")
    );
    let spaced = spaced.replace("2026-02-03 08: 00: 00", "2026-02-03 08:00:00");
    let escaped = compact
        .replace("kebaya", "\\u006bebaya")
        .replace("akulaku", "akul\\u0061ku");
    for body in [compact, spaced, escaped] {
        let notification = notification::verify(body.as_bytes(), &keys()).unwrap();
        assert_eq!(notification.reported().raw().as_str(), body);
        assert_eq!(
            notification.order_id(),
            ORDER,
            "an escape is read, then signed"
        );
        assert_eq!(
            notification.reported().payment_type().unwrap().as_str(),
            "akulaku"
        );
    }
}

#[test]
fn each_of_several_keys_is_tried_and_named() {
    let other = |name: &str| ServerKey::new(format!("SB-Mid-server-{name}")).unwrap();
    let body = signed(&settlement());
    for (keys, index) in [
        (
            ServerKeys::new(key()).and(other("b")).and(other("c")),
            Some(0),
        ),
        (
            ServerKeys::new(other("a")).and(key()).and(other("c")),
            Some(1),
        ),
        (
            ServerKeys::new(other("a")).and(other("b")).and(key()),
            Some(2),
        ),
        (ServerKeys::new(other("a")).and(key()).and(key()), Some(1)),
        (ServerKeys::new(other("a")).and(other("b")), None),
    ] {
        let found = notification::verify(&body, &keys)
            .ok()
            .map(|notification| notification.key_index());
        assert_eq!(found, index);
        assert_eq!(
            notification::verify_ref(&body, &keys)
                .ok()
                .map(|verified| verified.key_index()),
            index
        );
    }
}

#[test]
fn upper_case_hex_is_the_same_signature() {
    let body: Value = serde_json::from_slice(&signed(&settlement())).unwrap();
    let upper = body["signature_key"].as_str().unwrap().to_uppercase();
    let body = with(body, json!({ "signature_key": upper }));
    assert!(notification::verify(body.to_string().as_bytes(), &keys()).is_ok());
}

#[test]
fn the_oldest_documented_shape_has_ten_fields_and_is_enough() {
    let object = with(
        settlement(),
        json!({ "settlement_time": null, "merchant_id": null, "currency": null }),
    );
    assert_eq!(object.as_object().unwrap().len() + 1, 10);
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notified(&object)),
        Decision::Paid
    );
}

#[test]
fn refunds_are_read_whatever_their_values_kinds_are() {
    let notification = notified(&with(
        settlement(),
        json!({
            "transaction_status": "partial_refund",
            "refunds": [
                {"refund_chargeback_id": 202602040915123456u64, "refund_amount": "5000.00", "refund_key": "k-1",
                 "reason": "", "refund_method": "online", "created_at": "2026-02-04 09:15:12"},
                {"refund_chargeback_id": "2", "refund_amount": 7000.00, "refund_key": ["odd"], "reason": null,
                 "bank_confirmed_at": "2026-02-05 10:00:00", "refund_chargeback_uuid": "u-2"},
            ],
        }),
    ));
    let refunds = notification.reported().refunds();
    assert_eq!(
        refunds[0].refund_chargeback_id.as_deref(),
        Some("202602040915123456"),
        "18 digits are no float"
    );
    assert_eq!(refunds[0].reason.as_deref(), Some(""));
    assert!(refunds[0].bank_confirmed_at.is_none() && refunds[1].bank_confirmed_at.is_some());
    assert_eq!(
        refunds[1].refund_amount.as_deref(),
        Some("7000.0"),
        "serde_json wrote the number of this test so"
    );
    assert_eq!(
        refunds[1].refund_key, None,
        "one odd field costs only itself"
    );
    assert_eq!(
        notification.reported().refunded(),
        Some(Rupiah::new(12_000))
    );
}

#[test]
fn a_refund_that_cannot_be_read_is_no_smaller_sum() {
    let object = with(
        settlement(),
        json!({
            "transaction_status": "partial_refund",
            "refunds": [{"refund_amount": "5000.00"}, "odd"],
        }),
    );
    let notification = notified(&object);
    assert_eq!(notification.reported().refunds().len(), 2);
    assert_eq!(notification.reported().refunded(), None);
    let with_total = notified(&with(object, json!({ "refund_amount": "12000.00" })));
    assert_eq!(with_total.reported().refunded(), Some(Rupiah::new(12_000)));
}

#[test]
fn a_byte_order_mark_before_the_json_is_passed_over() {
    let body = signed(&settlement());
    let marked = [b"\xef\xbb\xbf", &body[..]].concat();
    let notification = notification::verify(&marked, &keys()).unwrap();
    assert_eq!(notification.order_id(), ORDER);
    assert_eq!(
        notification.reported().raw().as_str().as_bytes(),
        body,
        "the mark is no part of the message"
    );
    assert!(notification::verify_ref(&marked, &keys()).is_ok());
}
