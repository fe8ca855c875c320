//! GoPay accounts that are linked on Snap's page, over HTTP.

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::KEY;
use crate::snap_page::{get, post};
use crate::sockets::agent;

fn open(simulator: &BlockingSimulator, order_id: &str, amount: u64) -> String {
    let request = json!({
        "transaction_details": {"order_id": order_id, "gross_amount": amount},
        "user_id": "u-1", "gopay": {"tokenization": true, "phone_number": "81234567890"},
    });
    let url = format!("{}/snap/v1/transactions", simulator.url());
    let call = agent().post(url).header("authorization", KEY);
    let mut reply = call.send(request.to_string()).unwrap();
    let text = reply.body_mut().read_to_string().unwrap();
    let reply: Value = serde_json::from_str(&text).unwrap();
    reply["redirect_url"].as_str().unwrap().to_owned()
}

fn state(url: &str) -> Value {
    serde_json::from_str(&get(url, "application/json").1).unwrap()
}

#[test]
fn a_customer_is_asked_for_the_link_on_the_page_and_a_second_click_pays_once() {
    let builder = Simulator::builder().deliver_by_hand();
    let builder = builder.finish_url("http://127.0.0.1:9/finish");
    let simulator = builder.serve_blocking().unwrap();
    let url = open(&simulator, "order-1", 44_000);
    let framed = format!("{url}?frame=popup&origin=https%3A%2F%2Fshop.example");
    let (status, location, _) = post(&framed, "method=gopay", "text/html");
    assert_eq!(status, 303);
    assert!(location.contains("frame=popup"), "{location}");
    let (_, page) = get(&format!("{framed}&lang=en"), "text/html");
    assert!(
        page.contains("Link the account") && page.contains("•••• 7890"),
        "{page}"
    );
    assert!(!page.contains("81234567890"), "{page}");
    assert_eq!(state(&url)["state"], "linking");
    let (status, location, _) = post(&framed, "method=gopay", "text/html");
    assert_eq!(status, 303, "a second click");
    assert!(location.contains("frame=popup"), "{location}");
    for nonsense in ["link=perhaps", "choice=approve"] {
        post(&url, nonsense, "application/json");
        assert_eq!(state(&url)["state"], "linking", "{nonsense}");
    }
    post(&framed, "link=confirm", "text/html");
    assert_eq!(state(&url)["transaction_status"], "settlement");
    let (_, _, page) = post(&framed, "link=confirm", "text/html");
    assert!(page.contains(r#"data-event="success""#), "{page}");
    simulator.with_accounts(|accounts, _| assert_eq!(accounts.first().count(), 1));
    // Above the limit, the page of the PIN is the provider's.
    let url = open(&simulator, "order-2", 800_000);
    let (status, location, _) = post(&url, "method=gopay", "text/html");
    assert_eq!(status, 303);
    assert!(
        location.starts_with("/v2/gopay/redirect/gppr_"),
        "{location}"
    );
    let pin = format!("{}{location}", simulator.url());
    let (_, location, _) = post(&pin, "choice=approve", "text/html");
    assert_eq!(
        location,
        "http://127.0.0.1:9/finish?order_id=order-2&result=success"
    );
    assert_eq!(state(&url)["transaction_status"], "settlement");
}
