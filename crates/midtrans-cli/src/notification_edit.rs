//! Changes a notification's fields, and signs it again.

use midtrans_protocol::{ServerKey, signature};
use serde_json::{Map, Value};

use crate::failure::Failure;

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

    pub(crate) fn is_of_the_signature(&self) -> bool {
        self.path == ["signature_key"]
    }

    fn apply(&self, body: &mut Value) -> Result<(), Failure> {
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

    fn impossible(&self) -> Failure {
        Failure::usage(format!(
            "the notification has no place for {}",
            self.path.join(".")
        ))
        .next("midtrans trigger EVENT --dry-run shows the fields")
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
    } else {
        Ok(path)
    }
}

/// The body with all changes. One without changes stays as it is, to the byte.
pub(crate) fn changed(body: &str, changes: &[Change]) -> Result<String, Failure> {
    if changes.is_empty() {
        return Ok(body.to_owned());
    }
    let mut json = parsed(body)?;
    changes
        .iter()
        .try_for_each(|change| change.apply(&mut json))?;
    Ok(json.to_string())
}

/// The body with the signature that this key makes over its own three fields.
pub(crate) fn signed(body: &str, key: &ServerKey) -> Result<String, Failure> {
    let mut json = parsed(body)?;
    let text = |name: &str| match &json[name] {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(
            Failure::usage(format!("without {name} there is nothing to sign"))
                .next("add --forge to send it without a fitting signature"),
        ),
    };
    let made = signature::sign(
        &text("order_id")?,
        &text("status_code")?,
        &text("gross_amount")?,
        key,
    );
    match &json["signature_key"] {
        // Everything else stays as it is, also the order of the fields.
        Value::String(old)
            if old.len() == made.len() && body.matches(old.as_str()).count() == 1 =>
        {
            Ok(body.replace(old.as_str(), &made))
        }
        _ => {
            json["signature_key"] = Value::from(made);
            Ok(json.to_string())
        }
    }
}

fn parsed(body: &str) -> Result<Value, Failure> {
    serde_json::from_str(body)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Failure::usage("the notification is not a JSON object"))
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::{ServerKeys, notification};
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    const BODY: &str = r#"{"z":1,"order_id":"o-1","status_code":"200","gross_amount":"1.00","refunds":[{"a":"b"}]}"#;

    fn set(text: &str) -> Change {
        Change::set(text).unwrap()
    }

    #[test]
    fn fields_are_set_at_the_top_and_below() {
        let changes = [
            set("order_id=o=2"),
            set("refunds.0.a=c"),
            set("metadata.x:=[1]"),
            Change::unset("z").unwrap(),
        ];
        let json: Value = serde_json::from_str(&changed(BODY, &changes).unwrap()).unwrap();
        assert_eq!(json["order_id"], "o=2");
        assert_eq!(json["refunds"][0]["a"], "c");
        assert_eq!(json["metadata"]["x"][0], 1);
        assert!(json.get("z").is_none());
        assert!(changed(BODY, &[set("refunds.7.a=c")]).is_err());
        assert!(changed(BODY, &[set("z.a=c")]).is_err());
        for wrong in ["order_id", "=x", "a..b=c", "a:=not json"] {
            assert!(Change::set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_signed_again_is_genuine_and_otherwise_unchanged() {
        let key = ServerKey::new("SB-Mid-server-x").unwrap();
        let first = signed(BODY, &key).unwrap();
        assert!(notification::verify(first.as_bytes(), &ServerKeys::from(key)).is_ok());
        let other = ServerKey::new("SB-Mid-server-y").unwrap();
        let second = signed(&first, &other).unwrap();
        assert!(notification::verify(second.as_bytes(), &ServerKeys::from(other)).is_ok());
        assert_eq!(first.len(), second.len());
        assert!(signed(r#"{"order_id":"o-1"}"#, &ServerKey::new("k").unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_and_no_change_makes_it_panic(body in any::<String>(), change in any::<String>()) {
            let changes: Vec<_> = Change::set(&change).into_iter().chain(Change::unset(&change)).collect();
            let _ = changed(&body, &changes);
            let _ = signed(&body, &ServerKey::new("k").unwrap());
            prop_assert!(changed(&body, &[]).is_ok());
        }
    }
}
