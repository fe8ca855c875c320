//! The shop's addresses with parameters of the gateway's.

/// Adds parameters behind those that an address has, and before a fragment. They are plain in a
/// query: an order id has only unreserved characters.
pub(super) fn with_query(url: &str, query: &str) -> String {
    let (url, fragment) = match url.find('#') {
        Some(at) => url.split_at(at),
        None => (url, ""),
    };
    let joint = match url.find('?') {
        None => "?",
        Some(_) if url.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    format!("{url}{joint}{query}{fragment}")
}
