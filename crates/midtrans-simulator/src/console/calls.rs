//! `GET /console/calls`: the latest calls of the API with their bodies, for people or as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use maud::{Markup, html};
use serde_json::json;

use super::form::Form;
use super::layout::{Page, Section, badge, fault, folded, time};
use super::transaction::address as address_of;
use super::{answer, json};
use crate::gateway::timeline::CALLS;
use crate::gateway::{Call, Gateway};
use crate::shared::Shared;

/// The address of a call in the console, as long as the call is kept.
pub(super) fn address(merchant_id: &str, number: u64) -> String {
    let query = serde_urlencoded::to_string([("merchant", merchant_id)]).unwrap_or_default();
    format!("/console/calls?{query}#call-{number}")
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let form = Form::of_query(uri.query());
    let (found, merchants, now) = shared.quietly(|accounts, now| {
        let merchants: Vec<String> = accounts
            .all()
            .map(|account| account.settings().merchant_id.clone())
            .collect();
        let account = form
            .text("merchant")
            .map_or(Some(accounts.first()), |id| accounts.of_merchant(id));
        let found = account.map(|account| {
            let calls: Vec<Row> = account
                .calls()
                .rev()
                .map(|call| Row::of(call, account))
                .collect();
            (account.settings().merchant_id.clone(), calls)
        });
        (found, merchants, now)
    });
    let Some((shown, calls)) = found else {
        return answer::unknown_merchant(&headers, Section::Calls, now);
    };
    if answer::wants_json(&headers) {
        let calls = json::list(&calls, |row| json::call(&row.call));
        return answer::json(StatusCode::OK, &json!({ "calls": calls }));
    }
    let here = uri
        .path_and_query()
        .map_or("/console/calls", |here| here.as_str());
    let page = Page {
        section: Section::Calls,
        title: "Calls",
        here: Some(here),
        now,
    };
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

/// A call, and the transaction of its order if there is one.
struct Row {
    call: Call,
    transaction_id: Option<String>,
}

impl Row {
    fn of(call: &Call, account: &Gateway) -> Self {
        let transaction_id = call
            .order_id
            .as_deref()
            .and_then(|order| account.transaction_id(order))
            .map(str::to_owned);
        Self {
            call: call.clone(),
            transaction_id,
        }
    }
}

fn table(calls: &[Row]) -> Markup {
    html! {
        div.scroll #rows tabindex="0" role="region" aria-labelledby="caption" {
            table.cards role="table" {
                caption #caption { "The latest " (CALLS) " calls of the API, the last one first. Times are WIB." }
                thead role="rowgroup" {
                    tr role="row" {
                        th scope="col" role="columnheader" { "No." }
                        th scope="col" role="columnheader" { "Time" }
                        th scope="col" role="columnheader" { "Call" }
                        th scope="col" role="columnheader" { "Order" }
                        th scope="col" role="columnheader" { "Answer" }
                        th scope="col" role="columnheader" { "Bodies" }
                    }
                }
                tbody role="rowgroup" { @for row in calls { (line(row)) } }
            }
        }
    }
}

fn line(
    Row {
        call,
        transaction_id,
    }: &Row,
) -> Markup {
    let id = format!("call-{}", call.number);
    html! {
        tr #(id) role="row" {
            th scope="row" role="rowheader" { (call.number) }
            td role="cell" { (time(call.at)) }
            td.wide role="cell" { code { (call.method) " " (call.path) } @if let Some(key) = &call.idempotency_key { br; span.hint { "key " (key) } } }
            td role="cell" data-label="Order" {
                @match (&call.order_id, transaction_id) {
                    (Some(order), Some(transaction)) => a #{ (id) "-order" } href=(address_of(transaction)) { (order) },
                    // Nothing came of it: there is no page to lead to.
                    (Some(order), None) => (order),
                    (None, _) => "–",
                }
            }
            td role="cell" data-label="Answer" { (answer_of(call)) @if let Some(applied) = call.fault { br; (fault(applied)) } }
            td.whole role="cell" {
                @if !call.request.is_empty() { (folded(&format!("{id}-request"), "Request", &call.request)) }
                @if !call.answer.is_empty() { (folded(&format!("{id}-answer"), "Answer", &call.answer)) }
            }
        }
    }
}

fn answer_of(call: &Call) -> Markup {
    match call.status_code {
        0 => badge("bad", "✕", "none"),
        code @ 200..=299 => {
            html! { (badge("good", "✓", &code.to_string())) " HTTP " (call.http_status) }
        }
        code => html! { (badge("bad", "✕", &code.to_string())) " HTTP " (call.http_status) },
    }
}
