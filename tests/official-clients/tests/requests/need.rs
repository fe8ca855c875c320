//! What a client needs of a field.

use std::collections::BTreeMap;

use serde_json::Value;

/// Returns whether a value is what a client needs: `is TEXT`, `holds TEXT`, `starts TEXT`, `other
/// than TEXT`, `json VALUE`, `text`, `integer`, `list` (both not empty), `uuid4`, or `absent`.
/// `{name}` in it is the value that was kept under that name.
pub(crate) fn is_met(need: &str, known: &BTreeMap<String, String>, value: Option<&Value>) -> bool {
    let need = filled(need, known);
    let text = value.and_then(Value::as_str);
    if let Some(expected) = need.strip_prefix("json ") {
        return value == Some(&serde_json::from_str(expected).unwrap());
    }
    if let Some(other) = need.strip_prefix("other than ") {
        return text.is_some_and(|text| text != other);
    }
    if let Some(start) = need.strip_prefix("starts ") {
        return text.is_some_and(|text| text.starts_with(start));
    }
    if let Some(part) = need.strip_prefix("holds ") {
        return text.is_some_and(|text| text.contains(part));
    }
    if let Some(expected) = need.strip_prefix("is ") {
        return text == Some(expected);
    }
    match need.as_str() {
        "text" => text.is_some_and(|text| !text.is_empty()),
        "integer" => value.is_some_and(|value| value.is_u64() || value.is_i64()),
        "list" => value
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty()),
        "uuid4" => text.is_some_and(is_uuid4),
        "absent" => value.is_none(),
        _ => panic!("{need} is no need"),
    }
}

/// The text with the values that were kept in the places of their names.
pub(crate) fn filled(text: &str, known: &BTreeMap<String, String>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// Go's check of version and variant, and Java's of small letters.
fn is_uuid4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_small =
        |letter: char| letter == '-' || letter.is_ascii_digit() || ('a'..='f').contains(&letter);
    lengths == [8, 4, 4, 4, 12]
        && text.chars().all(is_small)
        && parts[2].starts_with('4')
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}
