//! Snap's page over HTTP: the forms of a browser, and JSON for programs.

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::{KEY, charge};
use crate::sockets::agent;

fn simulator() -> BlockingSimulator {
    let builder = Simulator::builder().deliver_by_hand();
    let builder = builder.notification_url("http://127.0.0.1/notify");
    let finish = "http://127.0.0.1:9/finish";
    builder.finish_url(finish).serve_blocking().unwrap()
}

fn open(simulator: &BlockingSimulator, order_id: &str) -> String {
    let mut request = charge("kredivo", order_id, 44_000);
    request.as_object_mut().unwrap().remove("payment_type");
    let url = format!("{}/snap/v1/transactions", simulator.url());
    let call = agent().post(url).header("authorization", KEY);
    let text = call
        .send(request.to_string())
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    let reply: Value = serde_json::from_str(&text).unwrap();
    reply["redirect_url"].as_str().unwrap().to_owned()
}

/// Status, the header `Location`, and the body.
pub(crate) fn post(url: &str, form: &str, accept: &str) -> (u16, String, String) {
    let call = agent().post(url).header("accept", accept);
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let mut reply = call.send(form).unwrap();
    let location = reply.headers().get("location");
    let location = location.map(|url| url.to_str().unwrap().to_owned());
    let body = reply.body_mut().read_to_string().unwrap();
    (reply.status().as_u16(), location.unwrap_or_default(), body)
}

pub(crate) fn get(url: &str, accept: &str) -> (u16, String) {
    let mut reply = agent().get(url).header("accept", accept).call().unwrap();
    let body = reply.body_mut().read_to_string().unwrap();
    (reply.status().as_u16(), body)
}

fn policy(url: &str) -> String {
    let reply = agent().get(url).call().unwrap();
    let policy = &reply.headers()["content-security-policy"];
    policy.to_str().unwrap().to_owned()
}

#[test]
fn a_customer_pays_a_number_on_the_page_and_goes_back_with_the_outcome() {
    let simulator = simulator();
    let url = open(&simulator, "order-1");
    let (status, page) = get(&format!("{url}?lang=en"), "text/html");
    assert_eq!(status, 200);
    assert!(
        page.contains("Choose a payment method") && page.contains(r#"value="bca_va""#),
        "{page}"
    );
    assert!(
        get(&format!("{url}?lang=id"), "text/html")
            .1
            .contains("Pilih metode pembayaran")
    );
    let (status, location, _) = post(&url, "method=bca_va", "text/html");
    assert_eq!(status, 303);
    assert!(url.ends_with(&location), "{location}");
    let (_, page) = get(&format!("{url}?lang=en"), "text/html");
    assert!(
        page.contains("Virtual account") || page.contains("virtual account"),
        "{page}"
    );
    let (status, location, _) = post(&url, "choice=approve", "text/html");
    assert_eq!(status, 303);
    let expected =
        "http://127.0.0.1:9/finish?order_id=order-1&status_code=200&transaction_status=settlement";
    assert_eq!(location, expected);
}

#[test]
fn a_provider_is_visited_in_a_window_and_asked_for_on_the_page_in_a_frame() {
    let simulator = simulator();
    let url = open(&simulator, "order-1");
    let (status, location, _) = post(&url, "method=akulaku", "text/html");
    assert_eq!(status, 303);
    assert!(location.starts_with("/v2/akulaku/redirect/"), "{location}");
    let url = format!(
        "{}?frame=popup&origin=https%3A%2F%2Fshop.example",
        open(&simulator, "order-2")
    );
    let (status, location, _) = post(&url, "method=akulaku", "text/html");
    assert_eq!(status, 303);
    assert!(location.contains("frame=popup"), "{location}");
    assert!(get(&url, "text/html").1.contains(r#"value="decline""#));
    let (status, _, page) = post(&url, "choice=approve", "text/html");
    assert_eq!(status, 200);
    assert!(page.contains(r#"data-event="success""#), "{page}");
    assert!(
        page.contains(r#"data-origin="https://shop.example""#),
        "{page}"
    );
    let (_, page) = get(&url, "text/html");
    assert!(
        page.contains("transaction has been processed") && page.contains("&quot;406&quot;"),
        "{page}"
    );
}

#[test]
fn only_an_origin_is_told_a_result() {
    let simulator = simulator();
    for origin in [
        "*",
        "javascript:alert(1)",
        "https://shop.example/path",
        "null",
        "",
    ] {
        let query = serde_urlencoded(&[("frame", "popup"), ("origin", origin)]);
        let url = format!("{}?{query}", open(&simulator, "order-1"));
        let (_, _, page) = post(&url, "action=back", "text/html");
        assert!(page.contains(r#"data-origin="""#), "{origin}: {page}");
    }
}

fn serde_urlencoded(pairs: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect::<String>()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, text)| format!("{name}={}", escaped(text)))
        .collect();
    pairs.join("&")
}

#[test]
fn only_snaps_page_may_stand_in_another_sites_frame() {
    let simulator = simulator();
    let url = open(&simulator, "order-1");
    assert!(policy(&url).contains("frame-ancestors http: https:"));
    assert!(!policy(&url).contains("unsafe"));
    let (_, location, _) = post(&url, "method=akulaku", "text/html");
    assert!(policy(&format!("{}{location}", simulator.url())).contains("frame-ancestors 'none'"));
    assert!(policy(&format!("{}/pay", simulator.url())).contains("frame-ancestors 'none'"));
}

#[test]
fn the_addresses_of_older_clients_lead_to_the_same_page() {
    let simulator = simulator();
    let url = open(&simulator, "order-1");
    let token = url.rsplit('/').next().unwrap();
    for path in [
        "v4/redirection",
        "v3/redirection",
        "v2/redirection",
        "v2/vtweb",
        "v1/vtweb",
    ] {
        let url = format!("{}/snap/{path}/{token}", simulator.url());
        let (status, body) = get(&url, "application/json");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (status, &body["order_id"]),
            (200, &json!("order-1")),
            "{path}"
        );
    }
}

#[test]
fn a_program_walks_through_the_page_in_json() {
    let simulator = simulator();
    let url = open(&simulator, "order-1");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let look = || json(&get(&url, "application/json").1);
    assert_eq!(look()["state"], "choosing");
    assert!(
        look()["methods"]
            .as_array()
            .unwrap()
            .contains(&json!("kredivo"))
    );
    let (status, _, refused) = post(&url, "method=barter", "application/json");
    assert_eq!((status, json(&refused)["problems"].is_array()), (400, true));
    let (_, _, chosen) = post(&url, "method=bni_va", "application/json");
    assert_eq!(json(&chosen)["transaction"]["bank"], "BNI");
    let (status, _, _) = post(&url, "choice=decline", "application/json");
    assert_eq!(status, 400, "a bank declines nothing");
    let (_, _, changed) = post(&url, "action=change", "application/json");
    assert_eq!(changed, "");
    assert_eq!(look()["state"], "choosing");
    post(&url, "method=indomaret", "application/json");
    let (_, _, paid) = post(&url, "choice=approve", "application/json");
    assert_eq!(json(&paid)["event"], "success");
    assert_eq!(look()["state"], "over");
    let unknown = format!("{}/snap/v4/redirection/none", simulator.url());
    assert_eq!(get(&unknown, "application/json").0, 404);
    assert_eq!(post(&unknown, "method=bca_va", "text/html").0, 404);
}

#[test]
fn what_a_merchant_wrote_is_escaped() {
    let simulator = simulator();
    let mut request = charge("akulaku", "order <script>alert(1)</script>", 44_000);
    request["item_details"][0]["name"] = json!("<img src=x onerror=alert(1)>");
    let url = format!("{}/snap/v1/transactions", simulator.url());
    let call = agent().post(url).header("authorization", KEY);
    let text = call
        .send(request.to_string())
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    let reply: Value = serde_json::from_str(&text).unwrap();
    let url = reply["redirect_url"].as_str().unwrap();
    let framed = format!("{url}?frame=popup&origin=https%3A%2F%2Fshop.example");
    post(url, "method=bca_va", "text/html");
    let (_, _, result) = post(&framed, "action=back", "text/html");
    for page in [get(url, "text/html").1, result] {
        assert!(
            !page.contains("<script>alert") && !page.contains("<img"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    }
}

#[test]
fn the_script_is_served_with_its_interface() {
    let simulator = simulator();
    let (status, script) = get(&format!("{}/snap/snap.js", simulator.url()), "*/*");
    assert_eq!(status, 200);
    for name in ["pay(", "embed(", "show()", "hide()"] {
        assert!(script.contains(name), "{name}");
    }
}

#[test]
fn a_second_click_leads_to_what_the_first_one_has_done() {
    let simulator = simulator();
    let card = "method=credit_card&card_number=4811111111111114&card_exp_month=12&card_exp_year=2030&card_cvv=123";
    for (order_id, form, expected) in [
        (
            "order-1",
            card,
            "/finish?order_id=order-1&status_code=200&transaction_status=capture",
        ),
        ("order-2", "method=akulaku", "/v2/akulaku/redirect/"),
        ("order-3", "method=bca_va", "/snap/v2/vtweb/"),
    ] {
        let url = open(&simulator, order_id);
        let first = post(&url, form, "text/html");
        let second = post(&url, form, "text/html");
        assert_eq!((first.0, second.0), (303, 303), "{order_id}: {}", second.2);
        assert_eq!(first.1, second.1, "{order_id}");
        assert!(second.1.contains(expected), "{}", second.1);
        assert_eq!(
            post(&url, form, "application/json").0,
            400,
            "a program is told"
        );
    }
    let url = format!(
        "{}?frame=popup&origin=https%3A%2F%2Fshop.example",
        open(&simulator, "order-4")
    );
    let pages = [(); 2].map(|()| post(&url, card, "text/html").2);
    for page in pages {
        assert!(page.contains(r#"data-event="success""#), "{page}");
    }
    let count = simulator.with_accounts(|accounts, _| accounts.first().transactions().count());
    assert_eq!(count, 4, "one each");
}
