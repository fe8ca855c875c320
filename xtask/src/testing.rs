//! Builds all test programs, and runs several of them in parallel: many tests wait, and a waiting
//! core can run the next one.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use crate::cargo;
use crate::failure::Failure;
use crate::skipped::Notes;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// One built test program.
#[derive(Debug, PartialEq)]
struct Program {
    /// The names of its target and package, for output.
    name: String,
    package: String,
    path: PathBuf,
    /// The package's folder, in which cargo runs tests.
    folder: PathBuf,
    /// True if it is a file under `tests/`, which may take long; false for a crate's unit tests.
    is_integration: bool,
}

/// Builds and runs the tests of all targets, with all features. It runs every program, even after a
/// failure.
pub(crate) fn run(workspace: &Workspace) -> Result<Outcome, Failure> {
    let notes = Notes::begin(workspace)?;
    let programs = build(&workspace.root)?;
    if programs.is_empty() {
        return Err(Failure::Failed("cargo built no test program".to_owned()));
    }
    let failed = side_by_side(programs, &notes);
    if failed.is_empty() {
        return notes.outcome();
    }
    Err(Failure::Failed(format!(
        "tests failed in {}",
        failed.join(", ")
    )))
}

fn build(root: &Path) -> Result<Vec<Program>, Failure> {
    let mut command = cargo::cargo(root);
    command.args([
        "test",
        "--workspace",
        "--all-features",
        "--lib",
        "--bins",
        "--tests",
        "--examples",
        "--no-run",
    ]);
    command.arg("--message-format=json-render-diagnostics");
    let mut programs = cargo::read_while_running(&mut command, programs)??;
    // Long ones come first, so that none of them runs alone at the end.
    programs.sort_by_key(|program| !program.is_integration);
    Ok(programs)
}

/// Reads all of cargo's output before interpreting it: cargo could not end otherwise.
fn programs<R: Read>(stdout: R) -> Result<Vec<Program>, Failure> {
    let said = std::io::read_to_string(stdout).map_err(|error| {
        Failure::Failed(format!(
            "what cargo says about its test programs cannot be read: {error}"
        ))
    })?;
    Ok(said.lines().filter_map(program).collect())
}

/// Returns the test program of a line of cargo's output, if it has one.
fn program(line: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let path = PathBuf::from(message["executable"].as_str()?);
    let folder = Path::new(message["manifest_path"].as_str()?)
        .parent()?
        .to_owned();
    let target = &message["target"];
    let package = package(message["package_id"].as_str()?);
    let name = format!("{} of {package}", target["name"].as_str()?);
    let is_integration = target["kind"].as_array()?.iter().any(|kind| kind == "test");
    Some(Program {
        name,
        package,
        path,
        folder,
        is_integration,
    })
}

/// Returns the name in a package id, such as
/// `path+file:///shop/tests/adapters#midtrans-adapter-tests@0.0.0`. If the folder has the package's
/// name, only the version follows it.
fn package(id: &str) -> String {
    let (place, rest) = id.split_once('#').unwrap_or(("", id));
    match rest.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => place.rsplit('/').next().unwrap_or(rest).to_owned(),
    }
}

/// Runs one more program at a time than there are cores, and prints the output of each when it has
/// ended. Returns the names of those that failed.
fn side_by_side(programs: Vec<Program>, notes: &Notes) -> Vec<String> {
    let count = programs.len();
    let waiting = Mutex::new(VecDeque::from(programs));
    let failed = Mutex::new(Vec::new());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..=cores.min(count) {
            scope.spawn(|| {
                while let Some(program) = take(&waiting) {
                    // Names a program that hangs: output is printed only at the end.
                    println!("      Begins {}", program.name);
                    let start = Instant::now();
                    let result = program.start(notes);
                    let is_ok = report(&program, start.elapsed().as_secs_f32(), result);
                    if !is_ok {
                        failed
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(program.name);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn take(waiting: &Mutex<VecDeque<Program>>) -> Option<Program> {
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
}

impl Program {
    fn start(&self, notes: &Notes) -> std::io::Result<Output> {
        let mut command = cargo::program(&self.folder, &self.path.to_string_lossy());
        // As cargo sets them for tests.
        command
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("CARGO_PKG_NAME", &self.package);
        notes.asked_of(&mut command).stdin(Stdio::null()).output()
    }
}

/// Prints a program's output in one piece. Returns whether it succeeded.
fn report(program: &Program, seconds: f32, result: std::io::Result<Output>) -> bool {
    let mut out = std::io::stdout().lock();
    let is_ok = result.as_ref().is_ok_and(|output| output.status.success());
    let end = if is_ok { "" } else { ": FAILED" };
    let _ = writeln!(out, "     Running {} ({seconds:.1} s){end}", program.name);
    let _ = match result {
        Ok(output) => out
            .write_all(&output.stdout)
            .and_then(|()| out.write_all(&output.stderr)),
        Err(error) => writeln!(out, "it cannot be started: {error}"),
    };
    is_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(kind: &str, test: bool) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"path+file:///shop/crates/a#0.1.0","manifest_path":"/shop/crates/a/Cargo.toml","executable":"/shop/target/a-1",
            "target":{{"kind":["{kind}"],"name":"flows"}},"profile":{{"test":{test}}}}}"#
        )
    }

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("xtask-testing-{}", std::process::id()))
    }

    fn of_shell(name: &str, script: &str) -> Program {
        let folder = folder();
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        // A file that this process has open for writing is also open in programs that other threads
        // start, and cannot be run.
        let mut writer = std::process::Command::new("sh");
        writer
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 755 "$2""#,
                "sh",
                script,
            ])
            .arg(&path);
        assert!(writer.status().unwrap().success());
        Program {
            name: name.to_owned(),
            package: "a".to_owned(),
            path,
            folder,
            is_integration: false,
        }
    }

    #[test]
    fn a_built_test_is_a_program_that_runs_in_its_packages_folder() {
        let expected = Program {
            name: "flows of a".to_owned(),
            package: "a".to_owned(),
            path: "/shop/target/a-1".into(),
            folder: "/shop/crates/a".into(),
            is_integration: true,
        };
        assert_eq!(program(&artifact("test", true)), Some(expected));
        assert!(!program(&artifact("lib", true)).unwrap().is_integration);
    }

    #[test]
    fn a_package_id_names_its_package() {
        assert_eq!(
            package("path+file:///shop/tests/adapters#midtrans-adapter-tests@0.0.0"),
            "midtrans-adapter-tests"
        );
        assert_eq!(package("path+file:///shop/xtask#0.0.0"), "xtask");
    }

    #[test]
    fn what_is_no_test_is_not_run() {
        assert_eq!(program(&artifact("bin", false)), None);
        assert_eq!(
            program(r#"{"reason":"build-finished","success":true}"#),
            None
        );
        assert_eq!(program("no JSON"), None);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_a_failure_and_hides_no_program() {
        let line = artifact("test", true).replace('\n', " ");
        let names = |said: &[u8]| programs(said).map(|found| found.len());
        assert_eq!(
            names(format!("no JSON\n{line}\n{line}\n").as_bytes()).unwrap(),
            2
        );
        let failure = names(&[line.as_bytes(), b"\n\xff\n", line.as_bytes()].concat()).unwrap_err();
        assert!(
            failure
                .message()
                .is_some_and(|message| message.contains("cannot be read")),
            "{failure:?}"
        );
    }

    #[test]
    fn every_program_runs_although_one_fails_and_each_that_fails_or_skips_is_named() {
        let writes = "echo x >> written";
        let mut programs = vec![
            of_shell("bad", "exit 1"),
            of_shell("good", writes),
            of_shell("late", writes),
        ];
        let gone = Program {
            name: "gone".to_owned(),
            path: "/no/such/program".into(),
            ..of_shell("x", "")
        };
        programs.push(gone);
        programs.push(of_shell(
            "skips",
            r#"printf 'a\tits look\tno node\n' >> "$MIDTRANS_SKIPPED_TESTS""#,
        ));
        std::fs::create_dir_all(folder().join("target")).unwrap();
        let notes = Notes::begin(&Workspace {
            root: folder(),
            packages: Vec::new(),
        })
        .unwrap();
        let mut failed = side_by_side(programs, &notes);
        failed.sort();
        assert_eq!(failed, ["bad", "gone"]);
        assert_eq!(
            std::fs::read_to_string(folder().join("written")).unwrap(),
            "x\nx\n",
            "in its package's folder"
        );
        let noted = Outcome::Incomplete(["no node", "  its look (a)"].map(str::to_owned).into());
        assert_eq!(notes.outcome().unwrap(), noted);
        std::fs::remove_dir_all(folder()).unwrap();
    }
}
