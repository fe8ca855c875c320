//! Subscriptions: as the official clients call them, and charged by the gateway's clock.

use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Fault, Rule};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};

const PATH: &str = "/v1/subscriptions";
const DAY: u64 = 24 * 3_600;

fn body() -> Value {
    json!({
        "name": "MONTHLY_2019", "amount": "14000", "currency": "IDR", "payment_type": "credit_card", "token": "dummy",
        "schedule": {"interval": 1, "interval_unit": "month", "max_interval": 12},
        "metadata": {"description": "Recurring payment for A"},
        "customer_details": {"first_name": "John", "last_name": "Doe", "email": "johndoe@email.com",
            "phone": "+62812345678"},
    })
}

fn create(api: &mut ApiCaller, body: &Value) -> Reply {
    api.post(PATH, &body.to_string())
}

fn id(reply: &Reply) -> String {
    assert_eq!(reply.http, 200, "{}", reply.text);
    reply.text_of("id").to_owned()
}

fn get(api: &mut ApiCaller, id: &str) -> Reply {
    api.call_with("GET", &format!("{PATH}/{id}"), &[], "")
}

fn patch(api: &mut ApiCaller, id: &str, body: &Value) -> Reply {
    api.call_with("PATCH", &format!("{PATH}/{id}"), &[], &body.to_string())
}

fn switch(api: &mut ApiCaller, id: &str, word: &str) -> Reply {
    api.post(&format!("{PATH}/{id}/{word}"), "")
}

/// The subscription events among the notifications: the status of each charge and its code.
fn charges(api: &mut ApiCaller) -> Vec<(String, String)> {
    let told = api.notifications().into_iter();
    let told = told.map(|body| serde_json::from_str::<Value>(&body).unwrap());
    told.filter(|json| json["event_name"] == "subscription.charge")
        .map(|json| {
            let text = |name: &str| {
                json["transaction"][name]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            (text("transaction_status"), text("status_code"))
        })
        .collect()
}

fn once(status: &str, code: &str) -> Vec<(String, String)> {
    vec![(status.to_owned(), code.to_owned())]
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
fn a_card_is_charged_by_the_clock_and_both_families_are_told() {
    let mut api = ApiCaller::new();
    let mut body = body();
    body["schedule"]["max_interval"] = json!(2);
    let own = id(&create(&mut api, &body));
    let created = api.notifications().remove(0);
    let json: Value = serde_json::from_str(&created).unwrap();
    assert_eq!(json["id"], own);
    assert!(json["event_name"].is_null() && json["signature_key"].is_null());
    assert_eq!(
        json["schedule"]["start_time"],
        "2026-11-22T03:00:00.000000Z"
    );
    api.wait(30 * DAY - 1);
    assert!(charges(&mut api).is_empty());
    api.wait(1);
    let told = api.notifications();
    let payment: Value = serde_json::from_str(&told[0]).unwrap();
    assert_eq!(
        (&payment["transaction_status"], &payment["status_code"]),
        (&json!("capture"), &json!("200"))
    );
    assert_eq!(payment["gross_amount"], "14000.00");
    assert!(payment["signature_key"].is_string());
    assert_eq!(payment["subscription_id"], own);
    assert_eq!(payment["metadata"], body["metadata"]);
    let order_id = payment["order_id"].as_str().unwrap();
    assert!(order_id.starts_with("SUBS-"), "{order_id}");
    let event: Value = serde_json::from_str(&told[1]).unwrap();
    assert_eq!(
        crate::api_caller::keys(&told[1]),
        ["transaction", "subscription", "event_name"]
    );
    assert_eq!(
        event["transaction"]["transaction_id"],
        payment["transaction_id"]
    );
    assert_eq!(event["transaction"]["channel_response_message"], "Approved");
    assert_eq!(event["subscription"]["schedule"]["current_interval"], 1);
    let found = get(&mut api, &own);
    assert_eq!(
        found.json["transaction_ids"],
        json!([payment["transaction_id"]])
    );
    assert_eq!(
        found.json["schedule"]["previous_execution_at"],
        "2026-12-22T10:00:00.000000"
    );
    assert_eq!(
        api.status(order_id).text_of("transaction_status"),
        "capture"
    );
    api.wait(365 * DAY);
    assert_eq!(
        charges(&mut api),
        once("capture", "200"),
        "the second is the last"
    );
    assert_eq!(get(&mut api, &own).text_of("status"), "inactive");
    let ids = get(&mut api, &own).json["transaction_ids"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(ids, 2);
}

#[test]
fn a_start_in_the_past_charges_at_once_and_the_calendar_goes_on_from_it() {
    let mut api = ApiCaller::new();
    let mut body = body();
    body["schedule"] =
        json!({"interval": 1, "interval_unit": "week", "start_time": "2026-11-18 07:00:00 +0700"});
    let own = id(&create(&mut api, &body));
    assert_eq!(charges(&mut api), once("capture", "200"));
    let next = get(&mut api, &own).json["schedule"]["next_execution_at"].clone();
    assert_eq!(next, "2026-11-25T07:00:00.000000");
    switch(&mut api, &own, "disable");
    api.wait(30 * DAY);
    assert!(charges(&mut api).is_empty());
    switch(&mut api, &own, "enable");
    assert!(
        charges(&mut api).is_empty(),
        "what was missed is not made up for"
    );
    api.wait(7 * DAY);
    assert_eq!(charges(&mut api), once("capture", "200"));
}

#[test]
fn a_charge_that_fails_is_retried_as_the_subscription_says_and_then_it_ends() {
    let mut api = ApiCaller::new();
    let mut body = body();
    body["schedule"] =
        json!({"interval": 1, "interval_unit": "day", "start_time": "2026-11-22 10:00:00 +0700"});
    body["retry_schedule"] = json!({"interval": 1, "interval_unit": "hour", "max_interval": 2});
    api.gateway.add_fault(Rule::new(Fault::Decline).times(2));
    let own = id(&create(&mut api, &body));
    assert_eq!(charges(&mut api), once("deny", "202"));
    assert_eq!(get(&mut api, &own).text_of("status"), "active");
    api.wait(3_600);
    assert_eq!(charges(&mut api), once("deny", "202"));
    api.wait(3_600);
    assert_eq!(charges(&mut api), once("capture", "200"));
    let found = get(&mut api, &own);
    assert_eq!(found.json["schedule"]["current_interval"], 1);
    assert_eq!(
        found.json["schedule"]["next_execution_at"],
        "2026-11-23T10:00:00.000000"
    );
    api.gateway.add_fault(Rule::new(Fault::Decline));
    api.wait(DAY);
    for _ in 0..3 {
        assert!(charges(&mut api).iter().all(|(status, _)| status == "deny"));
        api.wait(3_600);
    }
    assert_eq!(get(&mut api, &own).text_of("status"), "inactive");
    api.wait(DAY);
    assert!(charges(&mut api).is_empty());
}

#[test]
fn a_linked_account_is_charged_while_it_has_money_and_nothing_is_made_without_a_link() {
    let mut api = ApiCaller::new();
    let partner =
        json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678"}});
    let account = api
        .post("/v2/pay/account", &partner.to_string())
        .text_of("account_id")
        .to_owned();
    let mut gopay = body();
    gopay["payment_type"] = json!("gopay");
    gopay["gopay"] = json!({"account_id": account});
    gopay["schedule"] =
        json!({"interval": 1, "interval_unit": "day", "start_time": "2026-11-22 10:00:00 +0700"});
    create(&mut api, &gopay);
    assert_eq!(
        charges(&mut api),
        once("", "412"),
        "it waits for the customer"
    );
    api.gateway
        .link(&account, LinkChoice::Confirm, api.now)
        .unwrap();
    gopay["amount"] = json!(600_000);
    let own = id(&create(&mut api, &gopay));
    assert_eq!(charges(&mut api), once("settlement", "200"));
    let shown = api.call_with("GET", &format!("/v2/pay/account/{account}"), &[], "");
    assert_eq!(
        shown.json["metadata"]["payment_options"][0]["balance"]["value"],
        "400000.00"
    );
    api.wait(DAY);
    assert_eq!(charges(&mut api), once("deny", "202"));
    assert_eq!(
        get(&mut api, &own).json["gopay"],
        json!({"account_id": account})
    );
    gopay["gopay"] = json!({"account_id": "none"});
    create(&mut api, &gopay);
    assert_eq!(charges(&mut api), once("", "404"));
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

#[test]
fn a_leap_of_the_clock_charges_a_thousand_times_at_most_and_the_calendar_goes_on() {
    let mut api = ApiCaller::new();
    let mut endless = body();
    endless["schedule"] = json!({"interval": 1, "interval_unit": "day"});
    let own = id(&create(&mut api, &endless));
    let mut bounded = body();
    bounded["schedule"] = json!({"interval": 1, "interval_unit": "day", "max_interval": 700});
    let bounded = id(&create(&mut api, &bounded));
    let made = |api: &mut ApiCaller, id: &str| {
        let found = get(api, id);
        found.json["transaction_ids"].as_array().unwrap().len()
    };
    // To the second at which a charge is due.
    api.wait(200 * 365 * DAY);
    assert_eq!(made(&mut api, &own), 1_000);
    assert_eq!(made(&mut api, &bounded), 700, "as many as it may have");
    assert_eq!(get(&mut api, &bounded).text_of("status"), "inactive");
    let schedule = get(&mut api, &own).json["schedule"].clone();
    let next = schedule["next_execution_at"].as_str().unwrap();
    let tomorrow = api
        .now
        .checked_add(std::time::Duration::from_secs(DAY))
        .unwrap();
    assert_eq!(
        next.split('.').next().unwrap(),
        tomorrow.to_string().replace(' ', "T")
    );
    assert_eq!(schedule["current_interval"], 1_000);
    api.wait(DAY);
    assert_eq!(made(&mut api, &own), 1_001);
}
