//! The links in answers that tell the customer's browser or the shop where to go next.

use super::body::Body;

/// One link. The gateway documents that unknown names may appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) url: String,
}

impl Action {
    /// A link that is opened or shown.
    pub(super) const fn get(name: &'static str, url: String) -> Self {
        Self {
            name,
            method: "GET",
            url,
        }
    }

    /// A link that the shop calls.
    pub(super) const fn post(name: &'static str, url: String) -> Self {
        Self {
            name,
            method: "POST",
            url,
        }
    }

    pub(super) fn body(&self) -> Body {
        let body = Body::default()
            .text("name", self.name)
            .text("method", self.method)
            .text("url", &self.url);
        // The samples have it at calls alone, and empty.
        match self.method {
            "POST" => body.raw("fields", "[]"),
            _ => body,
        }
    }
}
