//! Midtrans' own packages for Node and Python work against the simulator unchanged.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::path::Path;

use midtrans_official_clients_tests::Client;
use midtrans_packages::or_skip;
use midtrans_protocol::method::PaymentType;
use midtrans_simulator::Simulator;
use serde_json::Value;

#[test]
fn the_node_package_charges_pays_refunds_and_reads_notifications() {
    walk(Client::Node);
}

#[test]
fn the_python_package_charges_pays_refunds_and_reads_notifications() {
    walk(Client::Python);
}

#[test]
fn the_node_package_runs_every_operation_with_every_method_and_cards() {
    core(Client::Node);
}

#[test]
fn the_python_package_runs_every_operation_with_every_method_and_cards() {
    core(Client::Python);
}

#[test]
fn the_node_package_runs_snap_subscriptions_and_pay_accounts() {
    products(Client::Node);
}

#[test]
fn the_python_package_runs_snap_subscriptions_and_pay_accounts() {
    products(Client::Python);
}

fn products(client: Client) {
    let steps = PRODUCT_STEPS.iter().map(|step| (*step).to_owned());
    runs(client, "products", steps.collect());
}

fn walk(client: Client) {
    let methods = ["akulaku", "kredivo"].into_iter();
    let expected = methods.flat_map(|it| STEPS.iter().map(move |step| format!("{it} {step}")));
    runs(client, "walk", expected.collect());
}

fn core(client: Client) {
    let methods: Vec<Value> =
        serde_json::from_str(include_str!("../clients/methods.json")).unwrap();
    let names = methods.iter().map(|it| it["name"].as_str().unwrap());
    let steps = names.flat_map(|name| METHOD_STEPS.iter().map(move |it| format!("{name} {it}")));
    let cards = CARD_STEPS.iter().map(|step| format!("card {step}"));
    runs(client, "core", steps.chain(cards).collect());
    let charged = |kind: &PaymentType| {
        let is_it = |method: &Value| method["charge"]["payment_type"] == kind.as_str();
        *kind == PaymentType::CreditCard || methods.iter().any(is_it)
    };
    // The two of the walk.
    let missing = |kind: &PaymentType| {
        !charged(kind) && !matches!(kind, PaymentType::Akulaku | PaymentType::Kredivo)
    };
    let missing: Vec<PaymentType> = PaymentType::all().filter(missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Runs a script to its end, and asserts that these steps held.
fn runs(client: Client, script: &str, expected: Vec<String>) {
    let command = client.script(script, Path::new(env!("CARGO_TARGET_TMPDIR")));
    let Some(mut command) = or_skip(&format!("{client:?}, {script}"), command) else {
        return;
    };
    let simulator = Simulator::builder()
        .server_key(KEY)
        .client_key(CLIENT_KEY)
        .finish_url(FINISH_URL)
        .serve_blocking()
        .unwrap();
    command
        .env("SIMULATOR_URL", simulator.url())
        .env("SERVER_KEY", KEY)
        .env("CLIENT_KEY", CLIENT_KEY)
        .env("FINISH_URL", FINISH_URL);
    // A proxy of this machine is not for 127.0.0.1.
    command
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1");
    let output = command.output().unwrap();
    let (said, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{client:?} stopped after:\n{said}\n{errors}"
    );
    let ran: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("step "))
        .collect();
    assert_eq!(ran, expected, "{errors}");
}

const KEY: &str = "SB-Mid-server-foreign";
const CLIENT_KEY: &str = "SB-Mid-client-foreign";
const FINISH_URL: &str = "http://shop.example/finish";

/// The steps of each script with each payment method, in this order.
const STEPS: &[&str] = &[
    "charge",
    "status by order id",
    "status by transaction id",
    "status b2b",
    "duplicate order",
    "approve",
    "deny",
    "pay",
    "notification",
    "cancel of a paid order",
    "partial refund",
    "repeated refund key",
    "refund over the amount",
    "direct refund of the rest",
    "full refund",
    "cancel",
    "expire",
    "validation error",
    "unknown order",
    "wrong key",
];

/// The steps of `core` with each payment method of `clients/methods.json`.
const METHOD_STEPS: &[&str] = &[
    "charge",
    "status",
    "status b2b",
    "what is not possible while pending",
    "cancel",
    "expire",
    "pay",
    "refund",
];

/// The steps of `core` with cards.
const CARD_STEPS: &[&str] = &[
    "token",
    "token of an expired card",
    "register",
    "charge",
    "token used twice",
    "charge of a saved card",
    "point inquiry",
    "approve",
    "deny",
    "capture",
    "capture of an unknown transaction",
    "3-D Secure",
    "what is not possible before the settlement",
    "cancel",
    "refund",
];

/// The steps of `products`.
const PRODUCT_STEPS: &[&str] = &[
    "snap create",
    "snap token",
    "snap redirect URL",
    "snap full request",
    "snap order ids",
    "snap same order again",
    "snap notification URL",
    "snap nothing",
    "snap amount zero",
    "snap wrong key",
    "snap status without a choice",
    "subscription create",
    "subscription nothing",
    "subscription amount zero",
    "subscription get",
    "subscription disable",
    "subscription enable",
    "subscription update",
    "subscription unknown",
    "account link",
    "account without a wallet",
    "account leading zero",
    "account get",
    "account unlink while pending",
    "account unknown",
];
