//! `GET /console/records`: Snap's sessions, linked accounts, subscriptions, payment links and
//! invoices, for people or as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::answer;
use super::layout::{Page, Section};
use crate::gateway::RecordSummary;
use crate::shared::Shared;

pub(super) async fn show(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let (rows, now) = shared.quietly(|accounts, now| {
        accounts.all_mut().for_each(|account| account.tick(now));
        let rows = accounts.all().flat_map(|account| {
            let merchant = account.settings().merchant_id.clone();
            let records = account.records(now);
            records
                .into_iter()
                .map(move |record| (merchant.clone(), record))
        });
        (rows.collect::<Vec<_>>(), now)
    });
    if answer::wants_json(&headers) {
        let rows: Vec<Value> = rows.iter().map(row_json).collect();
        return answer::json(StatusCode::OK, &json!({ "records": rows }));
    }
    let page = Page {
        section: Section::Records,
        title: "Records",
        here: Some(Section::Records.path()),
        now,
    };
    answer::page(StatusCode::OK, page.with(&content(&rows)))
}

fn row_json((merchant, record): &(String, RecordSummary)) -> Value {
    json!({
        "merchant_id": merchant,
        "kind": record.kind,
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "page": record.page,
    })
}

fn content(rows: &[(String, RecordSummary)]) -> Markup {
    html! {
        h1 { "Records" }
        section #list data-live aria-label="Records" {
            @if rows.is_empty() {
                p.nothing {
                    "No session of Snap, linked account, subscription, payment link or invoice yet."
                }
            } @else { (table(rows)) }
        }
    }
}

fn table(rows: &[(String, RecordSummary)]) -> Markup {
    html! {
        div.scroll #rows tabindex="0" role="region" aria-labelledby="caption" {
            table.cards role="table" {
                caption #caption { "Records beside the transactions, by kind, the latest first." }
                thead role="rowgroup" {
                    tr role="row" {
                        th scope="col" role="columnheader" { "Id" }
                        th scope="col" role="columnheader" { "Kind" }
                        th scope="col" role="columnheader" { "Status" }
                        th scope="col" role="columnheader" { "Order or name" }
                        th scope="col" role="columnheader" { "Merchant" }
                    }
                }
                tbody role="rowgroup" { @for (merchant, record) in rows { (row(merchant, record)) } }
            }
        }
    }
}

fn row(merchant: &str, record: &RecordSummary) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                @match &record.page {
                    Some(page) => { a href=(page) { (record.id) } }
                    None => { (record.id) }
                }
            }
            td role="cell" data-label="Kind" { (record.kind) }
            td role="cell" data-label="Status" { (record.status) }
            td role="cell" data-label="Order or name" { (record.name) }
            td role="cell" data-label="Merchant" { (merchant) }
        }
    }
}
