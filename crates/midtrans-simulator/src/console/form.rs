//! Fields of a form or of a query.

/// All fields, in their order.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form; one that cannot be read is empty.
    pub(super) fn read(text: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(text).unwrap_or_default())
    }

    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::read(query.unwrap_or_default().as_bytes())
    }

    /// The text of a field, without spaces around it; `None` if it is empty. The last of several
    /// counts: a checkbox stands behind the hidden field that has the value of the unchecked box.
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
