//! The console's answers, as pages and as JSON.

use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use maud::{Markup, html};
use midtrans_protocol::time::WibTime;

use super::layout::{Page, Section};
pub(super) use crate::json_answer::{json, wants_json};

/// Runs nothing inline, should an escape ever be missing, and lets no other site lay a page of its
/// own over a button.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

pub(super) fn page(status: StatusCode, markup: Markup) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept"),
        // With `no-referrer`, the page's own forms would come without an origin.
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, markup.into_string()).into_response()
}

/// The answer for a merchant that does not exist.
pub(super) fn unknown_merchant(headers: &HeaderMap, section: Section, now: WibTime) -> Response {
    const REASON: &str = "there is no such merchant";
    if wants_json(headers) {
        return json(
            StatusCode::NOT_FOUND,
            &serde_json::json!({ "error": REASON }),
        );
    }
    let content = html! {
        h1 { "Not found" }
        p { "There is no such merchant. " a href=(section.path()) { "The first merchant" } }
    };
    page(
        StatusCode::NOT_FOUND,
        Page {
            section,
            title: "Not found",
            here: None,
            now,
        }
        .with(&content),
    )
}

/// Redirects to a page after a form.
pub(super) fn see(place: &str) -> Response {
    match HeaderValue::try_from(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(super) fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
