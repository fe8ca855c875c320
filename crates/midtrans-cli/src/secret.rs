//! Texts that were sent and are shown nowhere, also where an answer quotes them.

use serde_json::Value;

/// A text that is taken out of a failure.
pub(crate) struct Secret {
    text: String,
    /// A short text is a secret only beside this word.
    beside: Option<&'static str>,
}

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            beside: None,
        }
    }

    /// A text that is too short to be one by itself, such as a year.
    pub(crate) fn beside(word: &'static str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            beside: Some(word),
        }
    }

    fn hide(&self, text: &str) -> String {
        let is_there = self.beside.is_none_or(|word| text.contains(word));
        if self.text.is_empty() || !is_there {
            return text.to_owned();
        }
        text.replace(&self.text, HIDDEN)
    }
}

/// The text without any of the secrets.
pub(crate) fn hidden(secrets: &[Secret], text: &str) -> String {
    let hide = |text: String, secret: &Secret| secret.hide(&text);
    secrets.iter().fold(text.to_owned(), hide)
}

/// The value without any of the secrets, however deep.
pub(crate) fn hidden_in(secrets: &[Secret], value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(hidden(secrets, text)),
        Value::Array(entries) => entries
            .iter()
            .map(|entry| hidden_in(secrets, entry))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (hidden(secrets, name), hidden_in(secrets, member)))
            .collect(),
        other => other.clone(),
    }
}

const HIDDEN: &str = "[hidden]";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_hidden_wherever_it_is_quoted() {
        let secrets = [
            Secret::new("token-1"),
            Secret::beside("cvv", "123"),
            Secret::new(""),
        ];
        let value =
            json!({"a": ["token-1 is used"], "token-1": {"b": "cvv=123", "c": "123"}, "n": 1});
        let expected = json!({"a": ["[hidden] is used"], "[hidden]": {"b": "cvv=[hidden]", "c": "123"}, "n": 1});
        assert_eq!(hidden_in(&secrets, &value), expected);
    }
}
