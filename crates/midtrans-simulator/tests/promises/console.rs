//! The console over HTTP: pages, forms, JSON, and whom it refuses.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use midtrans_simulator::gateway::{Choice, Outcome, Rule};
use midtrans_simulator::{Account, BlockingSimulator, Builder, Simulator, Time};
use serde_json::{Value, json};

use crate::desk::{KEY, START, charge};
use crate::sockets::{agent, get, post};

/// Time stands still, and no notification leaves by itself.
pub(crate) fn start(setting: impl FnOnce(Builder) -> Builder) -> BlockingSimulator {
    let builder = Simulator::builder().time(Time::Manual(START.parse().unwrap())).deliver_by_hand();
    let builder = builder.notification_url("http://127.0.0.1:9/notify").finish_url("http://127.0.0.1:9/finish");
    setting(builder).serve_blocking().unwrap()
}

pub(crate) fn plain() -> BlockingSimulator {
    start(|builder| builder)
}

/// A call of the API by the merchant with this key.
pub(crate) fn call_by(simulator: &BlockingSimulator, key: &str, path: &str, body: &Value) -> Value {
    let request = agent().post(format!("{}{path}", simulator.url())).header("authorization", key);
    let mut reply = request.header("idempotency-key", format!("<i>key</i>{path}")).send(body.to_string()).unwrap();
    serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap()
}

pub(crate) fn charged(simulator: &BlockingSimulator, order_id: &str) -> String {
    let request = agent().post(format!("{}/v2/charge", simulator.url())).header("authorization", KEY);
    let mut reply = request.send(charge("kredivo", order_id, 44_000).to_string()).unwrap();
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    reply["transaction_id"].as_str().unwrap().to_owned()
}

fn page(simulator: &BlockingSimulator, path: &str) -> String {
    let (status, _, page) = get(&format!("{}{path}", simulator.url()));
    assert_eq!(status, 200, "{path}");
    page
}

/// A command as a browser sends it: status, and where to go on.
fn press(simulator: &BlockingSimulator, id: &str, command: &str, form: &str) -> (u16, Option<String>, String) {
    post(&format!("{}/console/transactions/{id}/{command}", simulator.url()), form)
}

/// A command as a program sends it.
fn order(simulator: &BlockingSimulator, id: &str, command: &str, form: &str) -> (u16, Value) {
    let request = agent().post(format!("{}/console/transactions/{id}/{command}", simulator.url()));
    let request = request.header("accept", "application/json");
    let mut reply = request.content_type("application/x-www-form-urlencoded").send(form).unwrap();
    assert_eq!(reply.headers()["content-type"], "application/json");
    let status = reply.status().as_u16();
    (status, serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap())
}

fn status(simulator: &BlockingSimulator, id: &str) -> String {
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
    assert!(page(&simulator, "/console/calls").contains("No call of the API yet"), "a look is no call");
}

#[test]
fn each_button_does_what_it_says_and_goes_back_to_the_page() {
    let simulator = plain();
    for (command, end) in [("settle", "settlement"), ("decline", "deny"), ("expire", "expire"), ("cancel", "cancel")] {
        let id = charged(&simulator, command);
        assert!(
            page(&simulator, &format!("/console/transactions/{command}")).contains(&format!("id=\"do-{command}\""))
        );
        let (http, location, _) = press(&simulator, command, command, "");
        assert_eq!((http, location), (303, Some(format!("/console/transactions/{id}"))));
        assert_eq!(status(&simulator, command), end);
        let (http, _, page) = press(&simulator, command, command, "");
        assert_eq!(http, 409);
        assert!(page.contains("the status of the transaction does not allow it") && page.contains(&id), "{page}");
    }
    assert_eq!(press(&simulator, "none", "settle", "").0, 404);
    assert_eq!(press(&simulator, "settle", "steal", "").0, 404);
    assert_eq!(get(&format!("{}/console/transactions/settle/settle", simulator.url())).0, 405, "a link does nothing");
}

#[test]
fn a_refund_takes_an_amount_or_all_that_is_left() {
    let simulator = plain();
    charged(&simulator, "order-1");
    assert_eq!(press(&simulator, "order-1", "refund", "").0, 409, "not paid");
    simulator.choose("order-1", Choice::Approve).unwrap();
    for nonsense in
        ["amount=0", "amount=44001", "amount=-1", "amount=1.000", "amount=abc", "amount=99999999999999999999"]
    {
        assert_eq!(order(&simulator, "order-1", "refund", nonsense).0, 400, "{nonsense}");
    }
    assert_eq!(order(&simulator, "order-1", "refund", "amount=4000"), (200, json!({"done": true})));
    assert_eq!(status(&simulator, "order-1"), "partial_refund");
    assert_eq!(press(&simulator, "order-1", "refund", "amount=").0, 303);
    assert_eq!(status(&simulator, "order-1"), "refund");
    assert!(page(&simulator, "/console/transactions/order-1").contains("nothing can be done"));
}

#[test]
fn programs_get_json_and_a_reason_where_nothing_was_done() {
    let simulator = plain();
    charged(&simulator, "order-1");
    assert_eq!(order(&simulator, "order-1", "settle", ""), (200, json!({"done": true})));
    let (http, told) = order(&simulator, "order-1", "settle", "");
    assert_eq!((http, &told["error"]), (409, &json!("the status of the transaction does not allow it")));
    assert_eq!(order(&simulator, "none", "settle", ""), (404, json!({"error": "there is no such transaction"})));
    assert_eq!(order(&simulator, "order-1", "delay", "minutes=0").0, 400);
    assert_eq!(order(&simulator, "order-1", "resend", "notification=x").0, 400);
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
    assert_eq!(order(&simulator, "order-1", "resend", ""), (200, json!({"resent": 2})));
    assert_eq!(sent(), 2);
    let id = simulator.timeline("order-1").unwrap().messages[1].id.to_string();
    assert_eq!(order(&simulator, "order-1", "resend", &format!("notification={id}")), (200, json!({"resent": 1})));
    let delay = format!("notification={id}&minutes=5");
    assert_eq!(order(&simulator, "order-1", "delay", &delay), (200, json!({"done": true})));
    assert_eq!(sent(), 0, "it waits");
    let shown = page(&simulator, "/console/transactions/order-1");
    assert!(shown.contains("Send now") && shown.contains("10:05:00"), "{shown}");
    simulator.advance(Duration::from_secs(300));
    assert_eq!(sent(), 1);
    assert_eq!(order(&simulator, "order-1", "delay", &delay).0, 409, "nothing waits");
    let (http, location, _) = press(&simulator, "order-1", "duplicate", &format!("notification={id}"));
    assert_eq!(http, 303);
    assert!(location.unwrap().ends_with(&format!("#n-{id}")));
    assert_eq!(order(&simulator, "order-1", "duplicate", &format!("notification={id}")).0, 200);
    assert!(page(&simulator, "/console/transactions/order-1").contains("copies to follow: 1"));
    assert_eq!(sent(), 2);
    let (http, told) = order(&simulator, "order-2", "resend", &format!("notification={id}"));
    assert_eq!((http, &told["error"]), (404, &json!("this transaction has no such notification")));
}

#[test]
fn one_that_waits_for_its_next_try_can_be_sent_now() {
    let simulator = plain();
    charged(&simulator, "order-1");
    simulator.deliver(|_| Outcome::answered(503).saying("the database is down"));
    let shown = page(&simulator, "/console/transactions/order-1");
    assert!(shown.contains("answered 503") && shown.contains("the database is down"), "{shown}");
    assert!(shown.contains("next try at") && shown.contains("10:02:00"), "{shown}");
    assert!(page(&simulator, "/console").contains("1 waiting"));
    assert_eq!(order(&simulator, "order-1", "resend", ""), (200, json!({"resent": 1})));
    assert_eq!(simulator.deliver(|_| Outcome::answered(200)), 1);
    simulator.notify_at("http://127.0.0.1:9/").unwrap();
    simulator.with_accounts(|accounts, _| accounts.first_mut().settings_mut().notification_url = None);
    charged(&simulator, "order-2");
    assert_eq!(order(&simulator, "order-2", "resend", "").0, 409, "there is none");
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
        (status, serde_json::from_str::<Value>(&reply.body_mut().read_to_string().unwrap()).unwrap())
    };
    let (http, told) = ask("order-1");
    assert_eq!(http, 200);
    assert_eq!((&told["order_id"], &told["gross_amount"]), (&json!("order-1"), &json!(44_000)));
    assert_eq!(told["transaction_status"], "pending");
    let notification = &told["notifications"][0];
    assert_eq!((&notification["state"], &notification["next_try"]), (&json!("delivered"), &Value::Null));
    assert_eq!(notification["attempts"][0]["body"], "stored");
    let body: Value = serde_json::from_str(notification["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["order_id"], "order-1");
    let words: Vec<&str> = told["entries"].as_array().unwrap().iter().map(|e| e["what"].as_str().unwrap()).collect();
    assert_eq!(words, ["became", "told", "called"]);
    assert_eq!(ask("none"), (404, json!({"error": "there is no such transaction"})));
}

#[test]
fn other_sites_pages_and_other_names_of_this_machine_are_refused() {
    let simulator = start(|builder| builder.public_url("https://pay.test"));
    charged(&simulator, "order-1");
    let host = simulator.url().trim_start_matches("http://").to_owned();
    let settle = |headers: &[(&str, &str)]| {
        let mut request = agent().post(format!("{}/console/transactions/order-1/settle", simulator.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.content_type("application/x-www-form-urlencoded").send("").unwrap().status().as_u16()
    };
    for headers in [
        [("sec-fetch-site", "cross-site"), ("host", host.as_str())],
        [("sec-fetch-site", "same-site"), ("host", host.as_str())],
        [("origin", "http://evil.example"), ("host", host.as_str())],
        [("origin", "null"), ("host", host.as_str())],
        [("origin", "http://evil.example"), ("host", "evil.example")],
    ] {
        assert_eq!(settle(&headers), 403, "{headers:?}");
        assert_eq!(status(&simulator, "order-1"), "pending", "{headers:?}");
    }
    for path in ["/console", "/console/transactions/order-1", "/console/calls", "/console/settings", "/console/events"]
    {
        let asked = agent().get(format!("{}{path}", simulator.url())).header("host", "evil.example:80").call();
        assert_eq!(asked.unwrap().status().as_u16(), 403, "{path}");
    }
    let settings =
        agent().post(format!("{}/console/settings", simulator.url())).header("origin", "http://evil.example");
    assert_eq!(settings.send("action=save").unwrap().status().as_u16(), 403);
    assert_eq!(settle(&[("origin", "https://pay.test"), ("host", "pay.test")]), 303, "the public address");
}

#[test]
fn whatever_a_merchant_says_is_shown_and_never_run() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=a>";
    let simulator = plain();
    let mut body = charge("kredivo", "order-1", 44_000);
    body["item_details"][0]["name"] = EVIL.into();
    assert_eq!(call_by(&simulator, KEY, "/v2/charge", &body)["status_code"], "201");
    call_by(&simulator, KEY, "/v2/%3Cscript%3Ealert(1)%3C%2Fscript%3E/cancel", &json!({ "x": EVIL }));
    simulator.choose("order-1", Choice::Approve).unwrap();
    call_by(&simulator, KEY, "/v2/order-1/refund", &json!({"refund_key": "r-1", "amount": 1_000, "reason": EVIL}));
    simulator.deliver(|_| Outcome::answered(500).saying(EVIL));
    simulator.add_fault("delay:1s,order=<script>alert(1)</script>".parse::<Rule>().unwrap());
    let query = "/console?order=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E&status=%22%3E%3Cscript%3Ealert(1)&page=-1";
    let shown: Vec<String> = ["/console/transactions/order-1", "/console/calls", "/console/settings", query]
        .map(|path| page(&simulator, path))
        .into();
    for page in &shown {
        assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<i>"), "{page}");
    }
    assert!(shown[0].contains("Confirmed by the bank"), "the refund with its reason is there: {}", shown[0]);
    assert!(shown[0].contains("&lt;script&gt;alert(1)") && shown[1].contains("&lt;i&gt;key&lt;/i&gt;"));
    let form = format!("action=add-fault&rule={}", "%3Cscript%3Ealert(1)");
    let (http, _, page) = post(&format!("{}/console/settings", simulator.url()), &form);
    assert_eq!(http, 400);
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"), "{page}");
    let policy = agent().get(format!("{}/console", simulator.url())).call().unwrap();
    let policy = policy.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"));
}

#[test]
fn the_settings_change_what_happens_next_and_refuse_what_cannot_be() {
    let simulator = plain();
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form);
    let form = "action=save&merchant=G000000000&finish_url=http%3A%2F%2F127.0.0.1%3A7%2Fback&notification_url=\
                &kredivo_return=bare&lenient=no&lenient=yes";
    assert_eq!(save(form).0, 303);
    simulator.with_accounts(|accounts, _| {
        let settings = accounts.first().settings();
        assert_eq!(settings.finish_url.as_deref(), Some("http://127.0.0.1:7/back"));
        assert_eq!(settings.notification_url, None);
        assert_eq!(settings.kredivo_return, midtrans_simulator::gateway::KredivoReturn::Bare);
        assert!(settings.lenient);
    });
    for url in ["javascript:alert(1)", "ftp://x", "/finish", "http://"] {
        let (http, _, page) = save(&format!("action=save&finish_url={url}"));
        assert_eq!(http, 400, "{url}");
        assert!(page.contains("expected an absolute http or https URL") && page.contains("aria-invalid"), "{page}");
    }
    assert_eq!(save("action=save&merchant=none").0, 400);
    assert_eq!(save("action=sing").0, 400);
    assert_eq!(save("").0, 400);
    simulator.with_accounts(|accounts, _| {
        assert_eq!(accounts.first().settings().finish_url.as_deref(), Some("http://127.0.0.1:7/back"), "as before");
    });
}

#[test]
fn rules_for_faults_come_and_go() {
    let simulator = plain();
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form).0;
    assert_eq!(save("action=add-fault&rule=status%3A503%2Corder%3Dorder-1%2Ctimes%3D1"), 303);
    assert_eq!(save("action=add-fault&rule=lose%2Crate%3D5%25"), 303);
    let shown = page(&simulator, "/console/settings");
    assert!(shown.contains("status:503,order=order-1,times=1") && shown.contains("lose,rate=5%"), "{shown}");
    assert_eq!(call_by(&simulator, KEY, "/v2/charge", &charge("akulaku", "order-1", 44_000))["status_code"], "503");
    assert!(!page(&simulator, "/console/settings").contains("status:503,order"), "used up");
    assert_eq!(save("action=remove-fault&number=2"), 303);
    assert!(page(&simulator, "/console/settings").contains("Nothing goes wrong on purpose"));
    assert_eq!(save("action=remove-fault&number=x"), 400);
    assert_eq!(save("action=add-fault&rule="), 400);
}

#[test]
fn the_clock_goes_forward_and_what_is_due_happens() {
    let simulator = plain();
    charged(&simulator, "order-1");
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form).0;
    for nonsense in ["count=0&unit=days", "count=-1", "count=367&unit=days", "count=99999999999999999999", ""] {
        assert_eq!(save(&format!("action=advance&{nonsense}")), 400, "{nonsense}");
    }
    assert_eq!(simulator.now().to_string(), START);
    assert_eq!(save("action=advance&count=24&unit=hours"), 303);
    assert_eq!(simulator.now().to_string(), "2026-11-23 10:00:00");
    assert!(page(&simulator, "/console/transactions/order-1").contains("expire"));
}

#[test]
fn no_page_shows_a_key_and_none_widens_where_notifications_go() {
    let simulator = plain();
    charged(&simulator, "order-1");
    simulator.choose("order-1", Choice::Approve).unwrap();
    for path in ["/console", "/console/transactions/order-1", "/console/calls", "/console/settings"] {
        assert!(!page(&simulator, path).contains("SB-Mid-"), "{path}");
    }
    let courier = Simulator::builder().serve_blocking().unwrap();
    let form =
        "action=save&notification_url=http%3A%2F%2Fevil.example%2F&allowed_hosts=evil.example&allow_host=evil.example";
    let (http, _, refused) = post(&format!("{}/console/settings", courier.url()), form);
    assert!(http == 400 && refused.contains("--allow-host evil.example"), "{refused}");
    courier
        .with_accounts(|all, _| all.first_mut().settings_mut().notification_url = Some("http://evil.example/".into()));
    charged(&courier, "order-1");
    courier.idle();
    assert_eq!(courier.messages()[0].attempts[0].outcome, Outcome::Forbidden);
    assert!(page(&courier, "/console/transactions/order-1").contains("this host is not allowed"));
}

#[test]
fn many_transactions_come_in_pages_and_can_be_looked_for() {
    let simulator = plain();
    for number in 1..=51 {
        charged(&simulator, &format!("order-{number:02}"));
    }
    simulator.choose("order-07", Choice::Approve).unwrap();
    let first = page(&simulator, "/console");
    assert!(first.contains("1–50 of 51") && first.contains("order-51") && !first.contains("order-01"), "{first}");
    let second = page(&simulator, "/console?page=2");
    assert!(second.contains("51–51 of 51") && second.contains("order-01") && second.contains("Newer"), "{second}");
    let paid = page(&simulator, "/console?status=settlement");
    assert!(paid.contains("order-07") && !paid.contains("order-08"), "{paid}");
    let found = page(&simulator, "/console?order=ORDER-1");
    assert!(found.contains("order-10") && !found.contains("order-20"), "{found}");
    assert!(page(&simulator, "/console?order=none").contains("No transaction fits"));
    assert!(page(&simulator, "/console?page=99999999999999999999").contains("order-51"));
    assert!(page(&simulator, &format!("/console?page={}", usize::MAX)).contains("No transaction fits"));
}

#[test]
fn merchants_have_orders_calls_and_settings_of_their_own() {
    let two = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = start(|builder| builder.merchant(two));
    // `SB-Mid-server-two:` in base64.
    let key = "Basic U0ItTWlkLXNlcnZlci10d286";
    let first = charged(&simulator, "order-1");
    let second = call_by(&simulator, key, "/v2/charge", &charge("akulaku", "order-1", 7_000));
    let second = second["transaction_id"].as_str().unwrap();
    let shown = page(&simulator, "/console");
    assert!(shown.contains(&first) && shown.contains(second) && shown.contains("G2"), "{shown}");
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
    assert_eq!((http, location.as_deref()), (303, Some("/console/settings?merchant=G2")));
    assert!(page(&simulator, "/console/settings?merchant=G2").contains("127.0.0.1:7/two"));
    assert!(!page(&simulator, "/console/settings").contains("127.0.0.1:7/two"));
}

#[test]
fn whoever_listens_is_told_that_something_changed() {
    let simulator = plain();
    let host = simulator.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    // Only so that a failure does not hang.
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "GET /console/events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "content-type: text/event-stream"));
    assert!(lines.any(|line| line.starts_with("retry:")));
    charged(&simulator, "order-1");
    assert!(lines.any(|line| line == "data: changed"));
}
