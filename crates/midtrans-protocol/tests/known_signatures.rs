//! The signature against vectors that others published: real captures and the gateway's own
//! synthetic messages.

use midtrans_protocol::notification::signature;
use midtrans_protocol::{ServerKey, notification};

/// Two sandbox keys that the gateway's own client libraries print.
const GUIDE: &str = "SB-Mid-server-TOq1a2AVuiyhhOjvfs3U_KeO";
const SAMPLES: &str = "SB-Mid-server-GwUP_WGbJPXsDzsNEBRs8IYA";
/// The key of the gateway's synthetic messages, and that of its PHP sample.
const SYNTHETIC: &str = "SB-Mid-server-test";
const PHP: &str = "askvnoibnosifnboseofinbofinfgbiufglnbfg";

/// Key, payment type, status, order id, status code, gross amount, signature. The first is a real
/// Akulaku settlement.
#[rustfmt::skip]
const KNOWN: [(&str, &str, &str, &str, &str, &str, &str); 13] = [
    (GUIDE, "akulaku", "settlement", "order-101-1578567480", "200", "11000.00", "331d8619f0c53ce97abf4cfc91fae8d8d0b11da1640b5bb136b0cfbc0da161d50fc6d0dd0d7f893977881710a2d2c174d9e036aaaa772e80fdeac6e9fb60e6b9"),
    (GUIDE, "cstore", "settlement", "order-101o-1578557780", "200", "162500.00", "6fd1210e6e4b60d7cc3862780016b110f9d3d56e291172c69b0bbfd60d380be22ad02f1d48bbabeeb81a882d7abbd3d6fa94207bede9132adc1a773489dfd0c8"),
    (GUIDE, "cstore", "settlement", "order-101n-1578557719", "200", "44000.00", "82faa4ab71128bf8f1b13359003688409e5656bae0bb2f39669f7685e3af26ce6f676384fd05cca9349d155ab8b08789761cb399e5530bf2e68d414b8856be0d"),
    (SAMPLES, "qris", "settlement", "order102", "200", "789000.00", "5d40504728eb96686bd5926299768a6496547f70dbd1e19d583ef4e780fe9dd5c38d0db45ec0f06dafa5c56caa6cf8358ead1523882b5fb3e102c52345d41850"),
    (SAMPLES, "credit_card", "capture", "order-id-node-1541395013", "200", "200000.00", "d302bfcb2db008f17343e4c3b56cb20a0b22d0951ede6a7cdbfcd31f4a5d0d89d0a5230c333dd2fc5803cfbe8567ad146fb3c574d4050a87b4d81661e5d870de"),
    (SYNTHETIC, "credit_card", "settlement", "ORDER-sandbox-0001", "200", "150000.00", "d65b4adf15335095fe1bfafe24964d48009dcc2989393e13570b0c9852ea60df0040b1a9646b9c9ef9433317f77acc8e387c59998dc20f5bd93fff93d23672e4"),
    (SYNTHETIC, "bank_transfer", "pending", "ORDER-sandbox-0002", "201", "75000.00", "db70270f6c27da2b564d4fffd9df3eeae578a7afba22bf5e6071711c7914d7a3d22ccaa533e864cf53742ca73c9e63016b0cbc1f97ee253a77b24b7a410d876a"),
    (SYNTHETIC, "qris", "expire", "ORDER-sandbox-0003", "202", "50000.00", "a51d1bd2aa8b1dca9228f3827cd641b6dadf52ebb9ed40fb45db6a06dbb33de7cde8e80caa93dfb5e6beeaaf44f698dc7f6f56edd46556eddaa2a774ff7692c6"),
    (SYNTHETIC, "credit_card", "refund", "ORDER-refund-0001", "200", "150000.00", "066b9923b82f27ba2aaa61bdea78133dcf3d442709a678c86dda29c6656c4cb9d11995e4357e074694e3da2e8d0e25d5afe0578df9f35d85a0365c197387d525"),
    (SYNTHETIC, "gopay", "partial_refund", "ORDER-partial-refund-0001", "200", "150000.00", "d115a0f55a40f2c60465006118c1e48f52c3baf5a953f8443221d84dea9a9ebd7ba20f7c76d2320dfcdd31c3de41a047f6b43a4075bea5f734dd8c5231268906"),
    (SYNTHETIC, "gopay", "settlement", "ORDER-payment-link-0001", "200", "275000.00", "ca1da23ae0b49e6c149c0ac52804c5761a35d1ddce68d8b07bbbacd38740d1c19c8d1d9ae8adc17e12f5554dcab92a405fda6be6451f9c9397d883f7d71b9201"),
    (SYNTHETIC, "credit_card", "settlement", "ORDER-RECUR-2026-07-01-cust-0001", "200", "150000.00", "f43ba6958030a7d2d7b4ab9ed3a1c8ab4f89b57b1d608945667c61796c3c0791f20a54312303bc697069f91e8938dd910e21a5e3a40b3192b3d26681cf3e3979"),
    // Only the input of this one is published; the hash was computed with another implementation of
    // SHA-512.
    (PHP, "credit_card", "capture", "1111", "200", "100000.00", "edc076b21793ebe3e17926350f5b8ae67d902fe657b3d0aa31b932d5c127e2375d308a2bc94f3265ac2d80a1f181a79b997ac178a236fcff35af263fc4d4c231"),
];

#[test]
fn every_published_signature_is_made_and_recognised() {
    for (key, _, _, order, code, amount, known) in KNOWN {
        let key = ServerKey::new(key).unwrap();
        assert_eq!(signature::sign(order, code, amount, &key), known, "{order}");
        assert_eq!(
            signature::verify(order, code, amount, known, &key.into()),
            Some(0),
            "{order}"
        );
    }
}

#[test]
fn every_published_signature_verifies_a_whole_message() {
    for (key, method, status, order, code, amount, known) in KNOWN {
        let body = format!(
            r#"{{"transaction_time":"2026-02-03 08:00:00","transaction_status":"{status}","transaction_id":"t-1","status_message":"a sentence of the gateway","status_code":"{code}","signature_key":"{known}","payment_type":"{method}","order_id":"{order}","merchant_id":"G000000417","gross_amount":"{amount}","fraud_status":"accept","currency":"IDR"}}"#
        );
        let notification =
            notification::verify(body.as_bytes(), &ServerKey::new(key).unwrap().into()).unwrap();
        assert_eq!(
            (notification.order_id(), notification.status_code()),
            (order, code)
        );
        assert_eq!(notification.gross_amount().as_str(), amount);
        assert_eq!(
            notification
                .reported()
                .transaction_status()
                .unwrap()
                .as_str(),
            status
        );
        assert_eq!(
            notification.reported().payment_type().unwrap().as_str(),
            method
        );
    }
}

#[test]
fn another_published_key_does_not_verify_them() {
    for (key, _, _, order, code, amount, known) in KNOWN {
        for other in [GUIDE, SAMPLES, SYNTHETIC, PHP] {
            let keys = ServerKey::new(other).unwrap().into();
            assert_eq!(
                signature::verify(order, code, amount, known, &keys).is_some(),
                other == key,
                "{order}"
            );
        }
    }
}

#[test]
fn the_amount_is_signed_to_the_letter() {
    let (key, _, _, order, code, _, known) = KNOWN[0];
    let keys = ServerKey::new(key).unwrap().into();
    for respelled in ["11000", "11000.0", "11000.000", "011000.00", "11.000,00"] {
        assert_eq!(
            signature::verify(order, code, respelled, known, &keys),
            None,
            "{respelled}"
        );
    }
}
