//! Another answer than the simulator's.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::need::filled;

/// What is different about the answer to a step of a walk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alteration {
    /// The walk, by its name.
    pub(crate) walk: String,
    /// The step, from 1.
    pub(crate) step: usize,
    http: Option<u16>,
    text: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    remove: Option<String>,
}

impl Alteration {
    /// The answer with the difference.
    pub(crate) fn of(
        &self,
        (http, text): (u16, String),
        known: &BTreeMap<String, String>,
    ) -> (u16, String) {
        let http = self.http.unwrap_or(http);
        if let Some(text) = &self.text {
            return (http, text.clone());
        }
        if self.set.is_empty() && self.remove.is_none() {
            return (http, text);
        }
        let mut json: Value = serde_json::from_str(&text).unwrap();
        for (pointer, value) in &self.set {
            let value = match value {
                Value::String(text) => Value::String(filled(text, known)),
                value => value.clone(),
            };
            assert_ne!(
                json.pointer(pointer),
                Some(&value),
                "{self:?} alters nothing"
            );
            set(&mut json, pointer, value);
        }
        if let Some(pointer) = &self.remove {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let fields = json.pointer_mut(parent).and_then(Value::as_object_mut);
            let removed = fields.unwrap().remove(name);
            assert!(removed.is_some(), "{self:?} alters nothing");
        }
        (http, json.to_string())
    }
}

/// Sets a field, which may be new.
pub(crate) fn set(json: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => items[name.parse::<usize>().unwrap()] = value,
        other => panic!("{pointer} is nowhere in {other:?}"),
    }
}
