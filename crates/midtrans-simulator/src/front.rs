//! The HTTP server: the API, and the pages for the customer's browser.

use std::sync::Arc;

use axum::Router;
use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
};
use http::{HeaderValue, Method, StatusCode, Uri};
use maud::Markup;
use tokio::time;

use crate::console;
use crate::console::guard;
use crate::gateway::{Begun, Choice, Reference, Reply, WayBack};
use crate::lost;
use crate::pages::{self, Language};
use crate::shared::Shared;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v2/akulaku/redirect/{id}", get(pay_page).post(pay_page))
        .route("/v1/redirect", get(pay_page).post(pay_page))
        .route(
            pages::STYLE_PATH,
            get(|| async { asset("text/css; charset=utf-8", pages::STYLE) }),
        )
        .route(
            pages::SUBMIT_PATH,
            get(|| async { asset("text/javascript; charset=utf-8", pages::SUBMIT) }),
        )
        .route(
            "/openapi.json",
            get(|| async { asset("application/json", include_str!("openapi.json")) }),
        )
        .merge(console::router(&shared))
        .fallback(api)
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

/// Whether it runs, and its state file takes what happens.
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
    let reply =
        match shared.with(|accounts, now| accounts.answer(&request, shared.answer_delay, now)) {
            Ok(reply) => reply,
            Err(slow) => match *slow {
                Begun::Answered(reply, pause) => {
                    time::sleep(pause).await;
                    reply
                }
                Begun::Running(ticket) => {
                    // A task of its own: a gateway carries a call out even when the caller has
                    // gone.
                    let (working, pause) =
                        (Arc::clone(&shared), ticket.pause().max(shared.answer_delay));
                    let slow = tokio::spawn(async move {
                        time::sleep(pause).await;
                        working.with(|accounts, now| accounts.finish(ticket, &request, now))
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

/// What the state file did not take is not answered: the caller learns no outcome, as with any
/// gateway in trouble. People may look at the console all the same.
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

async fn pay_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let language = Language::asked(head.uri.query(), &head.headers);
    let nothing_here = |status| page(status, pages::nothing_here(language));
    let Some(address) = PageAddress::read(&head.uri) else {
        return nothing_here(StatusCode::NOT_FOUND);
    };
    if head.method != Method::POST {
        let checkout = shared.with(|accounts, now| accounts.checkout(address.reference(), now));
        // Relative to the host, so that it also works behind another name or port.
        let action = head
            .uri
            .path_and_query()
            .map_or("", |action| action.as_str());
        let elsewhere = pages::address_in(language.other(), head.uri.path(), head.uri.query());
        return match checkout {
            Some(checkout) => page(
                StatusCode::OK,
                pages::checkout(&checkout, action, language, &elsewhere),
            ),
            None => nothing_here(StatusCode::NOT_FOUND),
        };
    }
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let Some(choice) = field(&body, "choice")
        .as_deref()
        .and_then(Choice::from_word)
    else {
        let again = head
            .uri
            .path_and_query()
            .map_or("", |address| address.as_str());
        return page(
            StatusCode::BAD_REQUEST,
            pages::unknown_choice(language, again),
        );
    };
    match shared.with(|accounts, now| accounts.choose(address.reference(), choice, now)) {
        Some(way) => {
            shared.hold_browser(address.reference()).await;
            way_back(way, language)
        }
        None => nothing_here(StatusCode::NOT_FOUND),
    }
}

fn way_back(way: WayBack, language: Language) -> Response {
    match way {
        WayBack::Form {
            action,
            response,
            callback_key,
        } => page(
            StatusCode::OK,
            pages::form_back(&action, &response, &callback_key, language),
        ),
        WayBack::Redirect { location } => match HeaderValue::try_from(location) {
            Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
            Err(_) => page(StatusCode::OK, pages::no_finish_url(language)),
        },
        WayBack::Never => page(StatusCode::OK, pages::closed(language)),
        WayBack::NoFinishUrl => page(StatusCode::OK, pages::no_finish_url(language)),
    }
}

/// The address of a pay page: Akulaku's names the transaction in its path, Kredivo's in its query.
enum PageAddress {
    Akulaku(String),
    Kredivo(String),
}

impl PageAddress {
    fn read(uri: &Uri) -> Option<Self> {
        match uri.path().strip_prefix("/v2/akulaku/redirect/") {
            Some(id) => Some(Self::Akulaku(id.to_owned())),
            None => field(uri.query()?.as_bytes(), "referenceId").map(Self::Kredivo),
        }
    }

    fn reference(&self) -> Reference<'_> {
        match self {
            Self::Akulaku(id) => Reference::AkulakuPage(id),
            Self::Kredivo(id) => Reference::KredivoPage(id),
        }
    }
}

fn field(form: &[u8], name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    pairs
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

fn page(status: StatusCode, markup: Markup) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        // Should an escape ever be missing, nothing inline would run.
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'",
        ),
    ];
    (status, headers, markup.into_string()).into_response()
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

const MAX_BODY: usize = 1 << 20;
/// Nothing was read of it, so the state machine is not asked. The code is the gateway's for a body
/// that it cannot read.
const TOO_LARGE: &str = r#"{"status_code":"413","status_message":"The request body is too large"}"#;
