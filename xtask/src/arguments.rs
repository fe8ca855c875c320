//! The arguments after the command's name.

use crate::failure::Failure;

/// Arguments, which are taken out one by one. Those left at the end are unknown.
#[derive(Debug)]
pub(crate) struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Returns whether `--help` is among the arguments before a `--`; those after it are for
    /// another program.
    pub(crate) fn asks_for_help(&self) -> bool {
        self.words
            .iter()
            .take_while(|word| *word != "--")
            .any(|word| word == "--help" || word == "-h")
    }

    /// Takes a flag such as `--keep-going`.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes an option with its value, written `--from tests` or `--from=tests`.
    pub(crate) fn option(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let joined = format!("{name}=");
        let Some(at) = self
            .words
            .iter()
            .position(|word| word == name || word.starts_with(&joined))
        else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        if at == self.words.len() {
            return Err(Failure::Usage(format!("`{name}` needs a value")));
        }
        Ok(Some(self.words.remove(at)))
    }

    /// Takes the first argument that is not an option.
    pub(crate) fn positional(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with('-'))?;
        Some(self.words.remove(at))
    }

    /// Refuses arguments that are left.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.words.first() {
            Some(word) => Err(Failure::Usage(format!(
                "`{word}` is not understood here; try --help"
            ))),
            None => Ok(()),
        }
    }

    /// Returns all that is left, for another program, without a leading `--`.
    pub(crate) fn into_rest(mut self) -> Vec<String> {
        if self.words.first().is_some_and(|word| word == "--") {
            self.words.remove(0);
        }
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_are_taken_in_both_spellings() {
        assert_eq!(
            arguments("--from tests")
                .option("--from")
                .unwrap()
                .as_deref(),
            Some("tests")
        );
        assert_eq!(
            arguments("--from=tests")
                .option("--from")
                .unwrap()
                .as_deref(),
            Some("tests")
        );
        assert!(arguments("--from").option("--from").is_err());
        assert_eq!(arguments("--only x").option("--from").unwrap(), None);
    }

    #[test]
    fn an_argument_that_was_not_taken_is_refused() {
        let mut some = arguments("target --keep-going --colour");
        assert!(some.flag("--keep-going"));
        assert_eq!(some.positional().as_deref(), Some("target"));
        assert!(
            matches!(some.finish(), Err(Failure::Usage(message)) if message.contains("--colour"))
        );
    }

    #[test]
    fn words_after_two_dashes_belong_to_the_other_program() {
        assert!(!arguments("-- --help").asks_for_help());
        assert!(arguments("--walk --help").asks_for_help());
        assert_eq!(arguments("-- --help").into_rest(), ["--help"]);
        assert_eq!(
            arguments("--walk --port 1").into_rest(),
            ["--walk", "--port", "1"]
        );
    }
}
