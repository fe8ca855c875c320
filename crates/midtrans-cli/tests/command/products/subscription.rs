//! `midtrans subscription`.

use serde_json::json;

use super::{asked, body, fed, secret, words};
use crate::program::{Folder, Program, gateway};

const TOKEN: &[u8] = b"48111111MARKERHvFQFEjTivUV1114\n";
const ID: &str = "d98a63b8-97e4-4059-825f-0f62340407e9";
const CREATE: &str = "subscription create --name kopi --amount 14000 --every month";

fn made() -> serde_json::Value {
    json!({
        "id": ID, "name": "kopi", "amount": "14000", "currency": "IDR", "status": "active",
        "created_at": "2026-05-29T09:11:01.810452", "payment_type": "credit_card",
        "token": "48111111MARKERHvFQFEjTivUV1114",
        "schedule": {"interval": 1, "interval_unit": "month", "current_interval": 1,
            "next_execution_at": "2026-06-29T09:11:01.803677"},
        "transaction_ids": ["t-1", "t-2"],
        "customer_details": {"email": "MARKER@example.com"},
    })
}

#[test]
fn a_token_comes_from_standard_input_or_a_file_and_is_never_shown() {
    let (ran, came) = fed(&words(CREATE), TOKEN, "200 OK", &made());
    ran.says(
        0,
        &[
            "subscription id  d98a63b8",
            "every            month",
            "status           active",
        ],
    );
    let expected = json!({
        "name": "kopi", "amount": "14000", "currency": "IDR", "payment_type": "credit_card",
        "token": "48111111MARKERHvFQFEjTivUV1114",
        "schedule": {"interval": 1, "interval_unit": "month"},
    });
    assert_eq!(body(&came), expected);
    assert!(
        came[0].head.contains("\nidempotency-key: "),
        "{}",
        came[0].head
    );

    let folder = Folder::new("subscription-token");
    let file = secret(&folder, "card.token", "48111111MARKERHvFQFEjTivUV1114");
    let line = "--charges 12 --start 2027-01-01 --account a-1 --customer first_name=Siti --json";
    let from_file = ["--token-from", &file];
    let all = [&words(CREATE)[..], &words(line), &from_file].concat();
    let (ran, came) = asked(&all, "200 OK", &made());
    let json = ran.says(0, &[]).json();
    assert_eq!(json["subscription_id"], ID);
    assert_eq!(json["transaction_ids"], json!(["t-1", "t-2"]));
    let body = body(&came);
    assert_eq!(body["payment_type"], "gopay");
    assert_eq!(body["gopay"], json!({"account_id": "a-1"}));
    let schedule = json!({"interval": 1, "interval_unit": "month", "max_interval": 12,
        "start_time": "2027-01-01 00:00:00 +0700"});
    assert_eq!(body["schedule"], schedule);
}

#[test]
fn a_token_is_no_argument_and_not_in_a_file_that_others_may_read() {
    let program = Program::at("http://127.0.0.1:9");
    for set in ["token=MARKER", "token:=\"MARKER\"", "token.x=MARKER"] {
        for line in [CREATE, "subscription update s-1 --amount 5000"] {
            let all = [&words(line)[..], &["--set", set]].concat();
            program.run(&all).says(
                2,
                &["a token is no argument", "next: pass --token-from FILE"],
            );
        }
    }
    for (input, told) in [
        (&b""[..], "token: nothing was read"),
        (b" \n \n", "token: nothing was read"),
        (
            b"MARKER one\nMARKER two\n",
            "token: expected one word on one line",
        ),
        (b"\xff\xfe MARKER", "standard input is no text"),
        ("MARKER\u{e9}".as_bytes(), "token: expected"),
    ] {
        program
            .fed(&words(CREATE), input)
            .says(2, &[told, "next: "]);
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_a_token_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("subscription-mode");
    let program = Program::at("http://127.0.0.1:9");
    let token = secret(&folder, "card.token", "MARKER");
    let whole = secret(&folder, "subscription.json", "{\"token\":\"MARKER\"}");
    for (file, option) in [(&token, "--token-from"), (&whole, "--from")] {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let all = [&words(CREATE)[..], &[option, file]].concat();
        program
            .run(&all)
            .says(2, &["(its mode is 644)", "next: chmod 600"]);
    }
}

#[test]
fn a_subscription_may_be_a_file_with_its_token() {
    let folder = Folder::new("subscription-from");
    let file = json!({
        "name": "of-the-file", "amount": 9_000, "currency": "IDR", "payment_type": "credit_card",
        "token": "48111111MARKERHvFQFEjTivUV1114",
        "schedule": {"interval": 2, "interval_unit": "week"},
        "retry_schedule": {"interval": 1, "interval_unit": "day", "max_interval": 3},
    });
    let file = secret(&folder, "subscription.json", &file.to_string());
    let line = ["subscription", "create", "--from", &file, "--name", "kopi"];
    let (ran, came) = asked(&line, "200 OK", &made());
    ran.says(0, &[ID]);
    let body = body(&came);
    assert_eq!(
        (&body["name"], &body["amount"]),
        (&"kopi".into(), &"9000".into())
    );
    assert_eq!(body["retry_schedule"]["max_interval"], 3);
    assert_eq!(body["token"], "48111111MARKERHvFQFEjTivUV1114");

    let program = Program::at("http://127.0.0.1:9");
    let from_input = ["subscription", "create", "--from", "-"];
    let told = [
        "standard input is used already",
        "next: put it into the JSON",
    ];
    program
        .fed(&from_input, b"{\"name\":\"kopi\"}")
        .says(2, &told);
    program
        .fed(&from_input, b"[]")
        .says(2, &["the subscription is not a JSON object"]);
}

#[test]
fn what_cannot_be_a_subscription_is_named_with_its_option() {
    let program = Program::at("http://127.0.0.1:9");
    for (line, told) in [
        (
            "--name kopi! --amount 14000 --every month",
            "next: give it with --name NAME",
        ),
        (
            "--name kopi --amount 0 --every month",
            "next: give it with --amount RUPIAH",
        ),
        (
            "--name kopi --amount 14000 --every 0months",
            "such as month, 2weeks or 30days",
        ),
        (
            "--name kopi --amount 14000 --every year",
            "such as month, 2weeks or 30days",
        ),
        (
            "--name kopi --amount 14000 --every month --start soon",
            "expected a day such as",
        ),
        ("--name kopi --amount 14000", "--every"),
        (
            "--name kopi --amount 14000 --every month --set schedule.interval:=2",
            "--every and --set schedule.interval say different things",
        ),
        (
            "--name kopi --amount 14000 --every month --set gopay:={\"account_id\":\"a-1\"}",
            "payment_type",
        ),
    ] {
        let line = format!("subscription create {line}");
        program.fed(&words(&line), TOKEN).says(2, &[told]);
    }
    for id in ["..", "a\u{1b}b", " "] {
        for command in ["get", "update", "enable", "disable", "cancel"] {
            let ran = program.run(&["subscription", command, id]);
            ran.says(2, &["subscription_id: expected"]);
        }
    }
    let told = [
        "changes: expected at least one field",
        "next: name what to change",
    ];
    program.line("subscription update s-1").says(2, &told);
    let metadata = "subscription update s-1 --set metadata=x";
    program
        .line(metadata)
        .says(2, &["metadata: expected a JSON object"]);
    program
        .line("subscription update s-1 --interval 0")
        .says(2, &["schedule.interval"]);
}

#[test]
fn a_subscription_is_made_changed_paused_resumed_and_ended_at_a_simulator() {
    let (_simulator, program) = gateway();
    let card = b"card_number=4811111111111114\ncard_exp_month=12\ncard_exp_year=2049\n";
    let card = program
        .fed(&["card", "register", "--json"], card)
        .says(0, &[])
        .json();
    let token = card["saved_token_id"].as_str().unwrap().as_bytes();
    let json = program
        .fed(&words(&format!("{CREATE} --json")), token)
        .says(0, &[])
        .json();
    let id = json["subscription_id"].as_str().unwrap();
    assert_eq!(json["next"][0], format!("midtrans subscription get {id}"));
    let changed = "gateway says     Subscription is updated.";
    let next = format!("next: midtrans subscription get {id}");
    for (command, status, amount) in [
        ("update", "active", "15000"),
        ("disable", "inactive", "15000"),
        ("enable", "active", "15000"),
        ("cancel", "inactive", "15000"),
    ] {
        let change = if command == "update" {
            " --amount 15.000"
        } else {
            ""
        };
        program
            .line(&format!("subscription {command} {id}{change}"))
            .says(0, &[changed, &next]);
        let line = format!("subscription get {id} --json");
        let json = program.line(&line).says(0, &[]).json();
        assert_eq!(
            (&json["status"], &json["amount"]),
            (&status.into(), &amount.into())
        );
    }
    for command in ["get", "enable", "disable", "cancel"] {
        let line = format!("subscription {command} no-such-id --json");
        let json = program
            .line(&line)
            .says(1, &["there is no such subscription"])
            .json();
        assert_eq!(json["reason"], "not_found", "{command}");
    }
}

#[test]
fn a_refusal_that_quotes_the_token_does_not_show_it() {
    let folder = Folder::new("subscription-quoted");
    let file = secret(&folder, "card.token", "48111111MARKERHvFQFEjTivUV1114");
    let answer = json!({
        "status_message": "48111111MARKERHvFQFEjTivUV1114 is no token",
        "validation_messages": ["subscription.token 48111111MARKERHvFQFEjTivUV1114 is invalid"],
    });
    for line in [CREATE, "subscription update s-1"] {
        for json in ["--json", "--timeout=9"] {
            let all = [&words(line)[..], &["--token-from", &file, json]].concat();
            let (ran, came) = asked(&all, "400 Bad Request", &answer);
            ran.says(1, &["[hidden] is invalid"]);
            assert_eq!(body(&came)["token"], "48111111MARKERHvFQFEjTivUV1114");
        }
    }
}
