//! The statements about what the official clients expect of a gateway, and the test of each.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::alteration::Alteration;
use crate::walk::Walk;

/// A statement. Its id begins with the section that it is of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    id: String,
    says: String,
    /// Tests elsewhere: the file or the folder, and the function.
    #[serde(default)]
    tests: Vec<String>,
    /// Answers that differ from it, which a walk has to notice.
    #[serde(default)]
    otherwise: Vec<Alteration>,
}

/// Reads the statements.
pub(crate) fn statements() -> Vec<Statement> {
    serde_json::from_str(include_str!("../../requests/statements.json")).unwrap()
}

/// The sources of a test: a file of the project, or all files of a folder.
fn sources(place: &str) -> Vec<String> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(place);
    if place.is_file() {
        return vec![fs::read_to_string(place).unwrap()];
    }
    let files = fs::read_dir(place)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|it| it == "rs"));
    files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

impl Statement {
    /// Asserts that there is a test, and that each test that is named is where it is said to be.
    pub(crate) fn assert_tests_exist(&self) {
        assert!(self.says.ends_with('.'), "{}", self.id);
        assert!(
            !self.tests.is_empty() || !self.otherwise.is_empty(),
            "{} has no test",
            self.id
        );
        for test in &self.tests {
            let (place, name) = test.split_once(": ").unwrap();
            let function = format!("#[test]\nfn {name}(");
            let mut sources = sources(place).into_iter();
            assert!(
                sources.any(|source| source.contains(&function)),
                "{}: no {test}",
                self.id
            );
        }
    }

    /// Asserts that each answer that differs from the statement is noticed, at its own step.
    pub(crate) fn assert_otherwise_is_noticed(&self, walks: &[Walk]) {
        for other in &self.otherwise {
            let walk = walks.iter().find(|walk| walk.name == other.walk);
            let walk = walk.unwrap_or_else(|| panic!("{}: no walk {}", self.id, other.walk));
            match walk.play(Some(other)) {
                Ok(_) => panic!("{} is not noticed: {other:?}", self.id),
                Err(broken) => assert_eq!(broken.step, other.step, "{}: {broken}", self.id),
            }
        }
    }
}
