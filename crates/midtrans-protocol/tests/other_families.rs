//! The gateway's other notifications at the payment webhook: recognised, answered with 200, never
//! believed; and those that could be two families', or none's.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{key, keys, settlement, signed, with};
use midtrans_protocol::notification;
use midtrans_protocol::notification::{Family, signature};
use midtrans_protocol::webhook::Rejection;
use serde_json::{Value, json};

fn rejection(body: &Value) -> Rejection {
    notification::verify(body.to_string().as_bytes(), &keys()).expect_err("it is no payment")
}

fn subscription() -> Value {
    json!({
        "id": "5b1f7f0e-0c55-4c6c-a3c5-6a0f3f7a9d10", "name": "SUBSCRIBE-417", "amount": "14000", "currency": "IDR",
        "payment_type": "credit_card", "token": "token-417", "status": "active", "merchant_id": "M000417",
        "schedule": {"interval": 1, "interval_unit": "month", "current_interval": 0,
            "start_time": "2026-03-02T09:59:00.000000Z", "next_execution_at": "2026-04-02T09:59:00.000000Z"},
        "customer_details": {"first_name": "Siti"}, "metadata": {"meta": "data"},
    })
}

/// The key sets of the gateway's samples, with values of our own.
fn samples() -> Vec<(Family, Value)> {
    let charged = |transaction: Value| json!({"transaction": transaction, "subscription": subscription(), "event_name": "subscription.charge"});
    vec![
        (
            Family::PayAccount,
            json!({"account_id": "00000417-7836-49e5-bc65-e592afafec14", "merchant_id": "M000417", "payment_type": "gopay",
                "signature_key": "0".repeat(128), "status_code": "204", "account_status": "DISABLED",
                "status_message": "Midtrans account_linked notification"}),
        ),
        (Family::Subscription, subscription()),
        (
            Family::Subscription,
            charged(
                json!({"transaction_status": "capture", "transaction_id": "t", "status_code": "200"}),
            ),
        ),
        (
            Family::Subscription,
            charged(json!({"status_message": "Token id is missing", "status_code": "411"})),
        ),
        (
            Family::BiSnap,
            json!({"originalReferenceNo": "r", "originalPartnerReferenceNo": "order-417", "latestTransactionStatus": "00",
                "transactionStatusDesc": "success", "amount": {"value": "55000.00", "currency": "IDR"},
                "additionalInfo": {"qris": {"issuerName": "gopay"}}}),
        ),
        (
            Family::BiSnap,
            json!({"partnerServiceId": "  088899", "customerNo": "417", "virtualAccountNo": "  088899417", "trxId": "order-417",
                "paidAmount": {"value": "55000.00", "currency": "IDR"}, "additionalInfo": {"paymentFlagStatus": "00"}}),
        ),
        (
            Family::BiSnap,
            json!({"additionalInfo": {"accountStatus": "ENABLED", "paymentType": "gopay"}}),
        ),
        (
            Family::Payout,
            json!({"reference_no": "r-417", "amount": "10000.00", "status": "failed", "updated_at": "2026-03-02T10:23:31Z",
                "error_code": "002", "error_message": "Invalid destination account number"}),
        ),
        (
            Family::Payout,
            json!({"transaction_id": "t-417", "order_id": "topup-417", "gross_amount": "1000000.0", "status": "topup",
                "transaction_time": "2026-03-01T03:55:50Z"}),
        ),
    ]
}

#[test]
fn every_family_is_recognised_answered_with_200_and_names_its_setting() {
    for (family, body) in samples() {
        let rejection = rejection(&body);
        assert_eq!(rejection, Rejection::Misdirected(family), "{body}");
        assert_eq!(rejection.status(), 200);
        assert!(
            rejection.to_string().contains(family.setting()),
            "{rejection}"
        );
        assert_eq!(
            notification::verify_ref(body.to_string().as_bytes(), &keys()).unwrap_err(),
            rejection
        );
    }
}

#[test]
fn a_payment_notification_is_never_taken_for_another_family() {
    let forged = with(settlement(), json!({"signature_key": "0".repeat(128)}));
    for (_, sample) in samples() {
        for name in ["order_id", "transaction_status", "signature_key"] {
            // The other family's fields beside those of a payment that lost one.
            let mut both = with(forged.clone(), sample.clone());
            both = with(
                both,
                json!({"order_id": "kebaya-0417", "status": "settlement", "transaction_status": "settlement"}),
            );
            both = with(
                both,
                json!({"signature_key": "0".repeat(128), "status_code": "200", (name): null}),
            );
            let rejection = rejection(&both);
            assert!(
                !matches!(rejection, Rejection::Misdirected(_)),
                "{name}: {both}"
            );
        }
    }
    assert_eq!(rejection(&forged), Rejection::Forged);
    let extended = with(
        settlement(),
        json!({"subscription_id": "s", "metadata": {"merchant_subscription_id": "m"}}),
    );
    assert!(
        notification::verify(&signed(&extended), &keys()).is_ok(),
        "a subscription's payment is a payment"
    );
}

#[test]
fn a_genuine_pay_account_signature_makes_no_payment_of_it() {
    let signed = signature::sign("account-417", "ENABLED", "200", &key());
    let body = json!({"account_id": "account-417", "account_status": "ENABLED", "status_code": "200", "signature_key": signed});
    assert_eq!(rejection(&body), Rejection::Misdirected(Family::PayAccount));
}

#[test]
fn what_belongs_to_no_family_is_refused_with_the_names_of_the_families() {
    for body in [
        json!({}),
        json!({"status": "topup"}),
        json!({"account_id": null, "account_status": "ENABLED"}),
        json!({"subscription": "text", "transaction": "text"}),
        json!({"additionalInfo": "text"}),
        json!({"additionalInfo": {}}),
        json!({"reference_no": "r", "status": "processed"}),
    ] {
        let rejection = rejection(&body);
        assert_eq!(rejection, Rejection::NoFamily, "{body}");
        assert_eq!(rejection.status(), 400);
        let families = "payment, pay account, subscription, BI-SNAP, payout";
        assert!(rejection.to_string().contains(families), "{rejection}");
    }
}

#[test]
fn the_fields_of_two_families_are_refused_with_their_names_and_nothing_is_believed() {
    let samples = samples();
    for (family, sample) in &samples {
        if sample.get("order_id").is_some() {
            // A top-up: with a status of a payment it is one.
            continue;
        }
        let genuine: Value =
            serde_json::from_slice(&signed(&with(sample.clone(), settlement()))).unwrap();
        let rejection = rejection(&genuine);
        let Rejection::Ambiguous(families) = rejection else {
            panic!("{family:?}: {rejection}");
        };
        assert_eq!(
            families.iter().collect::<Vec<_>>(),
            [Family::Payment, *family]
        );
        assert_eq!(rejection.status(), 400);
        assert!(rejection.to_string().contains("payment, "), "{rejection}");
    }
    for (one, first) in &samples {
        for (other, second) in &samples {
            let is_unsigned = |body: &Value| body.get("signature_key").is_none();
            let both = with(first.clone(), second.clone());
            if one == other || !is_unsigned(&both) || both.get("order_id").is_some() {
                continue;
            }
            assert!(
                matches!(rejection(&both), Rejection::Ambiguous(_)),
                "{one:?} and {other:?}"
            );
        }
    }
}
