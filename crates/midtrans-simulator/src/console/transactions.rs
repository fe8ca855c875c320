//! `GET /console`: all transactions, the latest first.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use maud::{Markup, html};
use serde_json::json;

use super::form::Form;
use super::layout::{Page, Section, badge, status, time};
use super::{answer, json};
use crate::gateway::{Accounts, Gateway, Summary};
use crate::shared::Shared;

const PAGE: usize = 50;
const STATUSES: [&str; 7] = [
    "pending",
    "settlement",
    "deny",
    "cancel",
    "expire",
    "refund",
    "partial_refund",
];

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let filter = Filter::of(&Form::of_query(uri.query()));
    let (found, merchants, now) = shared.quietly(|accounts, now| {
        accounts.all_mut().for_each(|account| account.tick(now));
        let merchants: Vec<String> = accounts
            .all()
            .map(|account| account.settings().merchant_id.clone())
            .collect();
        (filter.find(accounts), merchants, now)
    });
    if answer::wants_json(&headers) {
        let rows = json::list(&found.rows, json::summary);
        return answer::json(
            StatusCode::OK,
            &json!({ "transactions": rows, "count": found.count }),
        );
    }
    let here = filter.address(filter.page);
    let page = Page {
        section: Section::Transactions,
        title: "Transactions",
        here: Some(&here),
        now,
    };
    answer::page(
        StatusCode::OK,
        page.with(&content(&filter, &found, &merchants)),
    )
}

/// The filter of the list.
struct Filter {
    order: Option<String>,
    status: Option<String>,
    merchant: Option<String>,
    /// From one.
    page: usize,
}

impl Filter {
    fn of(form: &Form) -> Self {
        let text = |name| form.text(name).map(str::to_owned);
        let page = form
            .text("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1);
        Self {
            order: text("order"),
            status: text("status"),
            merchant: text("merchant"),
            page: usize::max(page, 1),
        }
    }

    fn find(&self, accounts: &Accounts) -> Found {
        let accounts = accounts.all().filter(|account| {
            self.merchant
                .as_ref()
                .is_none_or(|merchant| *merchant == account.settings().merchant_id)
        });
        let accounts: Vec<&Gateway> = accounts.collect();
        let first = PAGE.saturating_mul(self.page - 1);
        let last = first.saturating_add(PAGE);
        let (text, status) = (
            self.order.as_ref().map(|order| order.to_ascii_lowercase()),
            self.status.as_deref(),
        );
        if let [account] = accounts[..] {
            let (rows, count) = account.search(text.as_deref(), status, first..last);
            return Found { rows, first, count };
        }
        // Each account's own are in order already: of none of them is more needed than this.
        let found = accounts
            .iter()
            .map(|account| account.search(text.as_deref(), status, 0..last));
        let (rows, counts): (Vec<Vec<Summary>>, Vec<usize>) = found.unzip();
        let mut rows = rows.concat();
        rows.sort_by_key(|summary| Reverse(summary.made));
        Found {
            rows: rows.into_iter().skip(first).take(PAGE).collect(),
            first,
            count: counts.into_iter().sum(),
        }
    }

    fn is_empty(&self) -> bool {
        self.order.is_none() && self.status.is_none() && self.merchant.is_none()
    }

    fn address(&self, page: usize) -> String {
        let fields = [
            ("order", &self.order),
            ("status", &self.status),
            ("merchant", &self.merchant),
        ];
        let mut pairs: Vec<(&str, String)> = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect();
        if page > 1 {
            pairs.push(("page", page.to_string()));
        }
        match serde_urlencoded::to_string(pairs) {
            Ok(query) if !query.is_empty() => format!("/console?{query}"),
            _ => "/console".to_owned(),
        }
    }
}

struct Found {
    rows: Vec<Summary>,
    first: usize,
    count: usize,
}

fn content(filter: &Filter, found: &Found, merchants: &[String]) -> Markup {
    let has_several = merchants.len() > 1;
    html! {
        h1 { "Transactions" }
        form.filter method="get" action="/console" role="search" aria-label="Transactions" {
            label { "Order or transaction" input #order type="search" name="order" value=(filter.order.as_deref().unwrap_or_default()); }
            label { "Status" (choice("status", &STATUSES, filter.status.as_deref())) }
            @if has_several { label { "Merchant" (choice("merchant", merchants, filter.merchant.as_deref())) } }
            button { "Filter" }
            @if !filter.is_empty() { a href="/console" { "Show all" } }
        }
        section #list data-live aria-label="Transactions" {
            @if found.rows.is_empty() { (nothing(filter)) } @else { (table(found, has_several)) }
            (pages(filter, found))
        }
    }
}

fn choice<T: AsRef<str>>(name: &str, values: &[T], chosen: Option<&str>) -> Markup {
    html! {
        select name=(name) #(name) {
            option value="" { "all" }
            @for value in values {
                option value=(value.as_ref()) selected[chosen == Some(value.as_ref())] { (value.as_ref()) }
            }
        }
    }
}

fn nothing(filter: &Filter) -> Markup {
    html! {
        p.nothing {
            @if filter.is_empty() && filter.page == 1 {
                "No transaction yet. Let your shop charge, with this address as the gateway's; it appears here."
            } @else {
                "No transaction fits."
            }
        }
    }
}

fn table(found: &Found, has_several: bool) -> Markup {
    html! {
        div.scroll #rows tabindex="0" role="region" aria-labelledby="caption" {
            table.cards role="table" {
                caption #caption { "Transactions, the latest first. Times are WIB." }
                thead role="rowgroup" {
                    tr role="row" {
                        th scope="col" role="columnheader" { "Order" }
                        th scope="col" role="columnheader" { "Status" }
                        th.number scope="col" role="columnheader" { "Amount" }
                        th scope="col" role="columnheader" { "Method" }
                        th scope="col" role="columnheader" { "Charged" }
                        th scope="col" role="columnheader" { "Pay before" }
                        th scope="col" role="columnheader" { "Notifications" }
                        @if has_several { th scope="col" role="columnheader" { "Merchant" } }
                    }
                }
                tbody role="rowgroup" { @for summary in &found.rows { (row(summary, has_several)) } }
            }
        }
    }
}

fn row(summary: &Summary, has_several: bool) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                a #{ "t-" (summary.transaction_id) } href=(super::transaction::address(&summary.transaction_id)) {
                    (summary.order_id)
                }
            }
            td role="cell" { (status(&summary.status)) }
            td.number role="cell" { (summary.amount) }
            td role="cell" data-label="Method" { (summary.method_name) }
            td.whole role="cell" data-label="Charged" { (time(summary.made)) }
            td.whole role="cell" data-label="Pay before" { (time(summary.expires)) }
            td role="cell" data-label="Notifications" { (notifications(summary)) }
            @if has_several { td role="cell" data-label="Merchant" { (summary.merchant_id) } }
        }
    }
}

pub(super) fn notifications(summary: &Summary) -> Markup {
    html! {
        @if summary.failed > 0 { (badge("bad", "✕", &format!("{} failed", summary.failed))) " " }
        @if summary.waiting > 0 { (badge("open", "○", &format!("{} waiting", summary.waiting))) }
        @if summary.failed == 0 && summary.waiting == 0 { "none waiting" }
    }
}

fn pages(filter: &Filter, found: &Found) -> Markup {
    let last = found.first + found.rows.len();
    html! {
        @if found.count > PAGE || found.first > 0 {
            nav.pages aria-label="Pages" {
                @if filter.page > 1 { a #newer href=(filter.address(filter.page - 1)) { "Newer" } }
                @if !found.rows.is_empty() { span { (found.first + 1) "–" (last) " of " (found.count) } }
                @if last < found.count { a #older href=(filter.address(filter.page + 1)) { "Older" } }
            }
        }
    }
}
