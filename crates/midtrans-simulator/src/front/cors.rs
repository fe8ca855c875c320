//! The calls that a shop's own page makes, from another origin: the gateway lets pages of any
//! origin make those that take the client key.
//! ([Get token](https://docs.midtrans.com/reference/get-token))

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
};
use http::{HeaderValue, Method, StatusCode};

/// Lets a page of any origin read the answers of these calls, and answers the browser's question
/// before a call.
pub(super) async fn allow(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !OPEN.contains(&path) && !path.starts_with(BINS) {
        return next.run(request).await;
    }
    let mut response = if request.method() == Method::OPTIONS {
        let headers = [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "accept, authorization, content-type",
            ),
        ];
        (StatusCode::NO_CONTENT, headers).into_response()
    } else {
        next.run(request).await
    };
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

const OPEN: [&str; 2] = ["/v2/token", "/v2/card/register"];
const BINS: &str = "/v1/bins/";
