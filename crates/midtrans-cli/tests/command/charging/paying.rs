//! Charges that are paid and declined at a simulator.

use serde_json::json;

use crate::program::{Program, gateway};
use crate::shop::{Shop, with_body};

#[test]
fn a_number_a_bill_and_a_code_are_charged_and_paid_at_a_simulator() {
    let (_simulator, program) = gateway();
    for (order, method, set, row) in [
        (
            "order-1",
            "bank_transfer",
            "bank_transfer.bank=bni",
            "va number           ",
        ),
        (
            "order-2",
            "echannel",
            r#"echannel:={"bill_info1":"Pay","bill_info2":"Shoes"}"#,
            "bill key            ",
        ),
        (
            "order-3",
            "cstore",
            "cstore.store=alfamart",
            "payment code        ",
        ),
    ] {
        let words = [
            "charge", method, "--order", order, "--amount", "44000", "--set", set,
        ];
        program.run(&words).says(0, &[row, "pending"]);
        program.line(&format!("status {order}")).says(0, &[row]);
        program
            .line(&format!("open {order} --print"))
            .says(0, &["pay page            http://127.0.0.1:"]);
        let declined = program.line(&format!("decline {order}"));
        declined.says(1, &["by no provider who could decline"]);
        program
            .line(&format!("pay {order}"))
            .says(0, &[method, "transaction status  settlement"]);
        program
            .line(&format!("status {order} --amount 44000"))
            .says(0, &["paid: fulfil the order, once"]);
    }
}

#[test]
fn a_wallet_an_app_and_a_card_are_charged_paid_and_declined_at_a_simulator() {
    let (_simulator, program) = gateway();
    let card = b"card_number=4811111111111114\ncard_exp_month=12\ncard_exp_year=2049\ncard_cvv=123";
    let token = program
        .fed(&["card", "token", "--json"], card)
        .says(0, &[])
        .json();
    let token = format!(
        "credit_card.token_id={}",
        token["token_id"].as_str().unwrap()
    );
    let phone = "ovo.payer_phone_number=08123456789";
    let secure = "credit_card.authentication:=true";
    for (order, method, sets, paid) in [
        (
            "order-1",
            "qris",
            ["qris.acquirer=gopay", "custom_field1=x"],
            "settlement",
        ),
        ("order-2", "ovo", [phone, "custom_field1=x"], "settlement"),
        ("order-3", "credit_card", [&*token, secure], "capture"),
    ] {
        let charge = ["charge", method, "--order", order, "--amount", "44000"];
        let sets = ["--set", sets[0], "--set", sets[1]];
        program
            .run(&[&charge[..], &sets].concat())
            .says(0, &["pending"]);
        program
            .line(&format!("pay {order}"))
            .says(0, &[&format!("transaction status  {paid}")]);
        program
            .line(&format!("status {order} --amount 44000"))
            .says(0, &["paid: fulfil the order, once"]);
    }
    // The token is used up.
    let again = [
        "charge",
        "credit_card",
        "--order",
        "order-4",
        "--amount",
        "44000",
        "--set",
        &token,
    ];
    program.run(&again).says(
        1,
        &[
            "411",
            "next: the card's token is used up or too old: if an earlier try",
        ],
    );
    let prompt = [
        "charge", "ovo", "--order", "order-5", "--amount", "44000", "--set", phone,
    ];
    program.run(&prompt).says(0, &["within 55 seconds"]);
    program
        .line("decline order-5")
        .says(0, &["transaction status  deny"]);
    // A wallet's page has no button for it.
    let wallet = ["charge", "qris", "--order", "order-6", "--amount", "44000"];
    program.run(&wallet).says(0, &["qr text"]);
    program
        .line("decline order-6")
        .says(1, &["by no provider who could decline"]);
}

#[test]
fn a_number_or_a_code_is_paid_at_the_page_that_the_simulator_has_for_it() {
    let order = |status: &str| {
        let order = json!({
            "order_id": "order-1", "transaction_id": "t-1", "payment_type": "cstore",
            "transaction_status": status, "pay_page": "/pay/t-1?lang=en", "redirect_url": null,
            "entries": [], "notifications": [],
        });
        with_body("200 OK", &order.to_string())
    };
    let page = with_body("200 OK", "<html>");
    let simulator = Shop::answering(&[&order("pending"), &page, &order("settlement")]);
    Program::at(&simulator.url)
        .line("pay order-1")
        .says(0, &["payment type        cstore", "settlement"]);
    let came = simulator.all();
    assert!(
        came[1].head.starts_with("post /pay/t-1?lang=en http/1.1"),
        "{}",
        came[1].head
    );
    assert_eq!(came[1].body, b"choice=approve");
    // Nothing declines at a counter.
    let no_button = with_body(
        "400 Bad Request",
        r#"{"error":"choice: expected one of approve"}"#,
    );
    let simulator = Shop::answering(&[&order("pending"), &no_button, &order("pending")]);
    let program = Program::at(&simulator.url);
    program.line("decline order-1").says(
        1,
        &[
            "by no provider who could decline",
            "midtrans expire order-1",
        ],
    );
    program.line("open order-1 --print").says(
        0,
        &[&format!(
            "pay page            {}/pay/t-1?lang=en",
            simulator.url
        )],
    );
    let without = json!({
        "transaction_id": "t-1", "transaction_status": "pending", "redirect_url": null,
    });
    let without = with_body("200 OK", &without.to_string());
    let simulator = Shop::answering(&[&without, &without]);
    for line in ["pay order-1", "open order-1"] {
        let program = Program::at(&simulator.url);
        program
            .line(line)
            .says(1, &["has no page", "next: settle it"]);
    }
}
