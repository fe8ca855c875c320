//! Midtrans' own packages for Node and Python work against the simulator unchanged.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::path::Path;

use midtrans_official_clients_tests::Client;
use midtrans_packages::or_skip;
use midtrans_simulator::Simulator;

#[test]
fn the_node_package_charges_pays_refunds_and_reads_notifications() {
    walk(Client::Node);
}

#[test]
fn the_python_package_charges_pays_refunds_and_reads_notifications() {
    walk(Client::Python);
}

fn walk(client: Client) {
    let command = client.walk(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let Some(mut command) = or_skip(&format!("{client:?}"), command) else {
        return;
    };
    let simulator = Simulator::builder()
        .server_key(KEY)
        .finish_url(FINISH_URL)
        .serve_blocking()
        .unwrap();
    command
        .env("SIMULATOR_URL", simulator.url())
        .env("SERVER_KEY", KEY)
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
    let expected: Vec<String> = ["akulaku", "kredivo"]
        .iter()
        .flat_map(|it| STEPS.iter().map(move |step| format!("{it} {step}")))
        .collect();
    assert_eq!(ran, expected, "{errors}");
}

const KEY: &str = "SB-Mid-server-foreign";
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
