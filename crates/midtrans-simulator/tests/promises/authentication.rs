//! The page of a card's bank: for people, for programs, in a frame of the shop's page, and on the
//! way back to the shop. ([3-D
//! Secure](https://docs.midtrans.com/reference/card-feature-3d-secure-3ds))

use midtrans_simulator::gateway::{Choice, Fault, FinishRedirect, Reference};
use midtrans_simulator::{BlockingSimulator, Simulator, Time};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY, START, keys};
use crate::cards::{ACCEPTED, pay, query};
use crate::sockets::{agent, get, post};

const FRICTIONLESS: &str = "4556557955726624";
const SLOW: &str = "4024007176265022";

fn simulator() -> BlockingSimulator {
    let builder = Simulator::builder().finish_url("http://127.0.0.1:3000/finish");
    let time = Time::Manual(START.parse().unwrap());
    builder.time(time).serve_blocking().unwrap()
}

/// Charges an order with 3-D Secure, and returns the address of its page.
fn page_of(simulator: &BlockingSimulator, order_id: &str, number: &str, more: Value) -> String {
    let url = format!("{}/v2/token?{}", simulator.url(), query(number));
    let told: Value = serde_json::from_str(&get(&url).2).unwrap();
    let mut own = more;
    own["authentication"] = true.into();
    own["token_id"] = told["token_id"].clone();
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": order_id, "gross_amount": 145_000},
        "credit_card": own,
    });
    let call = agent().post(format!("{}/v2/charge", simulator.url()));
    let mut reply = call
        .header("authorization", KEY)
        .send(body.to_string())
        .unwrap();
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    reply["redirect_url"].as_str().unwrap().to_owned()
}

fn status(simulator: &BlockingSimulator, order_id: &str) -> String {
    simulator
        .timeline(order_id)
        .unwrap()
        .summary
        .status
        .to_string()
}

#[test]
fn the_banks_page_asks_for_the_password_and_takes_only_the_right_one() {
    let simulator = simulator();
    for (order, otp, end) in [
        ("a", "112233", "capture"),
        ("b", "112234", "deny"),
        ("c", "", "deny"),
    ] {
        let page = page_of(&simulator, order, ACCEPTED, json!({}));
        assert!(page.contains("/v2/3ds/redirect/"), "{page}");
        let (code, _, shown) = get(&page);
        assert_eq!(code, 200);
        assert!(
            shown.contains("48111111-1114") && shown.contains("name=\"otp\""),
            "{shown}"
        );
        assert!(
            shown.contains("<code>112233</code>"),
            "a tester knows no other way: {shown}"
        );
        assert_eq!(post(&page, &format!("otp={otp}")).0, 200);
        assert_eq!(status(&simulator, order), end);
        assert!(get(&page).2.contains(&format!("<code>{end}</code>")));
    }
}

#[test]
fn a_bank_that_asks_for_nothing_has_a_page_that_sends_itself() {
    let simulator = simulator();
    let page = page_of(&simulator, "a", FRICTIONLESS, json!({}));
    let shown = get(&page).2;
    assert!(
        !shown.contains("name=\"otp\"") && shown.contains("id=\"way-back\""),
        "{shown}"
    );
    assert!(shown.contains("/simulator/submit.js"), "{shown}");
    post(&page, "choice=approve");
    assert_eq!(status(&simulator, "a"), "capture");
}

#[test]
fn a_customer_who_leaves_changes_nothing_and_a_slow_bank_has_a_page_that_waits() {
    let simulator = simulator();
    let page = page_of(&simulator, "a", ACCEPTED, json!({}));
    post(&page, "choice=leave");
    assert_eq!(status(&simulator, "a"), "pending");
    let page = page_of(&simulator, "b", SLOW, json!({}));
    let told = post(&page, "otp=112233").2;
    assert!(told.contains("pending"), "the shop's page is told: {told}");
    let shown = get(&page).2;
    assert!(
        !shown.contains("name=\"otp\"") && shown.contains("role=\"status\""),
        "{shown}"
    );
    simulator.advance(std::time::Duration::from_secs(60));
    assert!(get(&page).2.contains("<code>capture</code>"));
}

#[test]
fn programs_authenticate_with_json() {
    let simulator = simulator();
    let page = page_of(&simulator, "a", ACCEPTED, json!({}));
    let ask = || -> Value {
        let reply = agent()
            .get(&page)
            .header("accept", "application/json")
            .call();
        serde_json::from_str(&reply.unwrap().body_mut().read_to_string().unwrap()).unwrap()
    };
    let shown = ask();
    assert_eq!(shown["choices"], json!(["approve", "decline", "leave"]));
    assert_eq!(shown["masked_card"], "48111111-1114");
    assert_eq!(
        (&shown["asks_password"], &shown["is_waiting"]),
        (&json!(true), &json!(false))
    );
    let call = agent().post(&page).header("accept", "application/json");
    let form = call.header("content-type", "application/x-www-form-urlencoded");
    let told = form
        .send("otp=112233")
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        told,
        json!({"done": true, "transaction_status": "capture", "browser_goes_to": null})
    );
}

fn policy(url: &str) -> String {
    let reply = agent().get(url).call().unwrap();
    reply.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[test]
fn only_the_page_of_a_cards_bank_stands_in_another_sites_frame() {
    let simulator = simulator();
    let page = page_of(&simulator, "a", ACCEPTED, json!({}));
    assert!(
        !policy(&page).contains("frame-ancestors"),
        "{}",
        policy(&page)
    );
    let mut akulaku = crate::api_caller::charge("akulaku", "b", 44_000);
    akulaku["custom_field1"] = "x".into();
    let call = agent().post(format!("{}/v2/charge", simulator.url()));
    call.header("authorization", KEY)
        .send(akulaku.to_string())
        .unwrap();
    let other = simulator.timeline("b").unwrap().pay_page_url;
    for closed in [other, format!("{}/pay", simulator.url())] {
        assert!(
            policy(&closed).contains("frame-ancestors 'none'"),
            "{closed}"
        );
    }
    for either in [&page, &format!("{}/pay", simulator.url())] {
        assert!(
            policy(either).contains("script-src 'self'"),
            "nothing inline runs"
        );
    }
}

fn way(reply: FinishRedirect) -> (String, String, Option<String>) {
    match reply {
        FinishRedirect::Form {
            action,
            response,
            callback_key,
        } => (action, response, callback_key),
        FinishRedirect::Message { response } => (String::new(), response, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_result_is_told_to_the_page_around_or_posted_to_the_shop() {
    let mut api = ApiCaller::new();
    let mut after = |order: &str, more: Value, query: &str| {
        let mut more = more;
        more["authentication"] = true.into();
        pay(&mut api, order, ACCEPTED, more);
        let page = api.gateway.pay_page_address(order).unwrap();
        let page = format!("{page}{query}");
        let reference = Reference::Page(&page);
        way(api
            .gateway
            .choose(reference, Choice::Approve, api.now)
            .unwrap())
    };
    let (action, response, _) = after("a", json!({}), "");
    assert_eq!(action, "");
    let words = "status_code status_message channel_response_code channel_response_message bank eci \
                 transaction_id order_id merchant_id gross_amount currency payment_type \
                 transaction_time transaction_status fraud_status approval_code masked_card \
                 card_type three_ds_version challenge_completion";
    assert_eq!(keys(&response).join(" "), words);
    let told: Value = serde_json::from_str(&response).unwrap();
    assert_eq!(told["transaction_status"], "capture");
    assert_eq!(
        told["status_message"],
        "Success, Credit Card transaction is successful"
    );

    // The account's finish URL, and the one that the library for browsers names.
    let form = json!({"callback_type": "form"});
    let (action, _, key) = after("b", form.clone(), "");
    assert_eq!(
        (action.as_str(), key),
        ("http://127.0.0.1:3000/finish", None)
    );
    let named = "?callback_type=form&callback_url=http%3A%2F%2Fshop.example%2Fdone%3Fid%3D1";
    for (order, more) in [("c", form), ("d", json!({}))] {
        let (action, response, _) = after(order, more, named);
        assert_eq!(action, "http://shop.example/done?id=1");
        assert!(
            response.contains("\"transaction_status\":\"capture\""),
            "{response}"
        );
    }
    // No address of another kind.
    let (action, _, _) = after("e", json!({}), "?callback_url=javascript%3Aalert(1)");
    assert_eq!(action, "");
}

#[test]
fn a_refused_authentication_is_told_in_the_words_of_the_sample() {
    let mut api = ApiCaller::new();
    pay(&mut api, "a", ACCEPTED, json!({"authentication": true}));
    let (_, response, _) = way(api.choose("a", Choice::Decline));
    let told: Value = serde_json::from_str(&response).unwrap();
    assert_eq!(told["status_code"], "202");
    assert_eq!(told["status_message"], "Card is not authenticated.");
    assert_eq!(
        (&told["eci"], &told["fraud_status"]),
        (&json!("07"), &json!("accept"))
    );
    assert!(told.get("approval_code").is_none());
}

#[test]
fn faults_strike_a_cards_customer_and_browser_as_any_other() {
    for (fault, end) in [
        (Fault::Decline, "deny"),
        (Fault::WalkAway, "pending"),
        (Fault::NeverReturns, "capture"),
        (Fault::ForgedReturn, "capture"),
    ] {
        let mut api = ApiCaller::new();
        pay(&mut api, "a", ACCEPTED, json!({"authentication": true}));
        api.gateway.fail_next(fault);
        let way = api.choose("a", Choice::Approve);
        assert_eq!(
            api.status("a").text_of("transaction_status"),
            end,
            "{fault}"
        );
        match (fault, way) {
            (Fault::Decline, FinishRedirect::Message { .. }) => {}
            (Fault::ForgedReturn, FinishRedirect::Message { response }) => {
                assert!(
                    response.contains("\"transaction_status\":\"deny\""),
                    "{response}"
                );
            }
            (Fault::WalkAway | Fault::NeverReturns, FinishRedirect::Never) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_library_for_shops_pages_is_served_and_pages_of_any_origin_may_ask_for_tokens() {
    let simulator = simulator();
    let library = format!("{}/v2/assets/js/midtrans-new-3ds.min.js", simulator.url());
    let mut reply = agent().get(&library).call().unwrap();
    assert_eq!(
        reply.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert!(
        reply
            .body_mut()
            .read_to_string()
            .unwrap()
            .contains("MidtransNew3ds")
    );
    let allowed = |path: &str| {
        let url = format!("{}{path}", simulator.url());
        let reply = agent()
            .get(url)
            .header("origin", "https://shop.example")
            .call()
            .unwrap();
        let origin = reply.headers().get("access-control-allow-origin");
        origin.map(|origin| origin.to_str().unwrap().to_owned())
    };
    for path in ["/v2/token", "/v2/card/register", "/v1/bins/481111"] {
        assert_eq!(allowed(path).as_deref(), Some("*"), "{path}");
        let url = format!("{}{path}", simulator.url());
        let asked = agent().options(url).call().unwrap();
        assert_eq!(asked.status(), 204, "{path}");
        assert_eq!(asked.headers()["access-control-allow-methods"], "GET");
    }
    for path in [
        "/v2/order-1/status",
        "/v2/point_inquiry/x",
        "/console",
        "/health",
    ] {
        assert_eq!(allowed(path), None, "{path}");
    }
}

#[test]
fn a_whole_number_is_taken_under_the_name_of_the_host_for_numbers() {
    let simulator = simulator();
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": "a", "gross_amount": 145_000},
        "credit_card": {"card": {"number": ACCEPTED, "expiry_month": "03", "expiry_year": "2030"}},
    });
    let call = |host: &str| {
        let call = agent().post(format!("{}/v2/charge", simulator.url()));
        let call = call.header("authorization", KEY).header("host", host);
        let mut reply = call.send(body.to_string()).unwrap();
        (
            reply.status().as_u16(),
            reply.body_mut().read_to_string().unwrap(),
        )
    };
    let (status, text) = call("127.0.0.1");
    assert!(status == 200 && text.contains("\"402\""), "{text}");
    assert_eq!(call("panapi.evil.example").0, 403);
    assert_eq!(
        call("panapi").0,
        403,
        "it goes before a name of the simulator's"
    );
    let (status, text) = call("panapi.localhost");
    assert!(status == 200 && text.contains("\"capture\""), "{text}");
}
