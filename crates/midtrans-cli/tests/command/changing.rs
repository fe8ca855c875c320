//! Changes that a payment's method never supports, and captures of reserved money.

use serde_json::{Value, json};

use crate::program::Program;
use crate::shop::{Shop, with_body};

/// The gateway's answer about `order-1`.
fn paid(payment_type: &str, status: &str, code: &str) -> String {
    let answer = json!({
        "status_code": code,
        "status_message": "Success, transaction is found",
        "transaction_id": "be03df7d-2f97-4c8c-a53c-8959f1b67295",
        "order_id": "order-1",
        "gross_amount": "44000.00",
        "currency": "IDR",
        "payment_type": payment_type,
        "transaction_time": "2026-11-24 16:33:49",
        "transaction_status": status,
    });
    with_body("200 OK", &answer.to_string())
}

#[test]
fn what_a_method_never_supports_is_refused_with_what_to_do_instead() {
    for (payment_type, line, words) in [
        (
            "bank_transfer",
            "refund order-1 --refund-key r-1",
            [
                "bank_transfer cannot",
                "send the money back by a bank transfer",
            ],
        ),
        (
            "cstore",
            "direct-refund order-1 --refund-key r-1 --amount 1000",
            ["cstore cannot", "send the money back by a bank transfer"],
        ),
        (
            "ovo",
            "refund order-1 --refund-key r-1 --amount 1000",
            ["ovo has no partial refunds", "refund all of it"],
        ),
        (
            "ovo",
            "cancel order-1",
            ["ovo cannot", "wait and ask Get Status"],
        ),
        (
            "ovo",
            "expire order-1",
            ["ovo cannot", "wait and ask Get Status"],
        ),
        (
            "akulaku",
            "capture order-1",
            ["akulaku cannot", "there is nothing to do"],
        ),
        (
            "credit_card",
            "capture order-1 --amount 44001",
            ["gross_amount", "at most the amount that is reserved"],
        ),
    ] {
        let gateway = Shop::answering(&[&paid(payment_type, "settlement", "200")]);
        Program::at(&gateway.url).line(line).says(1, &words);
        let came = gateway.all();
        assert_eq!(came.len(), 1, "nothing was sent but the question: {line}");
        assert!(
            came[0].head.starts_with("get /v2/order-1/status"),
            "{}",
            came[0].head
        );
    }
}

#[test]
fn a_payment_that_the_gateway_does_not_know_is_refused_by_the_gateway_itself() {
    let unknown = json!({"status_code": "404", "status_message": "Transaction doesn't exist."});
    let unknown = with_body("200 OK", &unknown.to_string());
    let gateway = Shop::answering(&[&unknown, &unknown]);
    Program::at(&gateway.url)
        .line("refund order-1 --refund-key r-1")
        .says(1, &["refund: the gateway refused with 404"]);
    assert!(gateway.all()[1].head.starts_with("post /v2/order-1/refund"));
}

#[test]
fn reserved_money_is_captured_in_whole_or_in_part_under_the_gateways_own_id() {
    for (more, amount) in [("", Value::Null), (" --amount 30.000", json!(30_000))] {
        let answers = [
            paid("credit_card", "authorize", "200"),
            paid("credit_card", "capture", "200"),
        ];
        let gateway = Shop::answering(&[&answers[0], &answers[1]]);
        Program::at(&gateway.url)
            .line(&format!("capture order-1{more}"))
            .says(0, &["transaction status  capture"]);
        let came = gateway.all();
        assert!(
            came[1].head.starts_with("post /v2/capture "),
            "{}",
            came[1].head
        );
        let body: Value = serde_json::from_slice(&came[1].body).unwrap();
        assert_eq!(
            body["transaction_id"],
            "be03df7d-2f97-4c8c-a53c-8959f1b67295"
        );
        assert_eq!(body["gross_amount"], amount);
    }
}

#[test]
fn a_capture_that_the_bank_denies_leads_to_another_capture_and_never_to_a_new_charge() {
    let answers = [
        paid("credit_card", "authorize", "200"),
        paid("credit_card", "deny", "202"),
    ];
    let gateway = Shop::answering(&[&answers[0], &answers[1]]);
    let failure = Program::at(&gateway.url)
        .line("capture order-1")
        .says(1, &["the money stays reserved", "do not charge again"]);
    assert!(!failure.err.contains("new order id"), "{}", failure.err);
}

#[test]
fn a_token_that_was_used_by_an_earlier_try_leads_to_a_question_before_a_new_token() {
    let used =
        json!({"status_code": "411", "status_message": "Credit card token is already used."});
    let gateway = Shop::answering(&[&with_body("200 OK", &used.to_string())]);
    Program::at(&gateway.url)
        .line("charge credit_card --order order-1 --amount 44000 --set credit_card.token_id=t-417")
        .says(1, &["status order-1", "if an earlier try used it"]);
}
