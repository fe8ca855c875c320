//! Paths and queries that hold secrets.

use zeroize::Zeroizing;

/// A path, or a path and its query, in the making; wiped when it is dropped.
pub(super) struct Target(Zeroizing<String>);

/// Room for a path and the data of a card, so that writing does not move them from buffer to
/// buffer.
const USUAL: usize = 1024;

impl Target {
    pub(super) fn new(path: &str) -> Self {
        let mut target = Zeroizing::new(String::with_capacity(USUAL));
        target.push_str(path);
        Self(target)
    }

    /// Adds a parameter, percent-encoded.
    pub(super) fn and(mut self, name: &str, value: &str) -> Self {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        self.0.push(separator);
        self.0.push_str(name);
        self.0.push('=');
        self.then(value)
    }

    /// Adds a text, percent-encoded.
    pub(super) fn then(mut self, text: &str) -> Self {
        crate::ids::push_encoded(&mut self.0, text);
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
