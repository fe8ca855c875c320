//! Notifications: their contents, their targets and their signatures.

use midtrans_protocol::ids::RefundKey;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{Rupiah, ServerKeys, notification};
use midtrans_simulator::gateway::{BANK_CONFIRMS_AFTER, Choice};
use serde_json::json;

use crate::api_caller::{ApiCaller, charge};

#[test]
fn every_notification_of_every_life_verifies() {
    let mut api = ApiCaller::new();
    let keys = ServerKeys::from(api.gateway.settings().server_key().clone());
    for payment_type in ["akulaku", "kredivo"] {
        for life in ["settle", "deny", "cancel", "expire", "time", "refund"] {
            let order_id = format!("{payment_type}-{life}");
            api.charge(payment_type, &order_id, 600_000);
            match life {
                "settle" => drop(api.choose(&order_id, Choice::Approve)),
                "deny" => drop(api.choose(&order_id, Choice::Decline)),
                "time" => api.wait(86_400),
                "refund" => {
                    api.choose(&order_id, Choice::Approve);
                    api.post(
                        &format!("/v2/{order_id}/refund"),
                        r#"{"amount":1000,"refund_key":"r-1"}"#,
                    );
                    api.ask(&order_id, "refund/online/direct");
                    api.wait(BANK_CONFIRMS_AFTER.as_secs());
                }
                operation => drop(api.ask(&order_id, operation)),
            }
        }
    }
    api.wait(86_400);
    let told = api.notifications();
    assert_eq!(told.len(), 2 * (5 * 2 + 6));
    for body in &told {
        let notification = notification::verify(body.as_bytes(), &keys).unwrap();
        let reported = notification.reported();
        assert_eq!(notification.gross_amount().as_str(), "600000.00");
        assert_eq!(reported.currency().as_deref(), Some("IDR"));
        assert!(reported.expiry_time().is_some());
        let paid = matches!(
            reported.transaction_status(),
            Some(
                TransactionStatus::Settlement
                    | TransactionStatus::Refund
                    | TransactionStatus::PartialRefund
            )
        );
        assert_eq!(reported.settlement_time().is_some(), paid, "{body}");
    }
    let last = notification::verify(told.last().unwrap().as_bytes(), &keys).unwrap();
    let refunds = last.reported().refunds();
    assert_eq!(last.reported().refunded(), Some(Rupiah::new(600_000)));
    assert_eq!(refunds.len(), 2);
    assert_eq!(
        refunds[0].refund_key.as_deref(),
        Some(RefundKey::new("r-1").unwrap().as_str())
    );
}

fn urls(headers: &[(&str, &str)]) -> Vec<String> {
    let mut api = ApiCaller::new();
    api.call_with(
        "POST",
        "/v2/charge",
        headers,
        &charge("akulaku", "order-1", 44_000).to_string(),
    );
    api.gateway
        .due(api.now)
        .into_iter()
        .map(|delivery| delivery.url)
        .collect()
}

#[test]
fn a_charges_own_urls_replace_or_follow_the_dashboards() {
    let (dashboard, a, b) = (
        "http://127.0.0.1:3000/notify",
        "http://127.0.0.1/a",
        "http://127.0.0.1/b",
    );
    let both = format!("{a}, {b}");
    assert_eq!(urls(&[]), [dashboard]);
    assert_eq!(urls(&[("X-Append-Notification", &both)]), [dashboard, a, b]);
    assert_eq!(urls(&[("X-Override-Notification", &both)]), [a, b]);
    assert_eq!(
        urls(&[("X-Append-Notification", a), ("X-Override-Notification", b)]),
        [b],
        "override wins"
    );
    let four = format!("{a},{a},{b},{b}");
    assert_eq!(
        urls(&[("X-Override-Notification", &four)]),
        [a, a, b],
        "three at most"
    );
    assert_eq!(urls(&[("X-Override-Notification", " , ")]), [dashboard]);
}

#[test]
fn without_a_url_nothing_is_sent_and_a_later_url_hears_what_comes_later() {
    let mut api = ApiCaller::new();
    api.gateway.settings_mut().notification_url = None;
    api.charge("akulaku", "order-1", 44_000);
    assert!(api.notifications().is_empty());
    api.gateway.settings_mut().notification_url = Some("http://127.0.0.1:4000/".to_owned());
    api.choose("order-1", Choice::Approve);
    assert_eq!(
        api.notified(),
        crate::api_caller::pairs(&[("settlement", "200")])
    );
}

#[test]
fn custom_fields_and_metadata_come_back() {
    let mut api = ApiCaller::new();
    let mut body = charge("akulaku", "order-1", 44_000);
    body["custom_field1"] = json!("Toko \"Rani\" <b>");
    body["custom_field3"] = json!("");
    body["metadata"] = json!({"cart": [1, {"x": null}]});
    api.post("/v2/charge", &body.to_string());
    let told: serde_json::Value = serde_json::from_str(&api.notifications()[0]).unwrap();
    let status = api.status("order-1").json;
    for json in [told, status] {
        assert_eq!(json["custom_field1"], body["custom_field1"]);
        assert!(json.get("custom_field2").is_none());
        assert_eq!(json["custom_field3"], "");
        assert_eq!(json["metadata"], body["metadata"]);
    }
}
