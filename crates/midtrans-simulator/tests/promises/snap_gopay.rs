//! GoPay accounts that are linked on Snap's page, and the accounts of a merchant's users.

use midtrans_simulator::gateway::Choice;
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::snap::SnapState;
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};
use crate::snap::{create, request, token};

const USER: &str = "/snap/v3/users/testuser01/gopay";

/// A session of the user, and its token.
fn open(api: &mut ApiCaller, order_id: &str, is_enforced: bool) -> String {
    let mut body = request(order_id);
    body["user_id"] = "testuser01".into();
    body["gopay"] = json!({"tokenization": true, "enforce_tokenization": is_enforced,
        "phone_number": "8123456789", "country_code": "62"});
    token(&create(api, &body))
}

fn asks_for_link(api: &mut ApiCaller, token: &str) -> bool {
    let checkout = api.gateway.snap_checkout(token, api.now).unwrap();
    matches!(checkout.state, SnapState::Linking(_))
}

fn user(api: &mut ApiCaller, method: &str) -> Reply {
    api.call_with(method, USER, &[], "")
}

fn confirm(api: &mut ApiCaller, token: &str, choice: LinkChoice) -> Option<String> {
    let done = api.gateway.snap_confirm_link(token, choice, api.now);
    done.unwrap().unwrap()
}

/// The customer chooses GoPay, and is asked to link the account.
fn ask_for_link(api: &mut ApiCaller, token: &str) {
    let asked = api.gateway.snap_link(token, "gopay", api.now);
    asked.unwrap().unwrap();
}

#[test]
fn a_customer_links_the_account_on_the_page_and_pays_with_it_from_then_on() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1", true);
    assert_eq!(user(&mut api, "GET").http, 404);
    let direct = api.gateway.snap_choose(&token, "gopay", api.now).unwrap();
    assert!(direct.is_err(), "only by a linked account");
    assert_eq!(
        api.gateway.snap_link(&token, "gopay", api.now),
        Some(Ok(true))
    );
    assert!(asks_for_link(&mut api, &token));
    assert_eq!(user(&mut api, "GET").http, 404, "pending is none");
    let id = confirm(&mut api, &token, LinkChoice::Confirm).unwrap();
    let status = api.status(&id);
    assert_eq!(status.text_of("transaction_status"), "settlement");
    let account = user(&mut api, "GET");
    assert_eq!(
        account.keys(),
        [
            "user_id",
            "account_status",
            "balance",
            "phone_number",
            "country_code",
            "account_id"
        ]
    );
    assert_eq!(account.text_of("account_status"), "ENABLED");
    assert_eq!(account.text_of("balance"), "956000.00");
    assert_eq!(account.text_of("phone_number"), "8123456789");
    let told: Vec<Value> = api
        .notifications()
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let extra = json!({"user_id": "testuser01", "account_id": account.json["account_id"]});
    assert_eq!(told[0]["account_status"], "ENABLED");
    assert_eq!(told[0]["metadata"]["extra_info"], extra);
    assert_eq!(told[1]["transaction_status"], "settlement");
    assert_eq!(told[1]["metadata"]["extra_info"], extra);
    // The next order needs no link.
    let next = open(&mut api, "order-2", true);
    assert_eq!(
        api.gateway.snap_link(&next, "gopay", api.now),
        Some(Ok(false))
    );
    let id = api.gateway.snap_choose(&next, "gopay", api.now);
    let id = id.unwrap().unwrap();
    assert_eq!(api.status(&id).text_of("transaction_status"), "settlement");
}

#[test]
fn a_customer_who_refuses_the_link_pays_by_code_unless_the_link_is_enforced() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1", false);
    ask_for_link(&mut api, &token);
    let id = confirm(&mut api, &token, LinkChoice::Refuse).unwrap();
    let status = api.status(&id);
    assert_eq!(status.text_of("transaction_status"), "pending");
    let page = api.gateway.pay_page(&id).unwrap();
    assert!(page.qr_string().is_some(), "{page:?}");
    api.choose(&id, Choice::Approve);
    let token = open(&mut api, "order-2", true);
    ask_for_link(&mut api, &token);
    assert_eq!(confirm(&mut api, &token, LinkChoice::Refuse), None);
    assert!(!asks_for_link(&mut api, &token), "back at the choice");
    let again = api
        .gateway
        .snap_confirm_link(&token, LinkChoice::Confirm, api.now);
    assert!(again.unwrap().is_err(), "decided");
    assert_eq!(api.status("order-2").http, 200);
    assert_eq!(api.status("order-2").code(), "404");
}

#[test]
fn a_users_account_is_unlinked_once_and_the_merchant_is_told() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1", true);
    ask_for_link(&mut api, &token);
    confirm(&mut api, &token, LinkChoice::Confirm);
    api.notifications();
    assert_eq!(user(&mut api, "DELETE").http, 200);
    let told: Value = serde_json::from_str(&api.notifications()[0]).unwrap();
    assert_eq!(
        (&told["account_status"], &told["status_code"]),
        (&json!("DISABLED"), &json!("204"))
    );
    for method in ["GET", "DELETE"] {
        let reply = user(&mut api, method);
        assert_eq!(
            reply.text,
            r#"{"error_messages":["account not found"],"locale":"en"}"#
        );
        assert_eq!(reply.http, 404);
    }
}

#[test]
fn a_session_without_a_user_or_with_another_method_links_nothing() {
    let mut api = ApiCaller::new();
    let mut body = request("order-1");
    body["gopay"] = json!({"tokenization": true});
    let without = token(&create(&mut api, &body));
    assert_eq!(
        api.gateway.snap_link(&without, "gopay", api.now),
        Some(Ok(false))
    );
    let with = open(&mut api, "order-2", false);
    assert_eq!(
        api.gateway.snap_link(&with, "bca_va", api.now),
        Some(Ok(false))
    );
    assert_eq!(api.gateway.snap_link("no-token", "gopay", api.now), None);
    let mut odd = request("order-3");
    odd["user_id"] = "u".into();
    odd["gopay"] = json!({"tokenization": true, "phone_number": "•é12"});
    let odd = token(&create(&mut api, &odd));
    assert_eq!(
        api.gateway.snap_link(&odd, "gopay", api.now),
        Some(Ok(true))
    );
    assert!(asks_for_link(&mut api, &odd));
    let mut refused = request("order-4");
    refused["user_id"] = "v".into();
    refused["gopay"] = json!({"tokenization": true, "phone_number": "123450001"});
    let refused = token(&create(&mut api, &refused));
    let refused = api.gateway.snap_link(&refused, "gopay", api.now).unwrap();
    assert_eq!(refused.unwrap_err().0, ["User Not Found"]);
}

#[test]
fn an_expired_session_links_and_charges_nothing() {
    let mut api = ApiCaller::new();
    let token = open(&mut api, "order-1", true);
    ask_for_link(&mut api, &token);
    api.wait(24 * 3_600);
    let late = api
        .gateway
        .snap_confirm_link(&token, LinkChoice::Confirm, api.now);
    assert!(late.unwrap().is_err());
    assert_eq!(user(&mut api, "GET").http, 404);
    let wrong = api.call_with("POST", USER, &[], "");
    assert_eq!(wrong.http, 405);
    let mut stranger = ApiCaller::request("GET", USER, &[], "");
    stranger.headers_mut().remove("authorization");
    let reply = api
        .gateway
        .handle(&stranger, api.now)
        .into_response()
        .unwrap();
    assert_eq!(reply.status().as_u16(), 401);
}
