//! The oldest dependencies and the oldest Rust that the manifests promise.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::Release;
use crate::cargo::{self, cargo, cargo_of};
use crate::failure::Failure;
use crate::steps::Outcome;
use crate::tracked;

/// Builds the published crates with the lowest versions of their direct dependencies.
///
/// In a copy of the workspace, because it needs its own `Cargo.lock`.
pub(super) fn dependencies(release: &Release) -> Result<Outcome, Failure> {
    let root = &release.workspace.root;
    if !cargo::has_toolchain(root, "nightly") {
        return Ok(Outcome::Skipped(
            "choosing the lowest versions needs a nightly toolchain".to_owned(),
        ));
    }
    let copy = root.join("target/minimal-versions");
    copy_project(root, &copy)
        .map_err(|source| Failure::Failed(format!("the project cannot be copied: {source}")))?;
    cargo::run(cargo_of("nightly", &copy).args(["update", "-Z", "direct-minimal-versions"]))?;
    let build = root.join("target/minimal-versions-build");
    let mut command = cargo(&copy);
    command
        .args(["check", "--locked", "--all-features"])
        .args(release.published())
        .arg("--target-dir")
        .arg(build);
    cargo::run(&mut command).map(|()| Outcome::Passed)
}

fn copy_project(root: &Path, copy: &Path) -> io::Result<()> {
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    for path in tracked::paths(root)
        .iter()
        .filter(|path| root.join(path).is_file())
    {
        let target = copy.join(path);
        fs::create_dir_all(target.parent().unwrap_or(copy))?;
        fs::copy(root.join(path), target)?;
    }
    Ok(())
}

/// Checks the published crates with each Rust version that they declare.
pub(super) fn rust(release: &Release) -> Result<Outcome, Failure> {
    let published = || release.workspace.published();
    let versions: BTreeSet<&str> = published()
        .filter_map(|package| package.rust_version.as_deref())
        .collect();
    let mut missing = Vec::new();
    for version in versions {
        let Some(toolchain) = toolchain(&release.workspace.root, version) else {
            missing.push(version);
            continue;
        };
        let those = published().filter(|package| package.rust_version.as_deref() == Some(version));
        let mut command = cargo_of(&toolchain, &release.workspace.root);
        command.args(["check", "--locked", "--all-features"]);
        cargo::run(command.args(those.flat_map(|package| ["-p", package.name.as_str()])))?;
    }
    Ok(outcome(&missing))
}

/// Returns rustup's name of a version, if it is installed.
fn toolchain(root: &Path, version: &str) -> Option<String> {
    [version.to_owned(), format!("{version}.0")]
        .into_iter()
        .find(|name| cargo::has_toolchain(root, name))
}

fn outcome(missing: &[&str]) -> Outcome {
    if missing.is_empty() {
        return Outcome::Passed;
    }
    let versions = missing.join(", ");
    Outcome::Skipped(format!(
        "rustup does not have {versions}; only clippy's incompatible_msrv has looked"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_toolchain_is_named() {
        assert_eq!(outcome(&[]), Outcome::Passed);
        assert!(matches!(outcome(&["1.85"]), Outcome::Skipped(why) if why.contains("1.85")));
    }

    #[test]
    fn a_copy_has_the_manifests_and_nothing_old() {
        let root = crate::workspace::root();
        let copy = std::env::temp_dir().join(format!("midtrans-xtask-{}", std::process::id()));
        fs::create_dir_all(&copy).unwrap();
        fs::write(copy.join("old"), "").unwrap();
        copy_project(&root, &copy).unwrap();
        assert!(copy.join("xtask/Cargo.toml").is_file() && !copy.join("old").exists());
        fs::remove_dir_all(&copy).unwrap();
    }
}
