//! The fields of a JSON object whose shape was checked, taken out one by one.
//!
//! By hand and not by a derive: derived readers of so many fields would cost a good part of the
//! crate's build time, for everyone.

use serde_json::{Map, Value};

/// The fields that are left. A field of another shape counts as absent: the check before has
/// refused it.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) const fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// Takes a text, or an integer's digits.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Takes a boolean, or its text.
    pub(crate) fn truth(&mut self, name: &str) -> Option<bool> {
        let value = self.0.remove(name)?;
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    }

    /// Takes a number of things, or its text.
    pub(crate) fn count(&mut self, name: &str) -> Option<u32> {
        self.text(name)?.parse().ok()
    }

    /// Takes a word of the gateway's.
    pub(crate) fn word<T: for<'w> From<&'w str>>(&mut self, name: &str) -> Option<T> {
        Some(T::from(&self.text(name)?))
    }

    /// Takes a list of texts.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let texts = self.list(name).into_iter();
        texts
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect()
    }

    /// Takes a list of words of the gateway's.
    pub(crate) fn words<T: for<'w> From<&'w str>>(&mut self, name: &str) -> Vec<T> {
        let texts = self.texts(name);
        texts.iter().map(|text| T::from(text)).collect()
    }

    /// Takes an object.
    pub(crate) fn object(&mut self, name: &str) -> Option<Self> {
        match self.0.remove(name)? {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// Takes a list of objects.
    pub(crate) fn objects(&mut self, name: &str) -> Vec<Self> {
        let values = self.list(name).into_iter();
        values
            .filter_map(|value| match value {
                Value::Object(fields) => Some(Self(fields)),
                _ => None,
            })
            .collect()
    }

    /// Takes any value.
    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// The fields that were not taken.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    fn list(&mut self, name: &str) -> Vec<Value> {
        match self.0.remove(name) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        }
    }
}
