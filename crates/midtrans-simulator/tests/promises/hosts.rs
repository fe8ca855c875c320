//! A simulator among other machines: the hosts that may be notified, and a reset.

use midtrans_simulator::{BlockingSimulator, Simulator, StartError};

use crate::api_caller::{KEY, charge};
use crate::sockets::agent;

#[test]
fn a_notification_url_on_a_host_that_is_not_allowed_is_said_at_the_start() {
    let builder = || Simulator::builder().notification_url("http://shop:3000/notify");
    let error = builder().serve_blocking().unwrap_err();
    assert!(matches!(error, StartError::HostNotAllowed { host, .. } if host == "shop"));
    assert!(builder().allow_host("Shop").serve_blocking().is_ok());
    assert!(
        builder().deliver_by_hand().serve_blocking().is_ok(),
        "nothing is sent there"
    );
    assert!(
        Simulator::builder()
            .notification_url("http://[::1]:3000/")
            .serve_blocking()
            .is_ok()
    );
}

#[test]
fn a_running_simulator_refuses_a_notification_url_on_a_host_that_is_not_allowed() {
    let simulator = Simulator::builder()
        .allow_host("shop")
        .in_process()
        .unwrap();
    assert!(
        simulator.notify_at("http://elsewhere:3000/notify").is_ok(),
        "nothing is sent there"
    );
    let simulator = Simulator::builder()
        .allow_host("Shop")
        .serve_blocking()
        .unwrap();
    simulator.notify_at("http://127.0.0.1:9/").unwrap();
    let error = simulator
        .notify_at("http://elsewhere:3000/notify")
        .unwrap_err();
    assert_eq!(
        (error.setting(), error.forbidden_host()),
        ("notification_url", Some("elsewhere"))
    );
    assert!(
        error.to_string().contains("may not go to elsewhere"),
        "{error}"
    );
    let set = || {
        simulator.with_accounts(|accounts, _| accounts.first().settings().notification_url.clone())
    };
    assert_eq!(
        set().as_deref(),
        Some("http://127.0.0.1:9/"),
        "nothing has changed"
    );
    simulator.notify_at("http://SHOP:3000/notify").unwrap();
    assert_eq!(set().as_deref(), Some("http://SHOP:3000/notify"));
    assert_eq!(
        simulator
            .notify_at("shop:3000")
            .unwrap_err()
            .forbidden_host(),
        None
    );
}

fn charged_id(simulator: &BlockingSimulator) -> String {
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", KEY);
    let request = request.header("idempotency-key", "key-1");
    let mut reply = request
        .send(charge("akulaku", "order-1", 44_000).to_string())
        .unwrap();
    let reply: serde_json::Value =
        serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(reply["status_code"], "201");
    reply["transaction_id"].as_str().unwrap().to_owned()
}

#[test]
fn one_call_resets_everything_but_settings_and_the_faults_of_the_start() {
    let builder = Simulator::builder()
        .notification_url("http://127.0.0.1:9/")
        .deliver_by_hand();
    let simulator = builder.fault(
        "lose,order=order-8"
            .parse::<midtrans_simulator::gateway::Rule>()
            .unwrap(),
    );
    let simulator = simulator.serve_blocking().unwrap();
    let first = charged_id(&simulator);
    simulator.fail_next("status:503".parse().unwrap());
    let reset = agent()
        .post(format!("{}/console/reset", simulator.url()))
        .header("accept", "application/json");
    assert_eq!(
        reset
            .send_empty()
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap(),
        "{\"done\":true}\n"
    );
    simulator.with_accounts(|accounts, _| {
        let account = accounts.first();
        assert_eq!(
            (
                account.count(),
                account.messages().len(),
                account.calls().count()
            ),
            (0, 0, 0)
        );
        assert_eq!((account.next_at(), account.is_delivering()), (None, false));
        let account = accounts.first();
        assert_eq!(
            account
                .faults()
                .iter()
                .map(|(_, rule)| rule.to_string())
                .collect::<Vec<_>>(),
            ["lose,order=order-8"]
        );
        assert_eq!(
            account.settings().notification_url.as_deref(),
            Some("http://127.0.0.1:9/")
        );
    });
    assert!(simulator.timeline("order-1").is_none());
    let second = charged_id(&simulator);
    assert_ne!(
        first, second,
        "the stored answer is gone, and no id comes twice"
    );
    let foreign = agent()
        .post(format!("{}/console/reset", simulator.url()))
        .header("origin", "http://evil.example");
    assert_eq!(foreign.send_empty().unwrap().status(), 403);
    assert!(simulator.timeline("order-1").is_some());
}
