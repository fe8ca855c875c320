//! `midtrans link`.

use serde_json::{Value, json};

use super::{asked, body, words};
use crate::program::{Program, gateway};

fn made() -> Value {
    json!({"order_id": "link-1", "payment_url": "https://app.sandbox.midtrans.com/payment-links/x"})
}

#[test]
fn a_link_is_made_shown_and_ended_at_a_simulator() {
    let (simulator, program) = gateway();
    let create = "link create --order link-1 --amount 190.000 --uses 2 --expiry 7d";
    let address = format!("payment url  {}/payment-links/", simulator.url());
    let ran = program
        .line(create)
        .says(0, &[&address, "next: midtrans link get link-1"]);
    assert!(!ran.out.contains("careful"), "{}", ran.out);
    let json = program
        .line(&format!("{create} --json"))
        .says(1, &[])
        .json();
    assert_eq!(json["reason"], "order_taken");
    let next = json["next"][0].as_str().unwrap();
    assert!(next.starts_with("midtrans link get link-1 "), "{next}");
    program.line("link get link-1").says(
        0,
        &[
            "gross amount      190000",
            "usage limit       2",
            "No attempt to pay has been made.",
        ],
    );
    program
        .line("link delete link-1")
        .says(0, &["order id      link-1", "deleted"]);
    for command in ["get", "delete"] {
        let line = format!("link {command} link-1 --json");
        let json = program
            .line(&line)
            .says(1, &["there is no such link"])
            .json();
        assert_eq!(json["reason"], "not_found", "{command}");
    }
}

#[test]
fn every_option_goes_out_under_the_gateways_name() {
    let line = "link create --order link-1 --amount 40000 --link-id sepatu-1 --uses 3 --expiry 2d \
        --enable gopay --item name=Sepatu,price=40000 --customer first_name=Siti \
        --finish-url https://shop.example/f --set customer_required:=true";
    let all = [&words(line)[..], &["--title", "Sepatu merah"]].concat();
    let (ran, came) = asked(&all, "200 OK", &made());
    ran.says(0, &["https://app.sandbox.midtrans.com/payment-links/x"]);
    let expected = json!({
        "transaction_details": {"order_id": "link-1", "gross_amount": 40_000, "payment_link_id": "sepatu-1"},
        "usage_limit": 3,
        "customer_required": true,
        "customer_details": {"first_name": "Siti"},
        "title": "Sepatu merah",
        "expiry": {"unit": "day", "duration": 2},
        "callbacks": {"finish": "https://shop.example/f"},
        "item_details": [{"name": "Sepatu", "price": 40_000, "quantity": 1}],
        "enabled_payments": ["gopay"],
    });
    assert_eq!(body(&came), expected);
    let open = "link create --order link-1 --buyer-chooses --min-amount 1000 --max-amount 9000";
    let (ran, came) = asked(&words(open), "200 OK", &made());
    ran.says(0, &[]);
    let body = body(&came);
    assert_eq!(body["payment_link_type"], "DYNAMIC_AMOUNT");
    assert_eq!(
        body["dynamic_amount"],
        json!({"min_amount": 1_000, "max_amount": 9_000})
    );
}

#[test]
fn what_cannot_be_a_link_is_named_with_its_option() {
    let program = Program::at("http://127.0.0.1:9");
    for (line, told) in [
        ("--order link-1", "--amount"),
        (
            "--order link-1 --amount 40000 --buyer-chooses",
            "cannot be used with",
        ),
        (
            "--order link-1 --amount 40000 --min-amount 1000",
            "--buyer-chooses",
        ),
        (
            "--order link/1 --amount 40000",
            "next: give it with --order ID",
        ),
        (
            "--order link-1 --amount 40000 --link-id MARKER",
            "next: give it with --link-id ID",
        ),
        (
            "--order link-1 --amount 40000 --uses 0",
            "next: give it with --uses N",
        ),
        (
            "--order link-1 --amount 0",
            "next: give it with --amount RUPIAH",
        ),
        (
            "--order link-1 --buyer-chooses --min-amount 9000 --max-amount 1000",
            "next: give the bounds with",
        ),
        (
            "--order link-1 --amount 40000 --title a --set title=MARKER",
            "--title and --set title say different things",
        ),
    ] {
        program
            .line(&format!("link create {line}"))
            .says(2, &[told]);
    }
    for command in ["get", "delete"] {
        program.run(&["link", command, ""]).says(2, &["expected"]);
    }
}

#[test]
fn the_attempts_to_pay_are_shown_without_the_tokens_of_their_pages() {
    let used = json!({
        "payment_link_id": "x", "order_id": "link-1", "gross_amount": 190_000, "usage": 1,
        "usage_limit": 2, "customer_details": {"email": "MARKER@example.com"},
        "purchases": [{"snap_token": "MARKER-token", "order_id": "link-1-1772450012986",
            "payment_status": "EXPIRE", "payment_method": "BANK_TRANSFER"}],
    });
    let get = ["link", "get", "link-1"];
    asked(&get, "200 OK", &used).0.says(
        0,
        &[
            "link-1-1772450012986  expire  BANK_TRANSFER",
            "next: midtrans status ATTEMPT",
        ],
    );
    let (ran, _) = asked(&["link", "get", "link-1", "--json"], "200 OK", &used);
    assert_eq!(ran.json()["purchases"][0]["payment_status"], "expire");
}
