//! Small runs of every kind that needs no special rights, as a test at every change. `cargo xtask
//! torture` is the large one.

use std::process::Command;

use midtrans_private_postgres::PrivatePostgres;

/// Runs it, and shows its output if it failed.
fn endures(run: &str) {
    let program = env!("CARGO_BIN_EXE_midtrans-torture");
    let arguments = [
        "--only", run, "--orders", "120", "--kills", "4", "--seed", "7",
    ];
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect("it was built with this test");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains(&format!("endured: {run}")), "{said}");
}

/// Returns whether there is a PostgreSQL. In CI there must be one.
fn has_postgres() -> bool {
    PrivatePostgres::start_or_skip("a tortured PostgreSQL").is_some()
}

#[test]
fn a_merchant_on_sqlite_that_is_killed_again_and_again_acts_exactly_once() {
    endures("sqlite");
}

#[test]
fn three_merchants_on_one_postgres_that_are_killed_again_and_again_act_exactly_once() {
    if has_postgres() {
        endures("postgres");
    }
}

#[test]
fn a_merchant_killed_at_any_line_of_its_charge_code_charges_once_and_finds_the_payment() {
    endures("charge-sqlite");
    if has_postgres() {
        endures("charge-postgres");
    }
}

#[test]
fn an_unknown_run_is_a_usage_error() {
    let output = Command::new(env!("CARGO_BIN_EXE_midtrans-torture"))
        .args(["--only", "dance"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dance"));
}
