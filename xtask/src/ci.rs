//! `cargo xtask ci`: the whole gate.
//!
//! Warnings are denied by clippy's own arguments and by `RUSTDOCFLAGS`, never by `RUSTFLAGS`, which
//! would rebuild every dependency.

use std::process::Command;

use crate::arguments::Arguments;
use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::manifests;
use crate::openssl;
use crate::skipped;
use crate::steps::{self, Outcome, Selection, Step};
use crate::testing;
use crate::tidy;
use crate::workspace::{Package, Workspace};

pub(crate) const HELP: &str = "\
Usage: cargo xtask ci [--keep-going] [--from STEP | --only STEP]

Stops at the first failure and ends with a table of steps and times.
Steps: tools, fmt, tidy, manifests, clippy, clippy-all, tests, doctests, docs, features.

  --keep-going   runs all steps even when one fails, and fails at the end
  --from STEP    starts at this step
  --only STEP    runs just this step
";

/// Cheap steps come first, so that a forgotten `cargo fmt` costs seconds.
const STEPS: &[Step<Workspace>] = &[
    Step {
        name: "tools",
        about: "rustfmt, clippy and OpenSSL are there",
        run: tools,
    },
    Step {
        name: "fmt",
        about: "formatting",
        run: fmt,
    },
    Step {
        name: "tidy",
        about: "house rules and the dependency table",
        run: tidy::check,
    },
    Step {
        name: "manifests",
        about: "our crates fit beside other database drivers",
        run: manifests::check,
    },
    Step {
        name: "clippy",
        about: "lints, default features",
        run: clippy,
    },
    Step {
        name: "clippy-all",
        about: "lints, all features",
        run: clippy_all,
    },
    Step {
        name: "tests",
        about: "all tests and examples",
        run: tests,
    },
    Step {
        name: "doctests",
        about: "the examples in the documentation",
        run: doctests,
    },
    Step {
        name: "docs",
        about: "the documentation has no broken links",
        run: docs,
    },
    Step {
        name: "features",
        about: "each feature of each library alone",
        run: features,
    },
];

pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let selection = Selection::take(&mut arguments)?;
    arguments.finish()?;
    steps::run(STEPS, &Workspace::read()?, &selection)
}

fn tools(workspace: &Workspace) -> Result<Outcome, Failure> {
    cargo::ensure_component(&workspace.root, "fmt", "rustfmt")?;
    cargo::ensure_component(&workspace.root, "clippy", "clippy")?;
    openssl::ensure(&workspace.root)?;
    Ok(Outcome::Passed)
}

fn passed(command: &mut Command) -> Result<Outcome, Failure> {
    cargo::run(command).map(|()| Outcome::Passed)
}

fn fmt(workspace: &Workspace) -> Result<Outcome, Failure> {
    passed(cargo(&workspace.root).args(["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> Result<Outcome, Failure> {
    passed(cargo(&workspace.root).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn clippy_all(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut command = cargo(&workspace.root);
    passed(command.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))
}

/// Runs the tests with all features, because tests of an optional item would otherwise never run.
/// Benches are only compiled, by clippy.
fn tests(workspace: &Workspace) -> Result<Outcome, Failure> {
    testing::run(workspace)
}

fn doctests(workspace: &Workspace) -> Result<Outcome, Failure> {
    skipped::run(
        workspace,
        cargo(&workspace.root).args(["test", "--workspace", "--all-features", "--doc"]),
    )
}

fn docs(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut command = cargo(&workspace.root);
    passed(command.env("RUSTDOCFLAGS", "-D warnings").args([
        "doc",
        "--workspace",
        "--no-deps",
        "--all-features",
    ]))
}

/// Checks one crate at a time: in a workspace build cargo unites features, which hides a missing
/// one.
fn features(workspace: &Workspace) -> Result<Outcome, Failure> {
    for package in workspace.libraries() {
        for set in feature_sets(package) {
            let mut command = cargo(&workspace.root);
            command
                .args(["clippy", "--quiet", "-p", &package.name])
                .args(set)
                .args(["--", "-D", "warnings"]);
            cargo::run(&mut command)?;
        }
    }
    // Tests of a missing feature's message; all other tests have all features.
    for set in [&[][..], &["--no-default-features"]] {
        let mut command = cargo(&workspace.root);
        command
            .args(["test", "--quiet", "-p", "midtrans-cli", "--test", "command"])
            .args(set)
            .args(["features::"]);
        cargo::run(&mut command)?;
    }
    Ok(Outcome::Passed)
}

/// Returns the arguments of no feature, and of each feature alone, including `default`.
fn feature_sets(package: &Package) -> Vec<Vec<&str>> {
    let none = vec!["--no-default-features"];
    let each = package
        .features
        .iter()
        .map(|feature| vec!["--no-default-features", "--features", feature]);
    std::iter::once(none.clone()).chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_step() {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        assert!(HELP.contains(&names.join(", ")));
    }

    #[test]
    fn each_feature_is_built_alone_and_so_is_none() {
        let package = Package {
            features: ["async".to_owned(), "default".to_owned()].into(),
            ..Package::default()
        };
        assert_eq!(
            feature_sets(&package),
            [
                vec!["--no-default-features"],
                vec!["--no-default-features", "--features", "async"],
                vec!["--no-default-features", "--features", "default"],
            ]
        );
    }
}
