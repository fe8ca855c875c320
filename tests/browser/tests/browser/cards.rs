//! Cards: a shop's own page with the gateway's library, from another origin than the simulator's.

use serde_json::{Value, json};

use crate::shop::{Call, Shop};
use crate::till::{Till, browser};

/// A shop whose page takes cards, and whose server charges the token.
fn checkout(till: &Till) -> Shop {
    let gateway = till.simulator.url().to_owned();
    let page = include_str!("checkout.html").replace("{gateway}", &gateway);
    Shop::answering(move |call| {
        let path = call.target.split('?').next()?;
        Some(match (call.method.as_str(), path) {
            ("GET", "/checkout") => ("text/html", page.clone()),
            ("GET", "/checkout.js") => ("text/javascript", include_str!("checkout.js").to_owned()),
            ("POST", "/charge") => ("application/json", charge(&gateway, call)),
            ("POST", "/done") => ("text/html", format!("<h1>{}</h1>", told(call))),
            _ => return None,
        })
    })
}

fn parameter<'a>(call: &'a Call, name: &str) -> &'a str {
    let (_, query) = call.target.split_once('?').unwrap();
    let found = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap()
}

fn charge(gateway: &str, call: &Call) -> String {
    let body = json!({
        "payment_type": "credit_card",
        "transaction_details": {"order_id": parameter(call, "order"), "gross_amount": 145_000},
        "credit_card": {"token_id": parameter(call, "token"), "authentication": true},
    });
    let request =
        ureq::post(format!("{gateway}/v2/charge")).header("authorization", crate::till::KEY);
    request
        .send(body.to_string())
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap()
}

/// The order and the status that the form brought.
fn told(call: &Call) -> String {
    let form = call.body.strip_prefix("response=").unwrap();
    let mut bytes = Vec::new();
    let mut rest = form.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (byte, tail) = match first {
            b'%' => (
                u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap(),
                &tail[2..],
            ),
            b'+' => (b' ', tail),
            byte => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    let response: Value = serde_json::from_slice(&bytes).unwrap();
    let word = |name: &str| response[name].as_str().unwrap_or_default();
    format!("{} {}", word("order_id"), word("transaction_status"))
}

#[test]
fn a_shops_page_gets_a_token_and_the_customer_authenticates_in_a_frame_or_in_the_window() {
    let Some(browser) = browser("a shop's page with the library for cards") else {
        return;
    };
    let till = Till::open();
    let shop = checkout(&till);
    let (accepted, frictionless, slow) = (
        "4811 1111 1111 1114",
        "4556557955726624",
        "4024007176265022",
    );
    let rows = [
        (
            "frame",
            "paid",
            accepted,
            "112233",
            "success 200 capture",
            "capture",
        ),
        (
            "frame",
            "wrong",
            accepted,
            "112234",
            "failure 202 deny",
            "deny",
        ),
        (
            "frame",
            "left",
            accepted,
            "leave",
            "pending 201 pending",
            "pending",
        ),
        (
            "frame",
            "refused",
            "4911111111111113",
            "112233",
            "failure 202 deny",
            "deny",
        ),
        (
            "frame",
            "open",
            slow,
            "112233",
            "pending 201 pending",
            "pending",
        ),
        (
            "frame",
            "silent",
            frictionless,
            "",
            "success 200 capture",
            "capture",
        ),
        (
            "redirect",
            "moved",
            accepted,
            "112233",
            "moved capture",
            "capture",
        ),
        (
            "redirect",
            "moved-silent",
            frictionless,
            "",
            "moved-silent capture",
            "capture",
        ),
        (
            "redirect",
            "moved-wrong",
            accepted,
            "1",
            "moved-wrong deny",
            "deny",
        ),
    ];
    let mut visits: Vec<Value> = rows
        .iter()
        .map(|(way, name, number, doing, ..)| {
            json!({"way": way, "name": name, "number": number, "doing": doing})
        })
        .collect();
    visits.push(json!({"way": "frame", "name": "none", "number": accepted, "year": "2020"}));
    let closed = format!("{}/pay", till.simulator.url());
    let told = json!({"shop": shop.url(), "visits": visits, "closed": closed});
    let seen = browser.walk("card.mjs", &told);
    for (at, (way, name, .., end, status)) in rows.iter().enumerate() {
        assert_eq!(seen[at], *end, "{way} {name}");
        assert_eq!(till.status(name), *status, "{way} {name}");
    }
    let expired = "no token 400 card_exp_year is in the past, the card has expired";
    assert_eq!(seen[rows.len()], expired);
    let frame = seen[rows.len() + 1].as_str().unwrap();
    assert!(
        frame.starts_with("chrome-error:"),
        "only the bank's page stands in a frame: {frame}"
    );
}

#[test]
fn the_pages_of_cards_banks_are_for_everybody_in_both_languages_and_both_colour_schemes() {
    let Some(browser) = browser("the look of the banks' pages") else {
        return;
    };
    let till = Till::open();
    let mut pages = Vec::new();
    for language in ["id", "en"] {
        for (name, number, choice) in [
            ("open", "4811111111111114", None),
            ("silent", "4556557955726624", None),
            ("told", "4811111111111114", Some("leave")),
        ] {
            let order = format!("{name}-{language}");
            let url = format!("{}?lang={language}", page_of(&till, &order, number));
            pages.push(json!({"name": format!("card-{order}"), "url": url, "choice": choice, "language": language}));
        }
        for (name, number) in [
            ("over", "4811111111111114"),
            ("waiting", "4024007176265022"),
        ] {
            let order = format!("{name}-{language}");
            let url = format!("{}?lang={language}", page_of(&till, &order, number));
            let approve = midtrans_simulator::gateway::Choice::Approve;
            till.simulator.choose(&order, approve).unwrap();
            pages.push(json!({"name": format!("card-{order}"), "url": url, "choice": null, "language": language}));
        }
    }
    let _ = browser.walk("look.mjs", &json!({ "pages": pages }));
}

/// Charges a card with 3-D Secure, and returns the address of its page.
fn page_of(till: &Till, order: &str, number: &str) -> String {
    let url = till.simulator.url();
    let query = format!(
        "client_key=SB-Mid-client-simulator&card_number={number}&card_cvv=123&card_exp_month=12&card_exp_year=2030"
    );
    let text = ureq::get(format!("{url}/v2/token?{query}"))
        .call()
        .unwrap()
        .body_mut()
        .read_to_string();
    let token: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let call = Call {
        method: "POST".to_owned(),
        target: format!(
            "/charge?order={order}&token={}",
            token["token_id"].as_str().unwrap()
        ),
        body: String::new(),
    };
    let charged: Value = serde_json::from_str(&charge(url, &call)).unwrap();
    charged["redirect_url"].as_str().unwrap().to_owned()
}

#[test]
fn a_finish_url_is_no_script_and_an_authentication_hears_of_its_own_bank_alone() {
    let Some(browser) = browser("hostile parameters of the libraries for shops' pages") else {
        return;
    };
    let till = Till::open();
    let shop = checkout(&till);
    let mut order = crate::till::order_of("", "scripted");
    order.as_object_mut().unwrap().remove("payment_type");
    order["callbacks"] = json!({"finish": "javascript:window.wasRun=1//"});
    let opened = till.call("/snap/v1/transactions", &order);
    let opened: Value = serde_json::from_str(&opened).unwrap();
    let banks = json!({
        "first": page_of(&till, "first", "4811111111111114"),
        "second": page_of(&till, "second", "4811111111111114"),
    });
    let told = json!({
        "checkout": till.shop.checkout_url(till.simulator.url()),
        "token": opened["token"],
        "shop": shop.url(),
        "banks": banks,
    });
    let heard = browser.walk("misuse.mjs", &told);
    assert_eq!(heard, json!(["second", "first"]));
    assert_eq!(till.status("scripted"), "settlement");
}
