//! The extractors, rejections and answers on a real axum router.
#![expect(
    clippy::unwrap_used,
    reason = "clippy does not see that the helpers of tests are tests"
)]

mod landing;
mod notification;
mod redirect;
mod shutdown;
mod socket;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use midtrans_axum::protocol::notification::signature;
use midtrans_axum::protocol::{ServerKey, ServerKeys};
use midtrans_axum::{Answered, Landed, Verified};
use tower::ServiceExt;

const KEY: &str = "SB-Mid-server-abc123cde456";

#[derive(Clone)]
struct Shop {
    keys: ServerKeys,
    store_works: bool,
}

impl FromRef<Shop> for ServerKeys {
    fn from_ref(shop: &Shop) -> Self {
        shop.keys.clone()
    }
}

/// The order id that arrived, in a header, so that a test sees that the handler ran.
async fn notified(
    State(shop): State<Shop>,
    Verified(notification): Verified,
) -> ([(&'static str, String); 1], Answered) {
    let stored = if shop.store_works { Ok(()) } else { Err(()) };
    (
        [("x-order", notification.order_id().to_owned())],
        Answered(stored.into()),
    )
}

/// Returns the fields of the browser's return as text, one per line.
async fn landed(Landed(landing): Landed) -> String {
    let order_id = landing.order_id().unwrap_or("-");
    let hint = landing.hint().map_or("-", |status| status.as_str());
    format!(
        "{order_id}\n{hint}\n{}",
        landing.status_code().unwrap_or("-")
    )
}

fn keys() -> ServerKeys {
    ServerKey::new(KEY).unwrap().into()
}

fn router(shop: Shop) -> Router {
    Router::new()
        .route("/notification", post(notified))
        .route("/finish", get(landed).post(landed))
        .with_state(shop)
}

async fn ask(request: Request<Body>) -> Response<Body> {
    router(Shop {
        keys: keys(),
        store_works: true,
    })
    .oneshot(request)
    .await
    .unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(
        to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap()
            .to_vec(),
    )
    .unwrap()
}

/// A notification as the gateway sends it, signed with the shop's key.
fn settlement() -> String {
    let signed = signature::sign(
        "order-101",
        "200",
        "11000.00",
        &ServerKey::new(KEY).unwrap(),
    );
    format!(
        r#"{{"transaction_time":"2026-11-22 10:00:00","transaction_status":"settlement","transaction_id":"t-1",
            "status_message":"midtrans payment notification","status_code":"200","signature_key":"{signed}",
            "payment_type":"akulaku","order_id":"order-101","gross_amount":"11000.00","fraud_status":"accept"}}"#
    )
}

/// The status, its usual words, and nothing that helps a forger.
async fn assert_bare(response: Response<Body>, status: StatusCode) {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(text(response).await, status.canonical_reason().unwrap());
}
