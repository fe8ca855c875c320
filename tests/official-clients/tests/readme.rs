//! The lines of the simulator's README that point Midtrans' own packages at it, as they are
//! printed, and one call of each API behind them.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::path::Path;

use midtrans_official_clients_tests::Client;
use midtrans_packages::or_skip;
use midtrans_simulator::Simulator;
use midtrans_transcripts::Page;

#[test]
fn the_node_package_is_pointed_at_the_simulator_as_the_readme_says() {
    asks(
        Client::Node,
        "js",
        "
const { Snap } = require('midtrans-client');
const snap = new Snap({ serverKey: 'SB-Mid-server-simulator', isProduction: false });
core.transaction.status('none')
  .catch((e) => console.log(e.ApiResponse.status_message))
  .then(() => snap.createTransaction({}))
  .catch((e) => console.log(e.ApiResponse.error_messages[0]));
",
    );
}

#[test]
fn the_python_package_is_pointed_at_the_simulator_as_the_readme_says() {
    let call = "
try:
    core.transactions.status('none')
except Exception as error:
    print(error.api_response_dict['status_message'])
from midtransclient import Snap
try:
    Snap(server_key='SB-Mid-server-simulator').create_transaction({})
except Exception as error:
    print(error.api_response_dict['error_messages'][0])
";
    asks(Client::Python, "python", call);
}

/// The right key and the right addresses: the gateway itself says that there is no such transaction,
/// and what a page needs.
fn asks(client: Client, language: &str, call: &str) {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let page = Page::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/midtrans-simulator/README.md"),
    );
    let lines = page.block("Midtrans' own packages", language);
    assert!(lines.contains("\"http://127.0.0.1:8180\""), "{lines}");
    let text = format!(
        "{}{call}",
        lines.replace("http://127.0.0.1:8180", simulator.url())
    );
    let command = client.running(&text, Path::new(env!("CARGO_TARGET_TMPDIR")));
    let Some(mut command) = or_skip(&format!("the README's lines for {client:?}"), command) else {
        return;
    };
    let output = command
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    let (said, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let lines: Vec<&str> = said.lines().collect();
    let expected = [
        "Transaction doesn't exist.",
        "transaction_details.gross_amount is required",
    ];
    assert_eq!(lines, expected, "{errors}");
    assert_eq!(
        simulator.with_accounts(|accounts, _| accounts.first().calls().count()),
        2
    );
}
