//! A failed command: the reason, and what to do next.

use serde_json::{Map, Value, json};

use midtrans_protocol::InvalidInput;
use midtrans_ureq::BuildError;

use crate::exit::Exit;
use crate::secret::{Secret, hidden, hidden_in};
use crate::terminal::{plain, without_keys};

/// A command that failed. It holds no key and no body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    what: String,
    fields: Vec<(&'static str, Value)>,
    /// Data for programs only; for a person it is part of the sentence.
    data: Vec<(&'static str, Value)>,
    next: Vec<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            fields: Vec::new(),
            data: Vec::new(),
            next: Vec::new(),
        }
    }

    /// The command line, the keys or a file are not usable.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// It was refused, or could not be done.
    pub(crate) fn refused(what: impl Into<String>) -> Self {
        Self::new(Exit::Refused, what)
    }

    /// It may have happened.
    pub(crate) fn unknown(what: impl Into<String>) -> Self {
        Self::new(Exit::Unknown, what)
    }

    /// The same with another sentence.
    pub(crate) fn said_as(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    /// The same without texts that were sent and that an answer may quote.
    pub(crate) fn hiding(mut self, secrets: &[Secret]) -> Self {
        self.what = hidden(secrets, &self.what);
        for (_, value) in self.fields.iter_mut().chain(&mut self.data) {
            *value = hidden_in(secrets, value);
        }
        self.next = self.next.iter().map(|step| hidden(secrets, step)).collect();
        self
    }

    /// Adds what to do next.
    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next.push(step.into());
        self
    }

    /// Adds a detail, unless it is empty.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(entries) => entries.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.fields.push((name, value));
        }
        self
    }

    /// Adds a detail for programs.
    pub(crate) fn data(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.data.push((name, value.into()));
        self
    }

    /// The sentence that says what happened.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// The next steps.
    pub(crate) fn steps(&self) -> &[String] {
        &self.next
    }

    /// For a person, on several lines.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("midtrans: {}\n", plain(&self.what));
        for (name, value) in &self.fields {
            let label = name.replace('_', " ");
            match value {
                Value::Array(entries) => {
                    for entry in entries {
                        text.push_str(&format!("  {label:<17} {}\n", plain(&shown(entry))));
                    }
                }
                other => text.push_str(&format!("  {label:<17} {}\n", plain(&shown(other)))),
            }
        }
        for step in &self.next {
            text.push_str(&format!("  next: {}\n", plain(step)));
        }
        without_keys(&text)
    }

    /// For a program.
    pub(crate) fn json(&self) -> Value {
        let mut object = Map::new();
        let next: Vec<_> = self.next.iter().map(|step| without_keys(step)).collect();
        object.insert("error".to_owned(), Value::from(without_keys(&self.what)));
        object.insert("exit_code".to_owned(), json!(self.exit.number()));
        object.insert("next".to_owned(), json!(next));
        for (name, value) in self.fields.iter().chain(&self.data) {
            object.insert((*name).to_owned(), cleaned(value));
        }
        Value::Object(object)
    }
}

/// An argument that the user gave is not usable.
impl From<InvalidInput> for Failure {
    fn from(error: InvalidInput) -> Self {
        Self::usage(error.to_string())
    }
}

/// The environment names a proxy that cannot be read.
impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::usage(error.to_string())
    }
}

/// The value without what looks like a key, however deep.
fn cleaned(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(without_keys(text)),
        Value::Array(entries) => entries.iter().map(cleaned).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (without_keys(name), cleaned(member)))
            .collect(),
        other => other.clone(),
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_happened_and_what_to_do() {
        let failure = Failure::unknown("no answer")
            .field("code", "")
            .field("key", "k-1")
            .next("midtrans status o-1");
        assert_eq!(
            failure.text(),
            "midtrans: no answer\n  key               k-1\n  next: midtrans status o-1\n"
        );
        assert_eq!(
            failure.json(),
            json!({"error": "no answer", "exit_code": 3, "next": ["midtrans status o-1"], "key": "k-1"})
        );
    }

    #[test]
    fn what_looks_like_a_key_is_repeated_neither_to_a_person_nor_to_a_program() {
        let key = "SB-Mid-server-MARKER";
        let failure = Failure::refused(format!("no {key}"))
            .field("invalid", vec![key])
            .field("order_id", key);
        let failure = failure
            .data(
                "delivery",
                json!({"tries": [{"to": "VT-server-MARKER", key: 1}]}),
            )
            .next(key);
        assert!(!failure.text().contains("MARKER"), "{}", failure.text());
        let expected = json!({
            "error": "no SB-Mid-server-…",
            "exit_code": 1,
            "next": ["SB-Mid-server-…"],
            "invalid": ["SB-Mid-server-…"],
            "order_id": "SB-Mid-server-…",
            "delivery": {"tries": [{"to": "VT-server-…", "SB-Mid-server-…": 1}]},
        });
        assert_eq!(failure.json(), expected);
    }

    #[test]
    fn what_a_stranger_wrote_does_not_move_the_cursor() {
        assert!(!Failure::refused("\u{1b}[2J").text().contains('\u{1b}'));
    }
}
