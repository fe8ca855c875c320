//! The server: starting, slow answers, lost answers, ending.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use midtrans_simulator::gateway::{DeliveryState, Fault, Timeline};
use midtrans_simulator::{BlockingSimulator, Simulator, StartError};
use serde_json::Value;

use crate::api_caller::{KEY, charge};
use crate::sockets::{Shop, agent};

fn charge_at(url: &str, key: &str, order_id: &str) -> Result<(u16, Value), ureq::Error> {
    let request = agent()
        .post(format!("{url}/v2/charge"))
        .header("authorization", KEY)
        .header("idempotency-key", key);
    let mut reply = request.send(charge("akulaku", order_id, 44_000).to_string())?;
    let body = reply.body_mut().read_to_string()?;
    Ok((
        reply.status().as_u16(),
        serde_json::from_str(&body).unwrap(),
    ))
}

#[test]
fn while_a_slow_call_runs_its_repeat_gets_http_202_and_afterwards_its_answer() {
    let simulator = Simulator::builder()
        .answer_delay(Duration::from_millis(200))
        .serve_blocking()
        .unwrap();
    // On a busy machine the two calls may miss each other; then another pair is tried.
    for attempt in 0..20 {
        let (url, name) = (simulator.url().to_owned(), format!("pair-{attempt}"));
        let order_id = name.clone();
        let other = std::thread::spawn(move || charge_at(&url, &name, &name).unwrap());
        let calls = [
            charge_at(simulator.url(), &order_id, &order_id).unwrap(),
            other.join().unwrap(),
        ];
        let charged = calls.iter().find(|(http, _)| *http == 200).unwrap();
        assert_eq!(
            &charge_at(simulator.url(), &order_id, &order_id).unwrap(),
            charged
        );
        if calls.iter().any(|(http, _)| *http == 202) {
            return;
        }
        assert_eq!(calls[0], calls[1]);
    }
    panic!("no repeat was told that the first call is running");
}

#[test]
fn a_lost_answer_belongs_to_a_call_that_happened() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    simulator.fail_next(Fault::ResetAfter);
    assert!(charge_at(simulator.url(), "k", "order-1").is_err());
    let (_, body) = charge_at(simulator.url(), "k2", "order-1").unwrap();
    assert_eq!(body["status_code"], "406");
    let (_, body) = charge_at(simulator.url(), "k", "order-1").unwrap();
    assert_eq!(body["status_code"], "201", "the key still knows");
}

#[test]
fn of_many_charges_of_one_order_at_once_one_is_taken() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let codes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (codes, url) = (&codes, simulator.url());
            scope.spawn(move || {
                let (_, body) = charge_at(url, &format!("k-{thread}"), "order-1").unwrap();
                codes
                    .lock()
                    .unwrap()
                    .push(body["status_code"].as_str().unwrap().to_owned());
            });
        }
    });
    let codes = codes.into_inner().unwrap();
    assert_eq!(codes.iter().filter(|code| *code == "201").count(), 1);
    assert_eq!(codes.iter().filter(|code| *code == "406").count(), 7);
}

#[test]
fn pay_pages_can_have_another_address_and_ids_can_be_foretold() {
    let redirect = |seed: u64| {
        let builder = Simulator::builder()
            .public_url("https://pay.example/sim/")
            .seed(seed);
        let simulator = builder.serve_blocking().unwrap();
        let (_, body) = charge_at(simulator.url(), "k", "order-1").unwrap();
        body["redirect_url"].as_str().unwrap().to_owned()
    };
    assert!(redirect(1).starts_with("https://pay.example/sim/v2/akulaku/redirect/"));
    assert_eq!(redirect(1), redirect(1));
    assert_ne!(redirect(1), redirect(2));
}

#[test]
fn events_are_one_line_each_and_carry_no_key() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let builder = Simulator::builder()
        .server_key("SB-Mid-server-mine")
        .notification_url("http://127.0.0.1:9/");
    let simulator = builder
        .on_event(move |event| log.lock().unwrap().push(event.to_string()))
        .serve_blocking()
        .unwrap();
    charge_at(simulator.url(), "k", "order-1").unwrap();
    let merchant = simulator.merchant();
    let order = midtrans_protocol::OrderId::new("order-1").unwrap();
    crate::sockets::call(
        &midtrans_protocol::transaction::Cancel::new(order),
        &merchant,
    );
    simulator.idle();
    let lines = lines.lock().unwrap();
    assert_eq!(lines[0], "call    POST /v2/charge -> 401 (HTTP 401)");
    assert!(lines.contains(&"call    POST /v2/order-1/cancel -> 404 (HTTP 200)".to_owned()));
    assert!(
        lines
            .iter()
            .all(|line| !line.contains("Mid-server") && !line.contains('\n')),
        "{lines:?}"
    );
    assert!(!format!("{simulator:?}").contains("Mid-server"));
}

#[test]
fn a_wrong_setting_is_named_at_the_start() {
    let start = |builder: midtrans_simulator::Builder| builder.serve_blocking().unwrap_err();
    assert!(matches!(
        start(Simulator::builder().server_key(" ")),
        StartError::Key(_)
    ));
    assert!(matches!(
        start(Simulator::builder().client_key("SB-Mid-server-x")),
        StartError::Key(_)
    ));
    for url in [
        "",
        "shop",
        "/finish",
        "javascript:alert(1)",
        "ftp://shop/",
        "http://a b/",
        "http://shop/é",
    ] {
        assert!(
            matches!(
                start(Simulator::builder().finish_url(url)),
                StartError::Url(_)
            ),
            "{url}"
        );
    }
    let running = Simulator::builder().serve_blocking().unwrap();
    assert_eq!(
        running
            .finish_at("javascript:alert(1)")
            .unwrap_err()
            .setting(),
        "finish_url"
    );
    let port = running.url().rsplit(':').next().unwrap().parse().unwrap();
    assert!(matches!(
        start(Simulator::builder().port(port)),
        StartError::Listen(..)
    ));
}

#[test]
fn after_the_end_nothing_listens() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let url = simulator.url().to_owned();
    simulator.shutdown();
    assert!(charge_at(&url, "k", "order-1").is_err());

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let url = runtime.block_on(async {
        let simulator = Simulator::builder().serve().await.unwrap();
        simulator.idle().await;
        let url = simulator.url().to_owned();
        simulator.shutdown().await;
        url
    });
    assert!(charge_at(&url, "k", "order-1").is_err());
}

#[cfg(feature = "console")]
#[test]
fn a_page_whose_name_leads_here_reads_nothing_on_any_route() {
    let builder = Simulator::builder()
        .host("Simulator")
        .public_url("https://pay.test/sim");
    let simulator = builder.serve_blocking().unwrap();
    let (_, charged) = charge_at(simulator.url(), "k", "order-1").unwrap();
    let page = charged["redirect_url"]
        .as_str()
        .unwrap()
        .replace("https://pay.test/sim", "");
    let status = |path: &str, headers: &[(&str, &str)]| {
        let mut request = agent()
            .get(format!("{}{path}", simulator.url()))
            .header("authorization", KEY);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.call().unwrap().status().as_u16()
    };
    let kredivo = "/v1/redirect?referenceId=x-1";
    let routes = [
        "/v2/order-1/status",
        "/v3/nothing",
        "/openapi.json",
        "/simulator/page.css",
        "/",
        "/console",
        kredivo,
    ];
    for path in routes
        .iter()
        .chain(&["/console/calls", "/favicon.ico", &page])
    {
        // A browser sends nothing else with a `GET` over plain HTTP that would tell.
        assert_eq!(status(path, &[("host", "evil.example")]), 403, "{path}");
        assert_eq!(
            status(path, &[("host", "127.0.0.1.evil.example:8180")]),
            403,
            "{path}"
        );
        for host in ["simulator:8180", "pay.test", "localhost"] {
            assert_ne!(status(path, &[("host", host)]), 403, "{path} at {host}");
        }
    }
    let paying = agent()
        .post(format!("{}{page}", simulator.url()))
        .header("host", "evil.example");
    assert_eq!(
        paying
            .content_type("application/x-www-form-urlencoded")
            .send("choice=approve")
            .unwrap()
            .status(),
        403
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
fn a_password_in_a_url_is_refused_or_left_out() {
    let with_user = "http://user:secret-marker@127.0.0.1:9/notify";
    let error = Simulator::builder()
        .notification_url(with_user)
        .in_process()
        .unwrap_err();
    assert!(matches!(error, StartError::Url(_)));
    let simulator = Simulator::builder().in_process().unwrap();
    let request = crate::api_caller::ApiCaller::request(
        "POST",
        "/v2/charge",
        &[("x-override-notification", with_user)],
        &charge("akulaku", "order-1", 44_000).to_string(),
    );
    simulator.with_accounts(|accounts, now| accounts.first_mut().handle(&request, now));
    assert_eq!(&*simulator.messages()[0].url, "http://127.0.0.1:9/notify");
}

fn pay(
    simulator: &BlockingSimulator,
    order_id: &str,
    fault: Fault,
) -> ((u16, Option<String>, String), Timeline) {
    charge_at(simulator.url(), order_id, order_id).unwrap();
    simulator.idle();
    simulator.fail_next(fault);
    let reply = crate::sockets::post(
        &simulator.timeline(order_id).unwrap().pay_page_url,
        "choice=approve",
    );
    (reply, simulator.timeline(order_id).unwrap())
}

#[test]
fn a_browser_that_is_to_be_last_waits_for_the_shops_answer_and_one_that_never_returns_stays() {
    let shop = Shop::content();
    let simulator = Simulator::builder()
        .notification_url(shop.url.as_str())
        .finish_url("http://127.0.0.1:9/finish");
    let simulator = simulator.serve_blocking().unwrap();
    let ((status, _, page), timeline) = pay(&simulator, "order-1", Fault::ReturnAfter);
    assert_eq!(status, 200);
    assert!(page.contains("http://127.0.0.1:9/finish"), "the form back");
    assert!(
        timeline
            .messages
            .iter()
            .all(|message| message.state == DeliveryState::Delivered)
    );
    let ((_, _, page), timeline) = pay(&simulator, "order-2", Fault::NeverReturns);
    assert!(!page.contains("http://127.0.0.1:9/finish"));
    assert_eq!(timeline.summary.status.as_str(), "settlement");
}
