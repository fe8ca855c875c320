//! The console: what happened at the gateway, and buttons to make things happen, in the browser of
//! a shop's developer.
//!
//! Its pages are forms and links and work without JavaScript; a small script swaps in what changed.

mod answer;
mod calls;
mod commands;
mod form;
mod json;
mod layout;
mod live;
mod messages;
mod pretty;
mod records;
mod settings;
mod timeline;
mod transaction;
mod transactions;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{any, get, post};
use http::StatusCode;

use crate::guard;
use crate::shared::Shared;

const STYLE: &str = include_str!("console/console.css");
const STYLE_PATH: &str = "/console/console.css";
const LIVE: &str = include_str!("console/live.js");
const LIVE_PATH: &str = "/console/live.js";

pub(crate) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| async { answer::see("/console") }))
        // Browsers ask for it by themselves; without this it would be a call of the API.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/console", get(transactions::show))
        .route("/console/transactions/{id}", get(transaction::show))
        .route(
            "/console/transactions/{id}/{command}",
            post(commands::carry_out),
        )
        .route("/console/records", get(records::show))
        .route("/console/calls", get(calls::show))
        .route(
            "/console/settings",
            get(settings::show).post(settings::change),
        )
        .route("/console/reset", post(settings::reset))
        .route("/console/events", get(live::events))
        .route("/console/{*rest}", any(transaction::nowhere))
        .route(
            STYLE_PATH,
            get(|| async { answer::asset("text/css; charset=utf-8", STYLE) }),
        )
        .route(
            LIVE_PATH,
            get(|| async { answer::asset("text/javascript; charset=utf-8", LIVE) }),
        )
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(shared),
            guard::check_site,
        ))
}
