//! An OpenAPI document, and checks against it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use crate::Answer;

/// An OpenAPI document.
#[derive(Debug)]
pub struct Document {
    json: Value,
    /// To make one takes longer than to use it.
    validators: RefCell<HashMap<String, Rc<Validator>>>,
}

impl Document {
    /// A document as it is.
    #[must_use]
    pub fn new(json: Value) -> Self {
        Self {
            json,
            validators: RefCell::default(),
        }
    }

    /// A document that knows all fields of all bodies that the gateway sends. The real gateway may
    /// add some, so the published one leaves this open; the simulator may not add any without a
    /// word in the document.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.validators.get_mut().clear();
        for schema in self.json["components"]["schemas"]
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            let has = |name: &str| schema["properties"].get(name).is_some();
            // What the web framework says by itself has a message and no code.
            if has("status_code") || has("refund_chargeback_id") || has("message") {
                schema["additionalProperties"] = json!(false);
            }
        }
        self
    }

    /// The document's text.
    #[must_use]
    pub const fn json(&self) -> &Value {
        &self.json
    }

    /// Methods, in capitals, and paths with their placeholders.
    #[must_use]
    pub fn operations(&self) -> Vec<(String, String)> {
        let paths = self.json["paths"].as_object().into_iter().flatten();
        let all = paths.flat_map(|(path, item)| {
            let methods = item
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .filter(|key| METHODS.contains(&key.as_str()));
            methods.map(|method| (method.to_uppercase(), path.clone()))
        });
        all.collect()
    }

    /// Checks that an answer is one that the document has for a call.
    ///
    /// # Errors
    /// Everything that is not as the document says.
    pub fn check_answer(&self, method: &str, path: &str, answer: &Answer) -> Result<(), String> {
        let place = format!(
            "/paths/{}/{}/responses",
            escaped(path),
            method.to_lowercase()
        );
        let responses = self
            .json
            .pointer(&place)
            .ok_or_else(|| format!("{place} is not in the document"))?;
        let status = answer.http_status.to_string();
        let key = [status.clone(), format!("{}XX", &status[..1])]
            .into_iter()
            .find(|key| responses.get(key).is_some());
        let key =
            key.ok_or_else(|| format!("{method} {path} has no answer with HTTP status {status}"))?;
        let place = self.followed(&format!("{place}/{key}"))?;
        self.check_response(&place, answer)
    }

    /// Checks that an answer is the response that the document keeps under this name.
    ///
    /// # Errors
    /// Everything that is not as the document says.
    pub fn check_named_answer(&self, name: &str, answer: &Answer) -> Result<(), String> {
        self.check_response(&format!("/components/responses/{name}"), answer)
    }

    /// Checks that a notification is as the document says.
    ///
    /// # Errors
    /// Everything that is not.
    pub fn check_notification(&self, body: &Value) -> Result<(), String> {
        self.check(
            "/webhooks/notification/post/requestBody/content/application~1json/schema",
            body,
        )
    }

    /// Checks that a call's body is as the document says.
    ///
    /// # Errors
    /// Everything that is not.
    pub fn check_request(&self, method: &str, path: &str, body: &Value) -> Result<(), String> {
        let (path, method) = (escaped(path), method.to_lowercase());
        self.check(
            &format!("/paths/{path}/{method}/requestBody/content/application~1json/schema"),
            body,
        )
    }

    /// All examples of bodies, each with where it is and whether it fits the schema beside it.
    #[must_use]
    pub fn examples(&self) -> Vec<(String, Result<(), String>)> {
        let mut found = Vec::new();
        self.find_examples("", &self.json, &mut found);
        found
    }

    fn find_examples(
        &self,
        place: &str,
        value: &Value,
        found: &mut Vec<(String, Result<(), String>)>,
    ) {
        if let (Some(examples), Some(_)) = (value["examples"].as_object(), value.get("schema")) {
            for name in examples.keys() {
                let at = format!("{place}/examples/{}", escaped(name));
                let fits = self.followed(&at).and_then(|example| {
                    match self.json.pointer(&format!("{example}/value")) {
                        Some(example) => self.check(&format!("{place}/schema"), example),
                        None => Err(format!("{example} has no value")),
                    }
                });
                found.push((at, fits));
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.find_examples(&format!("{place}/{}", escaped(name)), value, found);
                }
            }
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    self.find_examples(&format!("{place}/{at}"), value, found);
                }
            }
            _ => {}
        }
    }

    /// Returns the place that a `$ref` names.
    fn followed(&self, place: &str) -> Result<String, String> {
        let value = self
            .json
            .pointer(place)
            .ok_or_else(|| format!("{place} is not in the document"))?;
        match value["$ref"].as_str() {
            Some(target) => target
                .strip_prefix('#')
                .map(str::to_owned)
                .ok_or_else(|| format!("{place} leads elsewhere: {target}")),
            None => Ok(place.to_owned()),
        }
    }

    fn check_response(&self, place: &str, answer: &Answer) -> Result<(), String> {
        let kind = &answer.content_type;
        let body = self.check(
            &format!("{place}/content/{}/schema", escaped(kind)),
            &answer.json,
        );
        let allow = self.json.pointer(&format!("{place}/headers/Allow/schema"));
        match (allow, &answer.allow) {
            (Some(_), Some(allow)) => {
                body.and(self.check(&format!("{place}/headers/Allow/schema"), &json!(allow)))
            }
            (Some(_), None) => Err("the answer has no header Allow".to_owned()),
            (None, _) => body,
        }
    }

    fn check(&self, place: &str, value: &Value) -> Result<(), String> {
        let validator = self.validator(place)?;
        let problems = validator
            .iter_errors(value)
            .map(|error| format!("at {:?}: {error}", error.instance_path().as_str()));
        let problems: Vec<String> = problems.collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(format!("not as {place} says: {}", problems.join("; ")))
        }
    }

    fn validator(&self, place: &str) -> Result<Rc<Validator>, String> {
        if let Some(validator) = self.validators.borrow().get(place) {
            return Ok(Rc::clone(validator));
        }
        let mut schema = self
            .json
            .pointer(place)
            .ok_or_else(|| format!("{place} is not in the document"))?
            .clone();
        // What it refers to comes along.
        schema["components"] = self.json["components"].clone();
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .build(&schema);
        let validator =
            Rc::new(validator.map_err(|error| format!("{place} is no schema: {error}"))?);
        self.validators
            .borrow_mut()
            .insert(place.to_owned(), Rc::clone(&validator));
        Ok(validator)
    }
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
