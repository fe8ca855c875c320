//! JSON objects whose keys stay in the gateway's order.

use serde_json::Value;

/// A JSON object under construction.
#[derive(Debug, Default)]
pub(super) struct Body(String);

impl Body {
    pub(super) fn text(self, key: &str, value: &str) -> Self {
        self.json(key, &Value::from(value))
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
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&Value::from(key).to_string());
        self.0.push(':');
        self.0.push_str(json);
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_in_order_and_texts_are_escaped() {
        let list = [Body::default().raw("n", "1"), Body::default()].into_iter();
        let body = Body::default().text("z", "a\"b").maybe_text("y", None).text("a", "ü").list("l", list);
        assert_eq!(body.finish(), r#"{"z":"a\"b","a":"ü","l":[{"n":1},{}]}"#);
    }
}
