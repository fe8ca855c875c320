//! Requests and expectations of the gateway's official clients that the documentation does not
//! mention.

use std::io::{Read, Write};
use std::net::TcpStream;

use http::HeaderValue;
use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::{Fault, Rule};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY, charge};

#[test]
fn a_charge_that_is_null_or_empty_is_a_500_without_a_code() {
    for body in ["null", "{}", " { } "] {
        let reply = ApiCaller::new().post("/v2/charge", body);
        assert_eq!(
            (reply.http, reply.text.as_str()),
            (500, r#"{"message":"An unexpected error occurred"}"#),
            "{body}"
        );
    }
}

/// The client for Go always sends the key, empty where the merchant named none.
#[test]
fn an_empty_refund_key_is_as_good_as_none() {
    let mut api = ApiCaller::new();
    assert_eq!(
        api.post("/v2/order-1/refund", r#"{"refund_key":""}"#)
            .code(),
        "404"
    );
    api.paid("akulaku", "order-1", 44_000);
    let refund = |api: &mut ApiCaller| {
        api.post(
            "/v2/order-1/refund",
            r#"{"refund_key":"","amount":4000,"reason":""}"#,
        )
    };
    let (first, second) = (refund(&mut api), refund(&mut api));
    assert_eq!(
        (first.code(), second.code()),
        ("200", "200"),
        "an empty key is not used up"
    );
    assert_ne!(first.text_of("refund_key"), "");
    assert_ne!(first.text_of("refund_key"), second.text_of("refund_key"));
}

/// The client for PHP has `time()` and `rand()` in its examples.
#[test]
fn an_order_id_may_be_an_integer_and_comes_back_as_a_text() {
    let mut api = ApiCaller::new();
    let numbered = |order_id: Value| {
        let mut body = charge("akulaku", "", 44_000);
        body["transaction_details"]["order_id"] = order_id;
        body.to_string()
    };
    let reply = api.post("/v2/charge", &numbered(json!(1_700_000_000)));
    assert_eq!(
        (reply.code(), &reply.json["order_id"]),
        ("201", &json!("1700000000"))
    );
    assert_eq!(api.status("1700000000").code(), "201");
    assert_eq!(
        api.post("/v2/charge", &numbered(json!(1_700_000_000)))
            .code(),
        "406"
    );
    for wrong in [json!(1.5), json!(-1), json!(true), json!([1]), json!({})] {
        assert_eq!(
            api.post("/v2/charge", &numbered(wrong.clone())).code(),
            "400",
            "{wrong}"
        );
    }
    // A fault for this order finds it.
    api.gateway
        .add_fault(Rule::new(Fault::Status(503)).order("7"));
    assert_eq!(api.post("/v2/charge", &numbered(json!(7))).code(), "503");
}

#[test]
fn what_is_wrong_with_a_charge_is_said_before_what_the_merchant_may_not_use() {
    for method in ["mandiri_clickpay", "barter"] {
        let mut body = charge("akulaku", "order-1", 44_000);
        body["payment_type"] = json!(method);
        assert_eq!(
            ApiCaller::new()
                .post("/v2/charge", &body.to_string())
                .code(),
            "402",
            "{method}"
        );
        body["transaction_details"]["gross_amount"] = json!(0);
        let reply = ApiCaller::new().post("/v2/charge", &body.to_string());
        assert_eq!((reply.http, reply.code()), (400, "400"), "{method}");
        let messages = reply.json["validation_messages"].as_array().unwrap();
        assert!(
            messages.contains(&json!(
                "transaction_details.gross_amount must be greater than 0"
            )),
            "{messages:?}"
        );
    }
}

/// The client for PHP adds its headers to a list that it keeps, so that each call has those of all
/// calls before.
#[test]
fn a_call_with_hundreds_of_header_lines_is_served() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let body = charge("akulaku", "order-1", 44_000).to_string();
    let mut call = format!(
        "POST /v2/charge HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {KEY}\r\nConnection: close\r\n"
    );
    for number in 0..300 {
        call += &format!(
            "X-Append-Notification: http://127.0.0.1:9/{number}\r\nIdempotency-Key: key-{number}\r\n"
        );
    }
    call += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let address = simulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(call.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""status_code":"201""#),
        "{answer}"
    );
}

fn keyed(api: &mut ApiCaller, keys: &[&str], order_id: &str) -> Value {
    let body = charge("akulaku", order_id, 44_000).to_string();
    let mut request = ApiCaller::request("POST", "/v2/charge", &[], &body);
    for key in keys {
        request
            .headers_mut()
            .append("idempotency-key", HeaderValue::from_str(key).unwrap());
    }
    let response = api
        .gateway
        .handle(&request, api.now)
        .into_response()
        .unwrap();
    serde_json::from_slice::<Value>(response.body()).unwrap()
}

#[test]
fn several_idempotency_keys_are_one_that_is_joined_and_a_long_one_protects_nothing() {
    let mut api = ApiCaller::new();
    let first = keyed(&mut api, &["a", "b"], "order-1");
    assert_eq!(first["status_code"], "201");
    assert_eq!(
        keyed(&mut api, &["a", "b"], "order-2"),
        first,
        "the same two are the same key"
    );
    assert_eq!(
        keyed(&mut api, &["a,b"], "order-2"),
        first,
        "which is what they are joined to"
    );
    assert_eq!(
        keyed(&mut api, &["a"], "order-3")["order_id"],
        "order-3",
        "the first alone is another key"
    );
    let long = ["k".repeat(30), "l".repeat(30)];
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    assert_eq!(keyed(&mut api, &long, "order-4")["status_code"], "201");
    assert_eq!(keyed(&mut api, &long, "order-4")["status_code"], "406");
}

#[test]
fn a_wrong_key_is_told_in_the_words_of_today() {
    let mut api = ApiCaller::new();
    let mut request = ApiCaller::request("GET", "/v2/order-1/status", &[], "");
    request
        .headers_mut()
        .insert("authorization", HeaderValue::from_static("Basic YTo="));
    let response = api
        .gateway
        .handle(&request, api.now)
        .into_response()
        .unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(
        (&body["status_code"], &body["status_message"]),
        (&json!("401"), &json!("Unknown Merchant server_key/id"))
    );
    assert!(body["id"].is_string());
}

#[test]
fn a_path_that_does_not_exist_is_answered_by_the_framework_and_not_by_the_gateway() {
    let mut api = ApiCaller::new();
    let reply = api.call_with("GET", "/v2/INV/2024/01/status", &[], "");
    let body = r#"{"timestamp":"2026-11-22T03:00:00.000+0000","status":404,"error":"Not Found","message":"Not Found","path":"/v2/INV/2024/01/status"}"#;
    assert_eq!((reply.http, reply.text.as_str()), (404, body));
    let call = api.gateway.calls().next_back().unwrap();
    assert_eq!((call.http_status, call.status_code), (404, 404));
}
