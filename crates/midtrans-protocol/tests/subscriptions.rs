//! Subscriptions: what is sent, what is refused when made, what comes back.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::received;
use http::Method;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, RequestOptions};
use midtrans_protocol::pay_account::{AccountId, PaymentToken};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::subscription::{
    Cancel, Changes, Contents, Create, Disable, Enable, Get, IntervalUnit, Refusal, RetrySchedule,
    RetryUnit, Schedule, SubscriptionId, SubscriptionStatus, SubscriptionToken, Update,
};
use midtrans_protocol::{
    CustomerDetails, Environment, Merchant, Rupiah, ServerKey, decode, encode,
};
use serde_json::{Map, Value, json};
use std::time::SystemTime;

const OBJECT: &str = r#"{"id":"s-417","name":"kopi","amount":14000,"currency":"IDR","created_at":"2026-02-03T08:00:01.810452",
    "schedule":{"interval":1,"interval_unit":"month","current_interval":2,"max_interval":12,
        "start_time":"2026-02-03T08:00:00","next_execution_at":"2026-03-03T01:00:00.000000Z"},
    "status":"active","token":"rahasia-417","payment_type":"credit_card","transaction_ids":["t-1","t-2"],
    "customer_details":{"first_name":"Siti"}}"#;

fn token() -> SubscriptionToken {
    SubscriptionToken::new("48111111rahasia1114").expect("a valid value")
}

fn contents() -> Contents {
    let mut monthly = Schedule::every(1, IntervalUnit::Month);
    monthly.max_interval = Some(12);
    monthly.start_time = Some("2020-07-22 07:25:01".parse().expect("a valid value"));
    let mut contents = Contents::card("kopi-bulanan", Rupiah::new(14_000), token(), monthly);
    contents.retry_schedule = Some(RetrySchedule::new(1, RetryUnit::Day, 3));
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    contents.customer_details = Some(customer);
    contents
}

fn id() -> SubscriptionId {
    SubscriptionId::received("s-417").expect("a valid value")
}

#[test]
fn a_subscription_is_sent_with_its_plan_and_an_amount_as_text() {
    let create = Create::new(contents()).unwrap();
    let request = create.request(&Environment::Sandbox);
    let uri = request.uri().to_string();
    assert_eq!(uri, "https://api.sandbox.midtrans.com/v1/subscriptions");
    let golden = r#"{"name":"kopi-bulanan","amount":"14000","currency":"IDR","payment_type":"credit_card","token":"48111111rahasia1114","schedule":{"interval":1,"interval_unit":"month","max_interval":12,"start_time":"2020-07-22 07:25:01 +0700"},"retry_schedule":{"interval":1,"interval_unit":"day","max_interval":3},"customer_details":{"first_name":"Siti","last_name":"Rahma","email":"siti@example.com","phone":"08123456789"}}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), golden);
    assert_eq!(Create::from_json(golden).unwrap(), create);
    let as_numbers = golden
        .replace("\"14000\"", "14000")
        .replace("\"max_interval\":12", "\"max_interval\":\"12\"");
    assert_eq!(
        Create::from_json(&as_numbers).unwrap(),
        create,
        "numbers are texts"
    );
    let shown = format!("{create:?} {:?}", create.contents());
    assert!(
        !shown.contains("rahasia") && !shown.contains("siti"),
        "{shown}"
    );
}

#[test]
fn a_subscription_of_a_linked_account_names_it() {
    let token = PaymentToken::new("rahasia==").unwrap().into();
    let account = AccountId::received("a-417").unwrap();
    let weekly = Schedule::every(2, IntervalUnit::Week);
    let contents = Contents::gopay("kopi", Rupiah::new(1), token, account, weekly);
    let golden = r#"{"name":"kopi","amount":"1","currency":"IDR","payment_type":"gopay","token":"rahasia==","schedule":{"interval":2,"interval_unit":"week"},"gopay":{"account_id":"a-417"}}"#;
    let create = Create::new(contents).unwrap();
    assert_eq!(String::from_utf8_lossy(&create.to_json()), golden);
    let missing = golden.replace(r#","gopay":{"account_id":"a-417"}"#, "");
    let error = Create::from_json(&missing).unwrap_err();
    assert_eq!(error.field(), "gopay.account_id");
}

#[test]
fn what_the_gateway_would_refuse_is_refused_when_made_and_names_the_field() {
    type Change = fn(&mut Contents);
    let cases: [(&str, Change); 11] = [
        ("name", |plan| plan.name = String::new()),
        ("name", |plan| plan.name = "kopi bulanan".to_owned()),
        ("name", |plan| plan.name = "x".repeat(41)),
        ("amount", |plan| plan.amount = Rupiah::new(0)),
        ("amount", |plan| plan.amount = Rupiah::new(100_000_000_000)),
        ("schedule.interval", |plan| plan.schedule.interval = 0),
        ("schedule.interval_unit", |plan| {
            plan.schedule.interval_unit = "year".into()
        }),
        ("retry_schedule.max_interval", |plan| {
            plan.retry_schedule = Some(RetrySchedule::new(1, RetryUnit::Hour, 4));
        }),
        ("retry_schedule.interval", |plan| {
            plan.retry_schedule = Some(RetrySchedule::new(0, RetryUnit::Hour, 1));
        }),
        ("metadata", |plan| {
            plan.metadata = Some(Map::from_iter([(
                "a".to_owned(),
                Value::from("x".repeat(1_024)),
            )]));
        }),
        ("token", |plan| {
            plan.extra = Map::from_iter([("token".to_owned(), Value::from("x"))])
        }),
    ];
    for (field, change) in cases {
        let mut plan = contents();
        change(&mut plan);
        assert_eq!(Create::new(plan).unwrap_err().field(), field);
    }
    assert!(
        Create::new(contents()).is_ok(),
        "a start in the past is taken"
    );
    let error = SubscriptionToken::new("rahasia satu").unwrap_err();
    assert_eq!(error.field(), "token");
    assert!(!error.to_string().contains("rahasia"));
    for (field, json) in [
        ("amount", r#"{"name":"kopi","amount":"14000,50"}"#),
        (
            "schedule",
            r#"{"name":"kopi","amount":"1","currency":"IDR","payment_type":"gopay","token":"t"}"#,
        ),
        (
            "schedule.start_time",
            r#"{"name":"kopi","amount":"1","currency":"IDR","payment_type":"credit_card","token":"t",
            "schedule":{"interval":1,"interval_unit":"day","start_time":"besok"}}"#,
        ),
        (
            "currency",
            r#"{"name":"kopi","amount":"1","currency":"USD","payment_type":"credit_card","token":"t",
            "schedule":{"interval":1,"interval_unit":"day"}}"#,
        ),
    ] {
        let error = Create::from_json(json).unwrap_err();
        assert_eq!(error.field(), field, "{json}");
        assert!(!error.to_string().contains("besok"));
    }
}

#[test]
fn any_subset_of_the_fields_is_changed_and_nothing_is_refused() {
    let update = |change: fn(&mut Changes)| {
        let mut changes = Changes::default();
        change(&mut changes);
        Update::new(id(), changes)
    };
    for (change, golden) in [
        (
            (|changes| changes.amount = Some(Rupiah::new(15_000))) as fn(&mut Changes),
            r#"{"amount":"15000","currency":"IDR"}"#,
        ),
        (
            |changes| changes.name = Some("kopi-2".to_owned()),
            r#"{"name":"kopi-2"}"#,
        ),
        (
            |changes| changes.interval = Some(2),
            r#"{"schedule":{"interval":2}}"#,
        ),
        (
            |changes| changes.metadata = json!({"rak": 7}).as_object().cloned(),
            r#"{"metadata":{"rak":7}}"#,
        ),
        (
            |changes| changes.token = Some(token()),
            r#"{"token":"48111111rahasia1114"}"#,
        ),
    ] {
        let update = update(change).unwrap();
        let request = update.request(&Environment::Sandbox);
        assert_eq!(request.method(), Method::PATCH);
        assert_eq!(request.uri().path(), "/v1/subscriptions/s-417");
        assert_eq!(String::from_utf8_lossy(request.body()), golden);
        assert!(!format!("{update:?}").contains("rahasia"));
    }
    assert_eq!(update(|_| ()).unwrap_err().field(), "changes");
    let error = update(|changes| changes.interval = Some(0)).unwrap_err();
    assert_eq!(error.field(), "schedule.interval");
    let error = update(|changes| changes.amount = Some(Rupiah::new(0))).unwrap_err();
    assert_eq!(error.field(), "amount");
}

#[test]
fn it_is_paused_resumed_and_ended_by_its_id() {
    let sent = |request: http::Request<Vec<u8>>| {
        assert_eq!(
            (request.method(), request.body().as_slice()),
            (&Method::POST, &b"{}"[..])
        );
        request.uri().path().to_owned()
    };
    let environment = Environment::Sandbox;
    let (enable, disable, cancel) = (Enable::new(id()), Disable::new(id()), Cancel::new(id()));
    assert_eq!(
        sent(enable.request(&environment)),
        "/v1/subscriptions/s-417/enable"
    );
    assert_eq!(
        sent(disable.request(&environment)),
        "/v1/subscriptions/s-417/disable"
    );
    assert_eq!(
        sent(cancel.request(&environment)),
        "/v1/subscriptions/s-417/cancel"
    );
    let done = received(200, r#"{"status_message":"Subscription is updated."}"#);
    let updated = decode(&disable, done).unwrap();
    assert_eq!(
        updated.message().as_deref(),
        Some("Subscription is updated.")
    );
    assert!(decode(&enable, received(200, "{}")).is_err());
}

#[test]
fn a_subscription_is_read_with_its_amount_as_number_or_text_and_its_times() {
    let get = Get::new(id());
    let subscription = decode(&get, received(200, OBJECT)).unwrap();
    assert_eq!(
        subscription.amount().unwrap().rupiah(),
        Some(Rupiah::new(14_000))
    );
    assert_eq!(subscription.status(), Some(SubscriptionStatus::Active));
    assert_eq!(subscription.interval_unit(), Some(IntervalUnit::Month));
    let counts = [
        subscription.interval(),
        subscription.current_interval(),
        subscription.max_interval(),
    ];
    assert_eq!(counts, [Some(1), Some(2), Some(12)]);
    assert_eq!(
        subscription.created_at().unwrap().to_string(),
        "2026-02-03 08:00:01"
    );
    let times = subscription.times();
    assert_eq!(times.next.unwrap().to_string(), "2026-03-03 08:00:00");
    assert_eq!(times.previous, None);
    assert_eq!(subscription.transaction_ids(), ["t-1", "t-2"]);
    assert!(!format!("{subscription:?}").contains("rahasia"));
    let text = OBJECT
        .replace("14000", "\"14000.00\"")
        .replace("transaction_ids", "transaction_id");
    let other = decode(&get, received(200, text)).unwrap();
    assert_eq!(
        other.amount().unwrap().rupiah(),
        subscription.amount().unwrap().rupiah()
    );
    assert_eq!(other.transaction_ids(), subscription.transaction_ids());
    let inactive = OBJECT.replace("\"active\"", "\"INACTIVE\"");
    let inactive = decode(&get, received(200, inactive)).unwrap();
    assert_eq!(inactive.status(), Some(SubscriptionStatus::Inactive));
    let strange = Get::new(SubscriptionId::received("s-418").unwrap());
    let error = decode(&strange, received(200, OBJECT)).unwrap_err();
    assert!(matches!(error, ReplyError::Decode(error) if error.is_mismatch()));
}

#[test]
fn errors_have_the_http_status_and_no_code_in_their_body() {
    let get = Get::new(id());
    let invalid = r#"{"status_message":"Invalid parameter.","validation_messages":["subscription.amount is required"]}"#;
    for (http, body, reason) in [
        (
            404,
            r#"{"status_message":"Subscription doesn't exist."}"#,
            Some(Refusal::NotFound),
        ),
        (404, "<html>not here</html>", None),
        (400, invalid, Some(Refusal::Invalid)),
        (400, "Bad request", None),
        (
            401,
            r#"{"status_message":"Access denied"}"#,
            Some(Refusal::Unauthorized),
        ),
        (
            500,
            r#"{"status_message":"Sorry, Our system is recovering. Please retry."}"#,
            None,
        ),
    ] {
        let ReplyError::Api(error) = decode(&get, received(http, body)).unwrap_err() else {
            panic!("{body}");
        };
        assert_eq!((error.code(), error.status_code()), (http, None), "{body}");
        assert_eq!(Refusal::of(&error), reason, "{body}");
        assert_eq!(error.is_retryable(), http == 500);
        assert!(!error.is_not_found(), "that is about transactions");
    }
    let ReplyError::Api(error) = decode(&get, received(400, invalid)).unwrap_err() else {
        panic!("a refusal");
    };
    assert_eq!(
        error.validation_messages(),
        ["subscription.amount is required"]
    );
}

#[test]
fn a_new_subscription_carries_its_idempotency_key_and_a_change_carries_none() {
    let key = ServerKey::new("SB-Mid-server-a-key-of-these-tests").unwrap();
    let merchant = Merchant::new(Environment::Sandbox, key).unwrap();
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::new("d0a1").unwrap());
    let now = SystemTime::UNIX_EPOCH;
    let create = encode(&Create::new(contents()).unwrap(), &merchant, &options, now);
    assert_eq!(create.headers()["idempotency-key"], "d0a1");
    let another = r#"{"id":"s-418","name":"teh","status":"active"}"#;
    let error = decode(&Create::new(contents()).unwrap(), received(200, another)).unwrap_err();
    assert!(
        matches!(error, ReplyError::Decode(error) if error.is_mismatch()),
        "an old key"
    );
    let enable = encode(&Enable::new(id()), &merchant, &options, now);
    assert!(!enable.headers().contains_key("idempotency-key"));
}
