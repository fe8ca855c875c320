//! The dependencies that a program with the SQLite store links.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails where its own set-up fails"
)]

use std::path::Path;
use std::process::Command;

/// The features of SQLite's library in such a program, without those that only our tests need.
fn features(options: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root)
        .args(["tree", "--offline", "--package", "midtrans-inbox-sqlite"]);
    tree.args(["--edges", "features,no-dev", "--invert", "libsqlite3-sys"])
        .args(options);
    let output = tree.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_first_build_links_the_sqlite_that_is_brought_along_and_a_program_may_choose_the_machines() {
    const BUNDLED: &str = "libsqlite3-sys feature \"bundled\"\n";
    assert!(features(&[]).contains(BUNDLED));
    assert!(!features(&["--no-default-features"]).contains(BUNDLED));
}
