//! The page of a payment link, for people or as JSON.

use std::sync::Arc;

use axum::Router;
use axum::body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;
use http::{Method, StatusCode};
use serde_json::json;

use super::MAX_BODY;
use super::pay::{field, nothing_here, page, see_other};
use crate::gateway::payment_links::{LINK_ROUTE, LinkState};
use crate::gateway::snap;
use crate::json_answer::{self, wants_json};
use crate::pages::{self, Language};
use crate::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route(LINK_ROUTE, get(link).post(link))
}

/// `POST` opens a session of Snap and leads to its page.
async fn link(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let language = Language::asked(head.uri.query(), &head.headers);
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let typed = field(&body, "amount").and_then(|text| text.trim().parse::<u64>().ok());
    let contact = ["first_name", "email", "phone"].map(|name| field(&body, name));
    let is_paid = head.method == Method::POST;
    let found = shared.with(|accounts, now| {
        let account = accounts.having_link(&id)?;
        let page = account.link_checkout(&id, now)?;
        let contact = match &contact {
            [Some(name), Some(email), Some(phone)] => Some([&**name, &**email, &**phone]),
            _ => None,
        };
        let may_pay = is_paid && (contact.is_some() || !page.asks_for_contact);
        let token = may_pay.then(|| account.pay_link(&id, typed, contact, now));
        Some((page, token.flatten()))
    });
    let Some((found, token)) = found else {
        return nothing_here(&head);
    };
    let address = token.map(|token| snap::page_path(&token));
    if wants_json(&head.headers) {
        let state = match found.state {
            LinkState::Open => "open",
            LinkState::Expired => "expired",
            LinkState::UsedUp => "used up",
            LinkState::Deleted => "deleted",
        };
        let shown = json!({
            "state": state,
            "gross_amount": found.amount,
            "asks_for_contact": found.asks_for_contact,
            "snap_page": address,
        });
        return json_answer::json(StatusCode::OK, &shown);
    }
    match address {
        Some(address) => see_other(&pages::address_in(language, &address, None), language),
        None => {
            let status = match is_paid {
                true => StatusCode::BAD_REQUEST,
                false => StatusCode::OK,
            };
            let own = head.uri.path_and_query().map_or("", |own| own.as_str());
            page(status, pages::payment_link(&found, own, language))
        }
    }
}
