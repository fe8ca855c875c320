//! Fields of a form or of a query.

/// All fields, in their order.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Nothing where there is nothing to be read.
    pub(super) fn read(text: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(text).unwrap_or_default())
    }

    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::read(query.unwrap_or_default().as_bytes())
    }

    /// A field without spaces around it. One that is empty is none. Of several the last one counts:
    /// a checkbox stands behind the hidden field that says what it means unchecked.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let value = self
            .0
            .iter()
            .rfind(|(key, _)| key == name)
            .map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// Returns true if a field is there, even empty.
    pub(super) fn names(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}
