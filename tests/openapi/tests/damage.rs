//! The document's schemas are tight: they notice every field that goes missing, changes its type,
//! or is new.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use midtrans_openapi_tests::{Answer, Caller, Document};
use midtrans_simulator::gateway::{Choice, Outcome};
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

/// The fields that may be absent wherever they stand.
const OPTIONAL: [&str; 5] = [
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "metadata",
    "bank_confirmed_at",
];

fn simulator() -> (BlockingSimulator, Caller, Document) {
    // Presence is the document's business elsewhere; here it is answers.
    let builder = Simulator::builder()
        .lenient()
        .deliver_by_hand()
        .notification_url("http://127.0.0.1:3000/notify");
    let simulator = builder.serve_blocking().unwrap();
    let caller = Caller::new(simulator.url());
    let document = Document::new(caller.get("/openapi.json").unwrap().json).closed();
    (simulator, caller, document)
}

fn charge(payment_type: &str) -> String {
    let details = json!({"order_id": format!("{payment_type}-1"), "gross_amount": 44_000});
    json!({"payment_type": payment_type, "transaction_details": details, "custom_field1": "a"})
        .to_string()
}

/// Returns the answers of two transactions' lifetimes, each with its operation.
fn answers(
    simulator: &BlockingSimulator,
    caller: &Caller,
) -> Vec<(&'static str, &'static str, Answer)> {
    let mut all = Vec::new();
    for payment_type in ["akulaku", "kredivo"] {
        let id = format!("{payment_type}-1");
        let mut call = |method: &'static str, path: &'static str, body: &str| {
            let answer = caller
                .call(method, &path.replace("{id}", &id), &[], body)
                .unwrap();
            all.push((method, path, answer));
        };
        call("POST", "/v2/charge", "[]");
        call("POST", "/v2/charge", "null");
        call(
            "POST",
            "/v2/charge",
            &json!({"payment_type": payment_type}).to_string(),
        );
        call("POST", "/v2/{id}/cancel", "");
        call("POST", "/v2/charge", &charge(payment_type));
        call("POST", "/v2/{id}/refund", "");
        call("POST", "/v2/{id}/cancel", "");
        call("GET", "/v2/{id}/status", "");
        call("POST", "/v2/{id}/approve", "");
        call("POST", "/v2/charge", &charge(payment_type));
        call("POST", "/v2/charge", &charge(payment_type));
        call("POST", "/v2/{id}/expire", "");
        call("POST", "/v2/charge", &charge(payment_type));
        simulator.choose(&id, Choice::Approve).unwrap();
        call("GET", "/v2/{id}/status", "");
        call(
            "POST",
            "/v2/{id}/refund",
            r#"{"amount": 4000, "refund_key": "r"}"#,
        );
        call("POST", "/v2/{id}/refund", r#"{"amount": 44000}"#);
        call("POST", "/v2/{id}/refund", r#"{"refund_key": "r"}"#);
        call("GET", "/v2/{id}/status", "");
        call("POST", "/v2/{id}/refund/online/direct", "");
        call("GET", "/v2/{id}/status/b2b", "");
    }
    all
}

/// Bodies that are each wrong in one place, with that place.
fn damaged(body: &Value) -> Vec<(String, Value)> {
    let mut wrong = Vec::new();
    damage("", body, &mut |place, change| {
        let mut copy = body.clone();
        change(&mut copy);
        wrong.push((place, copy));
    });
    wrong
}

/// Takes what is damaged, and how.
type Add<'a> = dyn FnMut(String, &dyn Fn(&mut Value)) + 'a;

fn damage(place: &str, value: &Value, add: &mut Add<'_>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{place}/{name}");
                let inner =
                    |copy: &mut Value, change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                        change(copy.pointer_mut(place).unwrap().as_object_mut().unwrap());
                    };
                if !OPTIONAL.contains(&name.as_str()) {
                    add(format!("{at} is missing"), &|copy| {
                        inner(copy, &|members| drop(members.remove(name)))
                    });
                }
                for other in [
                    json!(null),
                    json!(true),
                    json!(-1.5),
                    json!([]),
                    json!({}),
                    json!(""),
                ] {
                    // An empty text is a text.
                    let is_same = other.is_string() && member.is_string()
                        || other.is_object() && member.is_object();
                    if !is_same {
                        add(format!("{at} is {other}"), &|copy| {
                            inner(copy, &|members| {
                                drop(members.insert(name.clone(), other.clone()))
                            });
                        });
                    }
                }
                if name != "metadata" {
                    damage(&at, member, add);
                }
            }
            add(format!("{place} has a new member"), &|copy| {
                copy.pointer_mut(place).unwrap()["surprise"] = json!(1);
            });
        }
        Value::Array(list) => {
            for (at, member) in list.iter().enumerate() {
                damage(&format!("{place}/{at}"), member, add);
            }
        }
        _ => {}
    }
}

#[test]
fn every_damage_of_an_answer_is_noticed() {
    let (simulator, caller, document) = simulator();
    let mut count = 0;
    for (method, path, answer) in answers(&simulator, &caller) {
        document.check_answer(method, path, &answer).unwrap();
        for (place, json) in damaged(&answer.json) {
            let fits = document.check_answer(
                method,
                path,
                &Answer {
                    json,
                    ..answer.clone()
                },
            );
            assert!(
                fits.is_err(),
                "{method} {path} {}: unnoticed: {place}",
                answer.code()
            );
            count += 1;
        }
        for other in ["text/html", "text/plain; charset=utf-8", ""] {
            let other = Answer {
                content_type: other.to_owned(),
                ..answer.clone()
            };
            assert!(document.check_answer(method, path, &other).is_err());
        }
        let other = Answer {
            http_status: 418,
            ..answer.clone()
        };
        assert!(document.check_answer(method, path, &other).is_err());
    }
    assert!(count > 1_000, "{count}");
}

#[test]
fn every_damage_of_a_notification_is_noticed() {
    let (simulator, caller, document) = simulator();
    answers(&simulator, &caller);
    let mut bodies = Vec::new();
    simulator.deliver(|delivery| {
        bodies.push(serde_json::from_str::<Value>(&delivery.body).unwrap());
        Outcome::answered(200)
    });
    assert!(bodies.len() > 10, "{}", bodies.len());
    for body in bodies {
        document.check_notification(&body).unwrap();
        for (place, damaged) in damaged(&body) {
            let fits = document.check_notification(&damaged);
            assert!(
                fits.is_err(),
                "{}: unnoticed: {place}",
                body["transaction_status"]
            );
        }
    }
}

#[test]
fn a_code_that_does_not_go_with_its_status_is_noticed() {
    let (simulator, caller, document) = simulator();
    caller.post("/v2/charge", &charge("akulaku")).unwrap();
    let answer = caller.get("/v2/akulaku-1/status").unwrap();
    for code in ["200", "202", "407", "201.0", "999"] {
        let mut json = answer.json.clone();
        json["status_code"] = json!(code);
        let fits = document.check_answer(
            "GET",
            "/v2/{id}/status",
            &Answer {
                json,
                ..answer.clone()
            },
        );
        assert!(fits.is_err(), "{code}");
    }
    drop(simulator);
}
