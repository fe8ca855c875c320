//! Subscriptions as the official clients call them.

use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};

const PATH: &str = "/v1/subscriptions";

pub(crate) fn body() -> Value {
    json!({
        "name": "MONTHLY_2019", "amount": "14000", "currency": "IDR", "payment_type": "credit_card", "token": "dummy",
        "schedule": {"interval": 1, "interval_unit": "month", "max_interval": 12},
        "metadata": {"description": "Recurring payment for A"},
        "customer_details": {"first_name": "John", "last_name": "Doe", "email": "johndoe@email.com",
            "phone": "+62812345678"},
    })
}

pub(crate) fn create(api: &mut ApiCaller, body: &Value) -> Reply {
    api.post(PATH, &body.to_string())
}

pub(crate) fn id(reply: &Reply) -> String {
    assert_eq!(reply.http, 200, "{}", reply.text);
    reply.text_of("id").to_owned()
}

pub(crate) fn get(api: &mut ApiCaller, id: &str) -> Reply {
    api.call_with("GET", &format!("{PATH}/{id}"), &[], "")
}

fn patch(api: &mut ApiCaller, id: &str, body: &Value) -> Reply {
    api.call_with("PATCH", &format!("{PATH}/{id}"), &[], &body.to_string())
}

pub(crate) fn switch(api: &mut ApiCaller, id: &str, word: &str) -> Reply {
    api.post(&format!("{PATH}/{id}/{word}"), "")
}

#[test]
fn a_creation_echoes_everything_and_is_active() {
    let mut api = ApiCaller::new();
    let reply = create(&mut api, &body());
    assert_eq!(reply.http, 200);
    assert_eq!(
        reply.keys(),
        [
            "id",
            "name",
            "amount",
            "currency",
            "created_at",
            "schedule",
            "status",
            "token",
            "payment_type",
            "metadata",
            "customer_details"
        ]
    );
    assert_eq!(
        (reply.text_of("status"), reply.text_of("name")),
        ("active", "MONTHLY_2019")
    );
    assert_eq!(reply.json["amount"], "14000", "Go decodes a text");
    assert_eq!(reply.json["metadata"], body()["metadata"]);
    assert_eq!(reply.text_of("created_at"), "2026-11-22T10:00:00.000000");
    assert_eq!(
        reply.json["schedule"],
        json!({"interval": 1, "interval_unit": "month", "max_interval": 12, "start_time": "2026-11-22T10:00:00.000000",
            "next_execution_at": "2026-12-22T10:00:00.000000"})
    );
    let found = get(&mut api, &id(&reply));
    assert_eq!(found.json["transaction_ids"], json!([]));
    assert_eq!(found.json["schedule"]["current_interval"], 0);
    assert!(found.json["status_message"].is_null(), "Go wants none");
}

/// Go and Java send a number, PHP a `max_interval` in text; starts are past.
#[test]
fn what_the_official_clients_send_is_taken() {
    let mut api = ApiCaller::new();
    for (name, value) in [
        ("amount", json!(14_000)),
        ("amount", json!("100000")),
        (
            "schedule",
            json!({"interval": 1, "interval_unit": "month", "max_interval": "12",
            "start_time": "2022-08-17 10:00:01 +0700"}),
        ),
        (
            "schedule",
            json!({"interval": "1", "interval_unit": "week"}),
        ),
        ("token", json!("436502qFfqfAQKScMtPRPdZDOaeg7199")),
    ] {
        let mut body = body();
        body[name] = value;
        let reply = create(&mut api, &body);
        assert_eq!(
            (reply.http, reply.text_of("status")),
            (200, "active"),
            "{body}"
        );
        assert!(reply.json["amount"].is_string());
        assert!(
            reply.json["schedule"]["interval"].is_u64(),
            "{}",
            reply.text
        );
    }
}

#[test]
fn wrong_creations_are_refused_with_http_400() {
    let mut api = ApiCaller::new();
    let null = api.post(PATH, "null");
    assert_eq!(null.http, 400);
    assert!(null.text.contains("Bad request"), "{}", null.text);
    let with = |name: &str, value: Value| {
        let mut body = body();
        body[name] = value;
        body
    };
    for (body, sentence) in [
        (
            with("amount", json!(0)),
            "subscription.amount must be between 0.01 - 99999999999.00",
        ),
        (
            with("amount", json!("0")),
            "subscription.amount must be between 0.01 - 99999999999.00",
        ),
        (
            with("amount", json!(null)),
            "subscription.amount is required",
        ),
        (
            with("payment_type", json!("gopay")),
            "Gopay.account_id is required",
        ),
        (
            with("payment_type", json!("qris")),
            "subscription.payment_type is invalid",
        ),
        (with("token", json!("")), "subscription.token is required"),
        (
            with("name", json!("n".repeat(41))),
            "subscription.name must be a string of at most 40",
        ),
        (
            with("schedule", json!({"interval": 0, "interval_unit": "day"})),
            "schedule.interval must be greater than 0",
        ),
        (
            with("schedule", json!({"interval": 1, "interval_unit": "year"})),
            "schedule.interval_unit is invalid",
        ),
        (
            with(
                "schedule",
                json!({"interval": 1, "interval_unit": "day", "start_time": "soon"}),
            ),
            "start_time",
        ),
        (
            with(
                "retry_schedule",
                json!({"interval": 1, "interval_unit": "day", "max_interval": 4}),
            ),
            "at most 3",
        ),
        (
            with("metadata", json!({"a": "x".repeat(1_024)})),
            "metadata",
        ),
    ] {
        let reply = create(&mut api, &body);
        assert_eq!(reply.http, 400, "{body}");
        assert_eq!(reply.keys(), ["status_message", "validation_messages"]);
        assert!(reply.text.contains(sentence), "{}", reply.text);
    }
    assert!(api.notifications().is_empty());
}

#[test]
fn a_subscription_is_paused_resumed_and_changed() {
    let mut api = ApiCaller::new();
    let own = id(&create(&mut api, &body()));
    let updated = r#"{"status_message":"Subscription is updated."}"#;
    for (word, status) in [("disable", "inactive"), ("enable", "active")] {
        let reply = switch(&mut api, &own, word);
        assert_eq!((reply.http, reply.text.as_str()), (200, updated));
        assert_eq!(get(&mut api, &own).text_of("status"), status);
    }
    let change = json!({"name": "NEW", "amount": 20_000, "currency": "IDR", "token": "other",
        "schedule": {"interval": 2}, "metadata": {"plan": "gold"}});
    assert_eq!(patch(&mut api, &own, &change).text, updated);
    let found = get(&mut api, &own);
    assert_eq!(
        (
            found.text_of("name"),
            found.text_of("amount"),
            found.text_of("token")
        ),
        ("NEW", "20000", "other")
    );
    assert_eq!(found.json["metadata"], json!({"plan": "gold"}));
    assert_eq!(found.json["schedule"]["interval"], 2);
    let refused = patch(&mut api, &own, &json!({"name": "NEWER", "amount": 0}));
    assert_eq!(refused.http, 400);
    assert_eq!(get(&mut api, &own).text_of("name"), "NEW", "all or nothing");
    assert_eq!(switch(&mut api, &own, "cancel").http, 200);
    assert_eq!(switch(&mut api, &own, "enable").http, 400);
    assert_eq!(get(&mut api, &own).text_of("status"), "inactive");
}

#[test]
fn an_unknown_subscription_is_http_404_before_any_look_at_the_body() {
    let mut api = ApiCaller::new();
    let body = r#"{"status_message":"Subscription doesn't exist."}"#;
    let replies = [
        get(&mut api, "dummy"),
        switch(&mut api, "dummy", "disable"),
        switch(&mut api, "dummy", "enable"),
        switch(&mut api, "dummy", "cancel"),
        api.call_with("PATCH", "/v1/subscriptions/dummy", &[], "null"),
    ];
    for reply in replies {
        assert_eq!((reply.http, reply.text.as_str()), (404, body));
    }
}

#[test]
fn a_repeat_with_its_idempotency_key_makes_one_subscription() {
    let mut api = ApiCaller::new();
    let headers = [("idempotency-key", "key-1")];
    let first = api.call_with("POST", PATH, &headers, &body().to_string());
    let second = api.call_with("POST", PATH, &headers, &body().to_string());
    assert_eq!(first.text, second.text);
    assert_ne!(create(&mut api, &body()).text_of("id"), first.text_of("id"));
}
