//! The pages of wallets, codes and prompts, in a browser and for programs.

#[cfg(feature = "console")]
use midtrans_simulator::gateway::Choice;
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::KEY;
use crate::sampled::request;
use crate::sockets::{agent, get, post};

fn simulator() -> BlockingSimulator {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    simulator.finish_at("http://127.0.0.1:3000/finish").unwrap();
    simulator
}

fn charge(simulator: &BlockingSimulator, method: &str) -> Value {
    charge_as(simulator, method, "order-101")
}

fn charge_as(simulator: &BlockingSimulator, method: &str, order_id: &str) -> Value {
    let mut body = request(method);
    body["transaction_details"]["order_id"] = order_id.into();
    let url = format!("{}/v2/charge", simulator.url());
    let call = agent().post(url).header("authorization", KEY);
    let text = call
        .send(body.to_string())
        .unwrap()
        .body_mut()
        .read_to_string();
    serde_json::from_str(&text.unwrap()).unwrap()
}

fn deeplink(answer: &Value) -> String {
    let actions = answer["actions"].as_array().unwrap();
    let link = actions
        .iter()
        .find(|action| action["name"] == "deeplink-redirect");
    link.unwrap()["url"].as_str().unwrap().to_owned()
}

fn json_of(url: &str) -> Value {
    let reply = agent().get(url).header("accept", "application/json").call();
    let text = reply.unwrap().body_mut().read_to_string().unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_link_of_a_wallet_opens_its_page_which_leads_back_to_the_shop() {
    for (method, name, back) in [
        (
            "gopay",
            "GoPay",
            "someapps://callback?order_id=order-101&result=success",
        ),
        ("shopeepay", "ShopeePay", "https://midtrans.com/"),
        ("dana", "DANA", "https://midtrans.com/"),
    ] {
        let simulator = simulator();
        let link = deeplink(&charge(&simulator, method));
        let (status, _, page) = get(&link);
        assert_eq!(status, 200, "{method}");
        assert!(page.contains(name) && page.contains("Rp44.000"), "{page}");
        assert!(
            page.contains("Dompet digital") && page.contains("value=\"leave\""),
            "{page}"
        );
        assert!(!page.contains("value=\"decline\""), "{page}");
        assert_eq!(
            json_of(&link)["choices"],
            json!(["approve", "leave"]),
            "{method}"
        );
        let (status, location, _) = post(&link, "choice=approve");
        assert_eq!((status, location.as_deref()), (303, Some(back)), "{method}");
        assert_eq!(
            json_of(&link)["transaction_status"],
            "settlement",
            "{method}"
        );
    }
}

#[test]
fn the_page_of_a_code_shows_its_picture_and_takes_any_wallet() {
    let simulator = simulator();
    let answer = charge(&simulator, "qris");
    let id = answer["transaction_id"].as_str().unwrap();
    let address = format!("{}/pay/{id}", simulator.url());
    let (_, _, page) = get(&format!("{address}?lang=en"));
    let picture = format!("<img class=\"qr\" src=\"/v4/qris/gopay/{id}/qr-code\"");
    assert!(page.contains(&picture), "{page}");
    assert!(page.contains("Pay with another bank or wallet"), "{page}");
    let shown = json_of(&address);
    assert_eq!(shown["choices"], json!(["approve", "other-wallet"]));
    assert_eq!(shown["qr_string"], answer["qr_string"]);
    assert_eq!(post(&address, "choice=decline").0, 400);
    // The customer stays in the app, and the page tells the status.
    let (status, location, _) = post(&address, "choice=other-wallet");
    assert_eq!((status, location), (303, Some(format!("/pay/{id}"))));
    assert_eq!(json_of(&address)["transaction_status"], "settlement");
}

#[test]
fn a_page_may_show_the_pictures_of_its_own_server_and_no_others() {
    let simulator = simulator();
    charge(&simulator, "qris");
    let page = simulator.timeline("order-101").unwrap().pay_page_url;
    let reply = agent().get(&page).call().unwrap();
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'; img-src 'self';"),
        "{policy}"
    );
}

#[test]
fn a_prompt_names_the_phone_and_lets_the_customer_confirm_or_decline() {
    for (method, account, choices) in [
        ("ovo", "081111111111", json!(["approve", "decline"])),
        ("bca_klikbca", "midtrans1012", json!(["approve"])),
    ] {
        let simulator = simulator();
        let answer = charge(&simulator, method);
        let id = answer["transaction_id"].as_str().unwrap();
        let address = format!("{}/pay/{id}", simulator.url());
        let (_, _, page) = get(&address);
        assert!(
            page.contains("Konfirmasi di aplikasi") && page.contains(account),
            "{page}"
        );
        // A prompt's time is to the second: `2026-11-22 10:01:05` is `10.01.05`.
        let shown = json_of(&address);
        let until = shown["expiry_time"].as_str().unwrap()[11..].replace(':', ".");
        assert!(page.contains(&format!("{until} WIB")), "{until}: {page}");
        assert_eq!(
            (&shown["account"], &shown["choices"]),
            (&json!(account), &choices)
        );
        let (status, location, _) = post(&address, "choice=approve");
        assert_eq!(
            (status, location),
            (303, Some(format!("/pay/{id}"))),
            "{method}"
        );
        assert!(get(&address).2.contains("<code>settlement</code>"));
    }
}

#[test]
fn a_banks_page_has_the_address_of_the_samples_and_says_whose_it_is() {
    for (method, name, path) in [
        ("bca_klikpay", "BCA KlikPay", "/v3/bca/klikpay/redirect/"),
        ("cimb_clicks", "CIMB Clicks", "/cimb-clicks/request?id="),
        ("bri_epay", "BRI e-Pay", "/v3/bri/epay/redirect/"),
        (
            "danamon_online",
            "Danamon Online",
            "/v2/danamon/online/redirect/",
        ),
    ] {
        let simulator = simulator();
        let answer = charge(&simulator, method);
        let url = answer["redirect_url"].as_str().unwrap();
        let id = answer["transaction_id"].as_str().unwrap();
        assert_eq!(url, format!("{}{path}{id}", simulator.url()));
        let (status, _, page) = get(url);
        assert_eq!(status, 200, "{method}");
        assert!(
            page.contains(name) && page.contains("Halaman bank"),
            "{page}"
        );
        let (status, _, form) = post(url, "choice=approve");
        assert_eq!(status, 200, "{method}");
        assert!(
            form.contains("action=\"http://127.0.0.1:3000/finish\""),
            "{form}"
        );
        assert!(
            form.contains("name=\"response\"") && !form.contains("callback_key"),
            "{form}"
        );
    }
}

#[test]
fn another_methods_page_shows_no_transaction() {
    let simulator = simulator();
    let answer = charge(&simulator, "gopay");
    let id = answer["transaction_id"].as_str().unwrap();
    for page in [
        format!("/v3/bri/epay/redirect/{id}"),
        format!("/cimb-clicks/request?id={id}"),
        "/cimb-clicks/request".to_owned(),
        "/v2/deeplink/index".to_owned(),
        "/v2/deeplink/index?reference=order-101".to_owned(),
    ] {
        assert_eq!(get(&format!("{}{page}", simulator.url())).0, 404, "{page}");
    }
}

#[cfg(feature = "console")]
#[test]
fn the_console_tells_how_a_code_is_paid_and_offers_no_refusal_that_a_wallet_has_not() {
    let simulator = simulator();
    let answer = charge(&simulator, "qris");
    let address = format!("{}/console/transactions/order-101", simulator.url());
    let (_, _, page) = get(&address);
    assert!(page.contains("QR code") && page.contains(answer["qr_string"].as_str().unwrap()));
    assert!(
        page.contains("id=\"do-settle\"") && !page.contains("id=\"do-decline\""),
        "{page}"
    );
    simulator.choose("order-101", Choice::OtherWallet).unwrap();
    assert!(get(&address).2.contains("paid with another wallet"));
    let shown = json_of(&address);
    assert_eq!(shown["instructions"]["issuer"], "bca");
    assert_eq!(shown["redirect_url"], Value::Null);

    let answer = charge_as(&simulator, "ovo", "order-102");
    assert_eq!(answer["status_code"], "201");
    let page = get(&format!(
        "{}/console/transactions/order-102",
        simulator.url()
    ))
    .2;
    assert!(
        page.contains("081111111111") && page.contains("id=\"do-decline\""),
        "{page}"
    );
    let ended = post(
        &format!("{}/console/transactions/order-102/cancel", simulator.url()),
        "",
    );
    assert_ne!(ended.0, 200, "OVO has no cancellation");
    assert_eq!(
        json_of(&format!(
            "{}/console/transactions/order-102",
            simulator.url()
        ))["transaction_status"],
        "pending"
    );
}
