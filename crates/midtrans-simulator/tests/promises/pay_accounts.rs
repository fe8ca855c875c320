//! Pay accounts: linking, reading, unbinding, and their own notifications.

use midtrans_protocol::notification::signature;
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, Reply};

const CREATE: &str = "/v2/pay/account";

fn partner(phone: Value) -> Value {
    json!({"payment_type": "gopay", "gopay_partner": {"phone_number": phone, "country_code": "62",
        "redirect_url": "https://www.gojek.com"}})
}

fn create(api: &mut ApiCaller, body: &Value) -> Reply {
    api.post(CREATE, &body.to_string())
}

fn pending(api: &mut ApiCaller) -> String {
    let reply = create(api, &partner(json!("81212345678")));
    assert_eq!(reply.code(), "201", "{}", reply.text);
    reply.text_of("account_id").to_owned()
}

fn get(api: &mut ApiCaller, id: &str) -> Reply {
    api.call_with("GET", &format!("{CREATE}/{id}"), &[], "")
}

fn unbind(api: &mut ApiCaller, id: &str) -> Reply {
    api.post(&format!("{CREATE}/{id}/unbind"), "")
}

#[test]
fn a_creation_starts_a_link_with_two_addresses() {
    let mut api = ApiCaller::new();
    let reply = create(&mut api, &partner(json!("81212345678")));
    assert_eq!((reply.http, reply.code()), (200, "201"));
    assert_eq!(
        reply.keys(),
        [
            "status_code",
            "payment_type",
            "account_id",
            "account_status",
            "actions"
        ]
    );
    assert_eq!(reply.text_of("account_status"), "PENDING");
    let actions = reply.json["actions"].as_array().unwrap();
    let names: Vec<&str> = actions
        .iter()
        .map(|action| action["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["activation-link-url", "activation-link-app"]);
    for action in actions {
        let url = action["url"].as_str().unwrap();
        assert!(
            url.starts_with("http://127.0.0.1:8180/v2/gopay/redirect/gpa")
                && url.ends_with("/link"),
            "{url}"
        );
    }
}

/// PHP sends a number and no country, Go a number with the country's code before it.
#[test]
fn the_phones_that_the_official_clients_send_are_taken() {
    let mut api = ApiCaller::new();
    let php = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": 81_234_567_891u64,
        "redirect_url": "https://www.gojek.com"}});
    let go = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "6281212345678", "country_code": "62",
        "redirect_url": "https://mywebstore.com/gopay-linking-finish"}});
    for body in [php, go, partner(json!("81212345678"))] {
        let reply = create(&mut api, &body);
        assert_eq!(
            (reply.code(), reply.text_of("account_status")),
            ("201", "PENDING"),
            "{body}"
        );
    }
}

#[test]
fn phones_without_a_wallet_are_a_202_with_the_channels_words() {
    let mut api = ApiCaller::new();
    for (phone, message) in [
        ("123450001", "User Not Found"),
        ("123450002", "Wallet is Blocked"),
    ] {
        let reply = create(&mut api, &partner(json!(phone)));
        assert_eq!((reply.http, reply.code()), (200, "202"));
        assert_eq!(
            reply.keys(),
            [
                "status_code",
                "payment_type",
                "channel_response_code",
                "channel_response_message"
            ]
        );
        assert_eq!(reply.text_of("channel_response_message"), message);
    }
}

#[test]
fn a_phone_with_a_leading_zero_is_refused_to_the_letter() {
    let mut api = ApiCaller::new();
    let sentence = "gopay_partner.phone_number must be numeric digits and must not begin with 0";
    for phone in ["0123450001", "+6281212345678", ""] {
        let reply = create(&mut api, &partner(json!(phone)));
        assert_eq!((reply.http, reply.code()), (400, "400"), "{phone}");
        assert_eq!(
            reply.json["validation_messages"],
            json!([sentence]),
            "{phone}"
        );
    }
    for (body, sentence) in [
        (
            json!({"payment_type": "gopay"}),
            "gopay_partner.phone_number is required",
        ),
        (json!({}), "payment_type is required"),
        (partner(json!("1234")), "9 to 12 digits"),
        (
            json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678", "country_code": "65"}}),
            "country_code must be 62",
        ),
    ] {
        let reply = create(&mut api, &body);
        assert_eq!(reply.code(), "400");
        assert!(reply.text.contains(sentence), "{}", reply.text);
    }
}

#[test]
fn an_account_that_waits_can_be_read_and_not_unbound() {
    let mut api = ApiCaller::new();
    let id = pending(&mut api);
    let reply = get(&mut api, &id);
    assert_eq!(
        (reply.http, reply.code(), reply.text_of("account_status")),
        (200, "201", "PENDING")
    );
    let reply = unbind(&mut api, &id);
    assert_eq!((reply.http, reply.code()), (200, "412"));
    assert_eq!(
        reply.text_of("status_message"),
        "Account status cannot be updated."
    );
    for reply in [get(&mut api, "none"), unbind(&mut api, "none")] {
        assert_eq!((reply.http, reply.code()), (200, "404"));
        assert_eq!(reply.text_of("status_message"), "Account doesn't exist.");
    }
    assert!(api.notifications().is_empty());
}

#[test]
fn a_customer_links_and_the_merchant_unlinks_and_both_are_told_under_their_own_signature() {
    let mut api = ApiCaller::new();
    let id = pending(&mut api);
    assert_eq!(
        api.gateway.link(&id, LinkChoice::Confirm, api.now),
        Some(true)
    );
    assert_eq!(
        api.gateway.link(&id, LinkChoice::Refuse, api.now),
        Some(false),
        "once"
    );
    let reply = get(&mut api, &id);
    assert_eq!(
        (reply.code(), reply.text_of("account_status")),
        ("200", "ENABLED")
    );
    let options = reply.json["metadata"]["payment_options"]
        .as_array()
        .unwrap();
    assert_eq!(options[0]["name"], "GOPAY_WALLET");
    assert_eq!(
        options[0]["balance"],
        json!({"value": "1000000.00", "currency": "IDR"})
    );
    assert!(options[0]["token"].is_string() && options[0]["active"] == true);
    let reply = unbind(&mut api, &id);
    assert_eq!(
        (reply.http, reply.code(), reply.text_of("account_status")),
        (200, "204", "DISABLED")
    );
    assert_eq!(
        reply.keys(),
        [
            "status_code",
            "payment_type",
            "account_id",
            "account_status",
            "channel_response_code",
            "channel_response_message"
        ]
    );
    assert_eq!(get(&mut api, &id).code(), "204");
    assert_eq!(unbind(&mut api, &id).code(), "412");
    let key = api.gateway.settings().server_key().clone();
    let told = api.notifications();
    for (body, (status, code)) in told.iter().zip([("ENABLED", "200"), ("DISABLED", "204")]) {
        let json: Value = serde_json::from_str(body).unwrap();
        let expected = [
            "account_id",
            "merchant_id",
            "payment_type",
            "signature_key",
            "status_code",
            "account_status",
            "status_message",
        ];
        assert_eq!(crate::api_caller::keys(body), expected);
        assert_eq!(
            (&json["account_status"], &json["status_code"]),
            (&json!(status), &json!(code))
        );
        assert_eq!(
            json["signature_key"],
            signature::sign(&id, status, code, &key)
        );
        assert_eq!(
            json["status_message"],
            "Midtrans account_linked notification"
        );
    }
    assert_eq!(told.len(), 2);
}

#[test]
fn an_account_that_the_customer_refuses_expires_without_a_word() {
    let mut api = ApiCaller::new();
    let id = pending(&mut api);
    api.gateway.link(&id, LinkChoice::Refuse, api.now).unwrap();
    let reply = get(&mut api, &id);
    assert_eq!(
        (reply.code(), reply.text_of("account_status")),
        ("204", "EXPIRED")
    );
    assert_eq!(unbind(&mut api, &id).code(), "412");
    assert!(api.notifications().is_empty());
}

#[test]
fn notifications_about_accounts_have_a_url_of_their_own() {
    let mut api = ApiCaller::new();
    let url = "http://127.0.0.1:3000/accounts";
    api.gateway.settings_mut().pay_account_url = Some(url.to_owned());
    let id = pending(&mut api);
    api.gateway.link(&id, LinkChoice::Confirm, api.now).unwrap();
    assert_eq!(
        api.gateway.unlink(&id, api.now),
        Some(true),
        "by the customer"
    );
    let urls: Vec<String> = api
        .gateway
        .due(api.now)
        .into_iter()
        .map(|due| due.url)
        .collect();
    assert_eq!(urls, [url, url]);
}

#[test]
fn promotions_are_for_linked_accounts() {
    let mut api = ApiCaller::new();
    let id = pending(&mut api);
    let ask = |api: &mut ApiCaller, id: &str, query: &str| {
        api.call_with("GET", &format!("/v2/gopay/promo/{id}{query}"), &[], "")
    };
    let query = "?gross_amount=100000&currency=IDR";
    let missing = ask(&mut api, &id, query);
    assert_eq!(missing.text_of("status_message"), "Account doesn’t exist");
    assert_eq!(missing.keys(), ["id", "status_code", "status_message"]);
    api.gateway.link(&id, LinkChoice::Confirm, api.now).unwrap();
    let reply = ask(&mut api, &id, query);
    assert_eq!(reply.code(), "200");
    assert_eq!(
        reply.json["promotions"][0]["id"],
        reply.json["recommended_promotion_id"]
    );
    assert_eq!(reply.json["promotions"][0]["promotion_amount"], "10000.00");
    let reply = ask(&mut api, &id, "");
    assert_eq!(
        reply.json["validation_messages"],
        json!(["gross_amount is required"])
    );
}

#[test]
fn a_linked_account_pays_at_once_while_it_has_money() {
    let mut api = ApiCaller::new();
    let id = pending(&mut api);
    let charge = |api: &mut ApiCaller, order_id: &str, amount: u64, account: &str| {
        let charge = json!({"payment_type": "gopay", "gopay": {"account_id": account, "payment_option_token": "t"},
            "transaction_details": {"order_id": order_id, "gross_amount": amount}});
        api.post("/v2/charge", &charge.to_string())
    };
    assert_eq!(charge(&mut api, "order-1", 600_000, "none").code(), "404");
    assert_eq!(charge(&mut api, "order-1", 600_000, &id).code(), "412");
    api.gateway.link(&id, LinkChoice::Confirm, api.now).unwrap();
    let paid = charge(&mut api, "order-1", 600_000, &id);
    assert_eq!(
        (paid.code(), paid.text_of("transaction_status")),
        ("200", "settlement")
    );
    assert_eq!(
        paid.text_of("status_message"),
        "Success, GoPay transaction is successful"
    );
    assert!(
        paid.json["actions"].is_null() && paid.json["qr_string"].is_null(),
        "{}",
        paid.text
    );
    assert_eq!(
        api.status("order-1").text_of("transaction_status"),
        "settlement"
    );
    let denied = charge(&mut api, "order-2", 600_000, &id);
    assert_eq!(
        (denied.code(), denied.text_of("transaction_status")),
        ("202", "deny")
    );
    assert_eq!(
        denied.text_of("channel_response_message"),
        "Insufficient Balance"
    );
    let shown = get(&mut api, &id);
    assert_eq!(
        shown.json["metadata"]["payment_options"][0]["balance"]["value"],
        "400000.00"
    );
    api.notifications();
    assert_eq!(charge(&mut api, "order-1", 1_000, &id).code(), "406");
}
