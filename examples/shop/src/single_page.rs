//! A shop of one page: plain JavaScript that asks this shop for a token, opens Snap's popup, and asks
//! this shop again how the payment stands. What the popup tells is a hint.

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use midtrans_inbox::Again;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cart::OrderForm;
use crate::offer::Chosen;
use crate::orders::{Order, Payment};
use crate::pages;
use crate::routes::{Broken, page};
use crate::shop::Shop;

const SCRIPT: &str = include_str!("pages/single_page.js");

pub(crate) fn router() -> Router<Shop> {
    Router::new()
        .route("/single-page", get(show))
        .route(
            pages::SINGLE_PAGE_SCRIPT_PATH,
            get(async || ([(CONTENT_TYPE, "text/javascript")], SCRIPT)),
        )
        .route("/api/orders", post(place))
        .route("/api/orders/{id}", get(order))
}

async fn show(State(shop): State<Shop>) -> Response {
    page(pages::single_page(&shop.libraries))
}

/// The cart of the page. The order id is made in the browser and kept there, so that the same cart
/// sent twice is one order.
#[derive(Deserialize)]
struct Cart {
    order_id: String,
    quantity: u32,
}

/// Makes the page of Snap, or finds the one that was made before.
async fn place(
    State(shop): State<Shop>,
    cart: Result<Json<Cart>, JsonRejection>,
) -> Result<Response, Broken> {
    let Ok(Json(cart)) = cart else {
        let expected = "an order_id and a quantity, as JSON";
        let words = json!({"field": "order", "expected": expected});
        return Ok(answer(StatusCode::BAD_REQUEST, &words));
    };
    let Some(offer) = Chosen::of("snap") else {
        return Err("the shop does not offer Snap".into());
    };
    let form = OrderForm {
        offer,
        quantity: cart.quantity,
        ..OrderForm::filled_in(cart.order_id)
    };
    if let Err(error) = shop.pay(&form, Again::Never).await? {
        let words = json!({"field": error.field(), "expected": error.expected()});
        return Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &words));
    }
    Ok(match shop.order(&form.order_id).await? {
        Some(order) => answer(StatusCode::OK, &state(&order)),
        None => answer(StatusCode::NOT_FOUND, &json!({})),
    })
}

async fn order(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Broken> {
    Ok(match shop.order(&id).await? {
        Some(order) => answer(StatusCode::OK, &state(&order)),
        None => answer(StatusCode::NOT_FOUND, &json!({})),
    })
}

/// The state of an order, as the worker has learnt it from the gateway; and the token, as long as
/// the order can be paid.
fn state(order: &Order) -> Value {
    let payment = match order.payment {
        _ if order.is_in_review => "review",
        Payment::Open => "open",
        Payment::Refused => "refused",
        Payment::Became(outcome) => outcome.as_str(),
    };
    json!({
        "payment": payment,
        "is_over": !order.payment.is_undecided(),
        "token": order.page.as_ref().map(|page| &page.token),
    })
}

/// It is about money and must be fresh.
fn answer(status: StatusCode, words: &Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(words.clone())).into_response()
}
