//! The object that a method has in a charge, where all that it holds is text.

use serde_json::Value;

/// Adds a problem for an object that is missing or none, and for each text that is missing or none.
pub(super) fn check(
    charge: &Value,
    place: &str,
    required: &[&str],
    optional: &[&str],
    problems: &mut Vec<String>,
) {
    let object = &charge[place];
    match object {
        Value::Null if required.is_empty() => return,
        Value::Null => return problems.push(format!("{place} is required")),
        Value::Object(_) => {}
        _ => return problems.push(format!("{place} must be an object")),
    }
    for name in required.iter().chain(optional) {
        match &object[*name] {
            Value::Null if optional.contains(name) => {}
            Value::Null => problems.push(format!("{place}.{name} is required")),
            Value::String(text) if !text.trim().is_empty() => {}
            Value::String(_) if optional.contains(name) => {}
            Value::String(_) => problems.push(format!("{place}.{name} is required")),
            _ => problems.push(format!("{place}.{name} must be a string")),
        }
    }
}

/// Returns a text of the object, if it is there and not blank.
pub(super) fn given(charge: &Value, place: &str, name: &str) -> Option<String> {
    let text = charge[place][name].as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(charge: &Value, required: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        check(charge, "dana", required, &["more"], &mut problems);
        problems
    }

    #[test]
    fn what_is_missing_or_no_text_is_named() {
        let url = ["callback_url"];
        assert_eq!(problems(&json!({}), &url), ["dana is required"]);
        assert!(problems(&json!({}), &[]).is_empty());
        assert_eq!(
            problems(&json!({"dana": 1}), &[]),
            ["dana must be an object"]
        );
        let blank = json!({"dana": {"callback_url": " ", "more": ""}});
        assert_eq!(problems(&blank, &url), ["dana.callback_url is required"]);
        let number = json!({"dana": {"callback_url": "x", "more": 1}});
        assert_eq!(problems(&number, &url), ["dana.more must be a string"]);
        assert_eq!(given(&blank, "dana", "callback_url"), None);
        assert_eq!(given(&number, "dana", "callback_url").as_deref(), Some("x"));
    }
}
