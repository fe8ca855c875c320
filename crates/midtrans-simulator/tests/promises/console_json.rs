//! The console for programs: lists, settings, faults and the clock as JSON.

use midtrans_simulator::BlockingSimulator;
use serde_json::{Value, json};

use crate::console::{call_by, charged, plain};
use crate::desk::{KEY, charge};
use crate::sockets::agent;

/// `Accept: application/json`: the status, and what came.
fn told(simulator: &BlockingSimulator, path: &str, form: Option<&str>) -> (u16, Value) {
    let url = format!("{}{path}", simulator.url());
    let mut reply = match form {
        Some(form) => {
            let request = agent().post(url).header("accept", "application/json");
            request.header("content-type", "application/x-www-form-urlencoded").send(form).unwrap()
        }
        None => agent().get(url).header("accept", "application/json").call().unwrap(),
    };
    let body = reply.body_mut().read_to_string().unwrap();
    (reply.status().as_u16(), serde_json::from_str(&body).unwrap())
}

#[test]
fn a_program_lists_transactions() {
    let simulator = plain();
    let id = charged(&simulator, "order-1");
    charged(&simulator, "order-2");
    let (status, list) = told(&simulator, "/console?order=order-1", None);
    assert_eq!((status, &list["count"]), (200, &json!(1)));
    let row = &list["transactions"][0];
    assert_eq!((&row["transaction_id"], &row["gross_amount"]), (&json!(id), &json!(44_000)));
    assert_eq!(told(&simulator, "/console?status=settlement", None).1, json!({"transactions": [], "count": 0}));
}

#[test]
fn a_program_lets_things_go_wrong_and_takes_it_back() {
    let simulator = plain();
    let rule = "action=add-fault&rule=status%3A503%2Corder%3Dorder-1";
    let (status, added) = told(&simulator, "/console/settings", Some(rule));
    assert_eq!((status, &added), (200, &json!({"number": 1})));
    let (_, settings) = told(&simulator, "/console/settings", None);
    assert_eq!(settings["faults"], json!([{"number": 1, "rule": "status:503,order=order-1"}]));
    assert_eq!(settings["notification_url"], "http://127.0.0.1:9/notify");
    assert!(!settings.to_string().contains("server"), "no key");
    assert_eq!(call_by(&simulator, KEY, "/v2/charge", &charge("kredivo", "order-1", 1))["status_code"], "503");
    assert_eq!(told(&simulator, "/console/settings", Some("action=remove-fault&number=1")).1, json!({"done": true}));
    assert_eq!(told(&simulator, "/console/settings", Some("action=advance&count=2&unit=hours")).0, 200);
    assert_eq!(simulator.now().to_string(), "2026-11-22 12:00:00");
    let (status, error) = told(&simulator, "/console/settings", Some("action=add-fault&rule=nonsense"));
    assert_eq!((status, &error["field"]), (400, &json!("rule")));
    assert_eq!(told(&simulator, "/console/settings?merchant=G9", None).0, 404);
    assert_eq!(told(&simulator, "/console/settings", Some("action=add-fault&rule=lose&merchant=G9")).0, 400);
}

#[test]
fn a_word_that_the_console_does_not_know_is_an_error_and_changes_nothing() {
    let simulator = plain();
    for (form, field) in [
        ("action=advance&count=2&unit=hour", "unit"),
        ("action=advance&count=2&unit=weeks", "unit"),
        ("action=save&kredivo_return=without", "kredivo_return"),
    ] {
        let (status, error) = told(&simulator, "/console/settings", Some(form));
        assert_eq!((status, &error["field"]), (400, &json!(field)), "{form}");
    }
    assert_eq!(simulator.now().to_string(), "2026-11-22 10:00:00");
    assert_eq!(told(&simulator, "/console/settings", None).1["kredivo_return"], "with_status");
}
