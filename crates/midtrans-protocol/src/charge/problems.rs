//! The problems of a charge, reported all at once.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::shape::Field;
use crate::charge::Address;
use crate::{InvalidInput, ItemDetails};

/// A field's name and its text.
pub(crate) type Text<'a> = (&'static str, &'a Option<String>);

/// The problems found so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<InvalidInput>);

impl Problems {
    pub(crate) fn add(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(InvalidInput::new(field, expected));
    }

    pub(crate) fn end(self) -> Result<(), InvalidInput> {
        InvalidInput::all(self.0)
    }

    /// Collects the texts of an object that are absent or blank.
    pub(crate) fn require(&mut self, path: &str, texts: &[Text<'_>]) {
        for (name, _) in texts
            .iter()
            .filter(|(_, text)| text.as_ref().is_none_or(|text| text.trim().is_empty()))
        {
            let expected = match *name {
                "last_name" => {
                    "a text that is not blank; Kredivo insists on it, so for a person with one name put that name here too"
                }
                _ => "a text that is not blank",
            };
            self.add(join(path, name), expected);
        }
    }

    /// Collects the fields of a method's `extra` that have a place of their own.
    pub(crate) fn refuse_known(
        &mut self,
        path: &str,
        extra: &Map<String, Value>,
        fields: Option<&[Field]>,
    ) {
        for field in fields
            .unwrap_or_default()
            .iter()
            .filter(|field| extra.contains_key(field.name))
        {
            self.add(
                join(path, field.name),
                "each field once; this one has a place of its own",
            );
        }
    }

    pub(crate) fn require_lines(&mut self, items: &[ItemDetails]) {
        if items.is_empty() {
            self.add("item_details", "at least one line");
        }
    }

    pub(crate) fn require_address(&mut self, path: &str, address: Option<&Address>) {
        let Some(address) = address else {
            self.add(path.to_owned(), "an address; Kredivo insists on it");
            return;
        };
        let texts = [
            ("first_name", &address.first_name),
            ("last_name", &address.last_name),
            ("phone", &address.phone),
            ("address", &address.address),
            ("city", &address.city),
            ("postal_code", &address.postal_code),
            ("country_code", &address.country_code),
        ];
        self.require(path, &texts);
    }

    /// Collects the texts of an object that are longer than so many characters.
    pub(crate) fn limit(&mut self, path: &str, texts: &[Text<'_>], max: usize) {
        for (name, _) in texts
            .iter()
            .filter(|(_, text)| text.as_ref().is_some_and(|text| text.chars().count() > max))
        {
            self.add(join(path, name), format!("at most {max} characters"));
        }
    }
}

/// The path of a field in the object at `path`, which is empty at the top.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
