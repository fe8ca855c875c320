//! `/console/settings`: an account's URLs and options, the faults, and the clock.

mod change;
mod view;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::json;

use super::form::Form;
use super::layout::{Page, Section};
use super::{answer, json};
use crate::shared::Shared;
use change::FieldError;
use view::View;

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let form = Form::of_query(uri.query());
    let (value, now) = shared.quietly(|accounts, now| {
        let account = form
            .text("merchant")
            .map_or(Some(accounts.first()), |id| accounts.of_merchant(id));
        (account.map(|account| json::settings(account, now)), now)
    });
    let Some(value) = value else {
        return answer::unknown_merchant(&headers, Section::Settings, now);
    };
    if answer::wants_json(&headers) {
        return answer::json(StatusCode::OK, &value);
    }
    settings(&shared, form.text("merchant"), None, &Form::default())
}

pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    match (change::change(&shared, &form), answer::wants_json(&headers)) {
        (Ok(Some(number)), true) => answer::json(StatusCode::OK, &json!({ "number": number })),
        (Ok(None), true) => answer::json(StatusCode::OK, &json!({ "done": true })),
        (Err(error), true) => {
            let body = json!({ "error": error.reason, "field": error.field });
            answer::json(StatusCode::BAD_REQUEST, &body)
        }
        (Ok(_), false) => {
            let merchant = form
                .text("merchant")
                .map(|merchant| [("merchant", merchant)]);
            let query = merchant.and_then(|pairs| serde_urlencoded::to_string(pairs).ok());
            answer::see(&query.map_or("/console/settings".to_owned(), |query| {
                format!("/console/settings?{query}")
            }))
        }
        (Err(error), false) => settings(&shared, form.text("merchant"), Some(&error), &form),
    }
}

/// `POST /console/reset`: forgets everything but settings, the clock and the faults of the start.
pub(super) async fn reset(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    shared.reset();
    if answer::wants_json(&headers) {
        return answer::json(StatusCode::OK, &json!({ "done": true }));
    }
    answer::see(Section::Transactions.path())
}

/// The page, with the error and the form's values where a change was refused.
fn settings(
    shared: &Shared,
    merchant: Option<&str>,
    error: Option<&FieldError>,
    typed: &Form,
) -> Response {
    let (content, here, now) = shared.quietly(|accounts, now| {
        let account = merchant
            .and_then(|id| accounts.of_merchant(id))
            .unwrap_or(accounts.first());
        let own = account.settings();
        let view = View {
            merchants: accounts
                .all()
                .map(|account| account.settings().merchant_id.as_str())
                .collect(),
            settings: own,
            rules: account.faults(),
            allowed_hosts: &shared.parts.allowed_hosts,
            error,
            typed,
        };
        let query =
            serde_urlencoded::to_string([("merchant", &own.merchant_id)]).unwrap_or_default();
        (view.page(), format!("/console/settings?{query}"), now)
    });
    let here = error.is_none().then_some(here.as_str());
    let status = error.map_or(StatusCode::OK, |_| StatusCode::BAD_REQUEST);
    answer::page(
        status,
        Page {
            section: Section::Settings,
            title: "Settings",
            here,
            now,
        }
        .with(&content),
    )
}
