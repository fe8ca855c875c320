//! The shop's addresses.

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, REFERRER_POLICY, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use midtrans_axum::protocol::{Notification, ServerKeys};
use midtrans_axum::{Answered, Landed, notifications};
use midtrans_inbox::Again;
use midtrans_reqwest::midtrans_transport::{OsRandom, RandomSource};
use serde::Deserialize;

use crate::cart::OrderForm;
use crate::journal::record_notification;
use crate::offer::Chosen;
use crate::pages::{self, View};
use crate::shop::Shop;
use crate::single_page;
use crate::store::Error;

/// The paths to which the gateway's settings must point.
pub(crate) const NOTIFICATION: &str = "/midtrans/notification";
pub(crate) const FINISH: &str = "/midtrans/finish";

pub(crate) fn router(shop: Shop) -> Router {
    let keys = ServerKeys::from(shop.client.merchant().server_key().clone());
    let journal = shop.journal.clone();
    let notified = {
        let shop = shop.clone();
        move |notification: Notification| {
            let shop = shop.clone();
            async move { shop.notified(&notification).await }
        }
    };
    let webhook = Router::new().route_service(NOTIFICATION, notifications(keys, notified));
    Router::new()
        .route("/", get(product))
        .route("/orders", post(place))
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/pay", post(pay_again))
        .route("/orders/{id}/cancel", post(cancel))
        .route(FINISH, get(landed).post(landed))
        .route("/inbox", get(inbox))
        .route(
            pages::STYLE_PATH,
            get(async || ([(CONTENT_TYPE, "text/css")], pages::STYLE)),
        )
        .route(
            pages::SCRIPT_PATH,
            get(async || ([(CONTENT_TYPE, "text/javascript")], pages::SCRIPT)),
        )
        .route(
            pages::CARD_SCRIPT_PATH,
            get(async || ([(CONTENT_TYPE, "text/javascript")], pages::CARD_SCRIPT)),
        )
        .route(
            pages::SNAP_SCRIPT_PATH,
            get(async || ([(CONTENT_TYPE, "text/javascript")], pages::SNAP_SCRIPT)),
        )
        .merge(single_page::router())
        .fallback(nowhere)
        .with_state(shop)
        .merge(webhook.layer(from_fn_with_state(journal, record_notification)))
}

async fn product() -> Response {
    match OsRandom.random() {
        // Made before the click, so that two clicks are one order. It cannot be guessed: who knows
        // it may see the order.
        Ok(bits) => {
            let form = OrderForm::filled_in(format!("shop-{:016x}", bits >> 64));
            // Not `no-store`: a customer who goes back finds the same form, with the same order id.
            cached("no-cache", pages::product(&form, None))
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, page(pages::broken())).into_response(),
    }
}

async fn place(
    State(shop): State<Shop>,
    form: Result<Form<OrderForm>, FormRejection>,
) -> Result<Response, Broken> {
    let Ok(Form(form)) = form else {
        return Ok((StatusCode::BAD_REQUEST, page(pages::unreadable_form())).into_response());
    };
    if form.lacks_card() {
        let kept = serde_urlencoded::from_str(&serde_urlencoded::to_string(&form)?)?;
        return Ok(ask_for_card(&shop, &form, "/orders", kept));
    }
    pay(&shop, &form, Again::Never).await
}

/// The page on which the customer types a card; `kept` are the fields that come back with its
/// token.
fn ask_for_card(
    shop: &Shop,
    form: &OrderForm,
    action: &str,
    kept: Vec<(String, String)>,
) -> Response {
    page(pages::card(form, action, &kept, &shop.libraries))
}

#[derive(Deserialize)]
struct Choice {
    offer: Chosen,
    token_id: Option<String>,
}

/// Charges an order that ended without money once more, perhaps with another method.
async fn pay_again(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Form(choice): Form<Choice>,
) -> Result<Response, Broken> {
    let Some(order) = shop.order(&id).await? else {
        return Ok(unknown_order());
    };
    let form = OrderForm {
        offer: choice.offer,
        token_id: choice.token_id,
        ..order.form
    };
    if form.lacks_card() {
        let kept = vec![("offer".to_owned(), form.offer.id().to_owned())];
        return Ok(ask_for_card(
            &shop,
            &form,
            &format!("/orders/{id}/pay"),
            kept,
        ));
    }
    pay(&shop, &form, Again::Wanted).await
}

/// Sends the customer to the pay page; where there is none, to the order, which says how to pay.
async fn pay(shop: &Shop, form: &OrderForm, again: Again) -> Result<Response, Broken> {
    let id = &form.order_id;
    if let Err(error) = shop.pay(form, again).await? {
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            page(pages::product(form, Some(&error))),
        )
            .into_response());
    }
    // Where another payment of the order is pending, its own page says so.
    let order = shop
        .order(id)
        .await?
        .filter(|order| order.form.offer.is_paid_like(form.offer));
    let pay_page = order.and_then(|order| order.pay_page);
    Ok(match (pay_page, form.offer.goes_on_from_order()) {
        (Some(_), Some(fragment)) => {
            Redirect::to(&format!("/orders/{id}#{fragment}")).into_response()
        }
        // The cookie is for customers who come back without an order id, as Kredivo's may.
        (Some(url), None) => ([(SET_COOKIE, cookie(id))], Answered(url.into())).into_response(),
        (None, _) => to_order(id),
    })
}

async fn cancel(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Broken> {
    if shop.order(&id).await?.is_none() {
        return Ok(unknown_order());
    }
    shop.cancel(&id).await?;
    Ok(to_order(&id))
}

fn to_order(id: &str) -> Response {
    Redirect::to(&format!("/orders/{id}")).into_response()
}

async fn order(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Broken> {
    let order = shop.order(&id).await?;
    Ok(order.map_or_else(unknown_order, |order| {
        page(pages::order(&order, &shop.libraries, &shop.finish_url))
    }))
}

/// The customer is back. What the browser says only chooses words; the order says what is known.
async fn landed(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Landed(landing): Landed,
) -> Result<Response, Broken> {
    let Some(id) = landing.order_id().or_else(|| last_order(&headers)) else {
        return Ok(page(pages::landing_without_order()));
    };
    shop.landed(id).await?;
    let order = shop.order(id).await?;
    Ok(order.map_or_else(unknown_order, |order| {
        page(pages::landing(&order, &landing))
    }))
}

/// The inbox's metrics for the operator, as text for metrics systems; a real shop guards it.
async fn inbox(State(shop): State<Shop>) -> Result<String, Broken> {
    Ok(shop.store.snapshot().await?.to_string())
}

fn unknown_order() -> Response {
    (StatusCode::NOT_FOUND, page(pages::unknown_order())).into_response()
}

async fn nowhere() -> Response {
    (StatusCode::NOT_FOUND, page(pages::nowhere())).into_response()
}

/// The response where the shop itself fails.
pub(crate) struct Broken(Error);

impl<E: Into<Error>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        eprintln!("the shop does not work: {}", self.0);
        (StatusCode::SERVICE_UNAVAILABLE, page(pages::broken())).into_response()
    }
}

/// A page that is about money and must be fresh.
pub(crate) fn page(view: View) -> Response {
    cached("no-store", view)
}

fn cached(cache: &'static str, view: View) -> Response {
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static(cache)),
        (CONTENT_SECURITY_POLICY, view.needs.policy()),
        // An order's address shows the order to others.
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, Html(view.markup.into_string())).into_response()
}

fn cookie(id: &str) -> String {
    format!("last_order={id}; Path=/; HttpOnly; SameSite=Lax")
}

fn last_order(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("last_order="))
}
