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

fn invoice(order_id: &str) -> Value {
    json!({
        "order_id": order_id, "invoice_number": "INV/2026/0001", "invoice_title": "TAGIHAN",
        "invoice_paid_title": "LUNAS", "payment_type": "payment_link",
        "invoice_date": "2026-11-22 10:00:00 +0700", "due_date": "2126-12-22 10:00:00 +0700",
        "customer_details": {"name": "Sari <b>Wulan"},
        "item_details": [{"description": "Pillow", "quantity": 2, "price": 20_000}],
        "taxes": [{"name": "PPN", "type": "percentage", "value": 11}],
        "payment_link": {"enabled_payments": ["bca_va"]},
    })
}

fn ask(simulator: &BlockingSimulator, method: &str, path: &str) -> Value {
    let url = format!("{}{path}", simulator.url());
    let mut reply = match method {
        "PATCH" => agent().patch(url).header("authorization", KEY).send_empty(),
        _ => agent().get(url).header("authorization", KEY).call(),
    }
    .unwrap();
    serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap()
}

/// The paths of the pages where an invoice is paid.
fn ways(url: &str) -> Vec<String> {
    let shown: Value = serde_json::from_str(&get(url, "application/json").1).unwrap();
    let ways = shown["ways_to_pay"].as_array().unwrap();
    let page = |way: &Value| way["page"].as_str().unwrap().to_owned();
    ways.iter().map(page).collect()
}

#[test]
fn the_address_of_an_invoices_pdf_shows_it_and_leads_to_its_payment_link() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let created = call(&simulator, "/v1/invoices", &invoice("inv-1"));
    let url = created["pdf_url"].as_str().unwrap();
    let (status, page) = get(&format!("{url}?lang=en"), "text/html");
    assert_eq!(status, 200);
    for text in [
        "TAGIHAN",
        "INV/2026/0001",
        "Sari &lt;b&gt;Wulan",
        "Pillow: 2 ×",
        "PPN",
        "imulat",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let ways_to_pay = ways(url);
    let link = created["payment_link_url"].as_str().unwrap();
    assert_eq!(ways_to_pay.len(), 1);
    assert!(
        link.ends_with(&ways_to_pay[0]) && page.contains(&ways_to_pay[0]),
        "{link}"
    );
    let (_, location, _) = post(link, "");
    let snap = format!("{}{location}", simulator.url());
    post(&snap, "method=bca_va");
    post(&snap, "choice=approve");
    let (_, page) = get(&format!("{url}?lang=en"), "text/html");
    assert!(
        page.contains("LUNAS") && page.contains("There is nothing to pay here."),
        "{page}"
    );
    assert!(ways(url).is_empty());
    let id = created["id"].as_str().unwrap();
    let read = ask(&simulator, "GET", &format!("/v1/invoices/{id}"));
    assert_eq!(read["paid_pdf_url"], url);
    for unknown in ["none", "inv-1", "order:inv-1"] {
        let url = format!("{}/invoices/pdf/{unknown}", simulator.url());
        assert_eq!(get(&url, "text/html").0, 404, "{unknown}");
    }
}

#[test]
fn an_invoice_by_accounts_leads_to_the_page_of_each_number_until_it_is_voided() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let mut body = invoice("inv-1");
    body["payment_type"] = json!("virtual_account");
    body["virtual_accounts"] = json!([{"bank": "bca_va"}, {"bank": "mandiri_bill"}]);
    let created = call(&simulator, "/v1/invoices", &body);
    let url = created["pdf_url"].as_str().unwrap();
    let pages = ways(url);
    assert_eq!(pages.len(), 2);
    let (_, page) = get(&format!("{}{}", simulator.url(), pages[0]), "text/html");
    let number = created["virtual_accounts"][0]["number"].as_str().unwrap();
    assert!(page.contains(number), "{page}");
    let id = created["id"].as_str().unwrap();
    ask(&simulator, "PATCH", &format!("/v1/invoices/{id}/void"));
    assert!(ways(url).is_empty());
    assert!(get(url, "text/html").1.contains("voided"));
}

#[test]
fn a_quotation_has_a_page_and_nothing_to_pay() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let mut body = invoice("inv-1");
    body["document_type"] = json!("quotation");
    body["quotation_date"] = json!("2026-11-22 10:00:00 +0700");
    body["quotation_validity_date"] = json!("2126-11-22 10:00:00 +0700");
    let created = call(&simulator, "/v1/invoices", &body);
    let url = created["quotation_pdf_url"].as_str().unwrap();
    assert!(ways(url).is_empty());
    assert!(get(url, "text/html").1.contains("published"));
}

#[test]
fn an_address_that_is_a_script_is_no_way_back_and_an_app_is_one() {
    let simulator = Simulator::builder()
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    let scripts = [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "intent:x",
        "view-source:http://127.0.0.1",
    ];
    let apps = ["myshop://back", "https://shop.example/back"];
    for (at, address) in scripts.iter().chain(&apps).enumerate() {
        let order = format!("order-{at}");
        let charge = json!({"payment_type": "dana", "dana": {"callback_url": address},
            "transaction_details": {"order_id": order, "gross_amount": 10_000}});
        let charged = call(&simulator, "/v2/charge", &charge);
        let page = charged["actions"][0]["url"].as_str().unwrap_or_default();
        let partner = json!({"payment_type": "gopay", "gopay_partner": {
            "phone_number": format!("8121234567{}", at % 10), "redirect_url": address}});
        let linked = call(&simulator, "/v2/pay/account", &partner);
        let link = linked["actions"][0]["url"].as_str().unwrap_or_default();
        for url in [page, link].into_iter().filter(|url| !url.is_empty()) {
            let (_, location, _) = post(url, "choice=approve");
            let is_app = apps.iter().any(|app| location.starts_with(app));
            assert_eq!(
                is_app,
                apps.contains(address),
                "{address} {url}: {location}"
            );
            assert!(is_app || location.is_empty(), "{address}: {location}");
        }
        if apps.contains(address) {
            assert!(!page.is_empty() && !link.is_empty(), "{charged} {linked}");
        }
    }
}
