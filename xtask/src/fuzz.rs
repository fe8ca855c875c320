//! `cargo xtask fuzz`: cargo-fuzz on the targets in `fuzz/`.

use std::fs;
use std::path::Path;

use crate::arguments::Arguments;
use crate::cargo::{self, cargo_of};
use crate::failure::Failure;
use crate::workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask fuzz [TARGET] [--seconds N]

Runs one target, or each in turn. Needs a nightly toolchain; installs cargo-fuzz when it is missing.
A crash is kept in fuzz/artifacts.

  --seconds N   how long each target runs; 60 unless given
";

pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let seconds = seconds(&mut arguments)?;
    let target = arguments.positional();
    arguments.finish()?;
    let root = workspace::root();
    prepare(&root)?;
    for target in chosen(targets(&root)?, target)? {
        println!("\n==> {target}, {seconds} s");
        let limit = format!("-max_total_time={seconds}");
        // libFuzzer writes findings to the first folder and only reads the second.
        let (corpus, seeds) = (
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        );
        fs::create_dir_all(root.join(&corpus))
            .map_err(|source| Failure::Failed(format!("{corpus}: {source}")))?;
        cargo::run(
            cargo_of("nightly", &root)
                .args(["fuzz", "run", &target, &corpus, &seeds, "--", &limit]),
        )?;
    }
    Ok(())
}

fn seconds(arguments: &mut Arguments) -> Result<u32, Failure> {
    let Some(value) = arguments.option("--seconds")? else {
        return Ok(60);
    };
    // Zero would mean "for ever" to libFuzzer.
    let parsed = value.parse().ok().filter(|seconds| *seconds > 0);
    parsed.ok_or_else(|| Failure::Usage(format!("`--seconds {value}` is not a number of seconds")))
}

fn prepare(root: &Path) -> Result<(), Failure> {
    if !root.join("fuzz/Cargo.toml").is_file() {
        return Err(Failure::Failed("there is no fuzz/ folder here".to_owned()));
    }
    if !cargo::has_toolchain(root, "nightly") {
        let advice = "fuzzing needs a nightly toolchain: `rustup toolchain install nightly --profile minimal`";
        return Err(Failure::Failed(advice.to_owned()));
    }
    cargo::ensure_tool(root, "fuzz")
}

fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let list = cargo::output(cargo_of("nightly", root).args(["fuzz", "list"]))?;
    Ok(list
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}

fn chosen(targets: Vec<String>, wanted: Option<String>) -> Result<Vec<String>, Failure> {
    let Some(wanted) = wanted else {
        return Ok(targets);
    };
    if targets.contains(&wanted) {
        return Ok(vec![wanted]);
    }
    Err(Failure::Usage(format!(
        "there is no target `{wanted}`; the targets are {}",
        targets.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn a_target_runs_for_a_minute_unless_told_otherwise() {
        assert_eq!(seconds(&mut arguments("")).unwrap(), 60);
        assert_eq!(seconds(&mut arguments("--seconds 5")).unwrap(), 5);
        assert!(seconds(&mut arguments("--seconds soon")).is_err());
        assert!(seconds(&mut arguments("--seconds 0")).is_err());
    }

    #[test]
    fn all_targets_run_unless_one_is_named() {
        let targets = || vec!["landing".to_owned(), "notification".to_owned()];
        assert_eq!(chosen(targets(), None).unwrap(), targets());
        assert_eq!(
            chosen(targets(), Some("landing".to_owned())).unwrap(),
            ["landing"]
        );
        assert!(matches!(
            chosen(targets(), Some("x".to_owned())),
            Err(Failure::Usage(_))
        ));
    }
}
