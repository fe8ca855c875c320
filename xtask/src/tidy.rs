//! `cargo xtask tidy`: house rules that no compiler checks.

mod dependencies;
mod machine;
mod manifests;
mod rust_text;
mod sources;
mod table;
mod words;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::steps::Outcome;
use crate::tracked;
use crate::workspace::Workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask tidy

Prints every breach with its file and line. The rules:
  each crate's dependencies are those in xtask/dependencies.txt, and its tree is no larger than it says there
  no `.unwrap()` outside tests, no ignored test or example
  every Rust file starts with a module doc and has at most 600 lines; those over 400 are listed
  at most 3 % of first documentation lines begin with a question word, at most 1 % of lines are
  longer than 100 columns, and a few vague words are not used at all
  every dependency of a crate has a comment with the reason
  every published crate has the metadata that the registry shows
  no path or registry of one particular machine
";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    check(&Workspace::read()?).map(drop)
}

/// All rules. As a step of `ci` too.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome, Failure> {
    let files = tracked::read(&workspace.root);
    let mut breaches = dependencies::breaches(workspace)?;
    for file in &files {
        breaches.extend(sources::breaches(file));
        breaches.extend(manifests::breaches(file));
        breaches.extend(machine::breaches(file));
    }
    breaches.extend(workspace.published().flat_map(manifests::lacking));
    breaches.extend(words::breaches(&files));
    for file in files.iter().filter(|file| sources::is_long(file)) {
        println!(
            "note: {} is getting long ({} lines)",
            file.path,
            file.text.lines().count()
        );
    }
    if breaches.is_empty() {
        return Ok(Outcome::Passed);
    }
    for breach in &breaches {
        println!("{breach}");
    }
    Err(Failure::Failed(format!(
        "tidy: {} to put right",
        breaches.len()
    )))
}
