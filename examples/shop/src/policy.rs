//! The content security policy of a page: nothing but what the page needs.

use axum::http::HeaderValue;

/// The things that a page needs beside the shop's own style and script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The origin of a picture.
    pub(crate) picture_from: Option<String>,
    /// The origin of a library of the gateway's.
    pub(crate) library_from: Option<String>,
    /// The origin of the page in a frame.
    pub(crate) frame_from: Option<String>,
    /// The library calls the gateway for a token, at its own origin.
    pub(crate) library_calls: bool,
    /// The page asks the shop by itself whether anything is new.
    pub(crate) looks_again: bool,
    /// The page has a form whose answer leads to a pay page.
    pub(crate) leads_away: bool,
}

impl Needs {
    /// Returns the policy. An origin that cannot stand in a header is left out, and the browser
    /// then blocks what comes from it.
    pub(crate) fn policy(&self) -> HeaderValue {
        let picture = self.picture_from.as_deref().unwrap_or_default();
        let library = self.library_from.as_deref().unwrap_or_default();
        let calls = match self.library_from.as_deref() {
            Some(origin) if self.library_calls => origin,
            _ if self.looks_again => "'self'",
            _ => "'none'",
        };
        let frames = match self.frame_from.as_deref() {
            Some(origin) => format!("frame-src {origin}; "),
            None => String::new(),
        };
        // Browsers hold the redirect after a form against `form-action`, and the gateway documents
        // no list of the hosts of its pay pages: a list here would lose payments.
        let forms = if self.leads_away {
            ""
        } else {
            "form-action 'self'; "
        };
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self' {library}; connect-src {calls}; \
            img-src 'self' data: {picture}; {frames}{forms}base-uri 'none'; frame-ancestors 'none'"
        );
        let policy = policy.replace(" ;", ";");
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }
}

/// Returns the origin of an absolute URL.
pub(crate) fn origin(url: &str) -> Option<String> {
    let url: axum::http::Uri = url.parse().ok()?;
    Some(format!("{}://{}", url.scheme_str()?, url.authority()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_needs_nothing_loads_nothing_from_elsewhere() {
        assert_eq!(
            Needs::default().policy(),
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'none'; \
            img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn a_page_loads_a_picture_and_a_library_from_their_origins_alone() {
        let needs = Needs {
            picture_from: origin("https://api.example:8443/v2/qris/1/qr-code?a=b"),
            library_from: Some("https://lib.example".to_owned()),
            frame_from: Some("https://page.example".to_owned()),
            library_calls: true,
            looks_again: true,
            leads_away: true,
        };
        assert_eq!(
            needs.policy(),
            "default-src 'none'; style-src 'self'; script-src 'self' https://lib.example; \
            connect-src https://lib.example; img-src 'self' data: https://api.example:8443; \
            frame-src https://page.example; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(origin("/pay"), None);
    }
}
