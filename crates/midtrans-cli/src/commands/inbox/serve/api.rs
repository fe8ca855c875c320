//! `/orders/{id}`: the HTTP interface for shops, behind a token.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use midtrans_inbox::{Error, ExpectResult, Expectation, History};
use serde_json::{Map, Value, json};

use super::expect_request::ExpectRequest;
use super::service::Service;
use super::token::Token;
use crate::commands::inbox::reports::history::{record_json, waiting_json};
use crate::commands::inbox::reports::moment;

const MAX_BYTES: usize = 16 * 1024;

/// The routes. Without a token they let no one in.
pub(super) fn router(service: Arc<Service>, token: Option<Token>) -> Router {
    Router::new()
        .route("/orders/{id}", get(state).put(expect))
        .route("/orders/{id}/check", post(check))
        .with_state(service)
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        // Outermost, so that nothing is read before the token is.
        .layer(middleware::from_fn_with_state(Arc::new(token), guard))
}

async fn guard(State(token): State<Arc<Option<Token>>>, request: Request, next: Next) -> Response {
    let shown = request
        .headers()
        .get(header::AUTHORIZATION)
        .map(|value| value.as_bytes());
    let why = match &*token {
        Some(token) if token.is_shown_by(shown) => return next.run(request).await,
        Some(_) => "the token is missing or wrong: send it as `Authorization: Bearer …`",
        None => {
            "this inbox was started without a token: set MIDTRANS_INBOX_TOKEN or --token-file, and start it again"
        }
    };
    let refusal = refusal(StatusCode::UNAUTHORIZED, why);
    ([(header::WWW_AUTHENTICATE, "Bearer")], refusal).into_response()
}

/// `PUT /orders/{id}`: writes down what is about to be charged.
async fn expect(
    State(service): State<Arc<Service>>,
    Path(order): Path<String>,
    body: Bytes,
) -> Response {
    let wanted = match ExpectRequest::read(&order, &body) {
        Ok(wanted) => wanted,
        Err(problem) => return refusal(StatusCode::BAD_REQUEST, &problem),
    };
    let Ok(expectation) = wanted.expectation(|| service.idempotency_key(), SystemTime::now())
    else {
        return refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "no idempotency key could be made: try again",
        );
    };
    match service.expect(expectation.clone()).await {
        Ok(result) => expected(result, &expectation),
        Err(error) => failed(&error),
    }
}

fn expected(result: ExpectResult, wanted: &Expectation) -> Response {
    match result {
        ExpectResult::Recorded => answer(StatusCode::CREATED, expectation_json("recorded", wanted)),
        // A repeat of a PUT whose answer was lost.
        ExpectResult::Open(stored) => answer(StatusCode::OK, expectation_json("open", &stored)),
        ExpectResult::Decided(outcome) => {
            let order = wanted.order_id.as_str();
            let error = "the order has its outcome already: do not charge it with this key";
            let fields = json!({"order_id": order, "result": "decided", "outcome": outcome.as_str(), "error": error});
            answer(StatusCode::CONFLICT, fields)
        }
        ExpectResult::Differs(stored) => {
            let mut fields = expectation_json("differs", &stored);
            // It is the key of another payment than the caller's.
            fields.remove("idempotency_key");
            let error = "the order is stored with another amount or payment type, and its payment is not over";
            fields.insert("error".to_owned(), Value::from(error));
            answer(StatusCode::CONFLICT, fields)
        }
    }
}

fn expectation_json(result: &str, expectation: &Expectation) -> Map<String, Value> {
    let fields = [
        ("result", json!(result)),
        ("order_id", json!(expectation.order_id.as_str())),
        ("amount", json!(expectation.amount.get())),
        ("payment_type", json!(expectation.payment_type.as_str())),
        (
            "idempotency_key",
            json!(expectation.idempotency_key.as_str()),
        ),
        ("charge_until", json!(moment(expectation.charge_until))),
        ("expires_at", json!(moment(expectation.expires_at))),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// `GET /orders/{id}`: what is known about an order.
async fn state(State(service): State<Arc<Service>>, Path(order): Path<String>) -> Response {
    match service.history(order.clone()).await {
        Ok(history) => {
            known(&order, &history).map_or_else(unknown, |fields| answer(StatusCode::OK, fields))
        }
        Err(error) => failed(&error),
    }
}

fn known(order: &str, history: &History) -> Option<Map<String, Value>> {
    let record = history.record.as_ref()?;
    let mut fields = record_json(record);
    fields.insert("order_id".to_owned(), Value::from(order));
    fields.insert(
        "notifications".to_owned(),
        Value::from(history.notifications.len()),
    );
    fields.insert(
        "changes_waiting".to_owned(),
        history.changes.iter().map(waiting_json).collect(),
    );
    Some(fields)
}

/// `POST /orders/{id}/check`: has the gateway asked now.
async fn check(State(service): State<Arc<Service>>, Path(order): Path<String>) -> Response {
    let history = match service.history(order.clone()).await {
        Ok(history) => history,
        Err(error) => return failed(&error),
    };
    let Some(record) = history.record else {
        return unknown();
    };
    let is_asked = record.check_at.is_some();
    match service.ask(order.clone()).await {
        Ok(()) => answer(
            StatusCode::ACCEPTED,
            json!({"order_id": order, "asked": is_asked}),
        ),
        Err(error) => failed(&error),
    }
}

fn unknown() -> Response {
    refusal(
        StatusCode::NOT_FOUND,
        "no such order was expected: write it down with PUT first",
    )
}

fn failed(error: &Error) -> Response {
    refusal(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
}

fn refusal(status: StatusCode, why: &str) -> Response {
    answer(status, json!({"error": why}))
}

fn answer(status: StatusCode, fields: impl Into<Value>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, format!("{}\n", fields.into())).into_response()
}
