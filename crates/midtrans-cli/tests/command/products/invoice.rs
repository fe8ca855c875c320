//! `midtrans invoice`.

use serde_json::{Value, json};

use super::{asked, body, words};
use crate::program::{Program, gateway};

const CREATE: &str = "invoice create --order inv-1 --number INV/1 --due 2049-12-31 \
    --item description=Sepatu,price=40.000,quantity=2 --customer name=Siti,email=siti@example.com";

fn made() -> Value {
    json!({"id": "i-1", "order_id": "inv-1", "status": "pending", "gross_amount": 80_000,
        "customer_details": {"name": "MARKER"}})
}

#[test]
fn an_invoice_is_made_shown_and_ended_at_a_simulator() {
    let (simulator, program) = gateway();
    let link = format!("{CREATE} --enable gopay");
    let address = format!("payment link url  {}/", simulator.url());
    program.line(&link).says(
        0,
        &[
            "status            pending",
            "gross amount      80000",
            &address,
            "next: midtrans invoice get ",
        ],
    );
    let json = program.line(&format!("{link} --json")).says(1, &[]).json();
    assert_eq!(json["reason"], "order_taken");
    let numbers = CREATE.replace("inv-1", "inv-2");
    let json = program
        .line(&format!("{numbers} --va bca_va --json"))
        .says(0, &[])
        .json();
    assert_eq!(json["virtual_accounts"][0]["bank"], "bca_va");
    let id = json["invoice_id"].as_str().unwrap();
    program
        .line(&format!("invoice get {id}"))
        .says(0, &["virtual account  bca_va "]);
    program
        .line(&format!("invoice void {id}"))
        .says(0, &["voided       yes"]);
    program
        .line(&format!("invoice get {id}"))
        .says(0, &["status           voided"]);
    let json = program
        .line(&format!("invoice void {id} --json"))
        .says(1, &[])
        .json();
    assert_eq!(json["reason"], "not_voidable");
    for command in ["get", "void"] {
        let line = format!("invoice {command} no-such-id --json");
        let json = program
            .line(&line)
            .says(1, &["there is no such invoice"])
            .json();
        assert_eq!(json["reason"], "not_found", "{command}");
    }
}

#[test]
fn every_option_goes_out_under_the_gateways_name() {
    let more = "--date 2049-12-01 --va bca_va=12345678901 --va bni_va --set notes=x";
    let line = format!("{CREATE} {more}");
    let (ran, came) = asked(&words(&line), "200 OK", &made());
    ran.says(0, &["invoice id    i-1"]);
    let expected = json!({
        "order_id": "inv-1", "invoice_number": "INV/1",
        "invoice_date": "2049-12-01 00:00:00 +0700", "due_date": "2049-12-31 23:59:59 +0700",
        "customer_details": {"name": "Siti", "email": "siti@example.com"},
        "item_details": [{"description": "Sepatu", "price": 40_000, "quantity": 2}],
        "payment_type": "virtual_account",
        "virtual_accounts": [{"bank": "bca_va", "number": "12345678901"}, {"bank": "bni_va"}],
        "notes": "x",
    });
    assert_eq!(body(&came), expected);
    assert!(
        came[0].head.contains("\nx-idempotency-key: "),
        "{}",
        came[0].head
    );
}

#[test]
fn what_cannot_be_an_invoice_is_named_with_its_option() {
    let program = Program::at("http://127.0.0.1:9");
    for (more, told) in [
        ("", "--enable"),
        ("--enable gopay --va bca_va", "cannot be used with"),
        ("--va MARKER", "next: give each account with --va BANK"),
        ("--va bca_va=1", "next: give each account with --va BANK"),
        (
            "--enable gopay --date 2050-01-01",
            "next: give it with --due TIME",
        ),
        ("--enable gopay --date soon", "expected a day such as"),
        (
            "--enable gopay --item description=A",
            "expected description and price",
        ),
        (
            "--enable gopay --set payment_type=virtual_account",
            "--enable and --set payment_type say different things",
        ),
        (
            "--enable gopay --set customer_details.email=MARKER@example.com",
            "--customer and --set customer_details.email say different things",
        ),
    ] {
        program.line(&format!("{CREATE} {more}")).says(2, &[told]);
    }
    let capital = CREATE.replace("inv-1", "INV-1");
    let told = [
        "order_id: expected 1 to 36",
        "next: give it with --order ID",
    ];
    program
        .line(&format!("{capital} --enable gopay"))
        .says(2, &told);
    for command in ["get", "void"] {
        program
            .run(&["invoice", command, ".."])
            .says(2, &["invoice_id: expected"]);
    }
}

#[test]
fn an_answer_that_does_not_say_void_leaves_the_outcome_unknown() {
    let void = ["invoice", "void", "i-1"];
    let (ran, came) = asked(&void, "200 OK", &json!({"success": false}));
    ran.says(
        3,
        &[
            "without saying that the invoice is void",
            "next: midtrans invoice get i-1",
        ],
    );
    assert_eq!(came[0].body, b"{}");
    let rejected = ["invoice", "void", "i-1", "--rejected"];
    let (ran, came) = asked(&rejected, "200 OK", &json!({"success": true}));
    ran.says(0, &[]);
    assert_eq!(body(&came), json!({"cancel_as": "client"}));
}
