//! The HTTP server: the API, and the pages for the customer's browser.

mod cors;
mod invoices;
mod linking;
mod pay;
mod payment_links;
mod snap;

use std::sync::Arc;

use axum::Router;
use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Method, StatusCode};
use tokio::time;

#[cfg(feature = "console")]
use crate::console;
use crate::gateway::{Reply, Started};
use crate::guard;
use crate::lost;
use crate::pages;
use crate::shared::Shared;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let router = pay::router()
        .merge(snap::router())
        .merge(linking::router())
        .merge(payment_links::router())
        .merge(invoices::router());
    #[cfg(feature = "console")]
    let router = router.merge(console::router(&shared));
    router
        .route(
            pages::STYLE_PATH,
            get(|| async { asset("text/css; charset=utf-8", pages::STYLE) }),
        )
        .route(
            pages::SUBMIT_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::SUBMIT) }),
        )
        .route(
            pages::TELL_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::TELL) }),
        )
        .route(
            pages::LIBRARY_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::LIBRARY) }),
        )
        .route(
            "/openapi.json",
            get(|| async { asset("application/json", include_str!("../openapi.json")) }),
        )
        .route(
            "/openapi-products.json",
            get(|| async { asset("application/json", include_str!("../openapi-products.json")) }),
        )
        .fallback(api)
        .layer(middleware::from_fn(cors::allow))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            only_saved,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            guard::check_host,
        ))
        // Behind the list of names: who asks for it has none of them, perhaps, and it tells
        // nothing.
        .route("/health", get(health))
        .with_state(shared)
}

/// Answers 200 while the simulator runs and its state file can be written.
async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let (status, body) = match shared.is_saved() {
        true => (StatusCode::OK, "{\"status\":\"ok\"}\n"),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "{\"status\":\"the state file cannot be written\"}\n",
        ),
    };
    (
        status,
        [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "no-store"),
        ],
        body,
    )
        .into_response()
}

async fn api(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = body::to_bytes(body, MAX_BODY).await else {
        return (
            StatusCode::PAYLOAD_TOO_LARGE,
            [(CONTENT_TYPE, "application/json")],
            TOO_LARGE,
        )
            .into_response();
    };
    let request = http::Request::from_parts(head, Vec::from(body));
    let reply = match shared.with(|accounts, now| {
        accounts
            .called(&request)
            .answer(&request, shared.parts.answer_delay, now)
    }) {
        Ok(reply) => reply,
        Err(slow) => match *slow {
            Started::Answered(reply, pause) => {
                time::sleep(pause).await;
                reply
            }
            Started::Running(pending) => {
                // A task of its own: a gateway carries a call out even when the caller has
                // gone.
                let (working, pause) = (
                    Arc::clone(&shared),
                    pending.pause().max(shared.parts.answer_delay),
                );
                let slow = tokio::spawn(async move {
                    time::sleep(pause).await;
                    working.with(|accounts, now| {
                        accounts.calling(&pending).finish(pending, &request, now)
                    })
                });
                match slow.await {
                    Ok(reply) => reply,
                    Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                }
            }
        },
    };
    match reply {
        Reply::Whole(response) => response.map(Body::from),
        Reply::Cut { response, sent } => lost::cut(response, sent),
        Reply::Reset => lost::answer(),
    }
}

/// Withholds an answer that the state file did not take: the caller learns no outcome, as with any
/// gateway in trouble. The console still answers.
async fn only_saved(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let only_looks =
        request.method() == Method::GET && request.uri().path().starts_with("/console");
    let response = next.run(request).await;
    if only_looks || shared.is_saved() {
        response
    } else {
        Reply::unsaved().map(Body::from)
    }
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

const MAX_BODY: usize = 1 << 20;
/// The body was not read, so the state machine is not asked. The code is the gateway's for a body
/// that it cannot read.
const TOO_LARGE: &str = r#"{"status_code":"413","status_message":"The request body is too large"}"#;
