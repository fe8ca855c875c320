//! The failure of a run.

use std::fmt;

/// A sentence for the person who runs it.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Turns any error into a failure that says what was being done.
pub(crate) fn failed<E: std::error::Error>(what: &'static str) -> impl Fn(E) -> Failure {
    move |error| {
        let mut words = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            words.push_str(&format!(": {error}"));
            source = error.source();
        }
        Failure(words)
    }
}
