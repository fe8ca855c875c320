//! A reply counts only if it answers this very call: the same transaction, in the state that was
//! asked for.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, charge, received, settlement, status, with};
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::transaction::{Approve, Cancel, Deny, DirectRefund, Expire, Refund};
use midtrans_protocol::{
    Charge, CustomerDetails, GetStatus, ItemDetails, OrderId, Rupiah, Transaction,
    TransactionDetails, decode,
};
use serde_json::{Value, json};

const TRANSACTION: &str = "0d4c7a1e-58f0-4b0e-9b1c-6a2f1d3e4c5b";
const STATUSES: [&str; 14] = [
    "pending",
    "authorize",
    "capture",
    "settlement",
    "deny",
    "cancel",
    "expire",
    "failure",
    "refund",
    "partial_refund",
    "chargeback",
    "partial_chargeback",
    "a_new_word",
    "",
];

#[derive(Debug, PartialEq)]
enum End {
    Answer,
    Denied,
    Mismatch(String),
    Other(String),
}

fn end(operation: &impl Operation<Reply = Transaction>, reply: &Value) -> End {
    match decode(operation, received(200, reply.to_string())) {
        Ok(_) => End::Answer,
        Err(ReplyError::Api(error)) if error.is_denied() => {
            assert!(
                !error.outcome_unknown() && !error.is_retryable(),
                "a denial is final"
            );
            assert_eq!(error.body(), reply.to_string().as_bytes());
            End::Denied
        }
        Err(ReplyError::Decode(error)) if error.is_mismatch() => {
            assert_eq!(error.body(), reply.to_string().as_bytes());
            End::Mismatch(error.to_string())
        }
        Err(error) => End::Other(error.to_string()),
    }
}

fn id(text: &str) -> PaymentId {
    PaymentId::received(text).expect("an id")
}

fn refund(id: PaymentId) -> Refund {
    Refund::full(id, RefundKey::new("r1").expect("a valid key"))
}

fn said(status: &str, code: &str) -> Value {
    let status = if status.is_empty() {
        Value::Null
    } else {
        json!(status)
    };
    with(
        settlement(),
        json!({ "transaction_status": status, "status_code": code }),
    )
}

/// The outcome of a reply to one operation.
type Held = Box<dyn Fn(&Value) -> End>;

/// The operations on the transaction of that id, each with a reply that fits apart from the ids.
fn operations(about: &str) -> Vec<(&'static str, Held, Value)> {
    let at = || id(about);
    let (get, cancel, expire) = (GetStatus::new(at()), Cancel::new(at()), Expire::new(at()));
    let (approve, deny, refund) = (Approve::new(at()), Deny::new(at()), refund(at()));
    let direct = DirectRefund::from(refund.clone());
    vec![
        (
            "status",
            Box::new(move |reply| end(&get, reply)),
            said("settlement", "200"),
        ),
        (
            "cancel",
            Box::new(move |reply| end(&cancel, reply)),
            said("cancel", "200"),
        ),
        (
            "expire",
            Box::new(move |reply| end(&expire, reply)),
            said("expire", "407"),
        ),
        (
            "approve",
            Box::new(move |reply| end(&approve, reply)),
            said("capture", "200"),
        ),
        (
            "deny",
            Box::new(move |reply| end(&deny, reply)),
            said("deny", "200"),
        ),
        (
            "refund",
            Box::new(move |reply| end(&refund, reply)),
            said("refund", "200"),
        ),
        (
            "direct refund",
            Box::new(move |reply| end(&direct, reply)),
            said("partial_refund", "200"),
        ),
    ]
}

#[test]
fn every_operation_takes_a_reply_about_its_order_or_transaction_id() {
    for about in [ORDER, TRANSACTION] {
        for (name, end, reply) in operations(about) {
            assert_eq!(end(&reply), End::Answer, "{name} of {about}");
        }
    }
    // DANA's answer to a refund has the transaction id in the place of the order id.
    let dana = with(
        said("refund", "200"),
        json!({ "order_id": TRANSACTION, "transaction_id": null }),
    );
    assert_eq!(end(&refund(id(TRANSACTION)), &dana), End::Answer);
}

#[test]
fn a_reply_about_another_transaction_answers_no_operation() {
    for (name, end, reply) in operations(ORDER) {
        for ids in [
            json!({ "order_id": "kebaya-0418" }),
            json!({ "order_id": "KEBAYA-0417" }),
            json!({ "order_id": null }),
            json!({ "order_id": ["kebaya-0417"] }),
        ] {
            let End::Mismatch(why) = end(&with(reply.clone(), ids.clone())) else {
                panic!("{name} {ids}")
            };
            assert!(
                why.contains("expected the transaction that was asked about"),
                "{why}"
            );
        }
    }
    for other in [
        json!({ "order_id": "kebaya-0418" }),
        json!({ "order_id": null, "transaction_id": null }),
    ] {
        let reply = with(said("pending", "201"), other);
        assert!(
            matches!(end(&charge(), &reply), End::Mismatch(_)),
            "{reply}"
        );
    }
}

#[test]
fn a_reply_that_names_no_transaction_ends_a_cancellation_or_expiry_and_nothing_else() {
    for (name, end, reply) in operations(ORDER) {
        let nameless = end(&with(
            reply,
            json!({ "order_id": null, "transaction_id": null }),
        ));
        match (name, nameless) {
            ("cancel" | "expire", End::Answer) => {}
            (_, End::Mismatch(why)) => assert!(why.contains("it names none"), "{why}"),
            (name, other) => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn cancel_expire_approve_deny_and_refund_are_held_against_the_state_they_wanted() {
    for (name, end, reply) in operations(ORDER) {
        let wanted: &[&str] = match name {
            "status" => &STATUSES,
            "cancel" => &["cancel"],
            "expire" => &["expire"],
            "approve" => &["authorize", "capture", "settlement"],
            "deny" => &["deny"],
            _ => &["refund", "partial_refund"],
        };
        for status in STATUSES {
            let reply = with(
                said(status, "200"),
                json!({ "fraud_status": reply["fraud_status"] }),
            );
            match end(&reply) {
                End::Answer => assert!(wanted.contains(&status), "{name} took {status}"),
                End::Mismatch(why) => {
                    assert!(!wanted.contains(&status), "{name} refused {status}: {why}");
                    // It says why; an unknown word could be anything, and is not shown.
                    let shown = match status {
                        "" => "it says no transaction status",
                        "a_new_word" => {
                            "it says a transaction status that this version does not know"
                        }
                        known => known,
                    };
                    assert!(why.ends_with(shown) || name == "approve", "{why}");
                    assert!(!why.contains("a_new_word"), "{why}");
                }
                other => panic!("{name} {status}: {other:?}"),
            }
        }
    }
    let challenged = with(
        said("capture", "200"),
        json!({ "fraud_status": "challenge" }),
    );
    assert!(
        matches!(end(&Approve::new(id(ORDER)), &challenged), End::Mismatch(_)),
        "still challenged"
    );
}

#[test]
fn a_reply_about_another_refund_of_the_order_is_no_answer() {
    let reply = |key: Value| with(said("partial_refund", "200"), json!({ "refund_key": key }));
    for key in [json!("r1"), Value::Null] {
        assert_eq!(end(&refund(id(ORDER)), &reply(key)), End::Answer);
    }
    let End::Mismatch(why) = end(&refund(id(ORDER)), &reply(json!("r2"))) else {
        panic!("another refund")
    };
    assert!(why.contains("this refund key"), "{why}");
}

#[test]
fn a_charge_that_the_provider_denies_is_a_refusal() {
    let denied = include_str!("../fixtures/status--response--card-deny.json");
    for http in [200, 202] {
        let Err(ReplyError::Api(error)) = decode(&charge(), received(http, denied)) else {
            panic!("{http}")
        };
        assert!(
            error.is_denied() && !error.outcome_unknown() && !error.is_in_progress(),
            "{http}"
        );
        assert_eq!((error.code(), error.status_code()), (202, Some("202")));
        let shown = error.to_string();
        assert!(shown.starts_with("the gateway refused with 202"), "{shown}");
        assert!(
            shown.contains("the provider or fraud detection denied it: a sentence of the gateway"),
            "{shown}"
        );
    }
    // To Get Status the same body is an answer.
    assert!(decode(&status(), received(200, denied)).is_ok());
}

#[test]
fn a_charge_is_answered_with_a_transaction_that_was_just_made() {
    for status in STATUSES {
        for code in ["200", "201", "202", "407"] {
            let expected = match (status, code) {
                ("deny", _) => "denied",
                (
                    "pending" | "authorize" | "capture" | "settlement" | "a_new_word" | "",
                    "200" | "201",
                ) => "answer",
                _ => "mismatch",
            };
            let found = match end(&charge(), &said(status, code)) {
                End::Answer => "answer",
                End::Denied => "denied",
                End::Mismatch(_) => "mismatch",
                End::Other(error) => panic!("{error}"),
            };
            assert_eq!(found, expected, "{status} {code}");
        }
    }
}

#[test]
fn a_direct_refund_that_the_provider_denies_is_a_refusal() {
    let direct = DirectRefund::from(Refund::full(
        id(ORDER),
        RefundKey::new("kebaya-0417_r1").unwrap(),
    ));
    let denied = include_str!("../fixtures/direct-refund--response--rejected.json");
    let Err(ReplyError::Api(error)) = decode(&direct, received(200, denied)) else {
        panic!("a denied refund")
    };
    assert!(error.is_denied() && !error.outcome_unknown() && error.code() == 202);
    for (status, denied) in [
        ("settlement", true),
        ("capture", true),
        ("partial_refund", true),
        ("refund", false),
    ] {
        let found = end(&refund(id(ORDER)), &said(status, "202"));
        assert_eq!(found == End::Denied, denied, "{status}: {found:?}");
    }
}

#[test]
fn every_order_id_is_held_to_the_letter() {
    for order in ["a", "order-101_~.x", "0"] {
        let details =
            TransactionDetails::new(OrderId::new(order).unwrap(), Rupiah::new(125_000)).unwrap();
        let items = vec![ItemDetails::new("a", "Kebaya", Rupiah::new(125_000), 1)];
        let customer = CustomerDetails::new("Dewi", "Lestari", "dewi@toko.example", "081200000417");
        let charge = Charge::akulaku(details, items, customer).unwrap();
        let reply = |id: &str| with(said("pending", "201"), json!({ "order_id": id }));
        assert_eq!(end(&charge, &reply(order)), End::Answer);
        for other in [
            format!("{order} "),
            format!("{order}0"),
            order.to_uppercase() + "x",
            String::new(),
        ] {
            assert!(
                matches!(end(&charge, &reply(&other)), End::Mismatch(_)),
                "{order} {other}"
            );
        }
    }
}
