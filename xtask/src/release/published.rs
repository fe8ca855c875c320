//! Compatibility with published versions.

use super::Release;
use crate::cargo;
use crate::failure::Failure;
use crate::steps::Outcome;

/// Compares the public API of each library with a baseline.
pub(super) fn api(release: &Release) -> Result<Outcome, Failure> {
    if let Some(revision) = &release.baseline_rev {
        let all: Vec<_> = names(release);
        return compare(release, &all, &["--baseline-rev", revision]);
    }
    if release.offline {
        return Ok(Outcome::Skipped(
            "--offline; --baseline-rev would do without the registry".to_owned(),
        ));
    }
    let mut known = Vec::new();
    for name in names(release) {
        match in_registry(release, name) {
            Answer::Published => known.push(name),
            Answer::New => println!("{name}: first release: no baseline"),
            Answer::Unreachable(why) => {
                println!("{why}");
                return Ok(Outcome::Skipped(
                    "the registry does not say what is published".to_owned(),
                ));
            }
        }
    }
    if known.is_empty() {
        return Ok(Outcome::Skipped("first release: no baseline".to_owned()));
    }
    compare(release, &known, &[])
}

fn names(release: &Release) -> Vec<&str> {
    release
        .workspace
        .published()
        .filter(|package| package.is_library)
        .map(|package| package.name.as_str())
        .collect()
}

fn compare(release: &Release, names: &[&str], baseline: &[&str]) -> Result<Outcome, Failure> {
    cargo::ensure_tool(&release.workspace.root, "semver-checks")?;
    let mut command = release.cargo();
    command
        .arg("semver-checks")
        .args(baseline)
        .args(names.iter().flat_map(|name| ["-p", name]));
    cargo::run(&mut command).map(|()| Outcome::Passed)
}

/// The registry's answer about a name.
#[derive(Debug, PartialEq)]
enum Answer {
    Published,
    New,
    Unreachable(String),
}

fn in_registry(release: &Release, name: &str) -> Answer {
    // Without `--registry`, cargo would describe the crate in the workspace.
    let mut command = release.cargo();
    answer(cargo::output(command.args([
        "info",
        "--quiet",
        "--registry",
        "crates-io",
        name,
    ])))
}

fn answer(info: Result<String, Failure>) -> Answer {
    match info {
        Ok(_) => Answer::Published,
        Err(failure) => match failure.message() {
            Some(message) if message.contains("could not find") => Answer::New,
            message => Answer::Unreachable(message.unwrap_or_default().to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_new_only_if_the_registry_says_so() {
        let failed = |message: &str| answer(Err(Failure::Failed(message.to_owned())));
        assert_eq!(answer(Ok(String::new())), Answer::Published);
        assert_eq!(
            failed("error: could not find `x` in registry `y`"),
            Answer::New
        );
        assert_eq!(
            failed("error: no route"),
            Answer::Unreachable("error: no route".to_owned())
        );
    }
}
