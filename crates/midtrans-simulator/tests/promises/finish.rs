//! Pay pages in a browser, and the way back of both providers.

use midtrans_protocol::ServerKeys;
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};
use midtrans_simulator::gateway::{Choice, Fault, FinishRedirect};
use midtrans_simulator::{BlockingSimulator, Builder, Simulator};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, KEY, charge};
use crate::sockets::{agent, get, post};

fn start(builder: Builder) -> BlockingSimulator {
    builder
        .finish_url("http://127.0.0.1:9/finish?from=pay")
        .serve_blocking()
        .unwrap()
}

/// Charges over HTTP and returns the address of the pay page.
fn page_of(simulator: &BlockingSimulator, body: &Value) -> String {
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", KEY);
    let reply = request
        .send(body.to_string())
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    serde_json::from_str::<Value>(&reply).unwrap()["redirect_url"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The value of a hidden field, with its escapes undone.
fn hidden(page: &str, name: &str) -> String {
    let start = page.find(&format!("name=\"{name}\" value=\"")).unwrap() + name.len() + 15;
    let value = page[start..].split('"').next().unwrap();
    value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn akulaku_sends_the_browser_back_with_a_form_that_the_protocol_crate_reads() {
    let simulator = start(Simulator::builder());
    let keys = ServerKeys::from(simulator.server_key());
    for (choice, status) in [
        ("leave", TransactionStatus::Pending),
        ("approve", TransactionStatus::Settlement),
        ("decline", TransactionStatus::Deny),
    ] {
        let page_url = page_of(
            &simulator,
            &charge("akulaku", &format!("order-{choice}"), 44_000),
        );
        assert!(page_url.starts_with(&format!("{}/v2/akulaku/redirect/", simulator.url())));
        let (http, location, page) = post(&page_url, &format!("choice={choice}"));
        assert_eq!((http, location), (200, None));
        assert!(
            page.contains("method=\"post\" action=\"http://127.0.0.1:9/finish?from=pay\""),
            "{page}"
        );
        assert!(
            page.contains("<button") && page.contains("<script src="),
            "by itself, or by hand"
        );
        let (response, callback_key) = (hidden(&page, "response"), hidden(&page, "callback_key"));
        assert_eq!(callback_key, "SB-Mid-client-simulator");
        let form =
            serde_urlencoded::to_string([("response", response), ("callback_key", callback_key)])
                .unwrap();
        let landing = Landing::from_form(form.as_bytes());
        assert_eq!(landing.order_id(), Some(format!("order-{choice}").as_str()));
        assert_eq!(landing.hint(), Some(&status));
        assert_eq!(landing.signature(&keys), LandingSignature::Genuine);
    }
}

#[test]
fn kredivo_sends_the_browser_back_with_three_parameters() {
    let simulator = start(Simulator::builder());
    for (choice, rest) in [
        ("leave", "transaction_status=pending&status_code=201"),
        ("approve", "transaction_status=settlement&status_code=200"),
        ("decline", "transaction_status=deny&status_code=202"),
    ] {
        let page_url = page_of(
            &simulator,
            &charge("kredivo", &format!("order-{choice}"), 600_000),
        );
        assert!(page_url.starts_with(&format!("{}/v1/redirect?", simulator.url())));
        assert_eq!(get(&page_url).0, 200);
        let (http, location, _) = post(&page_url, &format!("choice={choice}"));
        let expected = format!("http://127.0.0.1:9/finish?from=pay&order_id=order-{choice}&{rest}");
        assert_eq!((http, location), (303, Some(expected)));
    }
}

#[test]
fn kredivos_old_way_back_has_no_parameters() {
    let simulator = start(Simulator::builder().fault(Fault::BareReturn));
    let page_url = page_of(&simulator, &charge("kredivo", "order-1", 600_000));
    let (http, location, _) = post(&page_url, "choice=approve");
    assert_eq!(
        (http, location.as_deref()),
        (303, Some("http://127.0.0.1:9/finish?from=pay"))
    );
}

fn back(finish_url: &str) -> String {
    let mut api = ApiCaller::new();
    api.gateway.settings_mut().finish_url = Some(finish_url.to_owned());
    api.charge("kredivo", "o-1", 600_000);
    api.wait(86_400);
    match api.choose("o-1", Choice::Leave) {
        FinishRedirect::Redirect { location } => location,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_finish_url_keeps_its_query_and_its_fragment() {
    let query = "order_id=o-1&transaction_status=expire&status_code=407";
    assert_eq!(
        back("https://shop.example"),
        format!("https://shop.example?{query}")
    );
    assert_eq!(
        back("https://shop.example/f?"),
        format!("https://shop.example/f?{query}")
    );
    assert_eq!(
        back("https://shop.example/f?a=b"),
        format!("https://shop.example/f?a=b&{query}")
    );
    assert_eq!(
        back("https://shop.example/f?a=b&"),
        format!("https://shop.example/f?a=b&{query}")
    );
    assert_eq!(
        back("https://shop.example/f?a#top"),
        format!("https://shop.example/f?a&{query}#top")
    );
}

#[test]
fn without_a_finish_url_the_page_says_so_and_the_payment_counts() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    for payment_type in ["akulaku", "kredivo"] {
        let page_url = page_of(&simulator, &charge(payment_type, payment_type, 600_000));
        let (http, location, page) = post(&page_url, "choice=approve");
        assert_eq!((http, location), (200, None));
        assert!(page.contains("belum mengatur finish URL"), "{page}");
        assert_eq!(
            simulator.choose(payment_type, Choice::Leave),
            Some(FinishRedirect::NoFinishUrl)
        );
        assert!(
            get(&page_url).2.contains("settlement"),
            "the page knows that it is over"
        );
    }
}

#[test]
fn an_order_is_shown_and_never_run() {
    let simulator = start(Simulator::builder().kredivo_approved());
    let mut body = charge("kredivo", "order-1", 600_000);
    body["item_details"] = json!([
        {"id": "A", "price": 700_000, "quantity": 1, "name": "<script>alert(1)</script>\" onload=\"x"},
        {"id": "B", "price": -100_000, "quantity": 1, "name": "'><img src=x>"},
    ]);
    let (http, _, page) = get(&page_of(&simulator, &body));
    assert_eq!(http, 200);
    assert!(
        !page.contains("<script>alert") && !page.contains("\" onload") && !page.contains("<img"),
        "{page}"
    );
    assert!(page.contains("−Rp100.000") && page.contains("Rp700.000"));
}

#[test]
fn a_pay_page_works_without_scripts_and_says_that_it_is_simulated() {
    let simulator = start(Simulator::builder());
    let page_url = page_of(&simulator, &charge("akulaku", "order-1", 44_000));
    let reply = agent().get(&page_url).call().unwrap();
    let policy = reply.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    let page = get(&page_url).2;
    assert!(page.contains("<html lang=\"id\">") && page.contains("Tidak ada uang sungguhan"));
    assert!(page.contains("name=\"viewport\"") && !page.contains("<script"));
    for choice in ["approve", "decline", "leave"] {
        assert!(
            page.contains(&format!("name=\"choice\" value=\"{choice}\"")),
            "{choice}"
        );
    }
    for asset in ["/simulator/page.css", "/simulator/submit.js"] {
        assert_eq!(get(&format!("{}{asset}", simulator.url())).0, 200);
    }
}

#[test]
fn a_pay_page_speaks_one_language_and_offers_the_other() {
    let simulator = start(Simulator::builder());
    for payment_type in ["akulaku", "kredivo"] {
        let page_url = page_of(&simulator, &charge(payment_type, payment_type, 600_000));
        let indonesian = get(&page_url).2;
        assert!(
            indonesian.contains("Setujui dan bayar") && !indonesian.contains("Approve"),
            "{indonesian}"
        );
        let mut liked = agent()
            .get(&page_url)
            .header("accept-language", "en-GB,en;q=0.9")
            .call()
            .unwrap();
        let english = liked.body_mut().read_to_string().unwrap();
        assert!(english.contains("<html lang=\"en\">") && english.contains("Approve and pay"));
        assert!(!english.contains("Setujui") && english.contains(" WIB</time>"));
        // The link that the Indonesian page has, as a browser follows it.
        let link = indonesian
            .split("<a href=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&");
        let english = get(&format!("{}{link}", simulator.url())).2;
        assert!(
            english.contains("Approve and pay") && english.contains("lang=id"),
            "{english}"
        );
        let (_, _, done) = post(&format!("{}{link}", simulator.url()), "choice=leave");
        assert!(
            payment_type == "kredivo" || done.contains("Back to the shop"),
            "{done}"
        );
    }
}

#[test]
fn a_page_of_nothing_and_a_form_without_a_choice_are_refused() {
    let simulator = start(Simulator::builder());
    let url = simulator.url();
    assert_eq!(get(&format!("{url}/v2/akulaku/redirect/none")).0, 404);
    assert_eq!(get(&format!("{url}/v1/redirect")).0, 404);
    assert_eq!(get(&format!("{url}/v1/redirect?referenceId=%ff")).0, 404);
    let page_url = page_of(&simulator, &charge("akulaku", "order-1", 44_000));
    for form in ["", "choice=", "choice=steal", "%%%"] {
        assert_eq!(post(&page_url, form).0, 400, "{form}");
    }
    assert_eq!(
        post(&format!("{url}/v2/akulaku/redirect/none"), "choice=approve").0,
        404
    );
}

#[test]
fn a_choice_that_the_pay_page_does_not_know_is_said_to_be_that_and_changes_nothing() {
    let simulator = start(Simulator::builder());
    let page_url = page_of(&simulator, &charge("akulaku", "order-1", 44_000));
    for form in ["choice=approved", "choice=", "", "{}"] {
        let (http, _, page) = post(&format!("{page_url}?lang=en"), form);
        assert_eq!(http, 400, "{form}");
        assert!(
            page.contains("choice=approve, choice=decline, choice=leave"),
            "{page}"
        );
        assert!(
            page.contains("The form has no choice that this page knows"),
            "{page}"
        );
    }
    let (_, _, page) = post(&page_url, "choice=bayar");
    assert!(
        page.contains("pilihan yang dikenal") && !page.contains("Transaksi ini tidak ada"),
        "{page}"
    );
    assert_eq!(
        simulator
            .timeline("order-1")
            .unwrap()
            .summary
            .status
            .as_str(),
        "pending"
    );
}

#[test]
fn the_pay_page_says_in_indonesian_who_refuses_and_whose_page_it_is_not() {
    let simulator = start(Simulator::builder());
    for (payment_type, name) in [("akulaku", "Akulaku"), ("kredivo", "Kredivo")] {
        let (_, _, page) = get(&page_of(
            &simulator,
            &charge(payment_type, payment_type, 600_000),
        ));
        for words in [
            format!("Simulasikan: ditolak {name}"),
            format!("Ini bukan halaman resmi {name}."),
        ] {
            assert!(page.contains(&words), "{words}: {page}");
        }
        assert!(
            page.contains("<p>PayLater</p>") && page.contains("Kembali tanpa membayar"),
            "{page}"
        );
        assert!(
            !page.contains("Tolak pembayaran") && !page.contains("halaman penyedia"),
            "{page}"
        );
    }
}

#[test]
fn the_page_of_a_cards_bank_names_the_bank_as_far_as_the_first_digits_tell_it() {
    let simulator = start(Simulator::builder().takes_card_numbers());
    for (number, owner) in [
        ("4773776057051650", "BANK CENTRAL ASIA"),
        ("4811111111111114", "the card's bank"),
    ] {
        let mut body = charge("credit_card", number, 600_000);
        body["credit_card"] = serde_json::json!({
            "authentication": true,
            "card": {"number": number, "cvv": "123", "expiry_month": "12", "expiry_year": "2030"},
        });
        let (_, _, page) = get(&format!("{}?lang=en", page_of(&simulator, &body)));
        let notice = format!("This is not {owner}'s own page.");
        assert!(page.contains(&notice), "{notice}: {page}");
        assert!(!page.contains("Credit card's own page"), "{page}");
    }
}
