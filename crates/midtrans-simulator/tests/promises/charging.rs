//! `POST /v2/charge`: what is taken, what is refused and how.

use http::HeaderValue;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_simulator::gateway::{Choice, Fault, Gateway, Settings};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY, START, charge};

type Change = fn(&mut Value);

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut body = charge("akulaku", "order-1", 44_000);
    change(&mut body);
    body.to_string()
}

fn refused(body: &str) -> Vec<String> {
    let reply = ApiCaller::new().post("/v2/charge", body);
    assert_eq!((reply.http, reply.code()), (400, "400"), "{}", reply.text);
    assert_eq!(
        reply.text_of("status_message"),
        "One or more parameters in the payload is invalid."
    );
    assert_eq!(
        reply.keys(),
        ["status_code", "status_message", "id", "validation_messages"]
    );
    serde_json::from_value(reply.json["validation_messages"].clone()).unwrap()
}

#[test]
fn every_validation_error_is_a_400_that_names_the_field() {
    let cases: [(Change, &str); 19] = [
        (
            |b| b["payment_type"] = json!(null),
            "payment_type is required",
        ),
        (|b| b["payment_type"] = json!(7), "payment_type must be"),
        (
            |b| b["transaction_details"] = json!(null),
            "transaction_details is required",
        ),
        (
            |b| b["transaction_details"]["order_id"] = json!(null),
            "order_id is required",
        ),
        (
            |b| b["transaction_details"]["order_id"] = json!(5.5),
            "order_id must be a string",
        ),
        (
            |b| b["transaction_details"]["order_id"] = json!("a/b"),
            "order_id is invalid",
        ),
        (
            |b| b["transaction_details"]["order_id"] = json!("x".repeat(51)),
            "order_id too long",
        ),
        (
            |b| b["transaction_details"]["gross_amount"] = json!(null),
            "gross_amount is required",
        ),
        (
            |b| b["transaction_details"]["gross_amount"] = json!(44_000.5),
            "gross_amount is not an integer",
        ),
        (
            |b| b["transaction_details"]["gross_amount"] = json!("44000.00"),
            "gross_amount is not an integer",
        ),
        (
            |b| b["transaction_details"]["gross_amount"] = json!(0),
            "gross_amount must be greater than 0",
        ),
        (
            |b| b["transaction_details"]["gross_amount"] = json!(-1),
            "gross_amount must be greater than 0",
        ),
        (
            |b| b["item_details"][0]["price"] = json!(1),
            "must be equal to token request gross_amount",
        ),
        (
            |b| b["item_details"][0]["quantity"] = json!(0),
            "item_details[0].quantity",
        ),
        (
            |b| b["item_details"][0]["name"] = json!(null),
            "item_details[0].name",
        ),
        (
            |b| b["item_details"] = json!("shoes"),
            "item_details must be an array",
        ),
        (
            |b| b["custom_expiry"] = json!({"expiry_duration": 19, "unit": "second"}),
            "is below minimum threshold",
        ),
        (
            |b| b["custom_field1"] = json!("x".repeat(256)),
            "custom_field1",
        ),
        (|b| b["metadata"] = json!([]), "metadata"),
    ];
    for (change, expected) in cases {
        let messages = refused(&with(change));
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{expected}: {messages:?}"
        );
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let messages =
        refused(r#"{"payment_type":"kredivo","transaction_details":{},"custom_expiry":[]}"#);
    assert_eq!(messages.len(), 5, "{messages:?}");
}

#[test]
fn akulaku_refuses_two_items_with_one_id_and_kredivo_does_not() {
    let items = json!([
        {"id": "A", "price": 44_000, "quantity": 1, "name": "Sepatu"},
        {"id": "A", "price": 0, "quantity": 1, "name": "Kaus kaki"},
    ]);
    assert_eq!(
        refused(&with(|body| body["item_details"] = items.clone())),
        ["item_details.id must be unique"]
    );
    let mut kredivo = charge("kredivo", "order-1", 44_000);
    let mut second = kredivo["item_details"][0].clone();
    second["price"] = json!(0);
    kredivo["item_details"].as_array_mut().unwrap().push(second);
    assert_eq!(
        ApiCaller::new()
            .post("/v2/charge", &kredivo.to_string())
            .code(),
        "201"
    );
}

#[test]
fn what_production_tolerates_is_taken() {
    let odd: [Change; 5] = [
        |b| b["transaction_details"]["gross_amount"] = json!("44000"),
        |b| b["item_details"][0]["price"] = json!("44000.00"),
        |b| b["transaction_details"]["currency"] = json!("IDR"),
        |b| {
            b["customer_details"]["shipping_address"] =
                json!({"postal_code": 12353, "country_code": "IND"})
        },
        |b| {
            b["item_details"] = json!([
                {"id": "A", "price": 50_000, "quantity": 1, "name": "Sepatu"},
                {"id": "B", "price": "-6000.00", "quantity": 1, "name": "Diskon"},
            ]);
        },
    ];
    for change in odd {
        let body = with(change);
        assert_eq!(
            ApiCaller::new()
                .post("/v2/charge", &body)
                .text_of("gross_amount"),
            "44000.00",
            "{body}"
        );
    }
}

#[test]
fn what_is_not_a_json_object_is_a_413() {
    for body in ["", "{", "0", "[]", "\u{feff}{}", &"[".repeat(10_000)] {
        let reply = ApiCaller::new().post("/v2/charge", body);
        assert_eq!((reply.http, reply.code()), (200, "413"), "{body:.20}");
    }
}

#[test]
fn another_payment_type_is_a_402() {
    let mut api = ApiCaller::new();
    let reply = api.charge("mandiri_clickpay", "order-1", 1);
    assert_eq!((reply.http, reply.code()), (200, "402"));
    assert_eq!(
        reply.text_of("status_message"),
        "Payment channel is not activated."
    );
    let reply = api.charge("barter", "order-1", 1);
    assert_eq!((reply.http, reply.code()), (200, "402"));
    assert_eq!(
        reply.text_of("status_message"),
        "Merchant doesn't have access for this payment type"
    );
}

#[test]
fn a_call_without_the_server_key_is_a_401_and_changes_nothing() {
    let mut api = ApiCaller::new();
    for authorization in [
        None,
        Some("Basic eDo="),
        Some("Bearer x"),
        Some(&KEY[..KEY.len() - 4]),
    ] {
        let mut request = ApiCaller::request("POST", "/v2/charge", &[], &with(|_| {}));
        request.headers_mut().remove("authorization");
        if let Some(value) = authorization {
            request
                .headers_mut()
                .insert("authorization", value.parse().unwrap());
        }
        let reply = api
            .gateway
            .handle(&request, api.now)
            .into_response()
            .unwrap();
        assert_eq!(reply.status(), 401);
        let body: Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body["status_code"], "401");
    }
    assert_eq!(api.status("order-1").code(), "404");
}

#[test]
fn a_key_in_base64_without_its_padding_is_a_401() {
    let settings = Settings::new("http://127.0.0.1:8180")
        .with_keys("SB-Mid-server-paddedx", "SB-Mid-client-x")
        .unwrap();
    let mut api = ApiCaller {
        gateway: Gateway::new(settings),
        now: START.parse().unwrap(),
    };
    let mut status = |authorization: &'static str| {
        let mut request = ApiCaller::request("GET", "/v2/order-1/status", &[], "");
        request
            .headers_mut()
            .insert("authorization", HeaderValue::from_static(authorization));
        api.gateway
            .handle(&request, api.now)
            .into_response()
            .unwrap()
            .status()
            .as_u16()
    };
    // `SB-Mid-server-paddedx:` and its neighbours in base64.
    assert_eq!(status("Basic U0ItTWlkLXNlcnZlci1wYWRkZWR4Og=="), 200);
    assert_eq!(status("Basic U0ItTWlkLXNlcnZlci1wYWRkZWR4Og"), 401);
    assert_eq!(status("Basic U0ItTWlkLXNlcnZlci1wYWRkZWR4Og==="), 401);
}

#[test]
fn an_order_that_is_open_or_was_paid_cannot_be_charged_again() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    let reply = api.charge("kredivo", "order-1", 50_000);
    assert_eq!((reply.http, reply.code()), (200, "406"));
    api.choose("order-1", Choice::Approve);
    let reply = api.charge("akulaku", "order-1", 44_000);
    assert_eq!((reply.http, reply.code()), (200, "406"));
    assert_eq!(api.ask("order-1", "refund").code(), "200");
    assert_eq!(
        api.charge("akulaku", "order-1", 44_000).code(),
        "406",
        "it was paid once"
    );
}

#[test]
fn a_denied_order_cannot_be_charged_again_under_its_id() {
    for payment_type in ["akulaku", "kredivo"] {
        let mut api = ApiCaller::new();
        api.charge(payment_type, "order-1", 44_000);
        api.choose("order-1", Choice::Decline);
        let reply = api.charge(payment_type, "order-1", 44_000);
        assert_eq!((reply.http, reply.code()), (200, "406"));
        assert_eq!(api.status("order-1").text_of("transaction_status"), "deny");
        assert_eq!(
            api.charge(payment_type, "order-1-2", 44_000).code(),
            "201",
            "another id is another order"
        );
    }
}

#[test]
fn an_id_of_the_documented_letters_is_taken() {
    for id in ["payment_notif_test_G1_1", "-", "~._", &"x".repeat(50)] {
        assert_eq!(
            ApiCaller::new().charge("akulaku", id, 44_000).code(),
            "201",
            "{id}"
        );
    }
}

#[test]
fn an_order_that_ended_without_money_can_be_charged_again_under_a_new_transaction_id() {
    for ending in ["cancel", "expire", "time"] {
        let mut api = ApiCaller::new();
        let first = api
            .charge("akulaku", "order-1", 44_000)
            .text_of("transaction_id")
            .to_owned();
        match ending {
            "time" => api.wait(2 * 3_600),
            operation => drop(api.ask("order-1", operation)),
        }
        let second = api.charge("akulaku", "order-1", 44_000);
        assert_eq!(second.code(), "201", "{ending}");
        assert_ne!(second.text_of("transaction_id"), first);
        assert_eq!(
            api.status("order-1").text_of("transaction_status"),
            "pending",
            "the order is its latest attempt"
        );
        assert_ne!(
            api.status(&first).text_of("transaction_status"),
            "pending",
            "the first one is still there"
        );
    }
}

#[test]
fn a_planned_fault_hits_one_call_and_changes_nothing() {
    let mut api = ApiCaller::new();
    for (fault, http, code) in [
        (Fault::Status(500), 200, "500"),
        (Fault::Status(503), 503, "503"),
        (Fault::Status(429), 429, "429"),
    ] {
        api.gateway.fail_next(fault);
        let reply = api.charge("akulaku", "order-1", 44_000);
        assert_eq!((reply.http, reply.code()), (http, code));
        assert_eq!(api.status("order-1").code(), "404");
    }
    assert_eq!(
        api.charge("akulaku", "order-1", 44_000)
            .text_of("transaction_status"),
        "pending"
    );
    assert!(
        TransactionStatus::from(api.status("order-1").text_of("transaction_status"))
            == TransactionStatus::Pending
    );
}

#[test]
fn paths_and_methods_that_do_not_exist_are_said_to() {
    let mut api = ApiCaller::new();
    assert_eq!(api.post("/v3/charge", "{}").http, 404);
    let reply = api.call_with("GET", "/v2/charge", &[], "");
    assert_eq!((reply.http, reply.code()), (405, "405"));
}
