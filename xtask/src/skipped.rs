//! Tests that were skipped for lack of a tool: a step that runs tests must not report "ok" about
//! those.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::Command;

use midtrans_packages::{NOTES, Skip};

use crate::cargo;
use crate::failure::Failure;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// Runs tests, and reports which of them were skipped and why.
pub(crate) fn run(workspace: &Workspace, command: &mut Command) -> Result<Outcome, Failure> {
    let notes = Notes::begin(workspace)?;
    cargo::run(notes.asked_of(command))?;
    notes.outcome()
}

/// The file in which tests note that they were skipped.
pub(crate) struct Notes(PathBuf);

impl Notes {
    /// Deletes the notes of an earlier run.
    pub(crate) fn begin(workspace: &Workspace) -> Result<Self, Failure> {
        let notes = Self(workspace.root.join("target/skipped-tests"));
        match fs::remove_file(&notes.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(notes.failed(&error)),
            _ => Ok(notes),
        }
    }

    /// Passes the file to the tests of a command.
    pub(crate) fn asked_of<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env(NOTES, &self.0)
    }

    /// Returns the outcome of a step whose tests passed.
    pub(crate) fn outcome(&self) -> Result<Outcome, Failure> {
        let skips = Skip::noted(&self.0).map_err(|error| self.failed(&error))?;
        Ok(if skips.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Incomplete(lines(&skips))
        })
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::Failed(format!("{} cannot be used: {error}", self.0.display()))
    }
}

/// Returns each reason, and below it the tests that were skipped for it.
fn lines(skips: &[Skip]) -> Vec<String> {
    let by_reason = skips.chunk_by(|one, next| one.why == next.why);
    let lines_of = |skips: &[Skip]| {
        let tests = skips
            .iter()
            .map(|skip| format!("  {} ({})", skip.what, skip.package));
        std::iter::once(skips[0].why.clone())
            .chain(tests)
            .collect::<Vec<_>>()
    };
    by_reason.flat_map(lines_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> Workspace {
        let root =
            std::env::temp_dir().join(format!("midtrans-skipped-{name}-{}", std::process::id()));
        fs::create_dir_all(root.join("target")).unwrap();
        Workspace {
            root,
            packages: Vec::new(),
        }
    }

    fn ran(workspace: &Workspace, script: &str) -> Result<Outcome, Failure> {
        run(
            workspace,
            cargo::program(&workspace.root, "sh").args(["-c", script]),
        )
    }

    #[test]
    fn a_run_without_a_tool_is_incomplete_and_names_tool_and_tests() {
        let workspace = workspace("without");
        let noted = r#"printf 'shop\tits look\tno node\nshop\ta walk\tno node\nbooks\tall\tno PostgreSQL\n' >> "$MIDTRANS_SKIPPED_TESTS""#;
        let lines = [
            "no PostgreSQL",
            "  all (books)",
            "no node",
            "  a walk (shop)",
            "  its look (shop)",
        ];
        let incomplete = Outcome::Incomplete(lines.map(str::to_owned).into());
        assert_eq!(ran(&workspace, noted).unwrap(), incomplete);
        assert_eq!(
            ran(&workspace, "true").unwrap(),
            Outcome::Passed,
            "an earlier run does not count"
        );
        assert!(ran(&workspace, "false").is_err());
        assert!(ran(&workspace, r#"echo nonsense >> "$MIDTRANS_SKIPPED_TESTS""#).is_err());
        fs::remove_dir_all(workspace.root).unwrap();
    }
}
