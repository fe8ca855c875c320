//! Unlikely card calls: none panics, and none leaves a card number behind.

use http::Request;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY};
use crate::cards::{ACCEPTED, token};

/// Values that hardly fit anywhere.
fn odd() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!("true"),
        json!(""),
        json!("authorize"),
        json!("form"),
        json!(-1),
        json!(0),
        json!(3),
        json!(u64::MAX),
        json!(1.5),
        json!([]),
        json!(["4", "bni", 1]),
        json!({}),
        json!({"number": ACCEPTED, "expiry_month": 12, "expiry_year": 2030, "cvv": 123}),
        json!("4811111111111114"),
    ])
}

const FIELDS: &[&str] = &[
    "token_id",
    "authentication",
    "callback_type",
    "bank",
    "installment_term",
    "bins",
    "type",
    "save_token_id",
    "point_redeem_amount",
    "initiated_by",
    "dynamic_descriptor",
    "card",
    "google_pay_token",
];

proptest! {
    #[test]
    fn no_card_charge_panics(
        fields in prop::collection::vec((select(FIELDS), odd()), 0..6),
        amount in any::<u64>(),
        host in select(vec!["127.0.0.1", "panapi.localhost"]),
    ) {
        let mut api = ApiCaller::new();
        let mut own = json!({"token_id": token(&mut api, ACCEPTED)});
        for (name, value) in fields {
            own[name] = value;
        }
        let body = json!({
            "payment_type": "credit_card",
            "transaction_details": {"order_id": "order-1", "gross_amount": amount},
            "credit_card": own,
        });
        let reply = api.call_with("POST", "/v2/charge", &[("host", host)], &body.to_string());
        prop_assert!(["200", "201", "202", "400", "402", "411"].contains(&reply.code()), "{}", reply.text);
        api.wait(9 * 86_400);
        api.notifications();
        let kept = format!("{:?}", api.gateway);
        prop_assert!(!kept.contains(ACCEPTED), "{kept}");
    }

    #[test]
    fn no_token_request_panics_and_none_is_kept_with_a_number(
        before in "[a-zA-Z0-9%&=+._~-]{0,30}",
        after in "[a-zA-Z%&=+._~-][a-zA-Z0-9%&=+._~-]{0,30}",
        path in select(vec!["/v2/token", "/v2/card/register", "/v2/point_inquiry", "/v1/bins/4", "/"]),
    ) {
        let mut api = ApiCaller::new();
        let query = format!("client_key=SB-Mid-client-simulator&{before}&card_number={ACCEPTED}&{after}");
        let request = Request::builder().uri(format!("{path}?{query}")).header("authorization", KEY);
        if let Ok(request) = request.body(Vec::new()) {
            let _ = api.gateway.handle(&request, api.now);
        }
        let kept = format!("{:?}", api.gateway);
        prop_assert!(!kept.contains(ACCEPTED), "{kept}");
    }

    #[test]
    fn no_body_panics_and_none_is_kept_with_a_number_or_a_cvv(
        before in "[^0-9\\\\]{0,40}",
        between in "[^0-9a-zA-Z\\\\]{1,6}",
        after in "[^0-9\\\\]{0,40}",
    ) {
        let mut api = ApiCaller::new();
        let body = format!("{before}card{between}{ACCEPTED}{between}cvv{between}9731{after}");
        api.post("/v2/charge", &body);
        let call = api.gateway.calls().next_back().unwrap();
        prop_assert!(!call.request.contains(ACCEPTED), "{}", call.request);
        prop_assert!(!call.request.contains("9731"), "{}", call.request);
    }
}
