//! The console over HTTP: pages, forms and JSON.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use midtrans_simulator::gateway::{Choice, Outcome};
use midtrans_simulator::{Account, BlockingSimulator, Builder, Simulator, Time};
use serde_json::{Value, json};

use crate::api_caller::{KEY, START, charge};
use crate::sockets::{agent, get, post};

/// Time stands still, and no notification leaves by itself.
pub(crate) fn start(setting: impl FnOnce(Builder) -> Builder) -> BlockingSimulator {
    let builder = Simulator::builder()
        .time(Time::Manual(START.parse().unwrap()))
        .deliver_by_hand();
    let builder = builder
        .notification_url("http://127.0.0.1:9/notify")
        .finish_url("http://127.0.0.1:9/finish");
    setting(builder).serve_blocking().unwrap()
}

pub(crate) fn plain() -> BlockingSimulator {
    start(|builder| builder)
}

/// A call of the API by the merchant with this key.
pub(crate) fn call_by(simulator: &BlockingSimulator, key: &str, path: &str, body: &Value) -> Value {
    let request = agent()
        .post(format!("{}{path}", simulator.url()))
        .header("authorization", key);
    let mut reply = request
        .header("idempotency-key", format!("<i>key</i>{path}"))
        .send(body.to_string())
        .unwrap();
    serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap()
}

pub(crate) fn charged(simulator: &BlockingSimulator, order_id: &str) -> String {
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", KEY);
    let mut reply = request
        .send(charge("kredivo", order_id, 44_000).to_string())
        .unwrap();
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    reply["transaction_id"].as_str().unwrap().to_owned()
}

pub(crate) fn page(simulator: &BlockingSimulator, path: &str) -> String {
    let (status, _, page) = get(&format!("{}{path}", simulator.url()));
    assert_eq!(status, 200, "{path}");
    page
}

/// A command as a browser sends it: status, and where to go on.
pub(crate) fn press(
    simulator: &BlockingSimulator,
    id: &str,
    command: &str,
    form: &str,
) -> (u16, Option<String>, String) {
    post(
        &format!("{}/console/transactions/{id}/{command}", simulator.url()),
        form,
    )
}

/// A command as a program sends it.
pub(crate) fn order(
    simulator: &BlockingSimulator,
    id: &str,
    command: &str,
    form: &str,
) -> (u16, Value) {
    let request = agent().post(format!(
        "{}/console/transactions/{id}/{command}",
        simulator.url()
    ));
    let request = request.header("accept", "application/json");
    let mut reply = request
        .content_type("application/x-www-form-urlencoded")
        .send(form)
        .unwrap();
    assert_eq!(reply.headers()["content-type"], "application/json");
    let status = reply.status().as_u16();
    (
        status,
        serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap(),
    )
}

pub(crate) fn status(simulator: &BlockingSimulator, id: &str) -> String {
    simulator.timeline(id).unwrap().summary.status.to_string()
}

#[test]
fn the_simulators_address_leads_to_the_console() {
    let simulator = plain();
    let (http, location, _) = get(simulator.url());
    assert_eq!((http, location.as_deref()), (303, Some("/console")));
    assert!(page(&simulator, "/console").contains("No transaction yet"));
    assert_eq!(get(&format!("{}/console/none", simulator.url())).0, 404);
    assert_eq!(get(&format!("{}/favicon.ico", simulator.url())).0, 204);
    assert!(
        page(&simulator, "/console/calls").contains("No call of the API yet"),
        "a look is no call"
    );
}

#[test]
fn each_button_does_what_it_says_and_goes_back_to_the_page() {
    let simulator = plain();
    for (command, end) in [
        ("settle", "settlement"),
        ("decline", "deny"),
        ("expire", "expire"),
        ("cancel", "cancel"),
    ] {
        let id = charged(&simulator, command);
        assert!(
            page(&simulator, &format!("/console/transactions/{command}"))
                .contains(&format!("id=\"do-{command}\""))
        );
        let (http, location, _) = press(&simulator, command, command, "");
        assert_eq!(
            (http, location),
            (303, Some(format!("/console/transactions/{id}")))
        );
        assert_eq!(status(&simulator, command), end);
        let (http, _, page) = press(&simulator, command, command, "");
        assert_eq!(http, 409);
        assert!(
            page.contains("the status of the transaction does not allow it") && page.contains(&id),
            "{page}"
        );
    }
    assert_eq!(press(&simulator, "none", "settle", "").0, 404);
    assert_eq!(press(&simulator, "settle", "steal", "").0, 404);
    assert_eq!(
        get(&format!(
            "{}/console/transactions/settle/settle",
            simulator.url()
        ))
        .0,
        405,
        "a link does nothing"
    );
}

#[test]
fn a_refund_takes_an_amount_or_all_that_is_left() {
    let simulator = plain();
    charged(&simulator, "order-1");
    assert_eq!(
        press(&simulator, "order-1", "refund", "").0,
        409,
        "not paid"
    );
    simulator.choose("order-1", Choice::Approve).unwrap();
    for nonsense in [
        "amount=0",
        "amount=44001",
        "amount=-1",
        "amount=1.000",
        "amount=abc",
        "amount=99999999999999999999",
    ] {
        assert_eq!(
            order(&simulator, "order-1", "refund", nonsense).0,
            400,
            "{nonsense}"
        );
    }
    assert_eq!(
        order(&simulator, "order-1", "refund", "amount=4000"),
        (200, json!({"done": true}))
    );
    assert_eq!(status(&simulator, "order-1"), "partial_refund");
    assert_eq!(press(&simulator, "order-1", "refund", "amount=").0, 303);
    assert_eq!(status(&simulator, "order-1"), "refund");
    assert!(page(&simulator, "/console/transactions/order-1").contains("nothing can be done"));
}

#[test]
fn programs_get_json_and_a_reason_where_nothing_was_done() {
    let simulator = plain();
    charged(&simulator, "order-1");
    assert_eq!(
        order(&simulator, "order-1", "settle", ""),
        (200, json!({"done": true}))
    );
    let (http, told) = order(&simulator, "order-1", "settle", "");
    assert_eq!(
        (http, &told["error"]),
        (
            409,
            &json!("the status of the transaction does not allow it")
        )
    );
    assert_eq!(
        order(&simulator, "none", "settle", ""),
        (404, json!({"error": "there is no such transaction"}))
    );
    assert_eq!(order(&simulator, "order-1", "delay", "minutes=0").0, 400);
    assert_eq!(
        order(&simulator, "order-1", "resend", "notification=x").0,
        400
    );
    assert_eq!(order(&simulator, "order-1", "steal", "").0, 404);
}

#[test]
fn notifications_are_sent_again_doubled_and_put_off() {
    let simulator = plain();
    charged(&simulator, "order-1");
    charged(&simulator, "order-2");
    simulator.choose("order-1", Choice::Approve).unwrap();
    assert_eq!(simulator.deliver(|_| Outcome::answered(200)), 3);
    let sent = || simulator.deliver(|_| Outcome::answered(200));
    assert_eq!(
        order(&simulator, "order-1", "resend", ""),
        (200, json!({"resent": 2}))
    );
    assert_eq!(sent(), 2);
    let id = simulator.timeline("order-1").unwrap().messages[1]
        .id
        .to_string();
    assert_eq!(
        order(
            &simulator,
            "order-1",
            "resend",
            &format!("notification={id}")
        ),
        (200, json!({"resent": 1}))
    );
    let delay = format!("notification={id}&minutes=5");
    assert_eq!(
        order(&simulator, "order-1", "delay", &delay),
        (200, json!({"done": true}))
    );
    assert_eq!(sent(), 0, "it waits");
    let shown = page(&simulator, "/console/transactions/order-1");
    assert!(
        shown.contains("Send now") && shown.contains("10:05:00"),
        "{shown}"
    );
    simulator.advance(Duration::from_secs(300));
    assert_eq!(sent(), 1);
    assert_eq!(
        order(&simulator, "order-1", "delay", &delay).0,
        409,
        "nothing waits"
    );
    let (http, location, _) = press(
        &simulator,
        "order-1",
        "duplicate",
        &format!("notification={id}"),
    );
    assert_eq!(http, 303);
    assert!(location.unwrap().ends_with(&format!("#n-{id}")));
    assert_eq!(
        order(
            &simulator,
            "order-1",
            "duplicate",
            &format!("notification={id}")
        )
        .0,
        200
    );
    assert!(page(&simulator, "/console/transactions/order-1").contains("copies to follow: 1"));
    assert_eq!(sent(), 2);
    let (http, told) = order(
        &simulator,
        "order-2",
        "resend",
        &format!("notification={id}"),
    );
    assert_eq!(
        (http, &told["error"]),
        (404, &json!("this transaction has no such notification"))
    );
}

#[test]
fn one_that_waits_for_its_next_try_can_be_sent_now() {
    let simulator = plain();
    charged(&simulator, "order-1");
    simulator.deliver(|_| Outcome::answered(503).saying("the database is down"));
    let shown = page(&simulator, "/console/transactions/order-1");
    assert!(
        shown.contains("answered 503") && shown.contains("the database is down"),
        "{shown}"
    );
    assert!(
        shown.contains("next try at") && shown.contains("10:02:00"),
        "{shown}"
    );
    assert!(page(&simulator, "/console").contains("1 waiting"));
    assert_eq!(
        order(&simulator, "order-1", "resend", ""),
        (200, json!({"resent": 1}))
    );
    assert_eq!(simulator.deliver(|_| Outcome::answered(200)), 1);
    simulator.notify_at("http://127.0.0.1:9/").unwrap();
    simulator
        .with_accounts(|accounts, _| accounts.first_mut().settings_mut().notification_url = None);
    charged(&simulator, "order-2");
    assert_eq!(
        order(&simulator, "order-2", "resend", "").0,
        409,
        "there is none"
    );
}

#[test]
fn a_transaction_can_be_had_as_json() {
    let simulator = plain();
    charged(&simulator, "order-1");
    simulator.deliver(|_| Outcome::answered(200).saying("stored"));
    let ask = |path: &str| {
        let request = agent().get(format!("{}/console/transactions/{path}", simulator.url()));
        let mut reply = request.header("accept", "application/json").call().unwrap();
        let status = reply.status().as_u16();
        (
            status,
            serde_json::from_str::<Value>(&reply.body_mut().read_to_string().unwrap()).unwrap(),
        )
    };
    let (http, told) = ask("order-1");
    assert_eq!(http, 200);
    assert_eq!(
        (&told["order_id"], &told["gross_amount"]),
        (&json!("order-1"), &json!(44_000))
    );
    assert_eq!(told["transaction_status"], "pending");
    let notification = &told["notifications"][0];
    assert_eq!(
        (&notification["state"], &notification["next_try"]),
        (&json!("delivered"), &Value::Null)
    );
    assert_eq!(notification["attempts"][0]["body"], "stored");
    let body: Value = serde_json::from_str(notification["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["order_id"], "order-1");
    let words: Vec<&str> = told["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["what"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["became", "told", "called"]);
    assert_eq!(
        ask("none"),
        (404, json!({"error": "there is no such transaction"}))
    );
}

#[test]
fn many_transactions_come_in_pages_and_can_be_looked_for() {
    let simulator = plain();
    for number in 1..=51 {
        charged(&simulator, &format!("order-{number:02}"));
    }
    simulator.choose("order-07", Choice::Approve).unwrap();
    let first = page(&simulator, "/console");
    assert!(
        first.contains("1–50 of 51") && first.contains("order-51") && !first.contains("order-01"),
        "{first}"
    );
    let second = page(&simulator, "/console?page=2");
    assert!(
        second.contains("51–51 of 51") && second.contains("order-01") && second.contains("Newer"),
        "{second}"
    );
    let paid = page(&simulator, "/console?status=settlement");
    assert!(
        paid.contains("order-07") && !paid.contains("order-08"),
        "{paid}"
    );
    let found = page(&simulator, "/console?order=ORDER-1");
    assert!(
        found.contains("order-10") && !found.contains("order-20"),
        "{found}"
    );
    assert!(page(&simulator, "/console?order=none").contains("No transaction fits"));
    assert!(page(&simulator, "/console?page=99999999999999999999").contains("order-51"));
    assert!(
        page(&simulator, &format!("/console?page={}", usize::MAX)).contains("No transaction fits")
    );
}

#[test]
fn merchants_have_orders_calls_and_settings_of_their_own() {
    let two = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = start(|builder| builder.merchant(two));
    // `SB-Mid-server-two:` in base64.
    let key = "Basic U0ItTWlkLXNlcnZlci10d286";
    let first = charged(&simulator, "order-1");
    let second = call_by(
        &simulator,
        key,
        "/v2/charge",
        &charge("akulaku", "order-1", 7_000),
    );
    let second = second["transaction_id"].as_str().unwrap();
    let shown = page(&simulator, "/console");
    assert!(
        shown.contains(&first) && shown.contains(second) && shown.contains("G2"),
        "{shown}"
    );
    assert!(!page(&simulator, "/console?merchant=G2").contains(&first));
    assert_eq!(press(&simulator, second, "settle", "").0, 303);
    assert_eq!(
        (status(&simulator, &first), status(&simulator, second)),
        ("pending".to_owned(), "settlement".to_owned())
    );
    assert!(
        page(&simulator, "/console/calls?merchant=G2").contains("7000")
            && !page(&simulator, "/console/calls").contains("7000")
    );
    let form = "action=save&merchant=G2&finish_url=http%3A%2F%2F127.0.0.1%3A7%2Ftwo";
    let (http, location, _) = post(&format!("{}/console/settings", simulator.url()), form);
    assert_eq!(
        (http, location.as_deref()),
        (303, Some("/console/settings?merchant=G2"))
    );
    assert!(page(&simulator, "/console/settings?merchant=G2").contains("127.0.0.1:7/two"));
    assert!(!page(&simulator, "/console/settings").contains("127.0.0.1:7/two"));
}

#[test]
fn listening_pages_are_told_that_something_changed() {
    let simulator = plain();
    let host = simulator.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    // Only so that a failure does not hang.
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "GET /console/events HTTP/1.1\r\nHost: {host}\r\n\r\n"
    )
    .unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "content-type: text/event-stream"));
    assert!(lines.any(|line| line.starts_with("retry:")));
    charged(&simulator, "order-1");
    assert!(lines.any(|line| line == "data: changed"));
}
