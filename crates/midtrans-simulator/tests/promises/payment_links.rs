//! Payment links and their pages.

use http::HeaderValue;
use midtrans_simulator::gateway::payment_links::LinkState;
use midtrans_simulator::gateway::{Accounts, Choice, FinishRedirect, Gateway, Settings};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY, Reply, pairs};

const PATH: &str = "/v1/payment-links";

fn body(order_id: &str) -> Value {
    json!({
        "transaction_details": {"order_id": order_id, "gross_amount": 190_000, "payment_link_id": format!("id-{order_id}")},
        "credit_card": {"secure": true, "whitelist_bins": ["4811111"]},
        "usage_limit": 1,
        "expiry": {"start_time": "2026-11-22 10:00 +0700", "duration": 20, "unit": "days"},
        "enabled_payments": ["credit_card", "bca_va", "indomaret"],
        "item_details": [{"id": "pil-001", "name": "Pillow", "price": 95_000, "quantity": 2}],
        "customer_details": {"first_name": "Sari", "email": "sari@example.com", "phone": "+6281200000001"},
        "title": "Pillow",
        "custom_field1": "link-9001",
        "callbacks": {"finish": "https://shop.example.com/finish"},
    })
}

fn create(api: &mut ApiCaller, body: &Value) -> Reply {
    api.post(PATH, &body.to_string())
}

fn get(api: &mut ApiCaller, order_id: &str) -> Reply {
    api.call_with("GET", &format!("{PATH}/{order_id}"), &[], "")
}

fn state(api: &mut ApiCaller, link_id: &str) -> LinkState {
    api.gateway.link_checkout(link_id, api.now).unwrap().state
}

fn pay(api: &mut ApiCaller, link_id: &str, amount: Option<u64>) -> Option<String> {
    api.gateway.pay_link(link_id, amount, None, api.now)
}

#[test]
fn a_link_is_created_read_and_deleted() {
    let mut api = ApiCaller::new();
    let reply = create(&mut api, &body("link-1"));
    assert_eq!(reply.http, 200);
    assert_eq!(
        reply.text,
        r#"{"order_id":"link-1","payment_url":"http://127.0.0.1:8180/payment-links/id-link-1"}"#
    );
    let found = get(&mut api, "link-1");
    assert_eq!(found.http, 200);
    assert_eq!(
        found.keys(),
        [
            "id",
            "payment_link_url",
            "order_id",
            "payment_link_type",
            "merchant_id",
            "payment_link_id",
            "enabled_payments",
            "usage_limit",
            "gross_amount",
            "credit_card_3d_secure",
            "whitelist_bins",
            "expiry_start",
            "expiry_duration",
            "expiry_unit",
            "usage",
            "item_details",
            "customer_details",
            "purchases"
        ]
    );
    assert_eq!(found.json["item_details"][0]["item_id"], "pil-001");
    assert_eq!(
        (&found.json["id"], &found.json["usage"]),
        (&json!("1"), &json!(0))
    );
    let deleted = api.call_with("DELETE", &format!("{PATH}/link-1"), &[], "");
    assert_eq!(deleted.http, 200);
    assert_eq!(
        deleted.text,
        r#"{"message":"Payment Link with Order ID link-1 deleted"}"#
    );
    assert_eq!(get(&mut api, "link-1").http, 404);
    assert_eq!(state(&mut api, "id-link-1"), LinkState::Deleted);
    assert_eq!(pay(&mut api, "id-link-1", None), None);
}

#[test]
fn what_is_taken_or_wrong_is_refused_in_the_gateways_words() {
    let mut api = ApiCaller::new();
    create(&mut api, &body("link-1"));
    let again = create(&mut api, &body("link-1"));
    assert_eq!(again.http, 409);
    assert_eq!(
        again.text,
        r#"{"error_messages":["The Order ID 'link-1' has been taken"]}"#
    );
    let mut same = body("link-2");
    same["transaction_details"]["payment_link_id"] = json!("id-link-1");
    let taken = create(&mut api, &same);
    assert_eq!(taken.http, 400);
    assert_eq!(
        taken.text,
        r#"{"error_messages":["This Payment Link ID 'id-link-1' has been taken"]}"#
    );
    let with = |name: &str, value: Value| {
        let mut body = body("link-3");
        body["transaction_details"][name] = value;
        body
    };
    for (body, sentence) in [
        (json!(null), "Invalid JSON data provided."),
        (
            with("payment_link_id", json!("Not_this")),
            "payment_link_id must only contain alphanumeric characters [a-z, 0-9] and hyphens [-]",
        ),
        (
            with("gross_amount", json!(1)),
            "not equal to the sum of item_details",
        ),
        (
            with("gross_amount", json!(null)),
            "gross_amount is required",
        ),
        (with("order_id", json!("a b")), "order_id is invalid"),
    ] {
        let reply = create(&mut api, &body);
        assert_eq!(reply.http, 400, "{body}");
        assert!(reply.text.contains(sentence), "{}", reply.text);
    }
    let mut request = ApiCaller::request("POST", PATH, &[], "{}");
    request
        .headers_mut()
        .insert("authorization", HeaderValue::from_static("Basic YTo="));
    let reply = api
        .gateway
        .handle(&request, api.now)
        .into_response()
        .unwrap();
    assert_eq!(reply.status(), 401);
    let text = r#"{"error_messages":"Access denied due to unauthorized request"}"#;
    assert_eq!(String::from_utf8_lossy(reply.body()), text);
}

#[test]
fn a_payment_has_the_links_order_id_with_a_suffix_and_holds_a_use_until_it_ends() {
    let mut api = ApiCaller::new();
    create(&mut api, &body("link-1"));
    let token = pay(&mut api, "id-link-1", None).unwrap();
    assert_eq!(
        state(&mut api, "id-link-1"),
        LinkState::Open,
        "nothing is chosen yet"
    );
    let id = api
        .gateway
        .snap_choose(&token, "bca_va", api.now)
        .unwrap()
        .unwrap();
    let status = api.status(&id);
    let order_id = status.text_of("order_id").to_owned();
    let (link, suffix) = order_id.rsplit_once('-').unwrap();
    assert_eq!((link, suffix.len()), ("link-1", 13));
    assert_eq!(status.text_of("custom_field1"), "link-9001");
    assert_eq!(state(&mut api, "id-link-1"), LinkState::UsedUp);
    assert_eq!(pay(&mut api, "id-link-1", None), None);
    api.ask(&id, "expire");
    assert_eq!(state(&mut api, "id-link-1"), LinkState::Open);
    let row = get(&mut api, "link-1").json["purchases"][0].clone();
    assert_eq!(row["snap_token"], token);
    assert_eq!(
        (&row["payment_status"], &row["payment_method"]),
        (&json!("EXPIRE"), &json!("BANK_TRANSFER"))
    );
    let token = pay(&mut api, "id-link-1", None).unwrap();
    api.gateway
        .snap_choose(&token, "indomaret", api.now)
        .unwrap()
        .unwrap();
    let way = api
        .gateway
        .snap_act(&token, Choice::Approve, api.now)
        .unwrap();
    assert_eq!(way, FinishRedirect::Stays);
    let back = api.gateway.snap_return(&token, api.now).unwrap();
    assert!(
        back.location
            .unwrap()
            .starts_with("https://shop.example.com/finish?order_id=link-1-")
    );
    assert_eq!(get(&mut api, "link-1").json["usage"], 1);
    assert_eq!(state(&mut api, "id-link-1"), LinkState::UsedUp);
    let expected = [
        ("pending", "201"),
        ("expire", "202"),
        ("pending", "201"),
        ("settlement", "200"),
    ];
    assert_eq!(api.notified(), pairs(&expected));
}

#[test]
fn two_payments_in_one_second_have_ids_of_their_own() {
    let mut api = ApiCaller::new();
    let mut body = body("link-1");
    body["usage_limit"] = json!(2);
    create(&mut api, &body);
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let token = pay(&mut api, "id-link-1", None).unwrap();
            api.gateway
                .snap_choose(&token, "bca_va", api.now)
                .unwrap()
                .unwrap();
            api.gateway.snap_checkout(&token, api.now).unwrap().order_id
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_buyer_types_the_amount_within_its_bounds() {
    let mut api = ApiCaller::new();
    let body = json!({
        "transaction_details": {"order_id": "link-9002"},
        "usage_limit": 100,
        "payment_link_type": "DYNAMIC_AMOUNT",
        "dynamic_amount": {"min_amount": 5_000, "max_amount": 500_000, "preset_amount": 20_000},
    });
    let reply = create(&mut api, &body);
    let id = reply
        .text_of("payment_url")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let page = api.gateway.link_checkout(&id, api.now).unwrap();
    assert_eq!((page.amount, page.preset), (None, Some(20_000)));
    for wrong in [None, Some(0), Some(4_999), Some(500_001)] {
        assert_eq!(pay(&mut api, &id, wrong), None, "{wrong:?}");
    }
    let token = pay(&mut api, &id, Some(5_000)).unwrap();
    let amount = api.gateway.snap_checkout(&token, api.now).unwrap().amount;
    assert_eq!(amount.get(), 5_000);
}

#[test]
fn a_link_expires_without_a_word() {
    let mut api = ApiCaller::new();
    create(&mut api, &body("link-1"));
    api.wait(20 * 24 * 3_600 - 1);
    assert_eq!(state(&mut api, "id-link-1"), LinkState::Open);
    api.wait(1);
    assert_eq!(state(&mut api, "id-link-1"), LinkState::Expired);
    assert_eq!(pay(&mut api, "id-link-1", None), None);
    assert!(api.notifications().is_empty());
}

#[test]
fn the_notifications_of_a_links_payment_name_the_link() {
    let mut api = ApiCaller::new();
    create(&mut api, &body("link-1"));
    let token = pay(&mut api, "id-link-1", None).unwrap();
    let chosen = api.gateway.snap_choose(&token, "bca_va", api.now);
    chosen.unwrap().unwrap();
    api.gateway
        .snap_act(&token, Choice::Approve, api.now)
        .unwrap();
    let told = api.notifications();
    assert_eq!(told.len(), 2);
    for body in told {
        let json: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(json["payment_link_id"], "id-link-1", "{body}");
        assert!(json["subscription_id"].is_null());
    }
}

#[test]
fn two_merchants_have_no_payment_link_of_one_address() {
    let mut accounts = Accounts::new(Settings::new("http://127.0.0.1:8180"));
    let second = Settings::new("http://127.0.0.1:8180");
    let mut second = second
        .with_keys("SB-Mid-server-two", "SB-Mid-client-two")
        .unwrap();
    second.merchant_id = "G2".to_owned();
    assert!(accounts.open(second));
    let now = crate::api_caller::START.parse().unwrap();
    let text = body("link-1").to_string();
    let create = |accounts: &mut Accounts, merchant: &str| {
        let key = match merchant {
            "G2" => "Basic U0ItTWlkLXNlcnZlci10d286",
            _ => KEY,
        };
        let mut request = ApiCaller::request("POST", PATH, &[], &text);
        let headers = request.headers_mut();
        headers.insert("authorization", key.parse().unwrap());
        let reply = accounts.called(&request).handle(&request, now);
        let reply = reply.into_response().unwrap();
        (
            reply.status().as_u16(),
            String::from_utf8(reply.into_body()).unwrap(),
        )
    };
    assert_eq!(create(&mut accounts, "G000000000").0, 200);
    let (http, refused) = create(&mut accounts, "G2");
    assert_eq!(http, 400);
    assert!(
        refused.contains("This Payment Link ID 'id-link-1' has been taken"),
        "{refused}"
    );
    let owner = accounts.having_link("id-link-1").unwrap();
    assert_eq!(owner.settings().merchant_id, "G000000000");
    accounts.all_mut().for_each(Gateway::reset);
    assert_eq!(create(&mut accounts, "G2").0, 200, "free again");
}
