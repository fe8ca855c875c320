//! JSON objects whose keys stay in the gateway's order.

use serde_json::Value;

/// A JSON object under construction.
#[derive(Debug)]
pub(super) struct Body(String);

impl Default for Body {
    /// As long as most of the gateway's bodies.
    fn default() -> Self {
        Self(String::with_capacity(640))
    }
}

impl Body {
    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        string(&mut self.0, value);
        self
    }

    pub(super) fn maybe_text(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    pub(super) fn json(self, key: &str, value: &Value) -> Self {
        self.raw(key, &value.to_string())
    }

    pub(super) fn maybe_json(self, key: &str, value: Option<&Value>) -> Self {
        match value {
            Some(value) => self.json(key, value),
            None => self,
        }
    }

    /// A value that is JSON text already.
    pub(super) fn raw(mut self, key: &str, json: &str) -> Self {
        self.key(key);
        self.0.push_str(json);
        self
    }

    fn key(&mut self, key: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        string(&mut self.0, key);
        self.0.push(':');
    }

    /// A list of objects.
    pub(super) fn list(self, key: &str, objects: impl Iterator<Item = Self>) -> Self {
        let objects: Vec<String> = objects.map(Self::finish).collect();
        self.raw(key, &format!("[{}]", objects.join(",")))
    }

    pub(super) fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}

/// Writes a text. Most texts of the gateway have nothing to escape.
fn string(json: &mut String, text: &str) {
    // Without a way out in the middle, so that many bytes are looked at at once.
    let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if !text
        .bytes()
        .fold(false, |found, byte| found | is_special(byte))
    {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        json.push_str(&Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_in_order_and_texts_are_escaped() {
        let list = [Body::default().raw("n", "1"), Body::default()].into_iter();
        let body = Body::default()
            .text("z", "a\"b")
            .maybe_text("y", None)
            .text("a", "ü")
            .list("l", list);
        assert_eq!(body.finish(), r#"{"z":"a\"b","a":"ü","l":[{"n":1},{}]}"#);
    }
}
