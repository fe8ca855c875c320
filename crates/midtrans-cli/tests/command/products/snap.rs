//! `midtrans snap`.

use serde_json::{Value, json};

use super::{asked, body};
use crate::program::{Folder, Program, gateway};

const CREATE: [&str; 6] = ["snap", "create", "--order", "order-1", "--amount", "40000"];

fn session() -> Value {
    json!({
        "token": "66e4fa55-fdac-4ef9-91b5-733b97d1b862",
        "redirect_url": "https://app.sandbox.midtrans.com/snap/v3/redirection/66e4fa55",
    })
}

#[test]
fn a_page_brings_its_token_and_its_address_and_the_status_that_follows() {
    let (simulator, program) = gateway();
    let page = format!("redirect url  {}/snap/", simulator.url());
    let ran = program.run(&CREATE).says(
        0,
        &[
            &format!("environment   {}", simulator.url()),
            "token         ",
            &page,
            "next: give the token to snap.js",
            "next: midtrans status order-1 --amount 40000",
            "not \"not charged\"",
        ],
    );
    assert!(!ran.out.contains("careful"), "{}", ran.out);
    // The same order again is another page.
    let again = program
        .run(&[&CREATE[..], &["--json"]].concat())
        .says(0, &[])
        .json();
    assert!(
        again["token"].is_string() && again["redirect_url"].is_string(),
        "{again}"
    );
    assert!(!ran.out.contains(again["token"].as_str().unwrap()));
    assert_eq!(again["next"][0], "midtrans status order-1 --amount 40000");
}

#[test]
fn every_option_goes_out_under_the_gateways_name() {
    let options = [
        "--enable",
        "bca_va",
        "--enable",
        "wallet_of_2030",
        "--item",
        "id=A,name=Sepatu,price=40.000",
        "--customer",
        "first_name=Siti",
        "--expiry",
        "2h",
        "--finish-url",
        "https://shop.example/finish",
        "--set",
        "user_id=customer-7",
        "--set",
        "credit_card.secure:=true",
    ];
    let words = [&CREATE[..], &options].concat();
    let (ran, came) = asked(&words, "201 Created", &session());
    ran.says(0, &["66e4fa55-fdac-4ef9-91b5-733b97d1b862"]);
    let expected = json!({
        "transaction_details": {"order_id": "order-1", "gross_amount": 40_000},
        "item_details": [{"id": "A", "name": "Sepatu", "price": 40_000, "quantity": 1}],
        "customer_details": {"first_name": "Siti"},
        "enabled_payments": ["bca_va", "wallet_of_2030"],
        "credit_card": {"secure": true},
        "callbacks": {"finish": "https://shop.example/finish"},
        "expiry": {"unit": "hour", "duration": 2},
        "user_id": "customer-7",
    });
    assert_eq!(body(&came), expected);
    assert!(
        came[0].head.starts_with("post /snap/v1/transactions "),
        "{}",
        came[0].head
    );
}

#[test]
fn options_outweigh_the_file_and_a_contradiction_is_named() {
    let folder = Folder::new("snap-from");
    let page = json!({
        "transaction_details": {"order_id": "order-9", "gross_amount": 9_000},
        "enabled_payments": ["gopay"],
        "custom_field1": "of the file",
    });
    let file = folder.file("page.json", page.to_string());
    let words = ["snap", "create", "--from", &file, "--order", "order-1"];
    let (ran, came) = asked(&words, "201 Created", &session());
    ran.says(0, &["order-1"]);
    let expected = json!({
        "transaction_details": {"order_id": "order-1", "gross_amount": 9_000},
        "enabled_payments": ["gopay"],
        "custom_field1": "of the file",
    });
    assert_eq!(body(&came), expected);
    let program = Program::at("http://127.0.0.1:9");
    for (set, names) in [
        (
            "transaction_details.gross_amount:=1",
            ["--amount", "--set transaction_details.gross_amount"],
        ),
        (
            "enabled_payments:=[\"gopay\",\"MARKER\"]",
            ["--enable", "--set enabled_payments"],
        ),
        ("expiry.duration:=3", ["--expiry", "--set expiry.duration"]),
        (
            "callbacks.finish=https://MARKER.example",
            ["--finish-url", "--set callbacks.finish"],
        ),
    ] {
        let options = [
            "--enable",
            "bca_va",
            "--expiry",
            "2h",
            "--finish-url",
            "https://a.example",
        ];
        let words = [&CREATE[..], &options, &["--set", set]].concat();
        let told = [
            names[0],
            names[1],
            "say different things",
            "next: leave one",
        ];
        program.run(&words).says(2, &told);
    }
}

#[test]
fn what_cannot_be_a_page_is_named_with_its_option_before_anything_is_sent() {
    let program = Program::at("http://127.0.0.1:9");
    for (more, expected) in [
        (vec!["--expiry", "19s"], "20 seconds or more"),
        (
            vec!["--item", "name=A,price=1"],
            "next: give every line with --item",
        ),
        (
            vec!["--enable", "MARKER va"],
            "next: give each method with --enable",
        ),
        (
            vec!["--set", "expiry=x"],
            "next: give it with --expiry TIME",
        ),
        (
            vec!["--set", "transaction_details.order_id.x=1"],
            "has no place for it",
        ),
    ] {
        program
            .run(&[&CREATE[..], &more].concat())
            .says(2, &[expected]);
    }
    let long = format!("https://MARKER.example/{}", "x".repeat(255));
    let words = [&CREATE[..], &["--finish-url", &long]].concat();
    let told = [
        "callbacks.finish: expected at most 255 characters",
        "--finish-url",
    ];
    program.run(&words).says(2, &told);
    program
        .line("snap create --order o-1")
        .says(2, &["--amount"]);
    let blank = "snap create --amount 40000 --order";
    let words = [super::words(blank), vec!["  "]].concat();
    program
        .run(&words)
        .says(2, &["order_id", "next: give it with --order ID"]);
}

#[test]
fn a_page_is_ended_once_and_each_refusal_has_its_word() {
    let (_simulator, program) = gateway();
    let page = program.run(&[&CREATE[..], &["--json"]].concat()).json();
    let cancel = ["snap", "cancel", page["token"].as_str().unwrap()];
    program
        .run(&cancel)
        .says(0, &["page         ended", "canceled at  ", " WIB"]);
    program
        .run(&cancel)
        .says(1, &["had ended before", "next: make another page"]);
    for (said, word, next) in [
        (
            "token already canceled",
            "already_canceled",
            "midtrans snap create",
        ),
        (
            "Transaction is on progress",
            "in_progress",
            "midtrans expire ORDER",
        ),
        ("token not found", "unknown_token", "check the token"),
    ] {
        let answer = json!({"error_messages": [said]});
        let words = ["snap", "cancel", "t-1", "--json"];
        let json = asked(&words, "400 Bad Request", &answer)
            .0
            .says(1, &[next])
            .json();
        assert_eq!(
            (&json["reason"], &json["exit_code"]),
            (&word.into(), &1.into())
        );
        assert_eq!(json["gateway_says"], said);
    }
    let paid =
        "transaction_details.order_id has been paid and utilized, please use another order ID";
    let (ran, _) = asked(
        &CREATE,
        "400 Bad Request",
        &json!({"error_messages": [paid]}),
    );
    ran.says(
        1,
        &[
            "is paid, or was paid",
            "next: midtrans status order-1 --amount 40000",
        ],
    );
}

#[test]
fn an_order_on_a_page_without_a_method_is_not_called_not_charged() {
    let (_simulator, program) = gateway();
    program.run(&CREATE).says(0, &[]);
    let told = [
        "404",
        "no method is chosen yet, which is not \"not charged\", because the page can still be paid",
    ];
    program.line("status order-1 --amount 40000").says(1, &told);
    for line in [
        "cancel order-1",
        "expire order-1",
        "refund order-1 --refund-key r1",
        "capture order-1",
    ] {
        program.line(line).says(
            1,
            &[
                "404",
                "no method is chosen yet, which is not \"not charged\"",
            ],
        );
    }
    for line in ["pay order-1", "decline order-1", "open order-1"] {
        program.line(line).says(
            1,
            &["next: an order on a page of Snap has none until a method is chosen"],
        );
    }
    // A card is no order.
    let bin = json!({"status_code": "404", "status_message": "unknown"});
    let (ran, _) = asked(&["card", "bin", "48111111"], "200 OK", &bin);
    assert!(!ran.says(1, &["404"]).err.contains("Snap"));
    let json = program.line("status order-1 --json").says(1, &[]).json();
    let next = json["next"][1].as_str().unwrap();
    assert!(next.contains("no method is chosen yet"), "{next}");
}

#[test]
fn a_page_on_another_host_is_pointed_out() {
    let elsewhere = json!({"token": "t-1", "redirect_url": "https://evil.example/snap"});
    asked(&CREATE, "201 Created", &elsewhere).0.says(
        0,
        &["careful: the redirect url is not on the gateway's own host"],
    );
}

#[test]
fn preferences_are_shown_with_the_methods_that_are_offered() {
    let (_simulator, program) = gateway();
    program
        .line("snap preferences")
        .says(0, &["display name        ", "method ", "bca_va       yes"]);
    let json = program.line("snap preferences --json").says(0, &[]).json();
    assert!(
        json["payment_channels"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
}

#[test]
fn a_refusal_that_quotes_the_token_does_not_show_it() {
    let answer = json!({"error_messages": ["POST /snap/v1/transactions/t-MARKER/cancel failed"]});
    for json in ["--json", "--timeout=9"] {
        let words = ["snap", "cancel", "t-MARKER", json];
        asked(&words, "400 Bad Request", &answer)
            .0
            .says(1, &["/[hidden]/cancel failed"]);
    }
}
