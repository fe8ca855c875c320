//! The fields of a JSON object whose shape was checked, taken out one by one.
//!
//! By hand and not by a derive: derived readers of so many fields would cost a good part of the
//! crate's build time, for everyone.

use serde_json::{Map, Value};

use crate::Rupiah;

/// The fields that are left. A field of another shape counts as absent: the check before has
/// refused it.
#[derive(Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) const fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The fields of a value; `None` where it is no object.
    pub(crate) fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// Leaves out every null, also within: the gateway takes null for absent.
    pub(crate) fn without_nulls(self) -> Self {
        let mut value = Value::Object(self.0);
        drop_nulls(&mut value);
        Self::of(value).unwrap_or(Self(Map::new()))
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

    /// Takes an amount of money.
    pub(crate) fn rupiah(&mut self, name: &str) -> Option<Rupiah> {
        self.0.remove(name)?.as_u64().map(Rupiah::new)
    }

    /// Takes a price, negative for a discount.
    pub(crate) fn price(&mut self, name: &str) -> Option<i64> {
        self.0.remove(name)?.as_i64()
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
        Self::of(self.0.remove(name)?)
    }

    /// Takes a list of objects.
    pub(crate) fn objects(&mut self, name: &str) -> Vec<Self> {
        let values = self.list(name).into_iter();
        values.filter_map(Self::of).collect()
    }

    /// Takes a map of any fields.
    pub(crate) fn map(&mut self, name: &str) -> Option<Map<String, Value>> {
        self.object(name).map(Self::rest)
    }

    /// Takes any value.
    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Takes all fields that are left.
    pub(crate) fn take_rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.0)
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

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(entries) => entries.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
