//! The pages where a customer links an account, and pays by a link.

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::KEY;
use crate::sockets::agent;

fn call(simulator: &BlockingSimulator, path: &str, body: &Value) -> Value {
    let request = agent().post(format!("{}{path}", simulator.url()));
    let request = request.header("authorization", KEY);
    let mut reply = request.send(body.to_string()).unwrap();
    serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap()
}

/// Status, the header `Location`, and the body.
fn post(url: &str, form: &str) -> (u16, String, String) {
    let request = agent().post(url).header("accept", "text/html");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let mut reply = request.send(form).unwrap();
    let location = reply.headers().get("location");
    let location = location.map(|url| url.to_str().unwrap().to_owned());
    let body = reply.body_mut().read_to_string().unwrap();
    (reply.status().as_u16(), location.unwrap_or_default(), body)
}

fn get(url: &str, accept: &str) -> (u16, String) {
    let mut reply = agent().get(url).header("accept", accept).call().unwrap();
    (
        reply.status().as_u16(),
        reply.body_mut().read_to_string().unwrap(),
    )
}

#[test]
fn a_customer_links_an_account_on_its_page_and_goes_to_the_merchants_url() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let partner = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678",
        "redirect_url": "https://shop.example/linked"}});
    let created = call(&simulator, "/v2/pay/account", &partner);
    let url = created["actions"][0]["url"].as_str().unwrap();
    let (status, page) = get(&format!("{url}?lang=en"), "text/html");
    assert_eq!(status, 200);
    assert!(
        page.contains("Link the account") && page.contains("•••• 5678"),
        "{page}"
    );
    assert!(!page.contains("81212345678"), "{page}");
    assert!(
        get(&format!("{url}?lang=id"), "text/html")
            .1
            .contains("Hubungkan")
    );
    let (status, location, _) = post(url, "choice=approve");
    assert_eq!(
        (status, location.as_str()),
        (303, "https://shop.example/linked")
    );
    let shown: Value = serde_json::from_str(&get(url, "application/json").1).unwrap();
    assert_eq!(shown["account_status"], "ENABLED");
    let unknown = format!("{}/v2/gopay/redirect/gpar_none/link", simulator.url());
    assert_eq!(get(&unknown, "text/html").0, 404);
}

#[test]
fn a_buyer_types_what_a_payment_link_asks_for_and_comes_to_snap() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let link = json!({"transaction_details": {"order_id": "link-1", "payment_link_id": "l-1"}, "title": "<i>Gift</i>",
        "payment_link_type": "DYNAMIC_AMOUNT", "dynamic_amount": {"min_amount": 5_000, "preset_amount": 20_000},
        "customer_required": true});
    let created = call(&simulator, "/v1/payment-links", &link);
    let url = created["payment_url"].as_str().unwrap();
    let (_, page) = get(&format!("{url}?lang=en"), "text/html");
    assert!(
        page.contains("&lt;i&gt;Gift") && page.contains(r#"value="20000""#),
        "{page}"
    );
    assert!(page.contains(r#"name="email""#), "{page}");
    let contact = "first_name=Siti&email=s%40example.com&phone=0812";
    for wrong in ["amount=6000".to_owned(), format!("amount=100&{contact}")] {
        assert_eq!(post(url, &wrong).0, 400, "{wrong}");
    }
    let (status, location, _) = post(url, &format!("amount=6000&{contact}"));
    assert_eq!(status, 303);
    assert!(location.starts_with("/snap/v4/redirection/"), "{location}");
    let snap = get(
        &format!("{}{location}", simulator.url()),
        "application/json",
    )
    .1;
    let snap: Value = serde_json::from_str(&snap).unwrap();
    assert_eq!(
        (&snap["gross_amount"], &snap["state"]),
        (&json!(6_000), &json!("choosing"))
    );
    assert_eq!(
        get(
            &format!("{}/payment-links/none", simulator.url()),
            "text/html"
        )
        .0,
        404
    );
}

#[test]
fn a_form_without_a_known_choice_neither_links_an_account_nor_leads_away() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let partner = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678",
        "redirect_url": "https://shop.example/linked"}});
    let created = call(&simulator, "/v2/pay/account", &partner);
    let url = created["actions"][0]["url"].as_str().unwrap();
    for form in ["", "choice=nonsense", "choice=%ff", "otp=112233"] {
        let (status, location, page) = post(url, form);
        assert_eq!((status, location.as_str()), (200, ""), "{form}");
        assert!(page.contains("PENDING"), "{page}");
    }
}
