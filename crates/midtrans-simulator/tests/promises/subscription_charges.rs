//! Subscriptions, charged by the gateway's clock.

use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Fault, Rule};
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;
use crate::subscriptions::{body, create, get, id, switch};

const DAY: u64 = 24 * 3_600;

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
