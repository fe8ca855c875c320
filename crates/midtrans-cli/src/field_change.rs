//! A change of one field of a JSON object, as `--set` and `--unset` say it.

use serde_json::{Map, Value};

/// A change of one field: `name=text`, `name:=json`, dotted for what lies deeper, with numbers for
/// places in a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    path: Vec<String>,
    /// `None` takes the field out.
    value: Option<Value>,
}

impl Change {
    /// Reads `name=text` or `name:=json`.
    pub(crate) fn set(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or("expected FIELD=VALUE or FIELD:=JSON")?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (
                name,
                serde_json::from_str(value)
                    .map_err(|_| "behind := stands JSON, such as null or 12")?,
            ),
            None => (name, Value::from(value)),
        };
        Ok(Self {
            path: path(name)?,
            value: Some(value),
        })
    }

    /// A field that is taken out.
    pub(crate) fn unset(name: &str) -> Result<Self, String> {
        Ok(Self {
            path: path(name)?,
            value: None,
        })
    }

    /// Returns the words that set the field, as they are typed; `None` for one that is taken out.
    pub(crate) fn words(&self) -> Option<String> {
        let field = self.path.join(".");
        Some(match self.value.as_ref()? {
            Value::String(text) => format!("{field}={text}"),
            json => format!("{field}:={json}"),
        })
    }

    /// Returns whether it is about this field, or about something in it.
    pub(crate) fn begins_with(&self, name: &str) -> bool {
        self.path.first().is_some_and(|first| first == name)
    }

    pub(crate) fn is_of_the_signature(&self) -> bool {
        self.path == ["signature_key"]
    }

    /// Makes the change.
    ///
    /// # Errors
    /// The field's name, where the body has no place for it.
    pub(crate) fn apply(&self, body: &mut Value) -> Result<(), String> {
        let Some((last, way)) = self.path.split_last() else {
            return Ok(());
        };
        let mut place = body;
        for name in way {
            place = deeper(place, name).ok_or_else(|| self.impossible())?;
        }
        match (place, &self.value) {
            (Value::Object(fields), Some(value)) => {
                drop(fields.insert(last.clone(), value.clone()))
            }
            (Value::Object(fields), None) => drop(fields.remove(last)),
            (Value::Array(entries), value) => {
                let at = last
                    .parse()
                    .ok()
                    .filter(|at| *at < entries.len())
                    .ok_or_else(|| self.impossible())?;
                match value {
                    Some(value) => entries[at] = value.clone(),
                    None => drop(entries.remove(at)),
                }
            }
            _ => return Err(self.impossible()),
        }
        Ok(())
    }

    fn impossible(&self) -> String {
        self.path.join(".")
    }
}

/// The next step on the way to a field. An object that is not there is made.
fn deeper<'v>(place: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    match place {
        Value::Object(fields) => Some(
            fields
                .entry(name)
                .or_insert_with(|| Value::Object(Map::new())),
        ),
        Value::Array(entries) => entries.get_mut(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn path(name: &str) -> Result<Vec<String>, String> {
    let path: Vec<String> = name.split('.').map(str::to_owned).collect();
    if path.iter().any(String::is_empty) {
        Err("expected a field's name before the =".to_owned())
    } else if path.len() > DEEPEST {
        Err(format!("expected a field at most {DEEPEST} levels deep"))
    } else {
        Ok(path)
    }
}

/// Deeper JSON is not read again (serde_json's limit is 128), and would overflow the stack when it
/// is written.
const DEEPEST: usize = 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(changes: &[&str]) -> Result<Value, String> {
        let mut body = json!({"z": 1, "order_id": "o-1", "refunds": [{"a": "b"}]});
        for change in changes {
            Change::set(change)?.apply(&mut body)?;
        }
        Ok(body)
    }

    #[test]
    fn plain_text_is_a_text_and_json_stands_behind_a_colon() {
        let body = changed(&["order_id=o=2", "count=7", "metadata.x:=[1]", "none:=null"]).unwrap();
        assert_eq!(body["order_id"], "o=2");
        assert_eq!(body["count"], "7");
        assert_eq!(body["metadata"]["x"], json!([1]));
        assert_eq!(body["none"], Value::Null);
        for text in ["order_id=o=2", "metadata.x:=[1]"] {
            assert_eq!(Change::set(text).unwrap().words().as_deref(), Some(text));
        }
        for wrong in ["order_id", "=x", "a..b=c", "a:=not json"] {
            assert!(Change::set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_field_that_lies_too_deep_is_refused() {
        let field = |levels: usize| format!("{}=x", vec!["a"; levels].join("."));
        assert!(changed(&[&field(DEEPEST)]).is_ok());
        for levels in [DEEPEST + 1, 60_000] {
            let told = Change::set(&field(levels)).unwrap_err();
            assert_eq!(told, "expected a field at most 100 levels deep");
            assert!(Change::unset(&vec!["a"; levels].join(".")).is_err());
        }
    }

    #[test]
    fn fields_lie_deeper_and_what_has_no_place_is_named() {
        let body = changed(&["refunds.0.a=c", "a.b.c=d"]).unwrap();
        assert_eq!(
            (&body["refunds"][0]["a"], &body["a"]["b"]["c"]),
            (&json!("c"), &json!("d"))
        );
        assert_eq!(changed(&["refunds.7.a=c"]), Err("refunds.7.a".to_owned()));
        assert_eq!(changed(&["z.a=c"]), Err("z.a".to_owned()));
        let mut body = json!({"z": 1});
        Change::unset("z").unwrap().apply(&mut body).unwrap();
        assert_eq!(body, json!({}));
    }
}
