//! Snap: sessions and their page, in front of the bare state machine.

use midtrans_simulator::gateway::snap::{SnapEvent, SnapState};
use midtrans_simulator::gateway::{Choice, Fault};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, charge, pairs};

const CREATE: &str = "/snap/v1/transactions";

pub(crate) fn request(order_id: &str) -> Value {
    let mut request = charge("", order_id, 44_000);
    request.as_object_mut().unwrap().remove("payment_type");
    request["item_details"][0]["category"] = json!("Shoes");
    request["item_details"][0]["url"] = json!("https://shop.example/a");
    request["customer_details"]["shipping_address"] = crate::api_caller::address();
    request
}

pub(crate) fn create(api: &mut ApiCaller, request: &Value) -> Reply {
    api.post(CREATE, &request.to_string())
}

/// A session and its token.
pub(crate) fn open(api: &mut ApiCaller, order_id: &str) -> String {
    token(&create(api, &request(order_id)))
}

pub(crate) fn token(reply: &Reply) -> String {
    assert_eq!(reply.http, 201, "{}", reply.text);
    reply.text_of("token").to_owned()
}

pub(crate) fn errors(reply: &Reply) -> Vec<&str> {
    let messages = reply.json["error_messages"].as_array().unwrap();
    messages.iter().map(|text| text.as_str().unwrap()).collect()
}

pub(crate) fn methods(api: &mut ApiCaller, token: &str) -> Vec<&'static str> {
    let checkout = api.gateway.snap_checkout(token, api.now).unwrap();
    match checkout.state {
        SnapState::Choosing { channels, .. } => channels.iter().map(|own| own.name).collect(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn choose(api: &mut ApiCaller, token: &str, method: &str) -> String {
    api.gateway
        .snap_choose(token, method, api.now)
        .unwrap()
        .unwrap()
}

#[test]
fn a_session_is_created_with_a_token_and_an_address_and_is_no_transaction() {
    let mut api = ApiCaller::new();
    let reply = create(&mut api, &request("order-1"));
    assert_eq!(reply.http, 201);
    assert_eq!(reply.keys(), ["token", "redirect_url"]);
    let token = token(&reply);
    assert_eq!(token.len(), 36);
    let (version, variant) = (token.as_bytes()[14], token.as_bytes()[19]);
    assert_eq!(version, b'4');
    assert!(b"89ab".contains(&variant), "{token}");
    assert_eq!(token, token.to_lowercase());
    assert_eq!(
        reply.text_of("redirect_url"),
        format!("http://127.0.0.1:8180/snap/v2/vtweb/{token}")
    );
    let status = api.status("order-1");
    assert_eq!((status.http, status.code()), (200, "404"));
    assert!(status.text_of("status_message").contains("exist"));
    assert!(api.notifications().is_empty());
}

#[test]
fn the_same_order_again_gets_another_token_and_the_earlier_one_is_dead() {
    let mut api = ApiCaller::new();
    let (first, second) = (open(&mut api, "order-1"), open(&mut api, "order-1"));
    assert_ne!(first, second);
    let state = |api: &mut ApiCaller, token: &str| {
        let checkout = api.gateway.snap_checkout(token, api.now).unwrap();
        format!("{:?}", checkout.state)
    };
    assert_eq!(state(&mut api, &first), "Replaced");
    assert!(
        api.gateway
            .snap_choose(&first, "bca_va", api.now)
            .unwrap()
            .is_err()
    );
    choose(&mut api, &second, "bca_va");
    let taken = create(&mut api, &request("order-1"));
    assert_eq!(taken.http, 400);
    assert_eq!(
        errors(&taken),
        ["transaction_details.order_id has already been taken"]
    );
    api.choose("order-1", Choice::Approve);
    let paid = create(&mut api, &request("order-1"));
    assert_eq!(paid.http, 400);
    assert_eq!(
        errors(&paid),
        ["transaction_details.order_id has been paid and utilized, please use another order ID"]
    );
}

#[test]
fn each_method_of_the_page_makes_the_transaction_of_its_core_charge() {
    for (method, payment_type, field) in [
        ("bca_va", "bank_transfer", "va_numbers"),
        ("bni_va", "bank_transfer", "va_numbers"),
        ("bri_va", "bank_transfer", "va_numbers"),
        ("cimb_va", "bank_transfer", "va_numbers"),
        ("permata_va", "bank_transfer", "permata_va_number"),
        ("other_va", "bank_transfer", "permata_va_number"),
        ("echannel", "echannel", "bill_key"),
        ("alfamart", "cstore", "payment_code"),
        ("indomaret", "cstore", "payment_code"),
        ("gopay", "gopay", "transaction_id"),
        ("other_qris", "qris", "transaction_id"),
        ("shopeepay", "shopeepay", "transaction_id"),
        ("akulaku", "akulaku", "order_id"),
        ("kredivo", "kredivo", "order_id"),
    ] {
        let mut api = ApiCaller::new();
        let token = open(&mut api, "order-1");
        assert!(methods(&mut api, &token).contains(&method), "{method}");
        let id = choose(&mut api, &token, method);
        let status = api.status("order-1");
        assert_eq!(status.code(), "201", "{method}: {}", status.text);
        assert_eq!(status.text_of("transaction_id"), id);
        assert_eq!(status.text_of("payment_type"), payment_type);
        assert!(
            !status.json[field].is_null(),
            "{method} {field}: {}",
            status.text
        );
        assert_eq!(api.notified(), pairs(&[("pending", "201")]), "{method}");
        api.gateway
            .snap_act(&token, Choice::Approve, api.now)
            .unwrap();
        assert_eq!(api.notified(), pairs(&[("settlement", "200")]), "{method}");
        let back = api.gateway.snap_return(&token, api.now).unwrap();
        assert_eq!(back.event, SnapEvent::Success);
        assert_eq!(
            back.location.as_deref(),
            Some(
                "http://127.0.0.1:3000/finish?order_id=order-1&status_code=200&transaction_status=settlement"
            )
        );
    }
}

#[test]
fn the_page_offers_what_was_enabled_and_what_the_order_has_the_fields_for() {
    let mut api = ApiCaller::new();
    let mut only = request("order-1");
    only["enabled_payments"] = json!(["bank_transfer", "kredivo", "danamon_online", "sundries"]);
    let enabled = token(&create(&mut api, &only));
    let offered = methods(&mut api, &enabled);
    assert!(
        offered.contains(&"bca_va") && offered.contains(&"echannel"),
        "{offered:?}"
    );
    assert!(
        offered.contains(&"kredivo") && !offered.contains(&"akulaku"),
        "{offered:?}"
    );
    let refused = api
        .gateway
        .snap_choose(&enabled, "akulaku", api.now)
        .unwrap();
    assert!(refused.is_err());
    let bare = json!({"transaction_details": {"order_id": "order-2", "gross_amount": 44_000}});
    let bare = token(&create(&mut api, &bare));
    let offered = methods(&mut api, &bare);
    assert!(offered.contains(&"bca_va"), "{offered:?}");
    assert!(
        !offered.contains(&"akulaku") && !offered.contains(&"kredivo"),
        "{offered:?}"
    );
}

#[test]
fn a_customer_who_was_refused_tries_again_under_the_same_order() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    let first = choose(&mut api, &token, "akulaku");
    api.gateway
        .snap_act(&token, Choice::Decline, api.now)
        .unwrap();
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(matches!(
        checkout.state,
        SnapState::Choosing {
            was_denied: true,
            ..
        }
    ));
    let back = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(back.event, SnapEvent::Error);
    assert!(back.result["status_message"].is_array(), "{}", back.result);
    assert!(
        back.location
            .unwrap()
            .ends_with("status_code=202&transaction_status=deny")
    );
    let second = choose(&mut api, &token, "bca_va");
    assert_ne!(first, second);
    api.gateway
        .snap_act(&token, Choice::Approve, api.now)
        .unwrap();
    assert_eq!(api.status("order-1").text_of("transaction_id"), second);
    let expected = [
        ("pending", "201"),
        ("deny", "202"),
        ("pending", "201"),
        ("settlement", "200"),
    ];
    assert_eq!(api.notified(), pairs(&expected));
    // The Core API still refuses a denied order.
    api.charge("akulaku", "order-2", 44_000);
    api.choose("order-2", Choice::Decline);
    assert_eq!(api.charge("akulaku", "order-2", 44_000).code(), "406");
}

#[test]
fn a_change_of_the_method_leaves_one_transaction_that_waits() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    assert!(api.gateway.snap_change(&token, api.now));
    assert!(
        !api.gateway.snap_change(&token, api.now),
        "there is none any more"
    );
    let back = api.gateway.snap_return(&token, api.now).unwrap();
    assert_eq!(back.event, SnapEvent::Close);
    choose(&mut api, &token, "indomaret");
    let expected = [("pending", "201"), ("cancel", "202"), ("pending", "201")];
    assert_eq!(api.notified(), pairs(&expected));
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(matches!(checkout.state, SnapState::Paying(paying) if paying.name == "Indomaret"));
}

#[test]
fn what_the_merchant_cancels_is_over_for_the_customer() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    assert_eq!(api.ask("order-1", "cancel").code(), "200");
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(matches!(checkout.state, SnapState::Over(status) if status.as_str() == "cancel"));
}

#[test]
fn a_page_expires_without_a_word_to_the_merchant_and_its_payment_outlives_it() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    let mut short = request("order-2");
    short["page_expiry"] = json!({"duration": 1, "unit": "minutes"});
    short["expiry"] = json!({"duration": 2, "unit": "hours"});
    let short = self::token(&create(&mut api, &short));
    api.wait(59);
    let id = choose(&mut api, &short, "bca_va");
    let deadline = api.status(&id).text_of("expiry_time").to_owned();
    assert_eq!(
        deadline, "2026-11-22 12:00:59",
        "the time counts from the choice"
    );
    api.wait(2);
    let checkout = api.gateway.snap_checkout(&short, api.now).unwrap();
    assert!(matches!(checkout.state, SnapState::Paying(_)));
    assert!(
        !api.gateway.snap_change(&short, api.now),
        "nothing else can be chosen"
    );
    api.wait(24 * 3_600);
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(matches!(checkout.state, SnapState::Expired));
    assert!(
        api.gateway
            .snap_choose(&token, "bca_va", api.now)
            .unwrap()
            .is_err()
    );
    assert_eq!(api.status("order-1").code(), "404");
}

#[test]
fn a_page_never_lasts_longer_than_seven_days() {
    let mut api = ApiCaller::new();
    let mut long = request("order-1");
    long["page_expiry"] = json!({"duration": 30, "unit": "day"});
    let token = token(&create(&mut api, &long));
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert_eq!(checkout.expires.to_string(), "2026-11-29 10:00:00");
}

#[test]
fn a_session_is_cancelled_before_a_choice_and_not_after_it() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    let cancel =
        |api: &mut ApiCaller, token: &str| api.post(&format!("{CREATE}/{token}/cancel"), "");
    let done = cancel(&mut api, &token);
    assert_eq!(done.http, 200);
    assert_eq!(done.text, r#"{"canceled_at":"2026-11-22T03:00:00.000Z"}"#);
    let again = cancel(&mut api, &token);
    assert_eq!(
        (again.http, errors(&again)),
        (400, vec!["token already canceled"])
    );
    let checkout = api.gateway.snap_checkout(&token, api.now).unwrap();
    assert!(matches!(checkout.state, SnapState::Canceled));
    let token = open(&mut api, "order-2");
    choose(&mut api, &token, "bca_va");
    let late = cancel(&mut api, &token);
    assert_eq!(
        (late.http, errors(&late)),
        (400, vec!["Transaction is on progress"])
    );
    let unknown = cancel(&mut api, "none");
    assert_eq!(
        (unknown.http, errors(&unknown)),
        (404, vec!["token not found"])
    );
}

#[test]
fn headers_of_the_creation_say_where_the_notifications_go() {
    let mut api = ApiCaller::new();
    let headers = [("x-override-notification", "http://127.0.0.1:4000/own")];
    let reply = api.call_with("POST", CREATE, &headers, &request("order-1").to_string());
    let token = token(&reply);
    choose(&mut api, &token, "bca_va");
    let urls: Vec<String> = api
        .gateway
        .due(api.now)
        .into_iter()
        .map(|due| due.url)
        .collect();
    assert_eq!(urls, ["http://127.0.0.1:4000/own"]);
}

#[test]
fn what_the_order_carries_comes_back_in_its_notification() {
    let mut api = ApiCaller::new();
    let mut request = request("order-1");
    request["custom_field1"] = json!("till 7");
    request["bca_va"] = json!({"va_number": "12345678911"});
    let token = token(&create(&mut api, &request));
    choose(&mut api, &token, "bca_va");
    let told = api.notifications().remove(0);
    assert!(told.contains(r#""custom_field1":"till 7""#), "{told}");
    assert!(told.contains("12345678911"), "{told}");
}

#[test]
fn faults_strike_snap_in_its_own_words() {
    let mut api = ApiCaller::new();
    for code in [500, 503] {
        api.gateway.fail_next(Fault::Status(code));
        let reply = create(&mut api, &request("order-1"));
        assert_eq!(reply.http, code);
        assert_eq!(reply.keys(), ["error_messages"]);
    }
    api.gateway.fail_next(Fault::Status(500));
    assert_eq!(
        errors(&create(&mut api, &request("order-1"))),
        ["Sorry, we encountered internal server error. We will fix this soon."]
    );
    assert_eq!(create(&mut api, &request("order-1")).http, 201);
}

#[test]
fn a_call_that_made_a_session_is_on_the_timeline_of_its_transaction() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1");
    choose(&mut api, &token, "bca_va");
    let timeline = api.gateway.timeline("order-1").unwrap();
    assert!(format!("{:?}", timeline.entries[0].what).contains("create snap transaction"));
}
