//! `GET /console/calls`: the latest calls of the API, with their bodies.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use maud::{Markup, html};

use super::answer;
use super::form::Form;
use super::layout::{Page, Room, badge, fault, folded, time};
use crate::gateway::Call;
use crate::gateway::timeline::CALLS;
use crate::shared::Shared;

/// Where a call is shown, as long as it is kept.
pub(super) fn address(merchant_id: &str, number: u64) -> String {
    let query = serde_urlencoded::to_string([("merchant", merchant_id)]).unwrap_or_default();
    format!("/console/calls?{query}#call-{number}")
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let form = Form::of_query(uri.query());
    let (merchants, shown, calls, now) = shared.quietly(|accounts, now| {
        let merchants: Vec<String> = accounts.all().map(|account| account.settings().merchant_id.clone()).collect();
        let account = form.text("merchant").and_then(|id| accounts.of_merchant(id)).unwrap_or(accounts.first());
        let calls: Vec<Call> = account.calls().rev().cloned().collect();
        (merchants, account.settings().merchant_id.clone(), calls, now)
    });
    let here = uri.path_and_query().map_or("/console/calls", |here| here.as_str());
    let page = Page { room: Room::Calls, title: "Calls", here: Some(here), now };
    answer::page(
        StatusCode::OK,
        page.with(&html! {
            h1 { "Calls" }
            @if merchants.len() > 1 { (super::layout::merchants("/console/calls", &merchants, &shown)) }
            section #list data-live aria-label="Calls" {
                @if calls.is_empty() { p.nothing { "No call of the API yet." } } @else { (table(&calls)) }
            }
        }),
    )
}

fn table(calls: &[Call]) -> Markup {
    html! {
        div.scroll #rows tabindex="0" role="region" aria-labelledby="caption" {
            table {
                caption #caption { "The latest " (CALLS) " calls of the API, the last one first. Times are WIB." }
                thead {
                    tr {
                        th scope="col" { "No." }
                        th scope="col" { "Time" }
                        th scope="col" { "Call" }
                        th scope="col" { "Order" }
                        th scope="col" { "Answer" }
                        th scope="col" { "Bodies" }
                    }
                }
                tbody { @for call in calls { (row(call)) } }
            }
        }
    }
}

fn row(call: &Call) -> Markup {
    let id = format!("call-{}", call.number);
    html! {
        tr #(id) {
            th scope="row" { (call.number) }
            td { (time(call.at)) }
            td.wide { code { (call.method) " " (call.path) } @if let Some(key) = &call.idempotency_key { br; span.hint { "key " (key) } } }
            td { @if let Some(order) = &call.order_id { a #{ (id) "-order" } href={ "/console/transactions/" (encoded(order)) } { (order) } } @else { "–" } }
            td { (answer_of(call)) @if let Some(struck) = call.fault { br; (fault(struck)) } }
            td {
                @if !call.request.is_empty() { (folded(&format!("{id}-request"), "Request", &call.request)) }
                @if !call.answer.is_empty() { (folded(&format!("{id}-answer"), "Answer", &call.answer)) }
            }
        }
    }
}

fn answer_of(call: &Call) -> Markup {
    match call.status_code {
        0 => badge("bad", "✕", "none"),
        code @ 200..=299 => html! { (badge("good", "✓", &code.to_string())) " HTTP " (call.http_status) },
        code => html! { (badge("bad", "✕", &code.to_string())) " HTTP " (call.http_status) },
    }
}

/// An order id that no transaction has may be any text.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
