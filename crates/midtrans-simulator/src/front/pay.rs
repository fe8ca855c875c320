//! The pages where customers pay: a page for each transaction, and one that takes the number or the
//! code that a customer types at a bank or a counter, or scans. For people, or as JSON. And the
//! pictures of QR codes.

use std::sync::Arc;

use axum::Router;
use axum::body::{self, Body};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use maud::Markup;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Value, json};

use super::MAX_BODY;
use crate::gateway::{
    Checkout, Choice, FinishRedirect, PICTURE_ROUTES, PayPage, Reference, page_routes, picture_path,
};
use crate::json_answer::{self, wants_json};
use crate::pages::{self, Language};
use crate::picture;
use crate::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    let router = Router::new().route(pages::ATM_PATH, get(atm).post(atm));
    let router = SANDBOX_PAGES.into_iter().fold(router, |router, page| {
        router.route(page, get(atm).post(atm))
    });
    let router = PICTURE_ROUTES
        .into_iter()
        .fold(router, |router, route| router.route(route, get(qr_code)));
    page_routes().into_iter().fold(router, |router, route| {
        router.route(route, get(pay_page).post(pay_page))
    })
}

/// A picture of a QR code, which any page may show.
async fn qr_code(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let text =
        shared.quietly(|accounts, _| accounts.all().find_map(|account| account.qr_string(&id)));
    match text.and_then(|text| picture::draw(&text)) {
        Some(picture) => {
            let headers = [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")];
            (headers, picture).into_response()
        }
        None => {
            let error = json!({ "error": "no QR code pays a transaction of this id" });
            json_answer::json(StatusCode::NOT_FOUND, &error)
        }
    }
}

async fn pay_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut response = if head.method == Method::POST {
        choose(&shared, &head, body).await
    } else {
        show(&shared, &head)
    };
    // Shops have the page of a card's bank in a frame.
    if head.uri.path().starts_with(FRAMED) {
        let policy = HeaderValue::from_static(OPEN_POLICY);
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn choose(shared: &Shared, head: &Parts, body: Body) -> Response {
    let language = Language::asked(head.uri.query(), &head.headers);
    let address = address(head);
    let reference = Reference::Page(address);
    let Some(shape) = shared.quietly(|accounts, _| accounts.having(reference)?.pay_page(reference))
    else {
        return nothing_here(head);
    };
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let known = Choice::on(&shape);
    let typed = field(&body, "otp").filter(|_| shape.is_authentication());
    let choice = match typed {
        Some(otp) if otp.trim() == pages::PASSWORD => Some(Choice::Approve),
        Some(_) => Some(Choice::Decline),
        None => field(&body, "choice").and_then(|word| Choice::from_word(&word)),
    };
    let Some(choice) = choice.filter(|choice| known.contains(choice)) else {
        return unknown_choice(head, known);
    };
    let Some((way, status)) = shared.with(|accounts, now| {
        let account = accounts.having(reference)?;
        let way = account.choose(reference, choice, now)?;
        Some((way, account.status_of(reference)?))
    }) else {
        return nothing_here(head);
    };
    shared.hold_browser(reference).await;
    if wants_json(&head.headers) {
        return json_answer::json(StatusCode::OK, &finish(&way, &status));
    }
    finish_redirect(way, language, address)
}

fn show(shared: &Shared, head: &Parts) -> Response {
    let language = Language::asked(head.uri.query(), &head.headers);
    let address = address(head);
    let reference = Reference::Page(address);
    let Some(checkout) =
        shared.with(|accounts, now| accounts.having(reference)?.checkout(reference, now))
    else {
        return nothing_here(head);
    };
    if wants_json(&head.headers) {
        return json_answer::json(StatusCode::OK, &checkout_json(&checkout));
    }
    let elsewhere = pages::address_in(language.other(), head.uri.path(), head.uri.query());
    // The form's address is relative to the host, so that it also works behind another name or
    // port.
    let page_now = pages::checkout(&checkout, address, language, &elsewhere);
    page(StatusCode::OK, page_now)
}

/// `GET /pay` asks for a number or a code; `POST` with `number` leads to the page where it is paid.
async fn atm(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let language = Language::asked(head.uri.query(), &head.headers);
    let elsewhere = pages::address_in(language.other(), head.uri.path(), head.uri.query());
    if head.method != Method::POST {
        return page(StatusCode::OK, pages::atm(language, &elsewhere, None));
    }
    let body = body::to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let number = field(&body, "number").unwrap_or_default();
    let typed = Reference::Number(&number);
    let found = shared.quietly(|accounts, _| accounts.having(typed)?.pay_page_address(typed));
    match (found, wants_json(&head.headers)) {
        (Some(address), true) => json_answer::json(StatusCode::OK, &json!({ "pay_page": address })),
        (Some(address), false) => {
            // A page has no parameters of its own that the language could stand beside.
            see_other(&pages::address_in(language, &address, None), language)
        }
        (None, true) => json_answer::json(
            StatusCode::NOT_FOUND,
            &json!({ "error": "no transaction has this number, bill key, payment code or QR code" }),
        ),
        (None, false) => page(
            StatusCode::NOT_FOUND,
            pages::atm(language, &elsewhere, Some(&number)),
        ),
    }
}

pub(super) fn checkout_json(checkout: &Checkout) -> Value {
    let mut value = json!({
        "order_id": checkout.order_id,
        "transaction_id": checkout.transaction_id,
        "payment_type": checkout.payment_type.as_str(),
        "name": checkout.name,
        "gross_amount": checkout.amount.get(),
        "transaction_status": checkout.status.as_str(),
        "expiry_time": checkout.expires.to_string(),
        "choices": Choice::on(&checkout.page).iter().map(|choice| choice.as_str()).collect::<Vec<_>>(),
    });
    match &checkout.page {
        PayPage::Redirect | PayPage::Wallet { .. } => {}
        PayPage::Authentication {
            bank,
            masked_card,
            asks_password,
            is_waiting,
        } => {
            value["bank"] = (*bank).into();
            value["masked_card"] = masked_card.as_str().into();
            value["asks_password"] = (*asks_password).into();
            value["is_waiting"] = (*is_waiting).into();
        }
        PayPage::Scan { qr_string } => {
            value["qr_string"] = qr_string.as_str().into();
            value["qr_image"] = picture_path(&checkout.transaction_id).into();
        }
        PayPage::Prompt { account, .. } => value["account"] = account.as_str().into(),
        PayPage::Number { bank, number } => {
            value["bank"] = bank.as_str().into();
            value["va_number"] = number.as_str().into();
        }
        PayPage::Bill {
            biller_code,
            bill_key,
        } => {
            value["biller_code"] = biller_code.as_str().into();
            value["bill_key"] = bill_key.as_str().into();
        }
        PayPage::Code { store, code } => {
            value["store"] = store.as_str().into();
            value["payment_code"] = code.as_str().into();
        }
    }
    value
}

/// A choice that comes too late changes nothing, and the status tells.
fn finish(way: &FinishRedirect, status: &TransactionStatus) -> Value {
    let url = match way {
        FinishRedirect::Form { action, .. } => Some(action),
        FinishRedirect::Redirect { location } => Some(location),
        FinishRedirect::Message { .. }
        | FinishRedirect::NoFinishUrl
        | FinishRedirect::Stays
        | FinishRedirect::Never => None,
    };
    json!({ "done": true, "transaction_status": status.as_str(), "browser_goes_to": url })
}

fn finish_redirect(way: FinishRedirect, language: Language, address: &str) -> Response {
    match way {
        FinishRedirect::Form {
            action,
            response,
            callback_key,
        } => page(
            StatusCode::OK,
            pages::form_back(&action, &response, callback_key.as_deref(), language),
        ),
        FinishRedirect::Redirect { location } => see_other(&location, language),
        FinishRedirect::Message { response } => {
            page(StatusCode::OK, pages::message(&response, language))
        }
        // The page itself says what became of the transaction.
        FinishRedirect::Stays => see_other(address, language),
        FinishRedirect::Never => page(StatusCode::OK, pages::closed(language)),
        FinishRedirect::NoFinishUrl => page(StatusCode::OK, pages::no_finish_url(language)),
    }
}

/// Leads the browser on. An app's own scheme is fine; one that runs a script, or shows what it was
/// given, counts as no address.
pub(super) fn see_other(location: &str, language: Language) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) if is_followed(location.as_bytes()) => {
            (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
        }
        _ => page(StatusCode::OK, pages::no_finish_url(language)),
    }
}

fn is_followed(location: &[u8]) -> bool {
    const NEVER: [&[u8]; 8] = [
        b"javascript",
        b"vbscript",
        b"data",
        b"blob",
        b"file",
        b"filesystem",
        b"view-source",
        b"intent",
    ];
    let scheme = location.split(|byte| *byte == b':').next();
    let is_never = |scheme: &[u8]| NEVER.iter().any(|never| scheme.eq_ignore_ascii_case(never));
    location.iter().all(u8::is_ascii_graphic) && !scheme.is_some_and(is_never)
}

fn unknown_choice(head: &Parts, known: &[Choice]) -> Response {
    if wants_json(&head.headers) {
        let words: Vec<&str> = known.iter().map(|choice| choice.as_str()).collect();
        let error = format!("choice: expected one of {}", words.join(", "));
        return json_answer::json(StatusCode::BAD_REQUEST, &json!({ "error": error }));
    }
    let language = Language::asked(head.uri.query(), &head.headers);
    let markup = pages::unknown_choice(language, address(head), known);
    page(StatusCode::BAD_REQUEST, markup)
}

pub(super) fn nothing_here(head: &Parts) -> Response {
    if wants_json(&head.headers) {
        let error = json!({ "error": "there is no such transaction" });
        return json_answer::json(StatusCode::NOT_FOUND, &error);
    }
    let language = Language::asked(head.uri.query(), &head.headers);
    page(StatusCode::NOT_FOUND, pages::nothing_here(language))
}

fn address(head: &Parts) -> &str {
    head.uri
        .path_and_query()
        .map_or("", |address| address.as_str())
}

pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    pairs
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

/// The addresses of the sandbox's own pages for numbers, codes and QR codes.
/// ([Testing](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
const SANDBOX_PAGES: [&str; 8] = [
    "/v2/qris/index",
    "/qris/index",
    "/gopay/ui/index",
    "/bca/va/index",
    "/bni/va/index",
    "/openapi/va/index",
    "/indomaret/phoenix/index",
    "/alfamart/index",
];

pub(super) fn page(status: StatusCode, markup: Markup) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, markup.into_string()).into_response()
}

/// Runs nothing inline, should an escape ever be missing, and stands in no other site's frame.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// As [`POLICY`], and stands in any shop's frame.
const OPEN_POLICY: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'";
/// The pages of cards' banks.
const FRAMED: &str = "/v2/3ds/";
