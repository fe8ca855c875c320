//! The language of a pay page: Indonesian, unless the browser or the customer asks for English.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// The languages of the pay pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// The tag for HTML.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Indonesian => Self::English,
            Self::English => Self::Indonesian,
        }
    }

    /// Returns the language of `?lang=`, else the one that the browser prefers, else Indonesian.
    pub(crate) fn asked(query: Option<&str>, headers: &HeaderMap) -> Self {
        let by_address = pairs(query)
            .into_iter()
            .find(|(name, _)| name == PARAMETER)
            .and_then(|(_, tag)| Self::of(&tag));
        let liked = || Self::liked(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?);
        by_address.or_else(liked).unwrap_or_default()
    }

    /// The language of ours that an `Accept-Language` prefers.
    fn liked(header: &str) -> Option<Self> {
        let weighed = header.split(',').filter_map(|part| {
            let mut parts = part.split(';').map(str::trim);
            let language = Self::of(parts.next()?)?;
            Some((
                language,
                weight(parts.find_map(|part| part.strip_prefix("q="))),
            ))
        });
        let mut best: Option<(Self, u16)> = None;
        for (language, weight) in weighed.filter(|(_, weight)| *weight > 0) {
            // Of equals, the first.
            if best.is_none_or(|(_, most)| weight > most) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            // `in` is what old systems call Indonesian.
            "id" | "in" => Some(Self::Indonesian),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// The same page in another language. It keeps the rest of the query: Kredivo's address has the
/// transaction there.
pub(crate) fn address_in(language: Language, path: &str, query: Option<&str>) -> String {
    let mut pairs = pairs(query);
    pairs.retain(|(name, _)| name != PARAMETER);
    pairs.push((PARAMETER.to_owned(), language.tag().to_owned()));
    // Texts always make a form.
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("{path}?{query}")
}

fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default()
}

/// In thousandths, as the header has three decimals.
fn weight(text: Option<&str>) -> u16 {
    let Some(text) = text else { return 1_000 };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let thousandths = format!("{decimals:0<3}");
    match (whole, thousandths.parse::<u16>()) {
        ("0", Ok(weight)) if weight < 1_000 => weight,
        ("1", Ok(0)) => 1_000,
        _ => 0,
    }
}

const PARAMETER: &str = "lang";

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(query: Option<&str>, header: &str) -> Language {
        let headers = [(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap())]
            .into_iter()
            .collect();
        Language::asked(query, &headers)
    }

    #[test]
    fn a_browser_that_says_nothing_of_use_gets_indonesian() {
        assert_eq!(
            Language::asked(None, &HeaderMap::new()),
            Language::Indonesian
        );
        for header in ["", "fr-FR,ja;q=0.5", "en;q=0", "en;q=soon", ";;,,"] {
            assert_eq!(asked(None, header), Language::Indonesian, "{header}");
        }
    }

    #[test]
    fn the_browsers_best_language_counts() {
        for (header, expected) in [
            ("en-US,en;q=0.9", Language::English),
            ("EN-gb", Language::English),
            ("id-ID,id;q=0.9,en-US;q=0.8", Language::Indonesian),
            ("id;q=0.5, en;q=0.75", Language::English),
            ("in,en;q=0.9", Language::Indonesian),
            ("fr,en;q=0.2", Language::English),
            ("en, id", Language::English),
        ] {
            assert_eq!(asked(None, header), expected, "{header}");
        }
    }

    #[test]
    fn the_address_counts_more_than_the_browser() {
        assert_eq!(
            asked(Some("referenceId=x&lang=id"), "en"),
            Language::Indonesian
        );
        assert_eq!(asked(Some("lang=en"), "id"), Language::English);
        assert_eq!(asked(Some("lang=fr"), "en"), Language::English);
    }

    #[test]
    fn the_address_in_another_language_keeps_the_transaction() {
        let english = |path, query| address_in(Language::English, path, query);
        assert_eq!(
            english("/v1/redirect", Some("referenceId=a%26b&lang=id")),
            "/v1/redirect?referenceId=a%26b&lang=en"
        );
        assert_eq!(
            english("/v2/akulaku/redirect/x", None),
            "/v2/akulaku/redirect/x?lang=en"
        );
    }
}
