//! The clients: their headers, as they spell them, and what they decode.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// `requests/clients.json`.
#[derive(Deserialize)]
pub(crate) struct Clients {
    /// The `Authorization` of each key.
    pub(crate) keys: BTreeMap<String, String>,
    clients: BTreeMap<String, Client>,
    go: Types,
}

#[derive(Deserialize)]
struct Client {
    /// The package and its version.
    package: String,
    headers: Vec<String>,
}

/// The types that Go decodes an answer's fields into.
#[derive(Deserialize)]
struct Types {
    integer: Vec<String>,
    boolean: Vec<String>,
    list: Vec<String>,
    text: Vec<String>,
}

/// Reads the clients.
pub(crate) fn clients() -> Clients {
    serde_json::from_str(include_str!("../../requests/clients.json")).unwrap()
}

impl Clients {
    /// The header lines of a client's call under this key.
    pub(crate) fn headers(&self, client: &str, key: &str) -> Vec<String> {
        let client = &self.clients[client];
        assert!(!client.package.is_empty());
        let lines = client.headers.iter();
        if key == "none" {
            let is_key = |line: &&String| !line.contains("{key}");
            return lines.filter(is_key).cloned().collect();
        }
        let key = &self.keys[key];
        lines.map(|line| line.replace("{key}", key)).collect()
    }

    /// The first field that Go cannot decode. `call` is the request line: the instalments of a
    /// status are a number, those of a charge a text.
    pub(crate) fn go_refuses(&self, call: &str, answer: &Value) -> Option<String> {
        match answer {
            Value::Array(items) => items.iter().find_map(|item| self.go_refuses(call, item)),
            Value::Object(fields) => fields.iter().find_map(|(name, value)| {
                let is_own = matches!(name.as_str(), "metadata" | "customer_details");
                if self.decodes(call, name, value) {
                    (!is_own).then(|| self.go_refuses(call, value)).flatten()
                } else {
                    Some(format!("Go cannot decode {name}: {value}"))
                }
            }),
            _ => None,
        }
    }

    fn decodes(&self, call: &str, name: &str, value: &Value) -> bool {
        let has = |names: &[String]| names.iter().any(|known| known == name);
        let is_integer =
            has(&self.go.integer) || (name == "installment_term" && call.contains("/status"));
        match value {
            Value::Null => true,
            Value::Number(number) if is_integer => number.is_i64() || number.is_u64(),
            _ if is_integer => false,
            value if has(&self.go.boolean) => value.is_boolean(),
            value if has(&self.go.list) => value.is_array(),
            value if has(&self.go.text) => value.is_string(),
            _ => true,
        }
    }
}
