//! `midtrans doctor`.

use crate::program::{Program, gateway};
use crate::shop::{Shop, status};

#[test]
fn a_well_account_is_well() {
    let (_simulator, program) = gateway();
    program.line("doctor").says(
        0,
        &[
            "server key      ok",
            "key at gateway  ok    accepted",
            "clock           ok",
        ],
    );
    let json = program.line("doctor --json").says(0, &[]).json();
    assert_eq!(json["is_well"], true);
    assert!(
        json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["grade"] == "ok")
    );
}

#[test]
fn a_wrong_key_and_an_absent_gateway_are_found() {
    let (_simulator, program) = gateway();
    let other = program
        .clone()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-other");
    other.line("doctor").says(
        1,
        &[
            "key at gateway  BAD   refused with 401",
            "next: copy the server key",
        ],
    );
    Program::at("http://127.0.0.1:9")
        .line("doctor")
        .says(1, &["gateway", "BAD", "midtrans simulate"]);
    Program::bare().line("doctor").says(
        1,
        &["server key   BAD   there is no server key", "not asked"],
    );
    let mixed = Program::bare().with("MIDTRANS_SERVER_KEY", "Mid-server-MARKER");
    mixed
        .line("doctor")
        .says(1, &["BAD   the key does not belong to sandbox"]);
    let swapped = program.with("MIDTRANS_CLIENT_KEY", "SB-Mid-server-MARKER");
    swapped.line("doctor").says(1, &["client key      BAD"]);
}

#[test]
fn a_webhook_is_tried_with_a_genuine_and_a_forged_notification() {
    let (_simulator, program) = gateway();
    let try_it = |answers: &[&str]| {
        let shop = Shop::answering(
            &answers
                .iter()
                .map(|line| status(line))
                .collect::<Vec<_>>()
                .each_str(),
        );
        let ran = program.run(&["doctor", "--webhook", &shop.url]);
        (ran, shop.all())
    };
    let (ran, came) = try_it(&["200 OK", "403 Forbidden", "401 Unauthorized"]);
    ran.says(
        0,
        &[
            "takes a test notification",
            "turned away with 403",
            "turned away with 401",
        ],
    );
    let json = |at: usize| serde_json::from_slice::<serde_json::Value>(&came[at].body).unwrap();
    let order = |at: usize| json(at)["order_id"].as_str().unwrap().to_owned();
    assert!(order(0).starts_with("payment_notif_test_") && order(0) == order(1));
    assert!(
        !order(2).starts_with("payment_notif_test_"),
        "an order as any other"
    );
    assert!(
        json(0)["signature_key"] != json(1)["signature_key"]
            && json(1)["signature_key"] == json(2)["signature_key"]
    );
    try_it(&["301 Moved"])
        .0
        .says(1, &["BAD   redirects with 301", "to the last slash"]);
    try_it(&["403 Forbidden"])
        .0
        .says(1, &["turns a genuine notification away"]);
    try_it(&["500 Oops"]).0.says(1, &["answers 500"]);
    program
        .line("doctor --webhook http://127.0.0.1:9/")
        .says(1, &["webhook", "not reachable"]);
    program
        .line("doctor --webhook shop")
        .says(1, &["not usable"]);
}

#[test]
fn a_webhook_that_takes_forged_notifications_is_bad_and_exit_1() {
    let (_simulator, program) = gateway();
    for answers in [
        // Everything is taken; only the test is checked; what is not genuine alone is taken; only
        // the test is not checked.
        ["200 OK", "200 OK", "200 OK"],
        ["200 OK", "403 Forbidden", "200 OK"],
        ["500 Oops", "403 Forbidden", "204 No Content"],
        ["200 OK", "200 OK", "404 Not Found"],
    ] {
        let answers: Vec<String> = answers.iter().map(|line| status(line)).collect();
        let shop = Shop::answering(&answers.each_str());
        let json = program
            .run(&["doctor", "--json", "--webhook", &shop.url])
            .says(1, &["a forged notification is taken"]);
        assert_eq!(json.json()["is_well"], false);
        assert_eq!(shop.all().len(), 3);
    }
}

#[test]
fn what_could_not_be_found_out_is_not_well() {
    let (_simulator, program) = gateway();
    let answers = [
        status("200 OK"),
        status("403 Forbidden"),
        status("500 Oops"),
    ];
    let shop = Shop::answering(&answers.to_vec().each_str());
    let json = program
        .run(&["doctor", "--json", "--webhook", &shop.url])
        .says(3, &["is it believed?"])
        .json();
    assert_eq!(json["is_well"], false);
    // Something answers, and it does not say whether the key is good.
    let odd = Shop::answering(&[&status("503 Busy")]);
    Program::at(&odd.url)
        .line("doctor")
        .says(3, &["key at gateway  ?"]);
}

trait EachStr {
    fn each_str(&self) -> Vec<&str>;
}

impl EachStr for Vec<String> {
    fn each_str(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}
