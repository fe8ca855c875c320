//! Requests that no client sends by mistake alone: odd names, odd sizes, and pages that are opened
//! more often than they should be.

use midtrans_simulator::gateway::snap::SnapState;
use midtrans_simulator::gateway::{Choice, Fault};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, charge};
use crate::cards::{ACCEPTED, get, pay, query};

const SNAP: &str = "/snap/v1/transactions";
const LINKS: &str = "/v1/payment-links";
const DAY: u64 = 24 * 3_600;

fn order(order_id: &str, amount: u64) -> Value {
    json!({"transaction_details": {"order_id": order_id, "gross_amount": amount}})
}

fn session(api: &mut ApiCaller, request: &Value) -> String {
    let reply = api.post(SNAP, &request.to_string());
    assert_eq!(reply.http, 201, "{}", reply.text);
    reply.text_of("token").to_owned()
}

fn link(api: &mut ApiCaller, order_id: &str) -> String {
    let reply = api.post(LINKS, &order(order_id, 190_000).to_string());
    assert_eq!(reply.http, 200, "{}", reply.text);
    let url = reply.text_of("payment_url");
    url.rsplit('/').next().unwrap().to_owned()
}

fn open_link(api: &mut ApiCaller, id: &str) -> String {
    api.gateway.pay_link(id, None, None, api.now).unwrap()
}

fn choose(api: &mut ApiCaller, token: &str, method: &str) -> Result<String, Vec<String>> {
    let chosen = api.gateway.snap_choose(token, method, api.now).unwrap();
    chosen.map_err(|refused| refused.0)
}

fn patch(api: &mut ApiCaller, body: &Value) -> Reply {
    let path = "/snap/v3/merchant-preferences";
    api.call_with("PATCH", path, &[], &body.to_string())
}

#[test]
fn a_preference_of_any_name_leaves_the_channels_switchable() {
    let mut api = ApiCaller::new();
    for odd in [json!("x"), json!(1), json!([true]), json!({"gopay": "x"})] {
        assert_eq!(patch(&mut api, &json!({ "switches": odd })).http, 200);
        let channels = json!({"payment_channels": [{"name": "gopay", "enabled": false}]});
        let reply = patch(&mut api, &channels);
        assert_eq!(reply.http, 200, "{}", reply.text);
        let list = reply.json["payment_channels"].as_array().unwrap();
        let gopay = list.iter().find(|channel| channel["name"] == "gopay");
        assert_eq!(gopay.unwrap()["enabled"], false);
    }
}

#[test]
fn a_session_is_found_by_its_token_and_not_by_its_order() {
    let mut api = ApiCaller::new();
    let token = session(&mut api, &order("order-1", 44_000));
    for guess in ["order:order-1", "order-1", "token:order-1", ""] {
        assert!(
            api.gateway.snap_checkout(guess, api.now).is_none(),
            "{guess}"
        );
        assert!(api.gateway.snap_choose(guess, "gopay", api.now).is_none());
        let cancelled = api.post(&format!("{SNAP}/{guess}/cancel"), "");
        assert_eq!(cancelled.http, 404, "{guess}");
    }
    assert!(api.gateway.snap_checkout(&token, api.now).is_some());
}

#[test]
fn a_link_of_one_use_is_paid_once_however_often_its_page_was_opened() {
    let mut api = ApiCaller::new();
    let id = link(&mut api, "link-1");
    let tokens = [(); 3].map(|()| open_link(&mut api, &id));
    let paid = choose(&mut api, &tokens[0], "bca_va").unwrap();
    for token in &tokens[1..] {
        assert!(choose(&mut api, token, "bca_va").is_err(), "held");
    }
    api.choose(&paid, Choice::Approve);
    for token in &tokens[1..] {
        assert!(choose(&mut api, token, "bca_va").is_err(), "used up");
        let checkout = api.gateway.snap_checkout(token, api.now).unwrap();
        assert!(!matches!(checkout.state, SnapState::Choosing { .. }));
    }
}

#[test]
fn the_open_pages_of_a_deleted_link_are_dead() {
    let mut api = ApiCaller::new();
    let id = link(&mut api, "link-1");
    let token = open_link(&mut api, &id);
    let deleted = api.call_with("DELETE", &format!("{LINKS}/link-1"), &[], "");
    assert_eq!(deleted.http, 200);
    assert!(choose(&mut api, &token, "bca_va").is_err());
}

#[test]
fn a_link_with_the_longest_order_id_can_be_paid() {
    let mut api = ApiCaller::new();
    let id = link(&mut api, &"a".repeat(50));
    let token = open_link(&mut api, &id);
    let paid = choose(&mut api, &token, "bca_va").unwrap();
    api.choose(&paid, Choice::Approve);
    assert_eq!(
        api.status(&paid).text_of("transaction_status"),
        "settlement"
    );
}

#[test]
fn a_session_of_fifty_letters_of_any_alphabet_can_be_paid() {
    let mut api = ApiCaller::new();
    let token = session(&mut api, &order(&"é".repeat(50), 44_000));
    assert!(choose(&mut api, &token, "bca_va").is_ok());
}

#[test]
fn an_amount_beyond_all_numbers_is_refused_with_a_reason() {
    let mut api = ApiCaller::new();
    for amount in ["18446744073709551616", "9223372036854775808", "1e300"] {
        let body = order("order-1", 1).to_string();
        let reply = api.post(SNAP, &body.replace(":1,", &format!(":{amount},")));
        assert_eq!(reply.http, 400, "{amount}");
        let reasons = reply.json["error_messages"].as_array().unwrap();
        assert!(!reasons.is_empty(), "{amount}");
    }
}

#[test]
fn an_order_whose_card_is_authorized_gets_no_session() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-1", ACCEPTED, json!({"type": "authorize"}));
    assert_eq!(reply.text_of("transaction_status"), "authorize");
    let reply = api.post(SNAP, &order("order-1", 145_000).to_string());
    assert_eq!(reply.http, 400, "{}", reply.text);
}

#[test]
fn balances_of_the_largest_payments_are_added_without_a_panic() {
    let mut api = ApiCaller::new();
    for at in 0..3 {
        let body = json!({
            "payment_type": "bank_transfer",
            "transaction_details": {"order_id": format!("order-{at}"), "gross_amount": i64::MAX},
            "bank_transfer": {"bank": "bni"},
        });
        let reply = api.post("/v2/charge", &body.to_string());
        if reply.code() == "201" {
            api.choose(&format!("order-{at}"), Choice::Approve);
        }
    }
    let path = "/v1/balance/mutation?currency=IDR&start_time=2026-01-01T00:00:00%2B07:00\
                &end_time=2027-01-01T00:00:00%2B07:00";
    assert_eq!(api.call_with("GET", path, &[], "").http, 200);
}

#[test]
fn a_jump_of_the_clock_brings_charges_and_settlements_in_their_order() {
    let mut api = ApiCaller::new();
    let registered = get(&mut api, &format!("/v2/card/register?{}", query(ACCEPTED)));
    let body = json!({
        "name": "daily", "amount": "14000", "currency": "IDR", "payment_type": "credit_card",
        "token": registered.text_of("saved_token_id"),
        "schedule": {"interval": 1, "interval_unit": "day", "max_interval": 5},
    });
    assert_eq!(api.post("/v1/subscriptions", &body.to_string()).http, 200);
    api.wait(10 * DAY);
    let told = api.notifications().into_iter().filter_map(|body| {
        let json: Value = serde_json::from_str(&body).unwrap();
        json["transaction_status"].as_str().map(str::to_owned)
    });
    let told: Vec<String> = told.collect();
    // A day's capture settles at 16:00 of the next, six hours after that day's own charge.
    let captured = told.iter().filter(|status| *status == "capture").count();
    let settled = told.iter().filter(|status| *status == "settlement").count();
    assert_eq!((captured, settled), (5, 5), "{told:?}");
    assert_eq!(told[..4], ["capture", "capture", "settlement", "capture"]);
}

#[test]
fn no_more_than_a_hundred_records_of_a_kind_are_listed() {
    let mut api = ApiCaller::new();
    for at in 0..101 {
        let body = json!({
            "name": format!("s-{at}"), "amount": "14000", "currency": "IDR",
            "payment_type": "credit_card", "token": "dummy",
            "schedule": {"interval": 1, "interval_unit": "month"},
        });
        assert_eq!(api.post("/v1/subscriptions", &body.to_string()).http, 200);
        let phone =
            json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678"}});
        assert_eq!(
            api.post("/v2/pay/account", &phone.to_string()).code(),
            "201"
        );
    }
    let records = api.gateway.records(api.now);
    for kind in ["subscription", "pay account"] {
        let listed = records.iter().filter(|record| record.kind == kind);
        assert_eq!(listed.count(), 100, "{kind}");
    }
}

#[test]
fn card_data_that_a_session_or_a_link_was_sent_by_mistake_is_shown_nowhere() {
    let mut api = ApiCaller::new();
    let mut request = order("order-1", 44_000);
    let card = json!({"number": "4105058689481467", "cvv2": "9731", "CVC": 9731, "cardNumber": "4105058689481467"});
    request["credit_card"] = json!({ "secure": true, "card": card });
    let _ = session(&mut api, &request);
    assert_eq!(api.post(LINKS, &request.to_string()).http, 200);
    for call in api.gateway.calls() {
        let shown = format!("{call:?}");
        for secret in ["4105058689481467", "0586894", "9731"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[cfg(feature = "state")]
mod restarts {
    use midtrans_simulator::Simulator;

    use super::*;
    use crate::state::{File, builder};

    fn send(simulator: &Simulator, path: &str, body: &str) -> u16 {
        simulator.with_accounts(|accounts, now| {
            let request = ApiCaller::request("POST", path, &[], body);
            let reply = accounts.first_mut().handle(&request, now);
            reply.into_response().unwrap().status().as_u16()
        })
    }

    #[test]
    fn the_deepest_request_that_is_read_is_read_again_after_a_restart() {
        let file = File::new("deep");
        let mut made = 0;
        {
            let simulator = builder(&file).in_process().unwrap();
            for depth in 100..130 {
                let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
                let body = order(&format!("order-{depth}"), 44_000).to_string();
                let body = body.replacen('{', &format!("{{\"metadata\":{{\"a\":{deep}}},"), 1);
                made += u32::from(send(&simulator, SNAP, &body) == 201);
                let _ = send(&simulator, LINKS, &body);
                let charge = body.replacen(
                    '{',
                    r#"{"payment_type":"bank_transfer","bank_transfer":{"bank":"bni"},"#,
                    1,
                );
                let _ = send(&simulator, "/v2/charge", &charge);
                let liked = format!("{{\"brand\":{deep}}}");
                let _ = simulator.with_accounts(|accounts, now| {
                    let path = "/snap/v3/merchant-preferences";
                    let request = ApiCaller::request("PATCH", path, &[], &liked);
                    accounts.first_mut().handle(&request, now)
                });
            }
        }
        assert!(made > 10, "{made}");
        let again = builder(&file).in_process();
        assert!(again.is_ok(), "{:?}", again.err());
    }

    #[test]
    fn card_data_that_a_session_or_a_link_was_sent_by_mistake_is_not_in_the_file() {
        let file = File::new("misuse-secrets");
        {
            let simulator = builder(&file).in_process().unwrap();
            let mut request = order("order-1", 44_000);
            let card = json!({"number": "4105058689481467", "cvv": "zz9731"});
            request["credit_card"] = json!({ "secure": true, "card": card });
            assert_eq!(send(&simulator, SNAP, &request.to_string()), 201);
            assert_eq!(send(&simulator, LINKS, &request.to_string()), 200);
        }
        let bytes = std::fs::read(&file.0).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("order-1"));
        assert!(!text.contains("4105058689481467") && !text.contains("zz9731"));
    }
}

#[test]
fn an_order_that_was_charged_by_the_core_api_is_not_charged_again_by_snap() {
    let mut api = ApiCaller::new();
    let token = session(&mut api, &order("order-1", 44_000));
    let core = api.post(
        "/v2/charge",
        &charge("akulaku", "order-1", 44_000).to_string(),
    );
    assert_eq!(core.code(), "201");
    assert!(choose(&mut api, &token, "bca_va").is_err());
}

#[test]
fn a_bank_may_refuse_a_capture_and_the_amount_stays_reserved() {
    let mut api = ApiCaller::new();
    let reply = pay(&mut api, "order-1", ACCEPTED, json!({"type": "authorize"}));
    let body = json!({"transaction_id": reply.text_of("transaction_id"), "gross_amount": 100_000});
    let _ = api.notifications();
    api.gateway
        .fail_next("capture-denied".parse::<Fault>().unwrap());
    let denied = api.post("/v2/capture", &body.to_string());
    assert_eq!((denied.http, denied.code()), (200, "202"));
    assert_eq!(denied.text_of("transaction_status"), "authorize");
    assert_eq!(denied.text_of("gross_amount"), "145000.00");
    assert!(api.notifications().is_empty());
    let taken = api.post("/v2/capture", &body.to_string());
    assert_eq!(
        (taken.code(), taken.text_of("gross_amount")),
        ("200", "100000.00")
    );
}

#[test]
fn a_customer_with_a_mobile_number_can_pay_with_ovo_on_snaps_page() {
    let mut api = ApiCaller::new();
    let mut request = order("order-1", 44_000);
    request["customer_details"] = json!({"first_name": "Siti", "phone": "081234567890"});
    let token = session(&mut api, &request);
    let id = choose(&mut api, &token, "ovo").unwrap();
    api.choose(&id, Choice::Approve);
    assert_eq!(api.status(&id).text_of("transaction_status"), "settlement");
}
