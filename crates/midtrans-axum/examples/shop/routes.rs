//! The shop's addresses.

use std::time::Instant;

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::Markup;
use midtrans_axum::{Answered, Landed, Verified};
use midtrans_reqwest::midtrans_transport::{OsRandom, RandomSource};

use crate::cart::OrderForm;
use crate::journal::{Journal, note_notification};
use crate::orders::{Payment, StoreFailed};
use crate::pages;
use crate::shop::Shop;

/// Where the gateway's settings must point.
pub(crate) const NOTIFICATION: &str = "/midtrans/notification";
pub(crate) const FINISH: &str = "/midtrans/finish";

pub(crate) fn router(shop: Shop, journal: Journal) -> Router {
    let webhook = post(notified).layer(from_fn_with_state(journal, note_notification));
    Router::new()
        .route("/", get(product))
        .route("/orders", post(place))
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/pay", post(pay_again))
        .route(FINISH, get(landed).post(landed))
        .route(NOTIFICATION, webhook)
        .fallback(nowhere)
        .with_state(shop)
}

async fn product() -> Response {
    match OsRandom.random() {
        // Nobody guesses it, so knowing it is the right to see the order.
        Ok(bits) => page(pages::product(&OrderForm::filled_in(format!("shop-{:016x}", bits >> 64)), None)),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, page(pages::broken())).into_response(),
    }
}

async fn place(State(shop): State<Shop>, form: Result<Form<OrderForm>, FormRejection>) -> Result<Response, Broken> {
    let Ok(Form(form)) = form else {
        return Ok((StatusCode::BAD_REQUEST, page(pages::unreadable_form())).into_response());
    };
    let charge = match form.charge() {
        Ok(charge) => charge,
        Err(error) => {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(pages::product(&form, Some(&error)))).into_response());
        }
    };
    shop.orders().place(charge, form.provider)?;
    pay(&shop, &form.order_id).await
}

async fn pay_again(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Broken> {
    pay(&shop, &id).await
}

/// Sends the customer to the pay page, or to the order where there is none.
async fn pay(shop: &Shop, id: &str) -> Result<Response, Broken> {
    shop.pay(id).await?;
    let order = shop.orders().get(id)?;
    Ok(match order.map(|order| order.payment) {
        // The cookie is for customers who come back without an order id, as Kredivo's may.
        Some(Payment::Open { pay_page: Some(url) }) => {
            ([(SET_COOKIE, cookie(id))], Answered(url.into())).into_response()
        }
        Some(_) => Redirect::to(&format!("/orders/{id}")).into_response(),
        None => (StatusCode::NOT_FOUND, page(pages::unknown_order())).into_response(),
    })
}

async fn order(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Broken> {
    shop.ask_if_time(&id).await?;
    Ok(match shop.orders().get(&id)? {
        Some(order) => page(pages::order(&order)),
        None => (StatusCode::NOT_FOUND, page(pages::unknown_order())).into_response(),
    })
}

/// The customer is back. What the browser says only chooses words; the order says what is known.
async fn landed(
    State(shop): State<Shop>,
    headers: HeaderMap,
    landing: Result<Landed, Answered>,
) -> Result<Response, Broken> {
    let landing = match landing {
        Ok(Landed(landing)) => landing,
        Err(refused) => return Ok((refused.0.status(), page(pages::unreadable_landing())).into_response()),
    };
    let Some(id) = landing.order_id().or_else(|| last_order(&headers)) else {
        return Ok(page(pages::landing_without_order()));
    };
    shop.orders().landed(id, Instant::now())?;
    Ok(match shop.orders().get(id)? {
        Some(order) => page(pages::landing(&order, &landing)),
        None => (StatusCode::NOT_FOUND, page(pages::unknown_order())).into_response(),
    })
}

async fn notified(State(shop): State<Shop>, Verified(notification): Verified) -> Answered {
    Answered(shop.notified(&notification).into())
}

async fn nowhere() -> Response {
    (StatusCode::NOT_FOUND, page(pages::nowhere())).into_response()
}

/// The shop itself does not work.
struct Broken;

impl From<StoreFailed> for Broken {
    fn from(_: StoreFailed) -> Self {
        Self
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        (StatusCode::SERVICE_UNAVAILABLE, page(pages::broken())).into_response()
    }
}

/// A page that is about money and must be fresh.
fn page(markup: Markup) -> Response {
    ([(CACHE_CONTROL, "no-store")], Html(markup.into_string())).into_response()
}

fn cookie(id: &str) -> String {
    format!("last_order={id}; Path=/; HttpOnly; SameSite=Lax")
}

fn last_order(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix("last_order="))
}
