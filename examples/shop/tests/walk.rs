//! The walk of the demo: a customer pays one order in each way that there is, and the program ends
//! well only if each is paid and shipped once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use midtrans_private_postgres::PrivatePostgres;

#[test]
fn the_walk_pays_one_order_in_each_way_with_sqlite() {
    walks(&[]);
}

#[test]
fn the_walk_pays_one_order_in_each_way_with_postgresql() {
    if let Some(server) = PrivatePostgres::start_or_skip("the walk of the demo on PostgreSQL") {
        walks(&["--postgres", &server.url()]);
    }
}

fn walks(words: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_midtrans-shop"))
        .arg("--walk")
        .args(words)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{said}");
    assert!(
        said.ends_with("All 10 orders are paid, and each was shipped once.\n"),
        "{said}"
    );
    for name in [
        "Akulaku",
        "Kredivo",
        "BCA",
        "Mandiri",
        "Indomaret",
        "QRIS",
        "ShopeePay",
        "OVO",
        "Credit or debit card",
        "Choose at Midtrans",
    ] {
        assert!(
            said.contains(&format!("=== A customer pays with {name} ===")),
            "{name}"
        );
    }
    // The card is typed at the gateway, and is in nothing that the shop got or said.
    assert!(!said.contains("4811111111111114"), "{said}");
}
