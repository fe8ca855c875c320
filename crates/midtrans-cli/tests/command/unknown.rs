//! Calls whose outcome is unknown, and calls that never left.

use midtrans_simulator::gateway::Fault;

use crate::program::{Program, gateway};
use crate::shop::{Shop, with_body};

/// The gateway's answer about `order-101`, which a change asks for first.
fn pending() -> String {
    let answer = r#"{"status_code":"201","transaction_id":"t-1","order_id":"order-101","gross_amount":"40000.00",
        "payment_type":"akulaku","transaction_status":"pending"}"#;
    with_body("200 OK", answer)
}

#[test]
fn after_lost_answers_the_outcome_is_unknown_and_the_next_command_is_there() {
    let (simulator, program) = gateway();
    // As often as the client tries.
    (0..3).for_each(|_| simulator.fail_next(Fault::ResetAfter));
    let charge = "charge akulaku --order order-101 --amount 40000";
    let ran = program.line(charge);
    let ran = ran.says(
        3,
        &[
            "the outcome is unknown",
            "attempts          3",
            "next: midtrans status order-101\n",
        ],
    );
    let key = ran
        .err
        .lines()
        .find_map(|line| line.trim().strip_prefix("idempotency key"))
        .unwrap()
        .trim()
        .to_owned();
    // The charge has happened, and the same call brings it back.
    program.line("status order-101").says(0, &["pending"]);
    program
        .run(
            &[
                charge.split(' ').collect::<Vec<_>>(),
                vec!["--idempotency-key", &key],
            ]
            .concat(),
        )
        .says(0, &["redirect url"]);
}

#[test]
fn one_lost_answer_is_made_up_for_by_the_idempotency_key() {
    let (simulator, program) = gateway();
    simulator.fail_next(Fault::ResetAfter);
    program
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &["redirect url"]);
}

#[test]
fn a_connection_that_breaks_and_then_is_refused_leaves_the_outcome_unknown() {
    let shop = Shop::answering(&[&pending(), ""]);
    let ran = Program::at(&shop.url).line("cancel order-101 --json");
    let json = ran.says(3, &[]).json();
    assert_eq!(
        (&json["exit_code"], &json["next"][0]),
        (&3.into(), &"midtrans status order-101".into())
    );
    assert!(json["idempotency_key"].is_string());
    assert_eq!(shop.all().len(), 2);
}

#[test]
fn the_next_command_is_for_the_same_account() {
    let shop = Shop::answering(&[&pending(), ""]);
    let ran = Program::keyed().run(&["cancel", "order-101", "--environment", &shop.url]);
    ran.says(
        3,
        &[&format!(
            "next: midtrans status order-101 --environment {}\n",
            shop.url
        )],
    );
}

#[test]
fn what_never_left_is_refused_and_not_unknown() {
    let unreachable = Program::at("http://127.0.0.1:9");
    unreachable
        .line("charge akulaku --order order-101 --amount 40000")
        .says(1, &["cannot connect", "nothing was sent"]);
    unreachable
        .line("refund order-101 --refund-key r-1")
        .says(1, &["cannot connect", "nothing was changed"]);
    unreachable
        .line("status order-101")
        .says(1, &["cannot connect", "next: midtrans doctor"]);
}
