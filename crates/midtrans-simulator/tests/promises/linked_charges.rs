//! Charges of linked GoPay accounts: at once, after a PIN, reserved, and given back.

use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Choice, Command, Fault, FinishRedirect, PayPage, Reference};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply, pairs};

const DAY: u64 = 24 * 3_600;

fn linked(api: &mut ApiCaller) -> String {
    let body = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678",
        "country_code": "62", "redirect_url": "https://shop.example/linked"}});
    let reply = api.post("/v2/pay/account", &body.to_string());
    let id = reply.text_of("account_id").to_owned();
    api.gateway.link(&id, LinkChoice::Confirm, api.now).unwrap();
    api.notifications();
    id
}

/// A charge with more fields of `gopay`.
fn charge(api: &mut ApiCaller, order_id: &str, account: &str, amount: u64, more: Value) -> Reply {
    let mut gopay = more;
    gopay["account_id"] = account.into();
    gopay["payment_option_token"] = "token".into();
    let body = json!({"payment_type": "gopay", "gopay": gopay,
        "transaction_details": {"order_id": order_id, "gross_amount": amount}});
    api.post("/v2/charge", &body.to_string())
}

fn balance(api: &mut ApiCaller, account: &str) -> String {
    let path = format!("/v2/pay/account/{account}");
    let reply = api.call_with("GET", &path, &[], "");
    let balance = &reply.json["metadata"]["payment_options"][0]["balance"]["value"];
    balance.as_str().unwrap().to_owned()
}

fn state(reply: &Reply) -> (&str, &str) {
    (reply.code(), reply.text_of("transaction_status"))
}

fn capture(api: &mut ApiCaller, id: &str, amount: Value) -> Reply {
    let body = json!({"transaction_id": id, "gross_amount": amount});
    api.post("/v2/capture", &body.to_string())
}

#[test]
fn a_large_charge_waits_for_the_pin_and_leads_back_with_the_result() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    let callback = json!({"callback_url": "https://shop.example/back?a=1"});
    let reply = charge(&mut api, "order-1", &account, 800_000, callback);
    assert_eq!(state(&reply), ("201", "pending"));
    assert_eq!(
        reply.text_of("status_message"),
        "GoPay transaction is created. Action(s) required"
    );
    let actions = reply.json["actions"].as_array().unwrap();
    let names: Vec<_> = actions.iter().map(|action| &action["name"]).collect();
    assert_eq!(names, ["verification-link-url", "verification-link-app"]);
    assert!(reply.json["qr_string"].is_null(), "{}", reply.text);
    assert_eq!(balance(&mut api, &account), "1000000.00", "not taken yet");
    for action in actions {
        let url = action["url"].as_str().unwrap();
        let page = url.strip_prefix("http://127.0.0.1:8180").unwrap();
        let shape = api.gateway.pay_page(Reference::Page(page));
        assert_eq!(shape, Some(PayPage::Redirect), "{url}");
    }
    let way = api.choose("order-1", Choice::Approve);
    let location = "https://shop.example/back?a=1&order_id=order-1&result=success".to_owned();
    assert_eq!(way, FinishRedirect::Redirect { location });
    assert_eq!(balance(&mut api, &account), "200000.00");
    let expected = [("pending", "201"), ("settlement", "200")];
    assert_eq!(api.notified(), pairs(&expected));
    api.choose("order-1", Choice::Approve);
    assert_eq!(balance(&mut api, &account), "200000.00", "a second click");
}

#[test]
fn a_wrong_pin_denies_and_an_empty_wallet_denies_at_the_pin() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    for order_id in ["order-1", "order-2", "order-3"] {
        let reply = charge(&mut api, order_id, &account, 800_000, json!({}));
        assert_eq!(state(&reply), ("201", "pending"));
    }
    api.choose("order-1", Choice::Decline);
    assert_eq!(state(&api.status("order-1")), ("202", "deny"));
    api.choose("order-2", Choice::Approve);
    assert_eq!(state(&api.status("order-2")), ("200", "settlement"));
    api.choose("order-3", Choice::Approve);
    assert_eq!(state(&api.status("order-3")), ("202", "deny"));
    assert_eq!(balance(&mut api, &account), "200000.00");
}

#[test]
fn a_pin_that_comes_after_the_account_was_unlinked_pays_nothing() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    let reply = charge(&mut api, "order-1", &account, 800_000, json!({}));
    assert_eq!(state(&reply), ("201", "pending"));
    api.post(&format!("/v2/pay/account/{account}/unbind"), "");
    api.choose("order-1", Choice::Approve);
    assert_eq!(state(&api.status("order-1")), ("202", "deny"));
}

#[test]
fn a_recurring_charge_asks_for_no_pin() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    let recurring = json!({"recurring": true});
    let reply = charge(&mut api, "order-1", &account, 800_000, recurring);
    assert_eq!(state(&reply), ("200", "settlement"));
    let wrong = json!({"recurring": "yes", "pre_auth": 1});
    let refused = charge(&mut api, "order-2", &account, 1_000, wrong);
    assert_eq!(
        refused.json["validation_messages"],
        json!([
            "gopay.recurring must be true or false",
            "gopay.pre_auth must be true or false"
        ])
    );
}

#[test]
fn reserved_money_is_captured_whole_once() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    let pre_auth = || json!({"pre_auth": true});
    let reply = charge(&mut api, "order-1", &account, 300_000, pre_auth());
    assert_eq!(state(&reply), ("200", "authorize"));
    assert_eq!(balance(&mut api, &account), "700000.00");
    let id = reply.text_of("transaction_id").to_owned();
    let part = capture(&mut api, &id, json!(100_000));
    assert_eq!(
        part.json["validation_messages"],
        json!(["gross_amount must be the authorized amount"])
    );
    api.gateway.fail_next(Fault::CaptureDenied);
    assert_eq!(
        state(&capture(&mut api, &id, Value::Null)),
        ("202", "authorize")
    );
    let taken = capture(&mut api, &id, json!(300_000));
    assert_eq!(state(&taken), ("200", "settlement"));
    assert_eq!(capture(&mut api, &id, Value::Null).code(), "412");
    let expected = [("authorize", "200"), ("settlement", "200")];
    assert_eq!(api.notified(), pairs(&expected));
    assert_eq!(balance(&mut api, &account), "700000.00");
    // A payment that reserves nothing has nothing to capture.
    let paid = charge(&mut api, "order-2", &account, 1_000, json!({}));
    let paid = paid.text_of("transaction_id").to_owned();
    assert_eq!(capture(&mut api, &paid, Value::Null).code(), "404");
}

#[test]
fn reserved_money_is_free_again_after_a_cancellation_or_seven_days() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    let pre_auth = || json!({"pre_auth": true});
    charge(&mut api, "order-1", &account, 300_000, pre_auth());
    assert_eq!(api.ask("order-1", "cancel").code(), "200");
    assert_eq!(balance(&mut api, &account), "1000000.00");
    charge(&mut api, "order-2", &account, 800_000, pre_auth());
    assert_eq!(
        state(&api.status("order-2")),
        ("201", "pending"),
        "the PIN first"
    );
    api.gateway
        .command("order-2", Command::Settle, api.now)
        .unwrap();
    assert_eq!(state(&api.status("order-2")), ("200", "authorize"));
    assert_eq!(balance(&mut api, &account), "200000.00");
    api.wait(7 * DAY - 1);
    assert_eq!(state(&api.status("order-2")), ("200", "authorize"));
    api.wait(1);
    assert_eq!(
        api.status("order-2").text_of("transaction_status"),
        "expire"
    );
    assert_eq!(balance(&mut api, &account), "1000000.00");
}

#[test]
fn money_given_back_is_in_the_wallet_again_for_180_days() {
    let mut api = ApiCaller::new();
    let account = linked(&mut api);
    charge(&mut api, "order-1", &account, 300_000, json!({}));
    api.wait(179 * DAY);
    let body = json!({"refund_key": "r-1", "amount": 100_000, "reason": "a"}).to_string();
    let reply = api.post("/v2/order-1/refund", &body);
    assert_eq!(reply.code(), "200", "{}", reply.text);
    assert_eq!(balance(&mut api, &account), "800000.00");
    api.wait(2 * DAY);
    let body = json!({"refund_key": "r-2", "amount": 100_000, "reason": "a"}).to_string();
    assert_eq!(api.post("/v2/order-1/refund", &body).code(), "412");
}
