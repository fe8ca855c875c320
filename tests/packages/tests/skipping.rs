//! A test on a machine without the tools that it needs: a child process, whose PATH has none.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use midtrans_packages::{NOTES, Packages, Skip, or_skip};

const CHILD: &str = "MIDTRANS_TEST_WITHOUT_TOOLS";

/// Does nothing unless it runs in the child process.
#[test]
fn what_the_child_process_does() {
    if env::var_os(CHILD).is_none() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("without-tools-{}", std::process::id()));
    let node = Packages::Node(r#"{"private":true}"#).installed(&folder);
    assert!(or_skip("a test of Node.js", node).is_none());
    let python = Packages::Python("six==1.17.0").installed(&folder);
    assert!(or_skip("a test of Python", python).is_none());
    fs::remove_dir_all(folder).expect("nothing was installed");
}

/// Runs it without tools.
fn child(notes: Option<&Path>, ci: Option<&str>) -> Output {
    let mut command = Command::new(env::current_exe().expect("a test is a program"));
    command
        .args(["--exact", "what_the_child_process_does", "--nocapture"])
        .env(CHILD, "")
        .env("PATH", "");
    command.env_remove(NOTES).env_remove("CI");
    command
        .envs(notes.map(|file| (NOTES, file)))
        .envs(ci.map(|ci| ("CI", ci)));
    command.output().expect("a test runs twice")
}

#[test]
fn a_skipped_test_is_noted_with_the_tool_that_is_missing() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("noted-without-tools");
    drop(fs::remove_file(&file));
    let output = child(Some(&file), None);
    assert!(output.status.success(), "{output:?}");
    let noted = Skip::noted(&file).expect("the file was written");
    let noted: Vec<_> = noted
        .iter()
        .map(|skip| (&*skip.package, &*skip.what, &*skip.why))
        .collect();
    assert_eq!(
        noted,
        [
            (
                "packages",
                "a test of Node.js",
                "node is not on PATH: install it (Debian: nodejs)"
            ),
            (
                "packages",
                "a test of Python",
                "python3 is not on PATH: install it (Debian: python3-venv)"
            ),
        ]
    );
}

#[test]
fn without_a_file_it_is_told_and_in_ci_it_fails() {
    let told = child(None, None);
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(
        told.status.success() && said.contains("SKIPPED: a test of Node.js: node is not on PATH"),
        "{told:?}"
    );
    assert!(!child(None, Some("true")).status.success());
}

#[test]
fn a_skip_that_cannot_be_noted_is_a_failure() {
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no/such/folder");
    assert!(!child(Some(&nowhere), None).status.success());
}
