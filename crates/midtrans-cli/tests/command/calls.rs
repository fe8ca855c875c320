//! Calls that the gateway answers.

use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::{Choice, Fault};

use crate::program::{Folder, Program, SERVER_KEY, gateway};

const AKULAKU: &str = "charge akulaku --order order-101 --amount 40000 --item id=SHOE-42,name=Sepatu,price=40000 \
    --customer first_name=Siti,last_name=Rahma,email=siti@example.com,phone=08123456789";

#[test]
fn a_charge_brings_the_page_to_send_the_customer_to() {
    let (simulator, program) = gateway();
    let ran = program.line(AKULAKU);
    let page = format!(
        "redirect url        {}/v2/akulaku/redirect/",
        simulator.url()
    );
    let environment = format!("environment         {}", simulator.url());
    ran.says(
        0,
        &[
            &page,
            &environment,
            "pending",
            "next: midtrans status order-101 --amount 40000",
        ],
    );

    let kredivo = "charge kredivo --order order-102 --amount 80000 \
        --item id=A,name=Sepatu,price=40000,quantity=2,category=Fashion,url=https://shop.example/a --json \
        --customer first_name=Siti,last_name=Rahma,email=s@example.com,phone=0812,address=Jl.A,city=Jakarta,postal_code=12190,country_code=IDN \
        --expiry 30m";
    let json = program.line(kredivo).says(0, &[]).json();
    assert!(
        json["redirect_url"]
            .as_str()
            .unwrap()
            .contains("/v1/redirect?")
    );
    assert_eq!(
        (&json["order_id"], &json["transaction_status"]),
        (&"order-102".into(), &"pending".into())
    );
    assert_eq!(json["next"][0], "midtrans status order-102 --amount 80000");
    assert_eq!(json["reply"]["payment_type"], "kredivo");
}

#[test]
fn a_charge_may_be_a_file_whose_order_is_replaced() {
    let (_simulator, program) = gateway();
    let folder = Folder::new("charge");
    let charge = r#"{"payment_type":"akulaku","transaction_details":{"order_id":"order-1","gross_amount":9000}}"#;
    let file = folder.file("charge.json", charge);
    program
        .run(&["charge", "akulaku", "--from", &file])
        .says(0, &["order-1"]);
    let from_input = [
        "charge", "akulaku", "--from", "-", "--order", "order-2", "--amount", "10000",
    ];
    program
        .fed(&from_input, charge.as_bytes())
        .says(0, &["order-2", "10000.00"]);
    program
        .run(&["charge", "kredivo", "--from", &file])
        .says(2, &["payment_type is not kredivo"]);
    program
        .fed(&["charge", "akulaku", "--from", "-"], b"{")
        .says(2, &["not JSON"]);
    program
        .fed(&["charge", "akulaku", "--from", "-"], b"[]")
        .says(2, &["not a JSON object"]);
    program
        .line("charge akulaku --from /nowhere")
        .says(2, &["cannot read /nowhere"]);
}

#[test]
fn what_cannot_be_charged_is_named_before_anything_is_sent() {
    let program = Program::at("http://127.0.0.1:9");
    for (line, words) in [
        ("charge akulaku --order order-101", "--amount"),
        ("charge akulaku --order o/1 --amount 5000", "order_id"),
        ("charge akulaku --order o-1 --amount 0", "gross_amount"),
        (
            "charge akulaku --order o-1 --amount 5000 --item id=A,name=x,price=5000",
            "customer_details.first_name",
        ),
        (
            "charge akulaku --order o-1 --amount 5000 --item colour=red",
            "expected NAME=VALUE",
        ),
        (
            "charge akulaku --order o-1 --amount 5000 --expiry 3x",
            "such as 30m",
        ),
        ("status ..", "id"),
        ("refund o-1 --refund-key r1 --amount 0", "amount"),
        ("refund o-1", "--refund-key"),
    ] {
        program.line(line).says(2, &[words]);
    }
}

#[test]
fn a_refusal_says_its_code_the_gateways_sentence_and_what_to_do() {
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &[]);
    let again = "charge akulaku --order order-101 --amount 40000";
    program.line(again).says(
        1,
        &[
            "refused with 406",
            "this order id",
            "next: midtrans status order-101",
        ],
    );
    let json = program.line(&format!("{again} --json")).says(1, &[]).json();
    assert_eq!(
        (&json["code"], &json["exit_code"]),
        (&406.into(), &1.into())
    );
    program
        .line("status order-999")
        .says(1, &["404", "no such transaction", "next: check the id"]);
    program
        .line("approve order-101")
        .says(1, &["refused with 4"]);
    program.line("deny order-101").says(1, &["refused with 4"]);
    let stranger = program
        .clone()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-other");
    stranger.line("status order-101").says(
        1,
        &["401", "next: check that the server key", "midtrans doctor"],
    );
    for _ in 0..3 {
        simulator.fail_next(Fault::Status(429));
    }
    program
        .line("status order-101")
        .says(1, &["429", "next: wait a minute"]);
}

#[test]
fn validation_messages_are_listed() {
    let body = r#"{"status_code":"400","status_message":"bad","validation_messages":["a is wrong","b is wrong"],"id":"x-1"}"#;
    let shop = crate::shop::Shop::answering(&[&crate::shop::with_body("400 Bad Request", body)]);
    let ran = Program::at(&shop.url).line("charge akulaku --order o-1 --amount 5000");
    ran.says(
        1,
        &[
            "400",
            "  invalid           a is wrong\n",
            "b is wrong\n",
            "x-1",
            "next: change what",
        ],
    );
}

#[test]
fn a_status_says_what_it_means_for_the_expected_amount() {
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &[]);
    program
        .line("status order-101 --amount 40000")
        .says(10, &["meaning             pending"]);
    simulator.choose("order-101", Choice::Approve).unwrap();
    let json = program
        .line("status order-101 --amount 40000 --json")
        .says(0, &[])
        .json();
    assert_eq!(json["decision"], "paid");
    let id = json["transaction_id"].as_str().unwrap().to_owned();
    let by_id = program.run(&["status", &id, "--amount", "40000", "--order", "order-101"]);
    by_id.says(0, &["paid: fulfil the order, once", "settlement time"]);
    let json = program
        .line("status order-101 --amount 39999 --json")
        .says(3, &[])
        .json();
    assert_eq!(
        (&json["decision"], &json["review_reason"]),
        (&"review".into(), &"amount_differs".into())
    );
    program
        .line("status order-101 --amount 39999")
        .says(3, &["a person has to look"]);
    program
        .line("status order-101 --amount Rp40.000")
        .says(0, &["paid: fulfil the order, once"]);
    assert!(
        program
            .line("status order-101 --json")
            .json()
            .get("decision")
            .is_none()
    );
}

#[test]
fn pending_payments_are_cancelled_and_expired() {
    let (_simulator, program) = gateway();
    for (order, command, status) in [
        ("order-1", "cancel", "cancel"),
        ("order-2", "expire", "expire"),
    ] {
        program
            .line(&format!("charge akulaku --order {order} --amount 40000"))
            .says(0, &[]);
        let ran = program.line(&format!("{command} {order}"));
        ran.says(0, &[&format!("transaction status  {status}\n")]);
        program
            .line(&format!("{command} {order}"))
            .says(1, &["412", &format!("next: midtrans status {order}")]);
    }
    let ran = program
        .line("status order-2 --json --amount 40000")
        .says(13, &[]);
    assert_eq!(ran.json()["decision"], "expired");
    program
        .line("status order-1 --amount 40000")
        .says(12, &["it was cancelled"]);
    program.line("status order-1").says(0, &["cancel"]);
}

#[test]
fn money_goes_back_in_parts_and_directly() {
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &[]);
    program
        .line("refund order-101 --refund-key r1")
        .says(1, &["412"]);
    simulator.choose("order-101", Choice::Approve).unwrap();
    let part = [
        "refund",
        "order-101",
        "--refund-key",
        "r1",
        "--amount",
        "5000",
        "--reason",
        "wrong size",
    ];
    program
        .run(&part)
        .says(0, &["partial_refund", "next: midtrans status order-101"]);
    program.run(&part).says(1, &["406"]);
    program
        .line("status order-101")
        .says(0, &["5000.00 under key r1, the bank has not confirmed it"]);
    simulator.fail_next(Fault::RefundDenied);
    let json = program
        .line("direct-refund order-101 --refund-key r2 --json")
        .says(1, &[])
        .json();
    assert_eq!(
        (&json["denied"], &json["code"]),
        (&true.into(), &202.into())
    );
    simulator.fail_next(Fault::RefundDenied);
    let words = [
        "the provider or fraud detection denied it",
        "no money moved",
        "next: midtrans status order-101",
    ];
    program
        .line("direct-refund order-101 --refund-key r2")
        .says(1, &words);
    let json = program
        .line("direct-refund order-101 --refund-key r3 --json")
        .says(0, &[])
        .json();
    assert_eq!(json["transaction_status"], "refund");
}

#[test]
fn a_wait_of_more_than_a_second_shows_a_sign_of_life() {
    let builder = Simulator::builder()
        .server_key(SERVER_KEY)
        .answer_delay(std::time::Duration::from_millis(1_200));
    let simulator = builder.serve_blocking().unwrap();
    let ran = Program::at(simulator.url())
        .line("status order-101")
        .says(1, &["404"]);
    assert!(
        ran.err.starts_with("still waiting for the gateway … "),
        "{}",
        ran.err
    );
}
