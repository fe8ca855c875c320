//! The console for programs: lists, settings, faults and the clock as JSON.

use midtrans_simulator::{Account, BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::{KEY, charge};
use crate::console::{call_by, charged, plain};
use crate::sockets::agent;

/// `Accept: application/json`: the status, and what came.
pub(crate) fn told(simulator: &BlockingSimulator, path: &str, form: Option<&str>) -> (u16, Value) {
    let url = format!("{}{path}", simulator.url());
    let mut reply = match form {
        Some(form) => {
            let request = agent().post(url).header("accept", "application/json");
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .send(form)
                .unwrap()
        }
        None => agent()
            .get(url)
            .header("accept", "application/json")
            .call()
            .unwrap(),
    };
    let body = reply.body_mut().read_to_string().unwrap();
    (
        reply.status().as_u16(),
        serde_json::from_str(&body).unwrap(),
    )
}

#[test]
fn a_program_lists_transactions() {
    let simulator = plain();
    let id = charged(&simulator, "order-1");
    charged(&simulator, "order-2");
    let (status, list) = told(&simulator, "/console?order=order-1", None);
    assert_eq!((status, &list["count"]), (200, &json!(1)));
    let row = &list["transactions"][0];
    assert_eq!(
        (&row["transaction_id"], &row["gross_amount"]),
        (&json!(id), &json!(44_000))
    );
    assert_eq!(
        told(&simulator, "/console?status=settlement", None).1,
        json!({"transactions": [], "count": 0})
    );
}

#[test]
fn an_order_of_several_merchants_is_shown_by_its_transaction_id_only() {
    let two = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = Simulator::builder().merchant(two).serve_blocking().unwrap();
    let first = charged(&simulator, "order-1");
    // `SB-Mid-server-two:` in base64.
    let second = call_by(
        &simulator,
        "Basic U0ItTWlkLXNlcnZlci10d286",
        "/v2/charge",
        &charge("akulaku", "order-1", 7_000),
    );
    for id in [first.as_str(), second["transaction_id"].as_str().unwrap()] {
        assert_eq!(
            told(&simulator, &format!("/console/transactions/{id}"), None).1["transaction_id"],
            id
        );
    }
    let (status, error) = told(&simulator, "/console/transactions/order-1", None);
    assert_eq!(
        (status, error),
        (
            409,
            json!({"error": "several merchants have an order of this id: use the transaction id"})
        )
    );
    let (status, _, page) =
        crate::sockets::get(&format!("{}/console/transactions/order-1", simulator.url()));
    assert!(
        status == 409 && page.contains("href=\"/console?order=order-1\""),
        "{page}"
    );
}

#[test]
fn a_program_lets_things_go_wrong_and_takes_it_back() {
    let simulator = plain();
    let rule = "action=add-fault&rule=status%3A503%2Corder%3Dorder-1";
    let (status, added) = told(&simulator, "/console/settings", Some(rule));
    assert_eq!((status, &added), (200, &json!({"number": 1})));
    let (_, settings) = told(&simulator, "/console/settings", None);
    assert_eq!(
        settings["faults"],
        json!([{"number": 1, "rule": "status:503,order=order-1"}])
    );
    assert_eq!(settings["notification_url"], "http://127.0.0.1:9/notify");
    assert!(!settings.to_string().contains("server"), "no key");
    assert_eq!(
        call_by(
            &simulator,
            KEY,
            "/v2/charge",
            &charge("kredivo", "order-1", 1)
        )["status_code"],
        "503"
    );
    assert_eq!(
        told(
            &simulator,
            "/console/settings",
            Some("action=remove-fault&number=1")
        )
        .1,
        json!({"done": true})
    );
    assert_eq!(
        told(
            &simulator,
            "/console/settings",
            Some("action=advance&count=2&unit=hours")
        )
        .0,
        200
    );
    assert_eq!(simulator.now().to_string(), "2026-11-22 12:00:00");
    let (status, error) = told(
        &simulator,
        "/console/settings",
        Some("action=add-fault&rule=nonsense"),
    );
    assert_eq!((status, &error["field"]), (400, &json!("rule")));
    assert_eq!(
        told(&simulator, "/console/settings?merchant=G9", None).0,
        404
    );
    assert_eq!(
        told(
            &simulator,
            "/console/settings",
            Some("action=add-fault&rule=lose&merchant=G9")
        )
        .0,
        400
    );
}

#[test]
fn a_word_that_the_console_does_not_know_is_an_error_and_changes_nothing() {
    let simulator = plain();
    for (form, field) in [
        ("action=advance&count=2&unit=hour", "unit"),
        ("action=advance&count=2&unit=weeks", "unit"),
        ("action=save&lenient=perhaps", "lenient"),
    ] {
        let (status, error) = told(&simulator, "/console/settings", Some(form));
        assert_eq!((status, &error["field"]), (400, &json!(field)), "{form}");
    }
    assert_eq!(simulator.now().to_string(), "2026-11-22 10:00:00");
    assert_eq!(
        told(&simulator, "/console/settings", None).1["lenient"],
        false
    );
}

fn settings(simulator: &BlockingSimulator) -> Value {
    let settings = told(simulator, "/console/settings", None).1;
    let names = [
        "finish_url",
        "notification_url",
        "lenient",
        "kredivo_approved",
    ];
    Value::from(names.map(|name| settings[name].clone()).to_vec())
}

#[test]
fn saving_changes_what_is_named_and_nothing_else() {
    let simulator = plain();
    let save = |form: &str| {
        told(
            &simulator,
            "/console/settings",
            Some(&format!("action=save&{form}")),
        )
    };
    let notify = "http://127.0.0.1:9/notify";
    assert_eq!(
        settings(&simulator),
        json!(["http://127.0.0.1:9/finish", notify, false, false])
    );
    assert_eq!(
        save("finish_url=http%3A%2F%2F127.0.0.1%3A7%2Fback"),
        (200, json!({"done": true}))
    );
    assert_eq!(
        settings(&simulator),
        json!(["http://127.0.0.1:7/back", notify, false, false])
    );
    assert_eq!(save("lenient=yes").0, 200);
    assert_eq!(save("kredivo_approved=yes").0, 200);
    assert_eq!(
        settings(&simulator),
        json!(["http://127.0.0.1:7/back", notify, true, true])
    );
    assert_eq!(save("finish_url=&lenient=no").0, 200);
    assert_eq!(
        settings(&simulator),
        json!([null, notify, false, true]),
        "an empty URL is none"
    );
    assert_eq!(
        save("lenient=perhaps"),
        (
            400,
            json!({"error": "expected yes or no", "field": "lenient"})
        )
    );
    assert_eq!(save("").0, 200);
    assert_eq!(settings(&simulator), json!([null, notify, false, true]));
}

#[test]
fn a_program_gets_json_everywhere_and_errors_that_say_something() {
    let simulator = plain();
    charged(&simulator, "order-1");
    let error = |path: &str, form: Option<&str>| {
        let (status, body) = told(&simulator, path, form);
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        (status, text("field"), text("error").unwrap())
    };
    let (status, field, reason) = error("/console/settings", Some(""));
    assert_eq!((status, field.as_deref()), (400, Some("action")));
    assert!(
        reason.contains("expected save, add-fault, remove-fault or advance"),
        "{reason}"
    );
    let (status, field, reason) = error("/console/settings", Some("action=remove-fault"));
    assert_eq!(
        (status, field.as_deref(), reason.as_str()),
        (400, Some("number"), "expected the number of a rule")
    );
    let (status, _, reason) = error("/console/transactions/order-1/steal", Some(""));
    assert_eq!(status, 404);
    assert!(reason.contains("expected settle, decline"), "{reason}");
    for path in [
        "/console/nowhere",
        "/console/calls?merchant=G9",
        "/console/settings?merchant=G9",
    ] {
        assert_eq!(error(path, None).0, 404, "{path}");
    }
    for path in [
        "/console/calls?merchant=G9",
        "/console/settings?merchant=G9",
    ] {
        let page = crate::sockets::get(&format!("{}{path}", simulator.url()));
        assert!(
            page.0 == 404 && page.2.contains("There is no such merchant"),
            "{path}: {}",
            page.2
        );
    }
}

#[test]
fn a_program_reads_the_calls() {
    let simulator = plain();
    charged(&simulator, "order-1");
    call_by(&simulator, KEY, "/v2/none/cancel", &json!({}));
    let (status, list) = told(&simulator, "/console/calls", None);
    let [last, first] = list["calls"].as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    assert_eq!(status, 200);
    assert_eq!(
        (&first["method"], &first["path"]),
        (&json!("POST"), &json!("/v2/charge"))
    );
    assert_eq!(
        (&first["call"], &first["order_id"], &first["status_code"]),
        (&json!(1), &json!("order-1"), &json!(201))
    );
    let request: Value = serde_json::from_str(first["request"].as_str().unwrap()).unwrap();
    assert_eq!(request["payment_type"], "kredivo");
    assert_eq!(
        (&last["http_status"], &last["status_code"], &last["fault"]),
        (&json!(200), &json!(404), &json!(null))
    );
    assert!(!list.to_string().contains("SB-Mid-server"), "no key");
}

#[test]
fn the_calls_page_links_only_to_pages_that_exist() {
    let simulator = plain();
    let id = charged(&simulator, "order-1");
    call_by(&simulator, KEY, "/v2/none/cancel", &json!({}));
    call_by(
        &simulator,
        "Basic eDo=",
        "/v2/charge",
        &charge("akulaku", "order-9", 44_000),
    );
    let page = crate::sockets::get(&format!("{}/console/calls", simulator.url())).2;
    assert!(page.contains("none") && page.contains("order-9"), "{page}");
    let links: Vec<&str> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(
        links.contains(&format!("/console/transactions/{id}").as_str()),
        "{links:?}"
    );
    for link in links.into_iter().filter(|link| link.starts_with('/')) {
        assert_eq!(
            crate::sockets::get(&format!("{}{link}", simulator.url())).0,
            200,
            "{link}"
        );
    }
}

#[test]
fn the_json_of_an_order_names_the_page_where_it_is_paid() {
    let simulator = plain();
    let body = json!({
        "payment_type": "cstore",
        "transaction_details": {"order_id": "order-2", "gross_amount": 44_000},
        "cstore": {"store": "alfamart"},
    });
    let second = call_by(&simulator, KEY, "/v2/charge", &body);
    let id = second["transaction_id"].as_str().unwrap();
    let order = told(&simulator, "/console/transactions/order-2", None).1;
    assert_eq!(order["pay_page"], json!(format!("/pay/{id}")));
    assert_eq!(order["redirect_url"], Value::Null);
    assert_eq!(order["instructions"]["store"], "alfamart");
    let first = charged(&simulator, "order-1");
    let order = told(&simulator, "/console/transactions/order-1", None).1;
    let page = order["pay_page"].as_str().unwrap();
    assert!(page.contains(&first), "{page}");
    let url = format!("{}{page}", simulator.url());
    assert_eq!(order["redirect_url"], json!(url));
}
