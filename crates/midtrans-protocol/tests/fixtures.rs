//! Every file in `fixtures/`, named METHOD--KIND--STATE, is read, and nothing of it is lost.
//!
//! The files have the key sets, the key order and the value kinds of the gateway's samples, and
//! values of our own.
#![expect(
    clippy::disallowed_methods,
    reason = "the crate reads no files; this test of it does"
)]

#[path = "support/bodies.rs"]
mod bodies;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bodies::{charge, keys, received};
use http::StatusCode;
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::reply::{Reply, ReplyError};
use midtrans_protocol::transaction::{Capture, Details, Refund, TransactionStatus};
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_protocol::{Charge, GetStatus, Rupiah, Transaction, decode, notification};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Each file's name, kind and content.
fn files() -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let path = entry.expect("a readable folder").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let kind = name.split("--").nth(1).unwrap_or_default().to_owned();
        files.push((
            name,
            kind,
            std::fs::read_to_string(&path).expect("a text file"),
        ));
    }
    files.sort();
    files
}

fn of_kind(wanted: &'static [&'static str]) -> impl Iterator<Item = (String, String)> {
    let files = files()
        .into_iter()
        .filter(move |(_, kind, _)| wanted.contains(&kind.as_str()));
    files.map(|(name, _, text)| (name, text))
}

const ANSWERS: &[&str] = &[
    "charge-response",
    "response",
    "status",
    "cancel-response",
    "refund-response",
];

#[test]
fn every_file_is_of_a_kind_that_is_tested_here() {
    let mut counts = BTreeMap::<_, usize>::new();
    for (name, kind, _) in files() {
        let known = ANSWERS.contains(&kind.as_str())
            || [
                "charge-request",
                "request",
                "notification",
                "error",
                "finish-redirect",
                // In tests/card_replies.rs and tests/payments_to_one_number.rs:
                "token-response",
                "register-response",
                "point-response",
                "data-response",
                "page-response",
            ]
            .contains(&kind.as_str());
        assert!(known, "{name}");
        *counts.entry(kind).or_default() += 1;
    }
    assert!(
        counts["notification"] >= 19 && counts["error"] >= 25 && counts["response"] >= 14,
        "{counts:?}"
    );
}

#[test]
fn notifications_verify_and_lose_nothing() {
    for (name, text) in of_kind(&["notification"]) {
        let notification = notification::verify(text.as_bytes(), &keys()).expect(&name);
        let object: Value = serde_json::from_str(&text).expect(&name);
        assert_eq!(notification.order_id(), object["order_id"], "{name}");
        assert_eq!(notification.status_code(), object["status_code"], "{name}");
        assert_eq!(
            notification.gross_amount().as_str(),
            object["gross_amount"],
            "{name}"
        );
        assert!(notification.gross_amount().rupiah().is_some(), "{name}");
        assert_nothing_lost(&name, &text, notification.reported());
    }
}

#[test]
fn answers_are_read_and_lose_nothing() {
    for (name, text) in ANSWERS
        .iter()
        .flat_map(|kind| of_kind(std::slice::from_ref(kind)))
    {
        let object: Value = serde_json::from_str(&text).expect(&name);
        let transaction = match object["order_id"]
            .as_str()
            .or(object["transaction_id"].as_str())
        {
            Some(id) => {
                let status = GetStatus::new(PaymentId::received(id).expect(&name));
                decode(&status, received(200, &text)).expect(&name)
            }
            // DANA's answer to a cancellation.
            None => Transaction::read(received(200, &text)).expect(&name),
        };
        assert_eq!(
            transaction.order_id(),
            object["order_id"].as_str(),
            "{name}"
        );
        assert_eq!(
            transaction.status_code(),
            object["status_code"].as_str(),
            "{name}"
        );
        let gross = transaction
            .gross_amount()
            .map(midtrans_protocol::money::WireAmount::as_str);
        assert_eq!(gross, object["gross_amount"].as_str(), "{name}");
        assert_eq!(
            transaction.redirect_url().as_deref(),
            object["redirect_url"].as_str(),
            "{name}"
        );
        assert_nothing_lost(&name, &text, transaction.details());
    }
}

/// The raw body is the file; each field can be had by name; each getter has what its field has.
fn assert_nothing_lost(name: &str, text: &str, details: &Details) {
    assert_eq!(details.raw().as_str(), text, "{name}");
    let object: Value = serde_json::from_str(text).expect(name);
    let fields = object.as_object().expect(name);
    assert_eq!(details.raw().names().len(), fields.len(), "{name}");
    for (field, value) in fields {
        assert_eq!(
            details.raw().field::<Value>(field).as_ref(),
            Some(value),
            "{name}: {field}"
        );
    }
    let status = details.transaction_status().expect(name);
    assert!(
        !matches!(status, TransactionStatus::Unknown(_)),
        "{name}: {status}"
    );
    assert!(
        status
            .as_str()
            .eq_ignore_ascii_case(object["transaction_status"].as_str().expect(name)),
        "{name}"
    );
    assert_eq!(
        details.payment_type().map(|kind| kind.as_str()),
        object["payment_type"].as_str(),
        "{name}"
    );
    assert_eq!(
        details.fraud_status().map(|fraud| fraud.as_str()),
        object["fraud_status"].as_str(),
        "{name}"
    );
    assert_eq!(
        details.transaction_id(),
        object["transaction_id"].as_str(),
        "{name}"
    );
    for (field, found) in [
        ("status_message", details.status_message()),
        ("merchant_id", details.merchant_id()),
        ("currency", details.currency()),
        ("channel_response_code", details.channel_response_code()),
        (
            "channel_response_message",
            details.channel_response_message(),
        ),
        ("custom_field1", details.custom_field1()),
        ("custom_field2", details.custom_field2()),
        ("custom_field3", details.custom_field3()),
        ("refund_key", details.refund_key()),
        (
            "refund_amount",
            details.refund_amount().map(|amount| amount.to_string()),
        ),
        (
            "transaction_time",
            details.transaction_time().map(|time| time.to_string()),
        ),
        (
            "settlement_time",
            details.settlement_time().map(|time| time.to_string()),
        ),
        (
            "expiry_time",
            details.expiry_time().map(|time| time.to_string()),
        ),
    ] {
        assert_eq!(found.as_deref(), object[field].as_str(), "{name}: {field}");
    }
    assert_eq!(
        details.metadata().map(Value::Object),
        object.get("metadata").cloned(),
        "{name}"
    );
    let refunds = details.refunds();
    let listed = object["refunds"].as_array().cloned().unwrap_or_default();
    assert_eq!(refunds.len(), listed.len(), "{name}");
    for (refund, value) in refunds.iter().zip(&listed) {
        let id = value["refund_chargeback_id"].to_string();
        assert_eq!(
            refund.refund_chargeback_id.as_deref(),
            Some(id.as_str()),
            "{name}"
        );
        for (field, found) in [
            ("refund_key", &refund.refund_key),
            ("refund_amount", &refund.refund_amount),
            ("refund_method", &refund.refund_method),
            ("refund_chargeback_uuid", &refund.refund_chargeback_uuid),
            ("reason", &refund.reason),
            ("created_at", &refund.created_at),
            ("bank_confirmed_at", &refund.bank_confirmed_at),
        ] {
            assert_eq!(found.as_deref(), value[field].as_str(), "{name}: {field}");
        }
    }
}

#[test]
fn the_automatic_fee_is_read_where_it_is() {
    for (name, text) in of_kind(&["notification"]) {
        let notification = notification::verify(text.as_bytes(), &keys()).expect(&name);
        let info = notification.reported().gross_amount_info();
        assert_eq!(info.is_some(), text.contains("gross_amount_info"), "{name}");
        assert!(
            info.is_none_or(|info| info.original() == Some(Rupiah::new(125_000))),
            "{name}"
        );
    }
}

#[test]
fn errors_are_refusals_with_all_their_sentences() {
    for (name, text) in of_kind(&["error"]) {
        let object: Value = serde_json::from_str(&text).unwrap_or_default();
        // Where the body has no code, the HTTP status is the code, and the name ends with it or
        // says nothing.
        let http = name
            .split(['-', '.'])
            .find_map(|word| word.parse().ok())
            .unwrap_or(StatusCode::BAD_REQUEST);
        let error = match decode(&charge(), received(http.as_u16(), &text)) {
            Err(ReplyError::Api(error)) => Some(error),
            _ => None,
        };
        let error = error.expect(&name);
        assert_eq!(error.body(), text.as_bytes(), "{name}");
        let code = object["status_code"]
            .as_str()
            .or(object["responseCode"].as_str());
        assert_eq!(error.status_code(), code, "{name}");
        assert_eq!(
            error.code(),
            code.and_then(|code| code[..3].parse().ok())
                .unwrap_or(http.as_u16()),
            "{name}"
        );
        assert_eq!(
            error.id(),
            object["id"].as_str().or(object["Id"].as_str()),
            "{name}"
        );
        let sentences = [
            "status_message",
            "responseMessage",
            "error_messages",
            "validation_messages",
            "errors",
        ];
        let said = text.matches("sentence").count();
        assert_eq!(
            said > 0,
            sentences.iter().any(|field| object.get(field).is_some()),
            "{name}"
        );
        assert_eq!(
            error.messages().len() + error.validation_messages().len(),
            said,
            "{name}"
        );
    }
}

#[test]
fn requests_are_read_and_sent_as_they_were() {
    for (name, text) in of_kind(&["charge-request"]) {
        let sent: Value =
            serde_json::from_slice(&Charge::from_json(&text).expect(&name).to_json()).expect(&name);
        let mut written: Value = serde_json::from_str(&text).expect(&name);
        // The one documented oddity: a postal code that is a number.
        if let Some(code) = written.pointer_mut("/customer_details/shipping_address/postal_code") {
            *code = code
                .as_str()
                .map_or_else(|| code.to_string(), str::to_owned)
                .into();
        }
        assert_eq!(sent, written, "{name}");
    }
    for (name, text) in of_kind(&["request"]) {
        let written: Value = serde_json::from_str(&text).expect(&name);
        if name.starts_with("capture--") {
            let id = PaymentId::received(written["transaction_id"].as_str().expect(&name));
            let amount = Rupiah::new(written["gross_amount"].as_u64().expect(&name));
            let capture = Capture::part(id.expect(&name), amount).expect(&name);
            let sent: Value = serde_json::from_slice(&capture.to_json()).expect(&name);
            assert_eq!(sent, written, "{name}");
            continue;
        }
        let word = |field: &str| written[field].as_str().expect(&name);
        let order = midtrans_protocol::OrderId::new("kebaya-0417").expect(&name);
        let amount = Rupiah::new(written["amount"].as_u64().expect(&name));
        let refund = Refund::part(
            order,
            RefundKey::new(word("refund_key")).expect(&name),
            amount,
        );
        let refund = refund
            .and_then(|refund| refund.because(word("reason")))
            .expect(&name);
        assert_eq!(
            serde_json::from_slice::<Value>(&refund.to_json()).expect(&name),
            written,
            "{name}"
        );
    }
}

#[test]
fn browsers_returns_are_read() {
    for (name, text) in of_kind(&["finish-redirect"]) {
        if name.ends_with(".form.txt") {
            let landing = Landing::from_form(text.as_bytes());
            assert_eq!(
                landing.signature(&keys()),
                LandingSignature::Genuine,
                "{name}"
            );
        } else if name.ends_with(".url.txt") {
            let landing = Landing::from_query(
                text.trim_end()
                    .split_once('?')
                    .map_or("", |(_, query)| query),
            );
            assert_eq!(
                landing.order_id().is_some(),
                text.contains("order_id"),
                "{name}"
            );
            assert_eq!(
                landing.hint().is_some(),
                text.contains("transaction_status"),
                "{name}"
            );
        } else {
            assert!(
                notification::verify(text.as_bytes(), &keys()).is_ok(),
                "{name}: the same signature"
            );
        }
    }
}
