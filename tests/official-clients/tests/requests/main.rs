//! The requests of the official clients for Go, PHP and Java, whose packages cannot be run here, as
//! data: `requests/walks.json` has the client, the operation, the exact request, and what the
//! client's own tests need of the answer. `requests/statements.json` maps each statement about the
//! official clients to its tests, and to answers that those tests have to notice.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where its own set-up fails"
)]

mod alteration;
mod client;
mod need;
mod statement;
mod walk;
mod wire;

use serde_json::{Value, json};
use walk::{Walk, walks};

#[test]
fn go_php_and_java_get_what_their_tests_need() {
    for walk in walks() {
        if let Err(broken) = walk.play(None) {
            panic!("{}, {broken}", walk.name);
        }
    }
}

/// Java's tests charge for two merchants at the same time, under the same order ids.
#[test]
fn two_merchants_who_charge_at_the_same_time_get_their_own_answers() {
    let walks = walks();
    let walk = walks
        .iter()
        .find(|walk| walk.name == "Java charges for two merchants");
    let walk = walk.unwrap();
    let simulator = walk.simulator();
    let merchants = ["G000000000", "G111111111"];
    std::thread::scope(|scope| {
        for (step, merchant_id) in walk.steps.iter().zip(merchants) {
            let (simulator, client) = (&simulator, &walk.client);
            scope.spawn(move || {
                for number in 0..20 {
                    let (_, text) = step.send_as(simulator, client, |body| {
                        body.replace("java-1", &format!("java-{number}"))
                    });
                    let answer: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(answer["status_code"], "201", "{text}");
                    assert_eq!(answer["merchant_id"], merchant_id);
                    assert_eq!(answer["order_id"], format!("java-{number}"));
                }
            });
        }
    });
}

/// Each need looks at the answer: another value there is noticed.
#[test]
fn every_need_of_an_answer_notices_another_value() {
    for walk in walks() {
        for (step, answer) in walk.steps.iter().zip(walk.answers()) {
            for pointer in step.needs.keys() {
                let mut other: Value = serde_json::from_str(&answer.text).unwrap();
                alteration::set(&mut other, pointer, json!({"another": "value"}));
                let unmet = step.unmet(answer.http, &other.to_string(), &answer.known);
                assert!(unmet.is_some(), "{}: {pointer}", walk.name);
            }
            let other = step.unmet(answer.http + 1, &answer.text, &answer.known);
            assert!(other.is_some(), "{}: the HTTP status", walk.name);
        }
    }
}

#[test]
fn every_client_without_a_package_here_is_in_the_data_with_each_product() {
    let walks = walks();
    let calls = |client: &str, path: &str| {
        let of_client = walks.iter().filter(|walk| walk.client == client);
        of_client
            .flat_map(|walk| &walk.steps)
            .any(|step| step.call.contains(path))
    };
    let products = [
        "/v2/charge",
        "/v2/token",
        "/v2/card/register",
        "/snap/v1/transactions",
        "/v1/subscriptions",
        "/v2/pay/account",
        "/status",
    ];
    for client in ["Go", "PHP", "Java"] {
        for path in products {
            assert!(calls(client, path), "{client}: {path}");
        }
    }
    let names: std::collections::BTreeSet<&str> = walks.iter().map(|walk| &*walk.name).collect();
    assert_eq!(names.len(), walks.len(), "a walk is found by its name");
}

#[test]
fn every_statement_names_tests_that_exist() {
    for statement in statement::statements() {
        statement.assert_tests_exist();
    }
}

/// The proof of the table: an answer that differs from a statement is noticed at that very step.
#[test]
fn every_statement_has_a_test_that_fails_when_the_simulator_answers_otherwise() {
    let walks: Vec<Walk> = walks();
    for statement in statement::statements() {
        statement.assert_otherwise_is_noticed(&walks);
    }
}
