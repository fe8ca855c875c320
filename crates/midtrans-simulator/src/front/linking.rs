//! The page where a customer links a GoPay account, for people or as JSON.

use std::sync::Arc;

use axum::Router;
use axum::body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use super::MAX_BODY;
use super::pay::{field, nothing_here, page, see_other};
use crate::gateway::pay_accounts::{LINKING_ROUTE, LinkChoice};
use crate::json_answer::{self, wants_json};
use crate::pages::{self, Language};
use crate::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route(LINKING_ROUTE, get(linking).post(linking))
}

/// The id has `gpar_` before it in a browser and `gpad_` in the app.
async fn linking(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let id = id.split_once('_').map_or(&*id, |(_, id)| id);
    let language = Language::asked(head.uri.query(), &head.headers);
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let choice = match field(&body, "choice").as_deref() {
        Some("approve") => Some(LinkChoice::Confirm),
        Some("decline") => Some(LinkChoice::Refuse),
        _ => None,
    };
    let found = shared.with(|accounts, now| {
        let account = accounts.having_pay_account(id)?;
        if let Some(choice) = choice {
            account.link(id, choice, now)?;
        }
        account.link_page(id)
    });
    let Some(found) = found else {
        return nothing_here(&head);
    };
    if wants_json(&head.headers) {
        let shown = json!({
            "account_id": found.account_id,
            "account_status": found.status,
            "browser_goes_to": found.redirect_url,
        });
        return json_answer::json(StatusCode::OK, &shown);
    }
    match &found.redirect_url {
        Some(url) if choice.is_some() => see_other(url, language),
        _ => {
            let address = head.uri.path_and_query();
            let address = address.map_or("", |address| address.as_str());
            page(StatusCode::OK, pages::linking(&found, address, language))
        }
    }
}
