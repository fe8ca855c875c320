//! A request body out of a file, options and `--set`.

use std::path::Path;

use midtrans_protocol::InvalidInput;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::field_change::Change;
use crate::input;

/// An option that says a part of a body.
pub(crate) struct Given {
    name: &'static str,
    place: &'static [&'static str],
    value: Value,
}

impl Given {
    /// An option with the place of its value; `None` for one that is not given.
    pub(crate) fn new(
        name: &'static str,
        place: &'static [&'static str],
        value: Option<impl Into<Value>>,
    ) -> Option<Self> {
        let value = value?.into();
        Some(Self { name, place, value })
    }

    /// An option that may be repeated; `None` for an empty list.
    pub(crate) fn list(
        name: &'static str,
        place: &'static [&'static str],
        values: impl Iterator<Item = Value>,
    ) -> Option<Self> {
        let values: Vec<Value> = values.collect();
        Self::new(name, place, (!values.is_empty()).then_some(values))
    }

    /// Puts the value into the body, in place of what a file said. Where the body has another
    /// thing than an object on the way, reading it refuses that.
    fn put(&self, body: &mut Map<String, Value>) {
        let Some((last, way)) = self.place.split_last() else {
            return;
        };
        let mut place = body;
        for name in way {
            match place.entry(*name).or_insert_with(|| json!({})) {
                Value::Object(deeper) => place = deeper,
                _ => return,
            }
        }
        place.insert((*last).to_owned(), self.value.clone());
    }

    /// Returns the failure where a `--set` says something else than the option. A field that the
    /// option leaves open may be set.
    fn contradicted(&self, body: &Value) -> Option<Failure> {
        let found = body.pointer(&format!("/{}", self.place.join("/")));
        let below = difference(&self.value, found.unwrap_or(&Value::Null))?;
        let field = format!("{}{below}", self.place.join("."));
        let what = format!("{} and --set {field} say different things", self.name);
        Some(Failure::usage(what).next("leave one of the two out"))
    }
}

/// Returns the place of the first value of `said` that `found` has otherwise, as dots and names.
fn difference(said: &Value, found: &Value) -> Option<String> {
    match (said, found) {
        (Value::Object(fields), Value::Object(_)) => fields.iter().find_map(|(name, value)| {
            let below = difference(value, &found[name])?;
            Some(format!(".{name}{below}"))
        }),
        (Value::Array(said), Value::Array(found)) if said.len() == found.len() => {
            let mut pairs = said.iter().zip(found).enumerate();
            pairs.find_map(|(at, (said, found))| {
                let below = difference(said, found)?;
                Some(format!(".{at}{below}"))
            })
        }
        _ => (said != found).then(String::new),
    }
}

/// Returns the object that `--from` names, an empty one without it. `noun` is the body's name, such
/// as `charge`.
pub(crate) fn from_file(noun: &str, file: Option<&Path>) -> Result<Map<String, Value>, Failure> {
    match file {
        Some(file) => parsed(noun, &input::read_text(file)?),
        None => Ok(Map::new()),
    }
}

/// Reads the object of a file.
pub(crate) fn parsed(noun: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        Failure::usage(format!("the {noun} is not JSON (line {line})"))
    })?;
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::usage(format!("the {noun} is not a JSON object"))),
    }
}

/// Puts options and then `--set` into a body. An option outweighs the file; an option and a `--set`
/// that say different things are refused.
pub(crate) fn filled(
    noun: &str,
    mut body: Map<String, Value>,
    given: &[Given],
    set: &[Change],
) -> Result<Value, Failure> {
    for option in given {
        option.put(&mut body);
    }
    let mut body = Value::Object(body);
    for change in set {
        change.apply(&mut body).map_err(|field| {
            Failure::usage(format!("--set {field}: the {noun} has no place for it"))
                .next("name a field of an object, or the number of a line that is there")
        })?;
    }
    match given.iter().find_map(|option| option.contradicted(&body)) {
        Some(failure) => Err(failure),
        None => Ok(body),
    }
}

/// The failure of a body that the protocol refuses, with the option that gives the field. `options`
/// are the beginnings of fields, and what to do about them.
pub(crate) fn refused(error: InvalidInput, options: &[(&str, &str)]) -> Failure {
    let field = error.field().to_owned();
    let option = options.iter().find(|(name, _)| field.starts_with(name));
    let next = match option {
        Some((_, next)) => (*next).to_owned(),
        None => {
            // In `--set`, places in a list are numbers between dots.
            let name = field.replace('[', ".").replace(']', "");
            format!("give it with --set {name}=TEXT, or as JSON with --set {name}:=JSON")
        }
    };
    Failure::from(error).next(next)
}
