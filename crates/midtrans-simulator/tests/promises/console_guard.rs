//! Strangers and what they send: refused, or shown and never run.

use midtrans_simulator::gateway::{Choice, Outcome, Rule};
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::json;

use crate::api_caller::{KEY, charge};
use crate::console::{call_by, charged, page, plain, start, status};
use crate::sockets::{agent, post};

fn settle(simulator: &BlockingSimulator, headers: &[(&str, &str)]) -> u16 {
    let mut request = agent().post(format!(
        "{}/console/transactions/order-1/settle",
        simulator.url()
    ));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .content_type("application/x-www-form-urlencoded")
        .send("")
        .unwrap()
        .status()
        .as_u16()
}

#[test]
fn other_sites_pages_and_other_names_of_this_machine_are_refused() {
    let simulator = start(|builder| builder.public_url("https://pay.test"));
    charged(&simulator, "order-1");
    let host = simulator.url().trim_start_matches("http://").to_owned();
    for headers in [
        [("sec-fetch-site", "cross-site"), ("host", host.as_str())],
        [("sec-fetch-site", "same-site"), ("host", host.as_str())],
        [("origin", "http://evil.example"), ("host", host.as_str())],
        [("origin", "null"), ("host", host.as_str())],
        [("origin", "http://evil.example"), ("host", "evil.example")],
    ] {
        assert_eq!(settle(&simulator, &headers), 403, "{headers:?}");
        assert_eq!(status(&simulator, "order-1"), "pending", "{headers:?}");
    }
    for path in [
        "/console",
        "/console/transactions/order-1",
        "/console/calls",
        "/console/settings",
        "/console/events",
    ] {
        let asked = agent()
            .get(format!("{}{path}", simulator.url()))
            .header("host", "evil.example:80")
            .call();
        assert_eq!(asked.unwrap().status().as_u16(), 403, "{path}");
    }
    let settings = agent()
        .post(format!("{}/console/settings", simulator.url()))
        .header("origin", "http://evil.example");
    assert_eq!(settings.send("action=save").unwrap().status().as_u16(), 403);
    assert_eq!(
        settle(
            &simulator,
            &[("origin", "https://pay.test"), ("host", "pay.test")]
        ),
        303,
        "the public address"
    );
}

#[test]
fn whatever_a_merchant_says_is_shown_and_never_run() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=a>";
    let simulator = plain();
    let mut body = charge("kredivo", "order-1", 44_000);
    body["item_details"][0]["name"] = EVIL.into();
    assert_eq!(
        call_by(&simulator, KEY, "/v2/charge", &body)["status_code"],
        "201"
    );
    call_by(
        &simulator,
        KEY,
        "/v2/%3Cscript%3Ealert(1)%3C%2Fscript%3E/cancel",
        &json!({ "x": EVIL }),
    );
    simulator.choose("order-1", Choice::Approve).unwrap();
    call_by(
        &simulator,
        KEY,
        "/v2/order-1/refund",
        &json!({"refund_key": "r-1", "amount": 1_000, "reason": EVIL}),
    );
    simulator.deliver(|_| Outcome::answered(500).saying(EVIL));
    simulator.add_fault(
        "delay:1s,order=<script>alert(1)</script>"
            .parse::<Rule>()
            .unwrap(),
    );
    let query = "/console?order=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E&status=%22%3E%3Cscript%3Ealert(1)&page=-1";
    let shown: Vec<String> = [
        "/console/transactions/order-1",
        "/console/calls",
        "/console/settings",
        query,
    ]
    .map(|path| page(&simulator, path))
    .into();
    for page in &shown {
        assert!(
            !page.contains("<script>alert") && !page.contains("<img") && !page.contains("<i>"),
            "{page}"
        );
    }
    assert!(
        shown[0].contains("Confirmed by the bank"),
        "the refund with its reason is there: {}",
        shown[0]
    );
    assert!(
        shown[0].contains("&lt;script&gt;alert(1)") && shown[1].contains("&lt;i&gt;key&lt;/i&gt;")
    );
    let form = format!("action=add-fault&rule={}", "%3Cscript%3Ealert(1)");
    let (http, _, page) = post(&format!("{}/console/settings", simulator.url()), &form);
    assert_eq!(http, 400);
    assert!(
        page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"),
        "{page}"
    );
    let policy = agent()
        .get(format!("{}/console", simulator.url()))
        .call()
        .unwrap();
    let policy = policy.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"));
}

#[test]
fn no_page_shows_a_key_and_none_widens_where_notifications_go() {
    let simulator = plain();
    charged(&simulator, "order-1");
    simulator.choose("order-1", Choice::Approve).unwrap();
    for path in [
        "/console",
        "/console/transactions/order-1",
        "/console/calls",
        "/console/settings",
    ] {
        assert!(!page(&simulator, path).contains("SB-Mid-"), "{path}");
    }
    let courier = Simulator::builder().serve_blocking().unwrap();
    let form = "action=save&notification_url=http%3A%2F%2Fevil.example%2F&allowed_hosts=evil.example&allow_host=evil.example";
    let (http, _, refused) = post(&format!("{}/console/settings", courier.url()), form);
    assert!(
        http == 400 && refused.contains("--allow-host evil.example"),
        "{refused}"
    );
    courier.with_accounts(|all, _| {
        all.first_mut().settings_mut().notification_url = Some("http://evil.example/".into())
    });
    charged(&courier, "order-1");
    courier.idle();
    assert_eq!(
        courier.messages()[0].attempts[0].outcome,
        Outcome::Forbidden
    );
    assert!(page(&courier, "/console/transactions/order-1").contains("this host is not allowed"));
}
