//! Snap as the official clients call it: exact requests, and what their own tests want of the
//! answers.

use http::HeaderValue;
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};

const CREATE: &str = "/snap/v1/transactions";

/// A request of a client, and the client's own name for it.
struct Case {
    client: &'static str,
    operation: &'static str,
    body: Value,
}

fn minimum(order_id: &str) -> Value {
    json!({"transaction_details": {"order_id": order_id, "gross_amount": 200_000}, "credit_card": {"secure": true}})
}

fn taken() -> Vec<Case> {
    let case = |client, operation, body| Case {
        client,
        operation,
        body,
    };
    vec![
        case("Node", "createTransaction, minimum", minimum("node-1")),
        case(
            "Python",
            "create_transaction, full",
            full("py-midtransclient-test-1", "200000"),
        ),
        case(
            "Python",
            "create_transaction, a time as order id",
            minimum("2026-11-22 10:00:00.123 python"),
        ),
        case("Go", "CreateTransaction", go()),
        case("PHP", "Snap::createTransaction", php()),
        case(
            "PHP",
            "Snap::createTransaction, integer order id",
            json!({
                "transaction_details": {"order_id": 1_700_000_000, "gross_amount": 10_000},
                "credit_card": {"secure": true},
            }),
        ),
        case("Java", "createTransaction", java()),
    ]
}

/// Dead payment names, virtual accounts, an expiry in the future and three fields.
fn full(order_id: &str, amount: &str) -> Value {
    json!({
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
        "item_details": [{"id": "ITEM1", "price": 200_000, "quantity": 1, "name": "Adidas f50", "brand": "Adidas",
            "category": "Toys", "merchant_name": "Midtrans"}],
        "customer_details": {"first_name": "John", "last_name": "Watson", "email": "test@example.com",
            "phone": "+628123456", "billing_address": {"first_name": "John", "address": "Sudirman",
            "city": "Jakarta", "postal_code": "12190", "country_code": "IDN"}},
        "enabled_payments": ["credit_card", "mandiri_clickpay", "cimb_clicks", "bca_klikbca", "bca_klikpay", "bri_epay",
            "echannel", "indosat_dompetku", "mandiri_ecash", "permata_va", "bca_va", "bni_va", "other_va", "gopay",
            "kioson", "indomaret", "gci", "danamon_online"],
        "credit_card": {"secure": "true", "channel": "migs", "bank": "bca", "installment": {"required": false,
            "terms": {"bni": [3, 6, 12]}}, "whitelist_bins": ["48111111", "41111111"]},
        "bca_va": {"va_number": "12345678911", "free_text": {"inquiry": [{"en": "a", "id": "b"}],
            "payment": [{"en": "a", "id": "b"}]}},
        "bni_va": {"va_number": "12345678"},
        "permata_va": {"va_number": "1234567890", "recipient_name": "SUDARSONO"},
        "callbacks": {"finish": "https://demo.midtrans.com"},
        "expiry": {"start_time": "2026-12-20 18:11:08 +0700", "unit": "minutes", "duration": 1},
        "custom_field1": "custom field 1 content",
        "custom_field2": "custom field 2 content",
        "custom_field3": "custom field 3 content",
    })
}

/// Go writes every field of its structures that is not left out when empty.
fn go() -> Value {
    json!({
        "transaction_details": {"order_id": "MID-GO-UNIT_TEST-3", "gross_amount": 200_000},
        "item_details": [{"id": "ITEM1", "price": 200_000, "quantity": 1, "name": "Someitem"}],
        "customer_details": {"first_name": "John", "last_name": "Doe", "email": "john@doe.com", "phone": "081234567890"},
        "enabled_payments": ["credit_card", "gopay", "bca_va"],
        "credit_card": {"secure": true},
        "expiry": {"duration": 20, "unit": "minutes"},
    })
}

/// The library for PHP adds the amount up from the items.
fn php() -> Value {
    json!({
        "credit_card": {"secure": true},
        "transaction_details": {"order_id": "1700000001", "gross_amount": 10_000},
        "item_details": [{"id": "a1", "price": 2_000, "quantity": 5, "name": "Apel Malang", "url": "https://a.example"}],
    })
}

/// Java sends amounts, prices and quantities as texts, and its page begins in the past.
fn java() -> Value {
    json!({
        "transaction_details": {"order_id": "MID-JAVA-1", "gross_amount": "265000"},
        "item_details": [{"id": "ID-1", "price": "265000", "quantity": "1", "name": "Item"}],
        "credit_card": {"secure": "true"},
        "expiry": {"start_time": "2025-12-20 18:11:08 +0700", "unit": "minutes", "duration": "1"},
        "custom_field1": "Java",
    })
}

fn post(api: &mut ApiCaller, body: &str) -> Reply {
    api.post(CREATE, body)
}

#[test]
fn what_the_clients_send_is_taken() {
    let mut api = ApiCaller::new();
    for case in taken() {
        let reply = post(&mut api, &case.body.to_string());
        assert_eq!(
            reply.http, 201,
            "{} {}: {}",
            case.client, case.operation, reply.text
        );
        let token = reply.text_of("token");
        let parts: Vec<usize> = token.split('-').map(str::len).collect();
        assert_eq!(
            parts,
            [8, 4, 4, 4, 12],
            "{} {}",
            case.client,
            case.operation
        );
        assert!(
            token[14..].starts_with('4') && "89ab".contains(&token[19..20]),
            "Go: {token}"
        );
        assert!(reply.text_of("redirect_url").ends_with(token));
        let again = post(&mut api, &case.body.to_string());
        assert_ne!(
            again.text_of("token"),
            token,
            "{} {}",
            case.client,
            case.operation
        );
    }
}

#[test]
fn a_body_without_the_required_fields_lists_them() {
    let all = [
        "transaction_details.gross_amount is required",
        "transaction_details.gross_amount is not a number",
        "transaction_details.order_id is required",
    ];
    for body in ["null", "{}", r#"{"credit_card":{"secure":true}}"#, "", "[]"] {
        let reply = post(&mut ApiCaller::new(), body);
        assert_eq!(
            (reply.http, &reply.json["error_messages"]),
            (400, &json!(all)),
            "{body}"
        );
        assert_eq!(reply.keys(), ["error_messages"]);
    }
}

#[test]
fn wrong_requests_are_refused_and_every_problem_is_said() {
    let mut api = ApiCaller::new();
    let order = |amount: Value| json!({"transaction_details": {"order_id": "order-1", "gross_amount": amount}});
    let with = |name: &str, value: Value| {
        let mut body = order(json!(10_000));
        body[name] = value;
        body
    };
    for (body, problem) in [
        (order(json!(0)), "greater than or equal to 0.01"),
        (order(json!("ten")), "gross_amount is not a number"),
        (order(json!(null)), "gross_amount is required"),
        (
            with(
                "item_details",
                json!([{"id": "a", "price": 4_000, "quantity": 2, "name": "A"}]),
            ),
            "transaction_details.gross_amount is not equal to the sum of item_details",
        ),
        (
            with("expiry", json!({"unit": "second", "duration": 19})),
            "at least 20 seconds",
        ),
        (
            with("expiry", json!({"unit": "fortnight", "duration": 1})),
            "expiry.unit",
        ),
        (
            with("page_expiry", json!({"unit": "minute"})),
            "page_expiry.duration",
        ),
        (
            with(
                "expiry",
                json!({"unit": "minute", "duration": 1, "start_time": "soon"}),
            ),
            "expiry.start_time",
        ),
        (
            with("callbacks", json!({"finish": "f".repeat(256)})),
            "callbacks.finish too long",
        ),
        (
            with("custom_field2", json!("x".repeat(256))),
            "custom_field2 too long",
        ),
        (
            with("enabled_payments", json!("gopay")),
            "enabled_payments must be an array",
        ),
        (
            json!({"transaction_details": {"order_id": "x".repeat(51), "gross_amount": 1}}),
            "transaction_details.order_id too long",
        ),
    ] {
        let reply = post(&mut api, &body.to_string());
        assert_eq!(reply.http, 400, "{body}");
        assert!(reply.text.contains(problem), "{body}: {}", reply.text);
    }
}

#[test]
fn a_wrong_key_or_none_is_told_to_the_letter() {
    let mut api = ApiCaller::new();
    let body = r#"{"error_messages":["Access denied due to unauthorized transaction, please check client or server key","Visit https://snap-docs.midtrans.com/#request-headers for more details"]}"#;
    for key in [Some("Basic YTo="), None] {
        let text = minimum("order-1").to_string();
        let mut request = ApiCaller::request("POST", CREATE, &[], &text);
        match key {
            Some(key) => {
                request
                    .headers_mut()
                    .insert("authorization", HeaderValue::from_static(key));
            }
            None => {
                request.headers_mut().remove("authorization");
            }
        }
        let reply = api
            .gateway
            .handle(&request, api.now)
            .into_response()
            .unwrap();
        assert_eq!(reply.status(), 401);
        assert_eq!(String::from_utf8_lossy(reply.body()), body);
    }
}
