//! `cargo xtask release`: the slow checks before publishing.

mod oldest;
mod published;

use std::fs;
use std::process::{self, Command};

use crate::arguments::Arguments;
use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::steps::{self, Outcome, Selection, Step};
use crate::workspace::Workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask release [--offline] [--allow-dirty] [--baseline-rev REV] [--keep-going] [--from STEP | --only STEP]

What `ci` does not do because it is slow or needs more tools. It installs cargo-deny and, once there is
a published version to compare with, cargo-semver-checks. Run `cargo xtask ci` first.
Steps: licences, advisories, api, packages, minimal, msrv. A step that cannot be done says so in the table.

  --offline            skips security advisories and published versions
  --allow-dirty        packages uncommitted changes too
  --baseline-rev REV   compares the public API with this commit instead of the last published version
  --keep-going         runs all steps even when one fails, and fails at the end
  --from STEP          starts at this step
  --only STEP          runs just this step
";

const STEPS: &[Step<Release>] = &[
    Step {
        name: "licences",
        about: "licences, banned crates and sources",
        run: licences,
    },
    Step {
        name: "advisories",
        about: "no known security holes in the tree",
        run: advisories,
    },
    Step {
        name: "api",
        about: "the public API breaks only when the version says so",
        run: published::api,
    },
    Step {
        name: "packages",
        about: "every crate can be packaged and built from its package",
        run: packages,
    },
    Step {
        name: "minimal",
        about: "the oldest versions that the manifests allow",
        run: oldest::dependencies,
    },
    Step {
        name: "msrv",
        about: "the oldest Rust that the manifests allow",
        run: oldest::rust,
    },
];

/// The context that the steps share.
struct Release {
    workspace: Workspace,
    offline: bool,
    allow_dirty: bool,
    baseline_rev: Option<String>,
}

impl Release {
    fn cargo(&self) -> Command {
        cargo(&self.workspace.root)
    }

    /// Returns `-p NAME` for every published crate.
    fn published(&self) -> Vec<&str> {
        self.workspace
            .published()
            .flat_map(|package| ["-p", package.name.as_str()])
            .collect()
    }
}

pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let selection = Selection::take(&mut arguments)?;
    let offline = arguments.flag("--offline");
    let allow_dirty = arguments.flag("--allow-dirty");
    let baseline_rev = arguments.option("--baseline-rev")?;
    arguments.finish()?;
    let release = Release {
        workspace: Workspace::read()?,
        offline,
        allow_dirty,
        baseline_rev,
    };
    steps::run(STEPS, &release, &selection)
}

fn licences(release: &Release) -> Result<Outcome, Failure> {
    cargo::ensure_tool(&release.workspace.root, "deny")?;
    let mut command = release.cargo();
    command.args([
        "deny",
        "--all-features",
        "check",
        "licenses",
        "bans",
        "sources",
    ]);
    cargo::run(&mut command).map(|()| Outcome::Passed)
}

fn advisories(release: &Release) -> Result<Outcome, Failure> {
    if release.offline {
        return Ok(Outcome::Skipped("--offline".to_owned()));
    }
    cargo::ensure_tool(&release.workspace.root, "deny")?;
    if cargo::output(release.cargo().args(["deny", "fetch", "db"])).is_err() {
        return Ok(Outcome::Skipped(
            "the advisory database cannot be reached".to_owned(),
        ));
    }
    let mut command = release.cargo();
    command.args([
        "deny",
        "--all-features",
        "check",
        "--disable-fetch",
        "advisories",
    ]);
    cargo::run(&mut command).map(|()| Outcome::Passed)
}

/// Packages all crates at once: unpublished ones are then taken from each other's packages. A new
/// folder each time, because cargo assumes that a published version never changes, and would use
/// what an earlier run packaged under the same version.
fn packages(release: &Release) -> Result<Outcome, Failure> {
    let folder = release
        .workspace
        .root
        .join(format!("target/packages-{}", process::id()));
    let mut command = release.cargo();
    command
        .arg("package")
        .args(release.published())
        .arg("--target-dir")
        .arg(&folder);
    if release.allow_dirty {
        command.arg("--allow-dirty");
    }
    let outcome = cargo::run(&mut command).map(|()| Outcome::Passed);
    fs::remove_dir_all(&folder).ok();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_step() {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        assert!(HELP.contains(&names.join(", ")));
    }
}
