//! Fields that a charge must have: each adds a validation message for what is missing.

use serde_json::Value;

/// Adds a problem for an object that is missing, and for each field that it lacks.
pub(super) fn require_object(
    object: &Value,
    place: &str,
    names: &[&str],
    problems: &mut Vec<String>,
) {
    match object {
        Value::Null => problems.push(format!("{place} is required")),
        Value::Object(_) => require_all(object, place, names, problems),
        // The type is checked elsewhere.
        _ => {}
    }
}

/// Adds a problem for each field that is missing or blank in an object.
pub(super) fn require_all(object: &Value, place: &str, names: &[&str], problems: &mut Vec<String>) {
    for name in names {
        let is_missing = match &object[*name] {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            // Another type is a problem elsewhere, or a postal code that is a number.
            _ => false,
        };
        if is_missing {
            problems.push(format!("{place}.{name} is required"));
        }
    }
}

/// Adds a problem if the order has no lines, and for each line that lacks one of these fields.
pub(super) fn require_items(charge: &Value, names: &[&str], problems: &mut Vec<String>) {
    match &charge["item_details"] {
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                require_all(item, &format!("item_details[{at}]"), names, problems);
            }
        }
        Value::Array(_) | Value::Null => problems.push("item_details is required".to_owned()),
        // The type is checked elsewhere.
        _ => {}
    }
}
